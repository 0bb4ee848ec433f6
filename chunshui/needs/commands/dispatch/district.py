"""Keep the district of the engine: built from the tables by night, and after each event the rows that it touched are read anew."""

from __future__ import annotations

import os
from collections.abc import Collection
from datetime import datetime

from chunshui.kernel import clock
from chunshui.kernel import events as kernel
from chunshui.kernel.models import Event
from chunshui.matching import District, FullError
from chunshui.matching.district import CURRENT
from chunshui.needs import events
from chunshui.needs.queries.dispatch import district as districts
from chunshui.people import events as people

FULL = "full"
"""The file that says so."""
LATE_IDS = 1000
"""Events that may become visible after one with a higher id."""
PEOPLE_EVENTS = (
    people.PERSON_CHANGED, people.VOLUNTEER_REGISTERED, people.VOLUNTEER_REVIEWED, people.VOLUNTEER_CHANGED, people.VOLUNTEER_PAUSED,
    people.VOLUNTEER_RESUMED, people.VOLUNTEER_LEFT, people.CREDENTIAL_REVIEWED, people.ERASED,
)  # fmt: skip
NEEDS_EVENTS = (
    events.OFFERED, events.OFFER_ACCEPTED, events.OFFER_DECLINED, events.OFFER_EXPIRED, events.OFFER_WITHDRAWN, events.OFFER_FILLED,
    events.STAFFED, events.RELEASED, events.ABSENT, events.CHECKED_OUT, events.DELIVERED, events.CANCELLED, events.REFERRED, events.MERGED,
    events.CHANGED,
)  # fmt: skip


def build_district(*, now: datetime) -> int:
    """Write the whole district anew; how many volunteers it has. What happens meanwhile is read again afterwards."""
    place = districts.folder()
    if place is None:
        return 0
    mark = kernel.latest()
    volunteers, visits, parallel = districts.whole(now)
    District.build(place, volunteers, parallel, visits=visits, mark=mark)
    (place / FULL).unlink(missing_ok=True)
    os.utime(place / CURRENT, (now.timestamp(), now.timestamp()))
    missed = Event.objects.filter(pk__gt=mark - LATE_IDS, name__in=(*PEOPLE_EVENTS, *NEEDS_EVENTS)).order_by("pk")
    for event in missed:
        follow_event(event=event, now=now)
    return len(volunteers)


def mend_district(*, now: datetime) -> int:
    """Write the district anew when it is missing or of yesterday; how many volunteers it has then, else 0."""
    written = districts.written_at()
    if not district_is_missing() and (written is None or clock.today(written) >= clock.today(now)):
        return 0
    return build_district(now=now)


def district_is_missing() -> bool:
    """Whether this database has no district, or one that is full or ahead of it (another database stood here before)."""
    place = districts.folder()
    if place is None:
        return False
    try:
        return (place / FULL).exists() or District.open(place).mark > kernel.latest()
    except (FileNotFoundError, ValueError):
        return True


def follow_event(*, event: Event, now: datetime) -> None:
    """Read the people anew whom an event touches. Harmless when repeated."""
    named = {event.data.get("volunteer_id") or 0, *event.data.get("volunteer_ids", ()), *event.data.get("asked_ids", ())} - {0}
    if event.subject == "need":
        refresh_people(volunteer_ids=districts.touched(event.subject_id, named), need_id=event.subject_id, now=now)
    else:
        refresh_people(volunteer_ids={event.subject_id, *named}, need_id=None, now=now)


def refresh_people(*, volunteer_ids: Collection[int], need_id: int | None, now: datetime) -> None:
    """Write the rows of these people as the tables have them now; a visit to this order that is off is taken out.

    When there is no room left, a worker writes the district anew within a minute: not here, where the database may be held.
    """
    place = districts.folder()
    if place is None or not volunteer_ids:
        return
    try:
        _refresh(District.open(place, "r+"), set(volunteer_ids), need_id, now)
    except FileNotFoundError:
        return
    except FullError:
        (place / FULL).touch()


def _refresh(district: District, volunteer_ids: set[int], need_id: int | None, now: datetime) -> None:
    ids, facts, past = districts.read(volunteer_ids, district.parallel, now)
    if ids.size:
        district.add(ids, is_active=True, **facts)
    gone = [pk for pk in volunteer_ids - set(ids.tolist()) if district.knows(pk)]
    if gone:
        district.put(gone, is_active=False)
    for order, volunteer, start, until in past.visits:
        district.hold(order, volunteer, start, until)
    if need_id is not None:
        held = {volunteer for order, volunteer, _start, _until in past.visits if order == need_id}
        for volunteer in volunteer_ids - held:
            district.release(need_id, volunteer)
