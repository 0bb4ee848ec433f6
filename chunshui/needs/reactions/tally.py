"""Count orders by month, community and service. Each delivery of an event runs once, so a fact counts once."""

from __future__ import annotations

from chunshui.kernel.events import on
from chunshui.kernel.models import Event
from chunshui.needs import commands, events, queries


@on(events.PLACED)
def count_placed(event: Event) -> None:
    commands.count(need=queries.need_told_of(event.subject_id), at=event.at, placed=1, service_code=event.data["service"], area_id=event.area_id)


@on(events.CHANGED)
def move_placed(event: Event) -> None:
    """An order completed with another service or community counts there from now on."""
    was, becomes = event.data.get("was"), event.data.get("becomes")
    if was and becomes:
        need = queries.need_told_of(event.subject_id)
        commands.count(need=need, at=need.placed_at, placed=-1, service_code=was["service"], area_id=was["area"])
        commands.count(need=need, at=need.placed_at, placed=1, service_code=becomes["service"], area_id=becomes["area"])


@on(events.ACCEPTED)
def count_answered(event: Event) -> None:
    need = queries.need_told_of(event.subject_id)
    minutes = max(0, int((event.at - need.placed_at).total_seconds() // 60))
    commands.count(need=need, at=event.at, answered=1, answer_minutes=minutes)


@on(events.DELIVERED)
def count_delivered(event: Event) -> None:
    commands.count(need=queries.need_told_of(event.subject_id), at=event.at, delivered=1, minutes=event.data["minutes"])


@on(events.RATED)
def count_rated(event: Event) -> None:
    stars = event.data["stars"]
    need = queries.need_told_of(event.subject_id)
    commands.count(need=need, at=event.at, rated=1, stars=stars, pleased=int(stars >= queries.PLEASED_STARS))


@on(events.CANCELLED)
def count_cancelled(event: Event) -> None:
    commands.count(need=queries.need_told_of(event.subject_id), at=event.at, cancelled=1)
