"""Reads of vouchers: the code (never kept), whose it is, what a counter may do with it, and the lists."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from chunshui.areas import queries as areas
from chunshui.kernel import clock, crypto, moments, paging
from chunshui.kernel.errors import NotFound, Refused
from chunshui.redemption import policies
from chunshui.redemption.models import Dispute, LotUse, Offer, Voucher
from chunshui.redemption.queries.counters import serves
from chunshui.redemption.states import ALPHABET, CODE_LENGTH, REFUND_DAYS, DisputeState, VoucherState

if TYPE_CHECKING:
    from chunshui.people.models import Person
    from chunshui.redemption.models import Merchant

CLOSED_WORDS = {
    VoucherState.EXPIRED: _("这个码过期了，分已经退回。请志愿者重新兑换。"),
    VoucherState.CANCELLED: _("志愿者已经取消这次兑换，分已经退回。"),
    VoucherState.REFUNDED: _("这次兑换已经退回，不能再用。"),
}


def code_of(voucher: Voucher) -> str:
    """The six letters: derived under the key outside the database, so that no copy of the database knows them."""
    number = int(crypto.blind_index(f"{voucher.uid}:{voucher.issue}", "voucher-code"), 16)
    letters = []
    for _place in range(CODE_LENGTH):
        number, at = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[at])
    return "".join(letters)


def code_hash(code: str) -> str:
    return crypto.blind_index(code, "voucher")


def cleaned_code(text: str) -> str:
    """As it was typed: full width, small letters, blanks and dashes do not matter. Empty if it cannot be a code."""
    code = "".join(letter for letter in unicodedata.normalize("NFKC", text[:40]).upper() if letter.isalnum())
    return code if len(code) == CODE_LENGTH and set(code) <= set(ALPHABET) else ""


def visible_voucher(actor: Person, voucher_id: int, *, lock: bool = False) -> Voucher:
    """The one way to reach a voucher; missing and hidden look the same."""
    rows = Voucher.objects.select_for_update(of=("self",)) if lock else Voucher.objects.all()
    voucher = rows.select_related("merchant__area", "offer", "person").filter(pk=voucher_id).first()
    if voucher is None or not policies.can_view_voucher(actor, voucher, serves=serves(actor, voucher.merchant_id)):
        raise NotFound
    return voucher


def presented_voucher(actor: Person, code: str, now: datetime, *, lock: bool = False) -> Voucher:
    """The voucher of a code at the counter of one of the actor's merchants; every other code gets its own clear answer."""
    rows = Voucher.objects.select_for_update(of=("self",)) if lock else Voucher.objects.all()
    cleaned = cleaned_code(code)
    found = rows.select_related("merchant__area", "offer", "person").filter(code_hash=code_hash(cleaned)).first() if cleaned else None
    if found is None:
        raise _refused(_("没有这个码，请核对 6 位字符。没有扣分。"), "unknown_code")
    if not serves(actor, found.merchant_id):
        raise _refused(_("这个码不是本店的，没有扣分。"), "foreign_code")
    if found.state == VoucherState.SETTLED and found.settled_at:
        raise _refused(_("这个码 %(at)s 已经用过，不能再用。") % {"at": moments.short(found.settled_at, now)}, "used_code")
    if found.state != VoucherState.HELD:
        raise _refused(CLOSED_WORDS[VoucherState(found.state)], f"{found.state}_code")
    if found.expires_at <= now:
        raise _refused(CLOSED_WORDS[VoucherState.EXPIRED], "expired_code")
    return found


def _refused(text: object, code: str) -> Refused:
    return Refused(str(text), code=code, fields={"code": str(text)})


def vouchers_of(person: Person, state: str = "", text: str = "") -> QuerySet[Voucher]:
    """A volunteer's vouchers, newest first."""
    return _found(Voucher.objects.filter(person=person), state, text).select_related("merchant").order_by("-id")


def voucher_page(person: Person, state: str = "", text: str = "", cursor: str = "", size: int = 20) -> paging.Page[Voucher]:
    return paging.page(vouchers_of(person, state, text), ["-id"], cursor, size)


def vouchers_at(merchant: Merchant, state: str = "", text: str = "") -> QuerySet[Voucher]:
    """What was redeemed at a merchant, newest first; what is still on hold is the volunteer's own business."""
    rows = Voucher.objects.filter(merchant=merchant, settled_at__isnull=False)
    return _found(rows, state, text).select_related("person", "settled_by").order_by("-settled_at", "-id")


def counter_page(merchant: Merchant, state: str = "", text: str = "", cursor: str = "", size: int = 20) -> paging.Page[Voucher]:
    return paging.page(vouchers_at(merchant, state, text), ["-settled_at", "-id"], cursor, size)


def _found(rows: QuerySet[Voucher], state: str, text: str) -> QuerySet[Voucher]:
    if state in VoucherState.values:
        rows = rows.filter(state=state)
    return rows.filter(Q(title__icontains=text) | Q(merchant__name__icontains=text)) if text else rows


