"""The verbs of vouchers: take an offer, redeem it at the counter, give it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from chunshui.areas import queries as areas
from chunshui.kernel import clock, throttle
from chunshui.kernel.errors import Refused
from chunshui.kernel.events import emit
from chunshui.kernel.steps import take
from chunshui.ledger import commands as ledger
from chunshui.ledger import states as places
from chunshui.ledger.states import AccountKind, Kind, Line, Place
from chunshui.redemption import events, policies, queries
from chunshui.redemption.commands.points import POINTS, give_points_back, hold_wallets, move_between, use_lots
from chunshui.redemption.models import Lot, LotUse, Offer, Voucher
from chunshui.redemption.states import GRACE, LIFE_MINUTES, TRIES, VOUCHER_STEPS

if TYPE_CHECKING:
    from chunshui.people.models import Person

QUARTER = timedelta(minutes=15)
MOST_ISSUES = 50


@transaction.atomic
def take_offer(*, actor: Person, offer_id: int, now: datetime) -> Voucher:
    """A volunteer takes an offer: the points go on hold, and a code is good at this merchant's counter for a quarter of an hour."""
    policies.can_take_offer(actor).or_refuse()
    payers = queries.payers(actor)
    hold_wallets(payers, now)
    offer = queries.visible_offer(actor, offer_id, lock=True)
    waiting = queries.held_voucher(offer, actor, now)
    if waiting is not None:
        return waiting
    _check_offer(offer, actor, now)
    parts = queries.lots_to_use(payers, offer.points, clock.today(now))
    _check_enough(parts, offer.points)
    voucher = _issue(offer, actor, now)
    use_lots(parts)
    _stock(offer, -1)
    LotUse.objects.bulk_create([LotUse(lot=lot, voucher=voucher, account_id=lot.person_id, points=part) for lot, part in parts])
    by_payer = {payer: sum(part for lot, part in parts if lot.person_id == payer) for payer in payers}
    area_id, holding = voucher.merchant.area_id, places.holding(voucher.pk)
    lines = [Line(Kind.HOLD, places.person(payer), holding, POINTS, points, area_id=area_id) for payer, points in by_payer.items() if points]
    ledger.move(key=_key(voucher, "hold"), lines=lines, at=now, memo=voucher.title)
    _tell(events.TAKEN, voucher, actor, now, payers={str(payer): points for payer, points in by_payer.items() if points})
    return voucher


def present_code(*, actor: Person, code: str, now: datetime) -> Voucher:
    """What the counter sees before it confirms. Every try counts, so that codes cannot be guessed."""
    _count_try(actor, now)
    return queries.presented_voucher(actor, code, now)


def settle_code(*, actor: Person, code: str, now: datetime) -> Voucher:
    """Redeem the voucher of a code; every try counts."""
    _count_try(actor, now)
    return settle_voucher(actor=actor, code=code, now=now)


@transaction.atomic
def settle_voucher(*, actor: Person, code: str, now: datetime) -> Voucher:
    """The goods went over the counter: the points on hold become the merchant's. Of two counters at one instant, one wins."""
    voucher = queries.presented_voucher(actor, code, now, lock=True)
    policies.can_settle_voucher(actor, voucher).or_refuse()
    take(voucher, VOUCHER_STEPS, "settle")
    voucher.is_new_customer = queries.is_new_customer(voucher)
    is_first_this_month = queries.is_new_customer(voucher, clock.at(clock.month_start(now)))
    voucher.settled_at, voucher.settled_by = now, actor
    voucher.save(update_fields=["state", "is_new_customer", "settled_at", "settled_by"])
    shop, area_id = Place(AccountKind.MERCHANT, voucher.merchant_id), voucher.merchant.area_id
    key = _key(voucher, "settle")
    ledger.settle(key=key, redemption_id=voucher.pk, to=shop, unit=POINTS, at=now, memo=voucher.title, area_id=area_id)
    _tell(events.SETTLED, voucher, actor, now, is_new_customer=voucher.is_new_customer, is_first_this_month=is_first_this_month)
    return voucher


@transaction.atomic
def cancel_voucher(*, actor: Person, voucher_id: int, now: datetime) -> Voucher:
    """The volunteer thought better of it before the counter: the points come back."""
    seen = queries.visible_voucher(actor, voucher_id)
    hold_wallets(queries.payers_of(seen), now)
    voucher = queries.visible_voucher(actor, voucher_id, lock=True)
    policies.can_cancel_voucher(actor, voucher).or_refuse()
    take(voucher, VOUCHER_STEPS, "cancel")
    _close(voucher, actor, now)
    _release(voucher, now)
    _tell(events.VOUCHER_CANCELLED, voucher, actor, now)
    return voucher


@transaction.atomic
def expire_voucher(*, voucher_id: int, now: datetime) -> bool:
    """Nobody came to the counter in time: the points come back by themselves."""
    hold_wallets(queries.payers_of(queries.voucher_told_of(voucher_id)), now)
    voucher = queries.due_voucher(voucher_id, now)
    if voucher is None:
        return False
    take(voucher, VOUCHER_STEPS, "expire")
    _close(voucher, None, now)
    _release(voucher, now)
    _tell(events.VOUCHER_EXPIRED, voucher, None, now)
    return True


@transaction.atomic
def end_voucher(*, voucher_id: int, now: datetime) -> None:
    """Who leaves for good redeems nothing any more: the points come back, to expire with the rest."""
    voucher = queries.held_voucher_locked(voucher_id)
    if voucher is not None:
        take(voucher, VOUCHER_STEPS, "cancel")
        _close(voucher, None, now)
        _release(voucher, now)
        _tell(events.VOUCHER_CANCELLED, voucher, None, now)


