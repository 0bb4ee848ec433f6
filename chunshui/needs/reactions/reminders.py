"""The day before a visit: both sides are told once, in their own language; a place given back meanwhile is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chunshui.kernel import clock
from chunshui.kernel.events import on
from chunshui.kernel.models import Event
from chunshui.needs import events, queries
from chunshui.notices import commands as notices

if TYPE_CHECKING:
    from chunshui.needs.models import Assignment
    from chunshui.people.models import Person

VOLUNTEER = (
    gettext_noop("明天去帮忙：%(title)s"),
    gettext_noop("%(when)s，%(place)s。到了先对服务码。来不了请早点说一声，我们好另外找人。"),
)
RESIDENT = (
    gettext_noop("明天有人来：%(title)s"),
    gettext_noop("%(when)s，%(who)s会来。服务码 %(code)s，先对码再开门。要改要取消，请早点说。"),
)


@on(events.REMINDED)
def remind_people(event: Event) -> None:
    places = queries.places_told_of(event.data["assignment_ids"])
    for place in places:
        _tell(place.volunteer, VOLUNTEER, [place], event, key=f"remind:{place.pk}")
    if places:
        need, day = places[0].need, clock.today(places[0].planned_from or event.at)
        for person in {need.resident_id: need.resident, need.placed_by_id: need.placed_by}.values():
            if person.erased_at is None:
                _tell(person, RESIDENT, places, event, key=f"remind:{need.pk}:{person.pk}:{day}")


def _tell(person: Person, text: tuple[str, str], places: list[Assignment], event: Event, *, key: str) -> None:
    place, need = places[0], places[0].need
    with translation.override(person.language):
        start = place.planned_from or need.wish_from or event.at
        values = {
            "title": queries.title(need),
            "when": queries.clock_words(start, place.planned_until, event.at),
            "place": need.rough_place,
            "who": _("、").join(each.volunteer.name for each in places),
            "code": need.service_code,
        }
        title, body = _(text[0]) % values, _(text[1]) % values
    at = event.at
    notices.notify(person_id=person.pk, key=key, kind=event.name, title=title, body=body, url=f"/needs/{need.pk}/", sms=True, at=at)