def taken_at_counter(merchant: Merchant, now: datetime) -> tuple[int, int]:
    """Redeemed today and not given back: how many, how many points."""
    start = clock.at(clock.today(now))
    rows = Voucher.objects.filter(merchant=merchant, state=VoucherState.SETTLED, settled_at__gte=start)
    return rows.count(), rows.aggregate(total=Sum("points"))["total"] or 0


def taken_of(offer: Offer, person: Person) -> int:
    """How many of an offer a person has taken that count against the limit for one person."""
    return Voucher.objects.filter(offer=offer, person=person, state__in=[VoucherState.HELD, VoucherState.SETTLED]).count()


def held_voucher(offer: Offer, person: Person, now: datetime) -> Voucher | None:
    """One that waits already: taken twice by mistake is taken once."""
    return Voucher.objects.filter(offer=offer, person=person, state=VoucherState.HELD, expires_at__gt=now).first()


def is_new_customer(voucher: Voucher, since: datetime | None = None) -> bool:
    """Whether this volunteer comes to this merchant for the first time: ever, or since a moment."""
    rows = Voucher.objects.filter(merchant_id=voucher.merchant_id, person_id=voucher.person_id, settled_at__isnull=False).exclude(pk=voucher.pk)
    return not (rows.filter(settled_at__gte=since) if since else rows).exists()


def due_vouchers(now: datetime, limit: int, person_id: int | None = None) -> list[int]:
    """Vouchers on hold whose quarter of an hour is over."""
    rows = Voucher.objects.filter(state=VoucherState.HELD, expires_at__lte=now)
    if person_id is not None:
        rows = rows.filter(person_id=person_id)
    return list(rows.order_by("expires_at").values_list("pk", flat=True)[:limit])


def due_voucher(voucher_id: int, now: datetime) -> Voucher | None:
    """Locked, if it is still on hold and due."""
    rows = Voucher.objects.select_for_update(of=("self",)).select_related("merchant__area", "offer")
    return rows.filter(pk=voucher_id, state=VoucherState.HELD, expires_at__lte=now).first()


def held_voucher_locked(voucher_id: int) -> Voucher | None:
    rows = Voucher.objects.select_for_update(of=("self",)).select_related("merchant__area", "offer")
    return rows.filter(pk=voucher_id, state=VoucherState.HELD).first()


def payers_of(voucher: Voucher) -> list[int]:
    """Whose lots and accounts a voucher has drawn on."""
    uses = LotUse.objects.filter(voucher=voucher).values_list("lot__person_id", "account_id")
    return sorted({person_id for pair in uses for person_id in pair})


def held_of(person_id: int) -> list[int]:
    return list(Voucher.objects.filter(person_id=person_id, state=VoucherState.HELD).order_by("pk").values_list("pk", flat=True))


def may_refund_until(voucher: Voucher, now: datetime) -> datetime:
    """Until when the merchant may give the points back without asking anybody."""
    return (voucher.settled_at or now) + timedelta(days=areas.rule(REFUND_DAYS, voucher.merchant.area, now))


def visible_dispute(actor: Person, dispute_id: int, *, lock: bool = False) -> Dispute:
    """For who opened it, the merchant concerned, and the staff of the area."""
    rows = Dispute.objects.select_for_update(of=("self",)) if lock else Dispute.objects.all()
    dispute = rows.select_related("voucher__merchant__area", "voucher__offer", "voucher__person", "area", "by").filter(pk=dispute_id).first()
    if dispute is None or not policies.can_view_dispute(actor, dispute, serves=serves(actor, dispute.voucher.merchant_id)):
        raise NotFound
    return dispute


def dispute_told_of(dispute_id: int) -> Dispute:
    return Dispute.objects.select_related("voucher__merchant", "voucher__person", "area", "by").get(pk=dispute_id)


def voucher_told_of(voucher_id: int) -> Voucher:
    return Voucher.objects.select_related("merchant__area", "offer", "person").get(pk=voucher_id)


def disputes_in(actor: Person, state: str = DisputeState.OPEN, text: str = "") -> QuerySet[Dispute]:
    """Disputes of the area in which the staff act, oldest first."""
    rows = Dispute.objects.filter(area__path__startswith=actor.acting.area_path)
    if state in DisputeState.values:
        rows = rows.filter(state=state)
    if text:
        rows = rows.filter(Q(voucher__title__icontains=text) | Q(voucher__merchant__name__icontains=text))
    return rows.select_related("voucher__merchant", "voucher__person", "area").order_by("id")


def dispute_page(actor: Person, state: str, text: str = "", cursor: str = "", size: int = 30) -> paging.Page[Dispute]:
    return paging.page(disputes_in(actor, state, text), ["id"], cursor, size)


def settled_voucher(voucher_id: int) -> Voucher:
    """Locked, for who decides about it; a voucher that was given back meanwhile is refused by its table of steps."""
    return Voucher.objects.select_for_update(of=("self",)).select_related("merchant__area", "offer").get(pk=voucher_id)
