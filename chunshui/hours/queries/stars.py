"""Reads of stars: a volunteer's level and way, the queue, the publicity list, the five-star list, privileges."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Max, Q, QuerySet, Sum

from chunshui.areas import queries as areas
from chunshui.hours.models.records import Record
from chunshui.hours.models.stars import Objection, Privilege, Star, StarRows
from chunshui.hours.policies import stars as policies
from chunshui.hours.states import RecordState
from chunshui.hours.states.stars import LEVELS, STAR_HOURS, STAR_PUBLICITY, STAR_STREET_MOST, TOP, ObjectionState, StarState
from chunshui.kernel import clock, paging
from chunshui.kernel.errors import NotFound
from chunshui.people import queries as people
from chunshui.people.states import STAFF, ConsentKind

if TYPE_CHECKING:
    from chunshui.areas.models import Area
    from chunshui.people.models import Person

SIZE = 30
WORKING_MINUTES = (areas.CLOSES - areas.OPENS) * 60


@dataclass(frozen=True)
class LevelLine:
    """One level as a volunteer sees it: what it takes, who decides, and whether it can be applied for now."""

    level: int
    hours: int
    area: Area
    is_held: bool
    is_reached: bool


@dataclass(frozen=True)
class StarsOf:
    """A volunteer's stars: the level held, what counts, the next goal, and every application."""

    level: int
    minutes: int
    lines: list[LevelLine]
    next: LevelLine | None
    open: Star | None
    stars: list[Star]

    @property
    def hours(self) -> int:
        return self.minutes // 60

    @property
    def left(self) -> int:
        """Whole hours that the next level still takes."""
        return max(0, self.next.hours - self.hours) if self.next else 0

    @property
    def choices(self) -> list[LevelLine]:
        return [line for line in self.lines if line.level > self.level and line.is_reached]


@dataclass(frozen=True)
class StarPage:
    """A star as the person who looks may see it."""

    star: Star
    name: str
    is_own: bool
    objections: list[Objection]
    can_object: bool
    can_review: bool
    can_grant: bool
    waits_for: str


def visible_star(actor: Person, star_id: int, *, lock: bool = False) -> Star:
    """The one way to reach a star; missing and hidden look the same."""
    rows = Star.objects.select_for_update(of=("self",)) if lock else Star.objects.all()
    star = rows.select_related("area", "home", "person").filter(pk=star_id).first()
    if star is None or not policies.can_view_star(actor, star):
        raise NotFound
    return star


def visible_objection(actor: Person, objection_id: int, *, lock: bool = False) -> Objection:
    """For the staff of the unit, and for who objected."""
    rows = Objection.objects.select_for_update(of=("self",)) if lock else Objection.objects.all()
    row = rows.select_related("star__area", "star__home", "star__person", "proof__area", "proof__person").filter(pk=objection_id).first()
    thing = (row.star or row.proof) if row else None
    if row is None or thing is None or not (actor.pk == row.by_id or actor.acting.reaches(thing.area.path)):
        raise NotFound
    return row


def counting_minutes(person_id: int) -> int:
    """Minutes of all records in force."""
    rows = Record.objects.filter(person_id=person_id, state=RecordState.EFFECTIVE)
    return rows.aggregate(total=Sum("minutes"))["total"] or 0


def star_level(person_id: int) -> int:
    """The highest level that is granted; 0 for none."""
    return Star.objects.granted().filter(person_id=person_id).aggregate(top=Max("level"))["top"] or 0


def star_levels(person_ids: Collection[int]) -> dict[int, int]:
    rows = Star.objects.granted().filter(person_id__in=person_ids).order_by().values_list("person_id").annotate(Max("level"))
    return {**dict.fromkeys(person_ids, 0), **dict(rows)}


def hours_of_levels(area: Area, now: datetime) -> dict[int, int]:
    """Hours that each level takes by the rules in force."""
    found = areas.rules_of(list(STAR_HOURS.values()), area, now)
    return {level: found[rule.key] for level, rule in STAR_HOURS.items()}


def deciding_area(home: Area, level: int, now: datetime) -> Area:
    """The street for the lower levels, the district for the rest."""
    line = areas.lineage(home)
    if level <= areas.rule(STAR_STREET_MOST, home, now) and line.street_id:
        return areas.visible_area(line.street_id)
    return areas.visible_area(home.lineage[0])


def stars_of(person: Person, now: datetime) -> StarsOf:
    """A volunteer's own page."""
    rows = list(Star.objects.filter(person=person).select_related("area").order_by("-id")[:50])
    level = max((row.level for row in rows if row.state == StarState.GRANTED), default=0)
    minutes = counting_minutes(person.pk)
    lines = _lines(person, level, minutes, now)
    coming = next((line for line in lines if line.level > level), None)
    waiting = next((row for row in rows if row.state in (StarState.APPLIED, StarState.REVIEWED, StarState.PUBLISHED)), None)
    return StarsOf(level, minutes, lines, coming, waiting, rows)


def _lines(person: Person, level: int, minutes: int, now: datetime) -> list[LevelLine]:
    home = person.community or person.area
    if home is None:
        return []
    hours, most = hours_of_levels(home, now), areas.rule(STAR_STREET_MOST, home, now)
    line = areas.lineage(home)
    units = {area.pk: area for area in [*areas.ancestors(home), home]}
    low, high = units.get(line.street_id or 0, units[home.lineage[0]]), units[home.lineage[0]]
    return [LevelLine(each, hours[each], low if each <= most else high, each <= level, minutes >= 60 * hours[each]) for each in LEVELS]


