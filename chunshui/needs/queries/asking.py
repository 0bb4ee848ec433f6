"""What the order form offers to this person in this community."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from chunshui.areas import queries as areas
from chunshui.kernel import crypto, moments
from chunshui.needs import policies
from chunshui.needs.models import Service
from chunshui.needs.queries.menu import menu, propose_services
from chunshui.needs.queries.orders import address_for, served_before
from chunshui.needs.states import URGENT_HOURS, URGENT_OPEN
from chunshui.people import queries as people
from chunshui.people.states import RelationKind

if TYPE_CHECKING:
    from chunshui.areas.models import Area, Place
    from chunshui.needs.models import Need
    from chunshui.people.models import Person


@dataclass(frozen=True)
class Choice:
    """A line of the menu as a choice."""

    code: str
    name: str
    spoken: str
    icon: str
    tone: str
    note: str
    risk: str
    minutes: int

    @property
    def words(self) -> str:
        return f"{self.name}｜{self.note}" if self.note else self.name


@dataclass(frozen=True)
class Known:
    """A person who can be named in a choice."""

    person_id: int
    words: str


@dataclass(frozen=True)
class Standing:
    """An order that stands, when its questions are asked again: what it says now, as the command takes it."""

    fields: dict[str, Any]
    window: str
    in_series: bool
    photos: int

    def says(self, name: str) -> Any:
        return self.fields[name]


@dataclass(frozen=True)
class Asking:
    """What the questions of an order are chosen from, for this person (or nobody yet) in this community."""

    community: Area
    services: list[Choice]
    doors: list[Place]
    home: str = ""
    home_area_id: int = 0
    latitude: float | None = None
    longitude: float | None = None
    helped: list[Known] = field(default_factory=list)
    before: list[Known] = field(default_factory=list)
    is_spoken: bool = False
    #: within how many hours a resident may call something urgent here; 0 where the district offers no urgent orders
    urgent_hours: int = 0
    standing: Standing | None = None

    @property
    def area_id(self) -> int:
        return self.community.pk

    def door(self, address: str) -> Place | None:
        """The known door that a written address begins with."""
        found = [door for door in self.doors if address.strip().startswith(door.name)]
        return max(found, key=lambda door: len(door.name)) if found else None

    def service(self, code: str) -> Choice | None:
        return next((each for each in self.services if each.code == code), None)


def choice(service: Service) -> Choice:
    english = get_language() == "en"
    return Choice(
        code=service.code,
        name=service.name_en if english else service.name,
        spoken=service.spoken_en if english else service.spoken,
        icon=service.icon,
        tone=service.tone,
        note=service.note,
        risk=service.risk_note_en if english else service.risk_note,
        minutes=service.minutes,
    )


def previewed(values: Mapping[str, Any]) -> Choice:
    """A service that is not kept yet, as residents would see it."""
    return choice(Service(**{name: value for name, value in values.items() if name != "service_code"}))


def choices(community_id: int) -> list[Choice]:
    return [choice(service) for service in menu(community_id)]


def asking(actor: Person | None, community: Area, now: datetime, *, is_spoken: bool = False) -> Asking:
    """Before sign-in only the menu and the doors of the community. `is_spoken` names services as people say them."""
    hours = areas.rule(URGENT_HOURS, community, now) if areas.rule(URGENT_OPEN, community, now) else 0
    asked = Asking(community, choices(community.pk), areas.doors(community.pk), is_spoken=is_spoken, urgent_hours=hours)
    if actor is None:
        return asked
    return replace(
        asked,
        home=_home(actor),
        home_area_id=actor.area_id or community.pk,
        latitude=actor.latitude,
        longitude=actor.longitude,
        helped=helped_by(actor),
        before=[Known(person.pk, person.name) for person in served_before(actor.pk)],
    )


def asking_again(actor: Person, need: Need, now: datetime, *, is_spoken: bool = False) -> Asking:
    """The questions of an order that stands: for whom it is and in which community stays; the home shows to the resident and their proxies."""
    asked = asking(need.resident, need.community, now, is_spoken=is_spoken)
    if actor.pk != need.resident_id and not policies.is_proxy(actor, need.resident):
        asked = replace(asked, home="")
    return replace(asked, helped=[], standing=_standing(actor, need, now))


def _standing(actor: Person, need: Need, now: datetime) -> Standing:
    """A window that has passed is asked anew."""
    copied = ("details", "wish", "wish_from", "wish_until", "repeat", "people_needed", "gender", "language", "same_volunteer_id", "danger_note",
              "area_id", "urgent_reason", "urgent_words", "latitude", "longitude")  # fmt: skip
    fields = {name: getattr(need, name) for name in copied}
    fields |= {"service_code": need.service.code, "focus_groups": tuple(need.focus_groups), "dangers": tuple(need.dangers)}
    fields["address"] = address_for(actor, need)
    ahead = need.wish_from is not None and need.wish_until is not None and need.wish_from > now
    window = moments.window(need.wish_from, need.wish_until, now) if ahead and need.wish_from and need.wish_until else ""
    return Standing(fields, window, need.series_id is not None, need.photos.count())


def _home(actor: Person) -> str:
    try:
        return people.opened(actor, "address") if actor.area_id else ""
    except crypto.Unreadable:
        return ""


def community_for(actor: Person | None, remembered: str) -> Area | None:
    """The community of the pages: the one chosen on this device, else where the person lives."""
    if remembered.isdigit():
        chosen = areas.communities().filter(pk=int(remembered)).select_related("parent").first()
        if chosen is not None:
            return chosen
    if actor is not None and actor.community_id:
        return areas.communities().filter(pk=actor.community_id).select_related("parent").first()
    return None


def proposed(text: str, asked: Asking) -> list[Choice]:
    """Services of the menu that the words speak of."""
    return [choice(service) for service in propose_services(text, asked.area_id)]


def by_when(due: datetime | None, now: datetime) -> str:
    """今天下午 4:30 前"""
    return _("%(day)s%(time)s前") % {"day": moments.day(due, now), "time": moments.time(due)} if due else ""


def helped_by(actor: Person) -> list[Known]:
    """Residents for whom the actor may act, with their consent."""
    rows = actor.helps.filter(ended_at=None, person__erased_at=None).select_related("person").order_by("id")
    return [Known(row.person_id, f"{row.person.name}｜{RelationKind(row.kind).label}") for row in rows]
