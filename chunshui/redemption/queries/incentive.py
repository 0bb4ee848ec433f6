"""What a merchant gains: customers, the ranking of a month, the monthly statement, the points that it collected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Sum

from chunshui.kernel import clock, paging
from chunshui.ledger import queries as ledger
from chunshui.ledger.states import AccountKind, Unit
from chunshui.redemption.models import Merchant, MerchantMonth, Recycling, Voucher
from chunshui.redemption.queries.merchants import within
from chunshui.redemption.states import VoucherState, yuan

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from chunshui.areas.models import Area

MOST_MONTHS = 24


@dataclass(frozen=True)
class Ranked:
    place: int
    merchant: Merchant
    customers: int
    settled: int
    given: str


@dataclass(frozen=True)
class Statement:
    """A month of a shop: the running totals, and the vouchers behind them."""

    merchant: Merchant
    month: date
    months: Sequence[date]
    settled: int
    points: int
    customers: int
    new_customers: int
    given: str
    balance: int


def months_back(day: date, count: int) -> date:
    """The first day of the month `count` months before that of `day`."""
    months = day.year * 12 + day.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


def month_of(text: str, now: datetime) -> date:
    """The month that an address names as 2026-11, else the present one."""
    try:
        day = date.fromisoformat(f"{text}-01")
    except ValueError:
        return clock.month_start(now)
    return day if 2000 <= day.year <= 2100 else clock.month_start(now)


def sums_since(month: date) -> dict[int, tuple[int, int]]:
    """Customers and fen given of every merchant from a month on."""
    rows = MerchantMonth.objects.filter(month__gte=month).order_by().values("merchant_id")
    return {row["merchant_id"]: (row["people"], row["fen"]) for row in rows.annotate(people=Sum("customers"), fen=Sum("given_fen"))}


def ranking(area: Area | None, month: date, limit: int = 100) -> list[Ranked]:
    """Open shops by the customers that goodwill brought them in a month; equal figures share a place."""
    shops = within(Merchant.objects.active(), area)
    rows = MerchantMonth.objects.filter(month=month, merchant__in=shops, customers__gt=0).select_related("merchant__area")
    found: list[Ranked] = []
    for number, row in enumerate(rows.order_by("-customers", "-id")[:limit], start=1):
        place = found[-1].place if found and found[-1].customers == row.customers else number
        found.append(Ranked(place, row.merchant, row.customers, row.settled, yuan(row.given_fen)))
    return found


def statement(merchant: Merchant, month: date) -> Statement:
    row = MerchantMonth.objects.filter(merchant=merchant, month=month).first() or MerchantMonth(merchant=merchant, month=month)
    months = MerchantMonth.objects.filter(merchant=merchant).order_by("-month").values_list("month", flat=True)[:MOST_MONTHS]
    return Statement(
        merchant, month, sorted({month, *months}, reverse=True), row.settled, row.points, row.customers, row.new_customers, yuan(row.given_fen),
        collected(merchant),
    )  # fmt: skip


def _settled_in(merchant: Merchant, month: date) -> QuerySet[Voucher]:
    first, last = clock.at(month), clock.at(months_back(month, -1))
    rows = Voucher.objects.filter(
        merchant=merchant, settled_at__gte=first, settled_at__lt=last, state__in=[VoucherState.SETTLED, VoucherState.REFUNDED]
    )
    return rows.select_related("person", "settled_by")


def statement_rows(merchant: Merchant, month: date, cursor: str = "", size: int = 50) -> paging.Page[Voucher]:
    """The codes that were accepted in a month, newest first."""
    return paging.page(_settled_in(merchant, month), ["-settled_at", "-id"], cursor, size)


def statement_to_export(merchant: Merchant, month: date) -> Iterator[Voucher]:
    return _settled_in(merchant, month).order_by("settled_at", "id").iterator(chunk_size=500)


def is_first_this_month(voucher: Voucher) -> bool:
    """Whether a person had nothing settled at the shop before in the month of this voucher."""
    assert voucher.settled_at is not None
    rows = _settled_in(voucher.merchant, clock.month_start(voucher.settled_at)).filter(person_id=voucher.person_id)
    return not rows.exclude(pk=voucher.pk).exists()


def collected(merchant: Merchant) -> int:
    """Points that the shop has in its account."""
    return ledger.balance(AccountKind.MERCHANT, merchant.pk, Unit.POINTS)


def recyclings_of(merchant: Merchant) -> list[Recycling]:
    return list(Recycling.objects.filter(merchant=merchant).select_related("by").order_by("-id")[:100])
