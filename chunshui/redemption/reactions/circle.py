"""Count what comes round in a community, each in the month in which it happened."""

from __future__ import annotations

from chunshui.hours import events as hours
from chunshui.hours import queries as hour_queries
from chunshui.kernel.events import on
from chunshui.kernel.models import Event
from chunshui.redemption import commands, events


@on(hours.RECORDED)
def count_hours(event: Event) -> None:
    record = hour_queries.record_told_of(event.subject_id)
    commands.count_in_circle(area_id=record.area_id, at=record.started_at, services=1, minutes=event.data["minutes"])


@on(hours.CANCELLED)
def count_cancelled_hours(event: Event) -> None:
    record = hour_queries.record_told_of(event.subject_id)
    commands.count_in_circle(area_id=record.area_id, at=record.started_at, services=-1, minutes=-event.data["minutes"])


@on(events.AWARDED)
def count_issued(event: Event) -> None:
    commands.count_in_circle(area_id=event.area_id or 0, at=event.at, issued=event.data["points"])


@on(events.TAKEN_BACK)
def count_taken_back(event: Event) -> None:
    commands.count_in_circle(area_id=event.area_id or 0, at=event.at, taken_back=event.data["points"])


@on(events.EXPIRED)
def count_expired(event: Event) -> None:
    for area_id, points in event.data["by_area"].items():
        commands.count_in_circle(area_id=int(area_id), at=event.at, expired=points)


@on(events.SETTLED)
def count_redeemed(event: Event) -> None:
    customers = int(event.data["is_first_this_month"])
    commands.count_in_circle(area_id=event.area_id or 0, at=event.at, redeemed=event.data["points"], vouchers=1, customers=customers)


@on(events.REFUNDED)
def count_refunded(event: Event) -> None:
    commands.count_in_circle(area_id=event.area_id or 0, at=event.at, refunded=event.data["points"])
