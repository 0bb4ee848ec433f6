"""What the staff of an area see: the queue by urgency, the figures of today, one order with whom to ask, lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.db.models import Count, Max, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from chunshui.areas import queries as areas
from chunshui.kernel import clock, moments, search
from chunshui.kernel.errors import NotFound
from chunshui.kernel.paging import Page, page
from chunshui.needs.models import Assignment, FollowUp, Need, NeedRows, NeedToken, Offer, Service
from chunshui.needs.queries.dispatch.candidates import Candidate, candidates
from chunshui.needs.queries.slips import CHIPS, title, when
from chunshui.needs.queries.tally import statistics
from chunshui.needs.states import DELIVERING, DISPATCHING, FollowUpState, OfferState, Priority, State
from chunshui.people import queries as people
from chunshui.people.states import FocusGroup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chunshui.areas.models import Area
    from chunshui.people.models import Person

#: 点单, 派单, 送单, 评单: the states that wait for the staff in each
STAGES = {1: frozenset({State.SUBMITTED}), 2: DISPATCHING, 3: DELIVERING, 4: frozenset({State.DELIVERED})}
SOON_MINUTES = 30
WHOLE_BAR = 120
FIGURES_SECONDS = 10
QUEUE_SIZE = 30


def acting_area(actor: Person) -> Area:
    """The area of the role in which the staff act."""
    return areas.visible_area(actor.acting.area_id or 0)


def staff_area(actor: Person) -> Area:
    """As `acting_area`, for a door that no decorator guards; others find nothing."""
    if not actor.is_staff_now or not actor.acting.confirmed:
        raise NotFound
    return acting_area(actor)


def in_area(area: Area) -> NeedRows:
    """Orders of an area and below, by the keys that the queues are indexed on."""
    ids = area.lineage
    rows = Need.objects.all()
    if len(ids) > 3:
        return rows.filter(community_id=ids[2], area_id=area.pk)
    if len(ids) > 2:
        return rows.filter(community_id=ids[2])
    return rows.filter(street_id=ids[1]) if len(ids) == 2 else rows


@dataclass(frozen=True)
class Stage:
    number: int
    name: str
    small: str
    count: int
    late: int


@dataclass(frozen=True)
class Figures:
    """`pleased` in per cent, `answered` in minutes; None while nothing is known."""

    stages: list[Stage]
    done: int
    answered: int | None
    pleased: float | None


def figures(area: Area, now: datetime) -> Figures:
    """The loop at this moment and what became of today; a few seconds old at most."""
    key = f"desk-figures:{area.pk}:{clock.today(now)}"
    found: tuple[dict[int, tuple[int, int]], int, int, Any] | None = cache.get(key)
    if found is None:
        found = (_counts(area, now), _follow_ups_open(area), _done_today(area, now), statistics(area, clock.month_start(now), clock.today(now)))
        cache.set(key, found, FIGURES_SECONDS)
    counts, follow_ups, done, month = found
    answered = month.average_answer_minutes
    pleased = month.pleased_share
    return Figures(_stages(counts, follow_ups), done, round(answered) if answered else None, round(pleased * 100, 1) if pleased is not None else None)


def _counts(area: Area, now: datetime) -> dict[int, tuple[int, int]]:
    states = [state for stage in STAGES.values() for state in stage]
    rows = in_area(area).filter(state__in=states).values("state").annotate(n=Count("id"), late=Count("id", filter=Q(due_at__lt=now)))
    by_state = {row["state"]: (row["n"], row["late"]) for row in rows}
    return {
        number: (sum(by_state.get(state, (0, 0))[0] for state in stage), sum(by_state.get(state, (0, 0))[1] for state in stage))
        for number, stage in STAGES.items()
    }


def _stages(counts: dict[int, tuple[int, int]], follow_ups: int) -> list[Stage]:
    late = {number: _("%(n)d 单超时") % {"n": counts[number][1]} if counts[number][1] else "" for number in (1, 2)}
    small = {
        1: late[1] or _("待受理"),
        2: late[2] or _("待派单"),
        3: _("约好和正在服务"),
        4: _("%(n)d 单待回访") % {"n": follow_ups} if follow_ups else _("待评价"),
    }
    names = {1: _("点单"), 2: _("派单"), 3: _("送单"), 4: _("评单")}
    return [Stage(number, names[number], small[number], counts[number][0], counts[number][1] if number < 3 else 0) for number in STAGES]


def _follow_ups_open(area: Area) -> int:
    return int(open_follow_ups(area).count())


def _done_today(area: Area, now: datetime) -> int:
    midnight = clock.at(clock.today(now))
    return in_area(area).filter(state__in=[State.DELIVERED, State.RATED], delivered_at__gte=midnight).count()


@dataclass(frozen=True)
class QueueRow:
    need: Need
    title: str
    who: str
    meta: str
    chips: list[str]
    clock: str
    kind: str
    value: int
    level: str


def queue(area: Area, stage: int, now: datetime, text: str = "", cursor: str = "") -> tuple[Page[Need], list[QueueRow]]:
    """The orders of a stage, the least time left first; a search looks through all stages."""
    states = frozenset().union(*STAGES.values()) if text else STAGES[stage]
    rows = in_area(area).filter(state__in=states, due_at__isnull=False).select_related("resident", "service")
    found = page(searched(rows, text), ("due_at", "id"), cursor, QUEUE_SIZE)
    return found, [queue_row(need, now) for need in found.rows]


def searched(rows: NeedRows, text: str) -> NeedRows:
    """Orders by number, by words of two characters and more, or by the last four digits of the resident's phone."""
    words = text.strip()
    if len(words) == 4 and words.isdigit():
        return rows.filter(resident__in=people.people_matching(words))
    for token in sorted(search.bigrams(words))[:12]:
        rows = rows.filter(pk__in=NeedToken.objects.filter(token=token).values("need_id"))
    return rows