def star_page(actor: Person, star_id: int, now: datetime) -> StarPage:
    star = visible_star(actor, star_id)
    is_own, is_staff = actor.pk == star.person_id, actor.acting.reaches(star.area.path) or actor.acting.reaches(star.home.path)
    rows = star.objections.select_related("by").order_by("id")
    seen = rows if is_staff or is_own else rows.filter(by_id=actor.pk)
    return StarPage(
        star=star,
        name=star.person.name if is_own or is_staff else shown_name(star.person, now),
        is_own=is_own,
        objections=list(seen[:50]),
        can_object=bool(policies.can_object_to_star(actor, star)) and is_in_publicity(star, now),
        can_review=bool(policies.can_review_star(actor, star)),
        can_grant=bool(policies.can_grant_star(actor, star)) and not waits_for(star, now),
        waits_for=waits_for(star, now),
    )


def publicity_end(star: Star, now: datetime) -> datetime:
    """The end of the last of the working days in which objections are heard; the day of the publication does not count."""
    days: int = areas.rule(STAR_PUBLICITY, star.home, now)
    morning = clock.at(clock.today(now), 24)
    return areas.working_deadline(morning, days * WORKING_MINUTES)


def is_in_publicity(star: Star, now: datetime) -> bool:
    return star.state == StarState.PUBLISHED and star.publicity_until is not None


def waits_for(star: Star, now: datetime) -> str:
    """Why a published star cannot be granted yet: "days", "objection", "hours"; empty when it can."""
    if star.state != StarState.PUBLISHED or star.publicity_until is None:
        return ""
    if now < star.publicity_until:
        return "days"
    if star.objections.filter(state=ObjectionState.OPEN).exists():
        return "objection"
    return "hours" if counting_minutes(star.person_id) < 60 * hours_of_levels(star.home, now)[star.level] else ""


def shown_name(person: Person, now: datetime) -> str:
    """The whole name of who agreed to be shown; masked for everybody else."""
    return person.name if people.has_consent(person.pk, ConsentKind.PUBLISH, now) else person.masked_name


def star_queue(actor: Person, cursor: str = "", *, size: int = SIZE) -> paging.Page[Star]:
    """What waits in the actor's area, the oldest first, with the objections that are open."""
    if actor.acting.kind not in STAFF or not actor.acting.area_path or not actor.acting.confirmed:
        raise NotFound
    path = actor.acting.area_path
    rows = Star.objects.open().filter(Q(area__path__startswith=path) | Q(home__path__startswith=path))
    return paging.page(rows.select_related("area", "home", "person").distinct(), ["id"], cursor, size)


def published_stars(area: Area | None, cursor: str = "", *, size: int = SIZE) -> paging.Page[Star]:
    """Stars in publicity, for everybody who is signed in."""
    rows = Star.objects.filter(state=StarState.PUBLISHED, person__erased_at=None)
    rows = rows.filter(home__path__startswith=area.path) if area else rows
    return paging.page(rows.select_related("area", "home", "person"), ["-id"], cursor, size)


def five_stars(area: Area | None = None, text: str = "") -> StarRows:
    """The volunteers of the highest level; `text` finds a volunteer number or a community's name: names are masked, so they find nobody."""
    rows = Star.objects.granted().filter(level=TOP, person__erased_at=None)
    rows = rows.filter(home__path__startswith=area.path) if area else rows
    if text.strip():
        rows = rows.filter(Q(person__volunteer__number__startswith=text.strip()) | Q(home__name__contains=text.strip()))
    return rows.select_related("home", "person__volunteer")


def find_five_stars(area: Area | None, text: str = "", cursor: str = "", *, size: int = SIZE) -> paging.Page[Star]:
    return paging.page(five_stars(area, text), ["-id"], cursor, size)


def names_shown(rows: Collection[Star], now: datetime) -> dict[int, str]:
    """The name of each person as a public list may show it; one query for all consents."""
    agreed = people.who_agree({row.person_id for row in rows}, ConsentKind.PUBLISH, now)
    return {row.person_id: row.person.name if row.person_id in agreed else row.person.masked_name for row in rows}


def five_stars_to_export(actor: Person, area: Area | None) -> Iterator[Star]:
    policies.can_export_five_stars(actor).or_refuse()
    return iter(five_stars(area).order_by("id").iterator(chunk_size=500))


def visible_privilege(privilege_id: int, *, lock: bool = False) -> Privilege:
    """Privileges are public."""
    rows = Privilege.objects.select_for_update(of=("self",)) if lock else Privilege.objects.all()
    row = rows.filter(pk=privilege_id, ended_at=None).first()
    if row is None:
        raise NotFound
    return row


def may_offer_privilege(actor: Person) -> bool:
    """Whether the page offers to change the list."""
    return bool(actor.pk) and bool(policies.can_offer_privilege(actor))


def privileges(now: datetime) -> dict[int, list[Privilege]]:
    """What each level is given today, by level."""
    day = clock.today(now)
    rows: QuerySet[Privilege] = Privilege.objects.filter(ended_at=None, since__lte=day).filter(Q(until=None) | Q(until__gte=day))
    found: dict[int, list[Privilege]] = {level: [] for level in LEVELS}
    for row in rows.order_by("level", "id")[:200]:
        found[row.level].append(row)
    return found
