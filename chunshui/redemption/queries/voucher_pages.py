"""What the pages of vouchers, counters and disputes show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model

from chunshui.areas import queries as areas
from chunshui.kernel import clock
from chunshui.kernel.errors import NotFound
from chunshui.kernel.ruling import Ruling
from chunshui.people.states import REVIEWERS
from chunshui.redemption import policies
from chunshui.redemption.models import Dispute, Merchant, Voucher
from chunshui.redemption.queries.counters import served_merchants, serves
from chunshui.redemption.queries.points import left_of, payers
from chunshui.redemption.queries.vouchers import (
    code_of,
    may_refund_until,
    taken_at_counter,
    visible_dispute,
    visible_voucher,
)
from chunshui.redemption.states import DISPUTE_DAYS, VoucherState

if TYPE_CHECKING:
    from chunshui.areas.models import Area
    from chunshui.people.models import Person


@dataclass(frozen=True)
class VoucherShown:
    """The volunteer's page of a voucher. `code` is empty when there is nothing to show at a counter any more; `left`: what can still be used."""

    voucher: Voucher
    code: str
    left: int
    dispute: Dispute | None
    can_dispute: Ruling

    @property
    def code_in_two(self) -> str:
        return f"{self.code[:3]} {self.code[3:]}"


def voucher_shown(actor: Person, voucher_id: int, now: datetime) -> VoucherShown:
    voucher = visible_voucher(actor, voucher_id)
    if voucher.person_id != actor.pk:
        raise NotFound
    is_good = voucher.state == VoucherState.HELD and voucher.expires_at > now
    left = left_of(payers(actor), clock.today(now))
    until = (voucher.settled_at or now) + timedelta(days=areas.rule(DISPUTE_DAYS, voucher.merchant.area, now))
    dispute = Dispute.objects.filter(voucher=voucher).first()
    can_dispute = policies.can_open_dispute(actor, voucher, until=until, now=now)
    return VoucherShown(voucher, code_of(voucher) if is_good else "", sum(left.values()), dispute, can_dispute)


def waiting_vouchers(person: Person, now: datetime) -> list[Voucher]:
    """Codes that are good right now."""
    rows = Voucher.objects.filter(person=person, state=VoucherState.HELD, expires_at__gt=now)
    return list(rows.select_related("merchant").order_by("expires_at")[:20])


@dataclass(frozen=True)
class CounterDay:
    """Today at one of the actor's merchants."""

    merchant: Merchant
    count: int
    points: int


def counters_of(actor: Person, now: datetime) -> list[CounterDay]:
    return [CounterDay(merchant, *taken_at_counter(merchant, now)) for merchant in served_merchants(actor)]


@dataclass(frozen=True)
class CounterVoucher:
    """A redeemed voucher as the merchant sees it, and until when the points may be given back."""

    voucher: Voucher
    until: datetime
    can_refund: Ruling
    dispute: Dispute | None


def counter_voucher(actor: Person, voucher_id: int, now: datetime) -> CounterVoucher:
    voucher = visible_voucher(actor, voucher_id)
    if not serves(actor, voucher.merchant_id):
        raise NotFound
    until = may_refund_until(voucher, now)
    can_refund = policies.can_refund_voucher(actor, voucher, serves=True, until=until, now=now)
    return CounterVoucher(voucher, until, can_refund, Dispute.objects.filter(voucher=voucher).first())


def staff_of(area: Area) -> list[Person]:
    """The workers of a community, who hear of a dispute there."""
    rows = get_user_model()._default_manager.filter(roles__kind__in=REVIEWERS, roles__area_id=area.pk, roles__ended_at=None)
    return list(rows.distinct().order_by("pk"))


@dataclass(frozen=True)
class DisputeShown:
    dispute: Dispute
    can_decide: Ruling


def dispute_shown(actor: Person, dispute_id: int) -> DisputeShown:
    dispute = visible_dispute(actor, dispute_id)
    is_of_merchant = serves(actor, dispute.voucher.merchant_id)
    return DisputeShown(dispute, policies.can_decide_dispute(actor, dispute, serves=is_of_merchant))