def queue_row(need: Need, now: datetime) -> QueueRow:
    left = int((need.due_at - now).total_seconds() // 60) if need.due_at else 0
    kind = "late" if left < 0 else "soon" if left < SOON_MINUTES else ""
    shown = moments.spell(abs(left)) if abs(left) < 60 * 48 else _("%(n)d 天") % {"n": abs(left) // 1440}
    words = _("超时 %(time)s") % {"time": shown} if left < 0 else _("剩 %(time)s") % {"time": shown}
    if need.state in DELIVERING:
        words, kind = str(need.get_state_display()), ""
    value = 100 if left < 0 else max(4, 100 - left * 100 // WHOLE_BAR) if left < WHOLE_BAR else 4
    return QueueRow(need, title(need), who(need, now), when(need, now), chips(need), words, kind, value, level_words(need))


def who(need: Need, now: datetime) -> str:
    age = people.age(need.resident, now)
    name = f"{need.resident.name} " + _("%(n)d 岁") % {"n": age} if age else need.resident.name
    return f"{name} · {need.rough_place}"


def chips(need: Need) -> list[str]:
    """Grey chips: groups of people are not coloured."""
    return [str(FocusGroup(each).label) for each in need.focus_groups if each in FocusGroup.values]


def level_words(need: Need) -> str:
    """To whom an overdue order has climbed."""
    return {1: _("已升到街道"), 2: _("已升到区")}.get(need.level, "")


@dataclass(frozen=True)
class Place:
    """A place of an order as the desk works it."""

    assignment: Assignment
    name: str
    when: str
    state: str
    is_planned: bool
    is_present: bool


def places(need: Need, now: datetime) -> list[Place]:
    rows = Assignment.objects.filter(need=need).select_related("volunteer").order_by("id")
    return [_place(row, now) for row in rows]


def _place(row: Assignment, now: datetime) -> Place:
    planned = moments.window(row.planned_from, row.planned_until, now) if row.planned_from and row.planned_until else ""
    return Place(row, row.volunteer.name, planned, str(row.get_state_display()), row.state == "planned", row.state == "present")


@dataclass(frozen=True)
class Asked:
    offer: Offer
    name: str
    until: str


def asked(need: Need, now: datetime) -> list[Asked]:
    """Who has been asked and not yet answered."""
    rows = Offer.objects.filter(need=need, state=OfferState.OPEN).select_related("volunteer").order_by("id")
    return [Asked(row, row.volunteer.name, moments.short(row.answer_by, now)) for row in rows]


def ranked_for(actor: Person, need: Need, now: datetime, limit: int) -> list[Candidate]:
    """The candidates of an order as the desk shows them: a few seconds old at most, and new as soon as anybody is asked or answers.

    Who is asked in the end is checked afresh by the command.
    """
    asked = Offer.objects.filter(need=need).aggregate(last=Max("id"), waiting=Count("id", filter=Q(state=OfferState.OPEN)))
    stands = (need.pk, need.state, need.places_filled, need.priority, asked["last"], asked["waiting"], actor.acting.role_id, get_language())
    key = "desk-candidates:" + ":".join(str(each) for each in stands)
    found: list[Candidate] | None = cache.get(key)
    if found is None:
        found = candidates(actor, need, now, limit)
        cache.set(key, found, FIGURES_SECONDS)
    return found


def open_follow_ups(area: Area) -> Any:
    rows = FollowUp.objects.filter(state=FollowUpState.OPEN)
    ids = area.lineage
    if len(ids) > 2:
        return rows.filter(need__community_id=ids[2])
    return rows.filter(need__street_id=ids[1]) if len(ids) == 2 else rows


def follow_ups(area: Area, *, ended: bool = False, cursor: str = "", size: int = 30) -> Page[FollowUp]:
    """Poor ratings, complaints and reports, the most pressing first; or those that ended, the latest first."""
    if not ended:
        return page(open_follow_ups(area).select_related("need__resident", "need__service"), ("due_at", "id"), cursor, size)
    rows = FollowUp.objects.exclude(state=FollowUpState.OPEN).filter(need__in=in_area(area))
    return page(rows.select_related("need__resident", "need__service", "handled_by"), ("-id",), cursor, size)


@dataclass(frozen=True)
class Filters:
    text: str = ""
    state: str = ""
    service: str = ""
    since: date | None = None
    until: date | None = None


def listed(area: Area, filters: Filters) -> NeedRows:
    rows = searched(in_area(area), filters.text)
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.service:
        rows = rows.filter(service__code=filters.service)
    if filters.since:
        rows = rows.filter(placed_at__gte=clock.at(filters.since))
    if filters.until:
        rows = rows.filter(placed_at__lt=clock.at(filters.until, 24))
    return rows


@dataclass(frozen=True)
class Line:
    """An order in a list: names are masked here, the order's own page shows them."""

    need: Need
    title: str
    name: str
    placed: str
    when: str
    state: str
    kind: str
    level: str


def needs_list(area: Area, filters: Filters, now: datetime, cursor: str = "", size: int = 40) -> tuple[Page[Need], list[Line]]:
    found = page(listed(area, filters).select_related("resident", "service", "community"), ("-id",), cursor, size)
    return found, [_line(need, now) for need in found.rows]


def _line(need: Need, now: datetime) -> Line:
    kind = CHIPS.get(State(need.state), ("", ""))[0]
    placed = moments.short(need.placed_at, now)
    return Line(need, title(need), need.resident.masked_name, placed, when(need, now), str(need.get_state_display()), kind, level_words(need))


def needs_to_export(area: Area, filters: Filters) -> Iterator[list[Any]]:
    """Masked cells of every order found, oldest first."""
    rows = listed(area, filters).select_related("resident", "service", "community", "rating").order_by("id")
    for need in rows.iterator(chunk_size=1000):
        rating = getattr(need, "rating", None)
        placed = clock.local(need.placed_at).replace(tzinfo=None)
        yield [
            need.number,
            str(need.community),
            title(need),
            need.resident.masked_name,
            str(need.get_channel_display()),
            placed,
            str(need.get_state_display()),
            need.people_needed,
            need.places_filled,
            rating.stars if rating else None,
        ]


def map_of(need: Need, candidates: list[Any]) -> dict[str, Any]:
    """What the map shows; the list beside it says the same."""
    community = need.community
    return {
        "home": [need.latitude, need.longitude],
        "label": str(_("居民家")),
        "people": [{"id": each.person_id, "name": each.name, "at": [each.latitude, each.longitude]} for each in candidates],
        "centre": [community.latitude, community.longitude],
        "reach": 300,
        "words": {"in": str(_("放大")), "out": str(_("缩小")), "note": str(_("示意图，不是正式地图"))},
    }


def is_urgent(need: Need) -> bool:
    return need.priority == Priority.URGENT


def is_model(community: Area) -> bool:
    """The community whose hand-drawn map the demonstration ships."""
    return community.name == "黎明社区"


def services_by_id() -> dict[int, Service]:
    return {service.pk: service for service in Service.objects.all()}