def expire_vouchers(*, now: datetime, limit: int = 200, person_id: int | None = None) -> int:
    """Every minute, and whenever somebody looks at the own points: one transaction for each voucher."""
    return sum(expire_voucher(voucher_id=pk, now=now) for pk in queries.due_vouchers(now, limit, person_id))


@transaction.atomic
def refund_voucher(*, actor: Person, voucher_id: int, reason: str, now: datetime) -> Voucher:
    """The merchant gives the points back: a slip of the finger, or goods that were not there."""
    seen = queries.visible_voucher(actor, voucher_id)
    hold_wallets(queries.payers_of(seen), now)
    voucher = queries.visible_voucher(actor, voucher_id, lock=True)
    serves = queries.serves(actor, voucher.merchant_id)
    policies.can_refund_voucher(actor, voucher, serves=serves, until=queries.may_refund_until(voucher, now), now=now).or_refuse()
    if not reason.strip():
        text = _("请写明退回的原因。")
        raise Refused(text, code="reason_missing", fields={"reason": text})
    give_back(voucher, actor, reason.strip()[:200], now)
    return voucher


def give_back(voucher: Voucher, actor: Person, reason: str, now: datetime) -> None:
    """The redemption undone, mirrored transfer by transfer. A merchant whose points are recycled already is helped out by the community."""
    take(voucher, VOUCHER_STEPS, "refund")
    _close(voucher, actor, now, reason)
    key = _key(voucher, "settle")
    try:
        with transaction.atomic():
            ledger.reverse(key=f"{key}:back", transfers_of=key, at=now, memo=reason)
    except Refused as refusal:
        if refusal.code != "not_enough":
            raise
        community = places.issuer(voucher.merchant.area_id)
        line = Line(Kind.REFUND, community, places.holding(voucher.pk), POINTS, voucher.points)
        ledger.move(key=f"{key}:made_good", lines=[line], at=now, memo=reason)
    _release(voucher, now, areas.rule(GRACE, voucher.merchant.area, now))
    _tell(events.REFUNDED, voucher, actor, now, reason=reason)


def _count_try(actor: Person, now: datetime) -> None:
    throttle.count(f"voucher:{actor.pk}", now=now, most=areas.rule(TRIES, areas.district(), now), per=QUARTER)


def _check_offer(offer: Offer, actor: Person, now: datetime) -> None:
    reason = queries.why_not(offer, actor, clock.today(now))
    if reason:
        raise Refused(reason, code="not_to_be_had")
    if offer.per_person and queries.taken_of(offer, actor) >= offer.per_person:
        raise Refused(_("这一项每人最多兑换 %(most)d 次。") % {"most": offer.per_person}, code="limit_reached")


def _check_enough(parts: Sequence[tuple[Lot, int]], points: int) -> None:
    there = sum(part for _lot, part in parts)
    if there < points:
        raise Refused(_("积分不够：要 %(points)d 分，现有 %(there)d 分。") % {"points": points, "there": there}, code="not_enough")


def _stock(offer: Offer, change: int) -> None:
    """`change` is -1 when one is taken, and 1 when it comes back."""
    Offer.objects.filter(pk=offer.pk).update(stock=F("stock") + change, taken=F("taken") - change)


def _issue(offer: Offer, actor: Person, now: datetime) -> Voucher:
    """A voucher with a code that no other has ever had."""
    expires_at = now + timedelta(minutes=areas.rule(LIFE_MINUTES, offer.merchant.area, now))
    voucher = Voucher(offer=offer, merchant=offer.merchant, person=actor, title=offer.title, points=offer.points, taken_at=now, expires_at=expires_at)
    for issue in range(MOST_ISSUES):
        voucher.issue = issue
        voucher.code_hash = queries.code_hash(queries.code_of(voucher))
        if not Voucher.objects.filter(code_hash=voucher.code_hash).exists():
            break
    voucher.save()
    return voucher


def _close(voucher: Voucher, actor: Person | None, now: datetime, reason: str = "") -> None:
    voucher.closed_at, voucher.closed_by, voucher.reason = now, actor, reason
    voucher.save(update_fields=["state", "closed_at", "closed_by", "reason"])


def _release(voucher: Voucher, now: datetime, grace_days: int | None = None) -> None:
    """From the holding account back to whose points they were, and into the lots they came from."""
    uses = list(LotUse.objects.filter(voucher=voucher).select_related("lot").order_by("pk"))
    _stock(voucher.offer, 1)
    ledger.release(key=_key(voucher, "release"), redemption_id=voucher.pk, unit=POINTS, at=now, memo=voucher.title)
    give_points_back([(use.lot, use.points) for use in uses], now, grace_days)
    for use in uses:
        move_between(use.account_id, use.lot.person_id, use.points, _key(voucher, f"moved:{use.pk}"), now)


def _key(voucher: Voucher, verb: str) -> str:
    return f"voucher:{voucher.pk}:{verb}"


def _tell(name: str, voucher: Voucher, actor: Person | None, now: datetime, **more: object) -> None:
    told = {"person_id": voucher.person_id, "merchant_id": voucher.merchant_id, "offer_id": voucher.offer_id, "points": voucher.points, **more}
    emit(name, subject="voucher", subject_id=voucher.pk, actor=actor, at=now, area_id=voucher.merchant.area_id, **told)
