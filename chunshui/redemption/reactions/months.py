"""Count what a merchant gains, in the month in which it happened; each delivery of an event runs once, so a fact counts once."""

from __future__ import annotations

from datetime import date

from chunshui.kernel import clock
from chunshui.kernel.events import on
from chunshui.kernel.models import Event
from chunshui.redemption import commands, events, queries


@on(events.SETTLED)
def count_customer(event: Event) -> None:
    voucher = queries.voucher_told_of(event.subject_id)
    figures = {"settled": 1, "points": voucher.points, "customers": int(queries.is_first_this_month(voucher))}
    month = clock.month_start(voucher.settled_at or event.at)
    commands.count_for_merchant(merchant_id=voucher.merchant_id, month=month, new_customers=int(voucher.is_new_customer), **figures)


@on(events.REFUNDED)
def uncount_refund(event: Event) -> None:
    """The customer came; the points went back."""
    voucher = queries.voucher_told_of(event.subject_id)
    month = clock.month_start(voucher.settled_at or event.at)
    commands.count_for_merchant(merchant_id=voucher.merchant_id, month=month, settled=-1, points=-voucher.points)


@on(events.ENTRY_BOOKED, events.ENTRY_REVERSED)
def count_given(event: Event) -> None:
    """To the shop and to the circle of its community; what was reversed is counted off where it was counted."""
    if event.data["merchant_id"] is None:
        return
    fen = event.data["fen"] if event.name == events.ENTRY_BOOKED else -event.data["fen"]
    commands.count_for_merchant(merchant_id=event.data["merchant_id"], month=date.fromisoformat(event.data["month"]), given_fen=fen)
    commands.count_in_circle(area_id=event.area_id or 0, at=event.at, given_back_fen=fen)
