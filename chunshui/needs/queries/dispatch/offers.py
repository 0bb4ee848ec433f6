"""What a volunteer sees: questions waiting for an answer, places taken, and the open list; always without address and full name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, hypot, radians
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from chunshui.areas import queries as areas
from chunshui.kernel.errors import NotFound
from chunshui.needs import policies
from chunshui.needs.models import Assignment, Need, Offer
from chunshui.needs.queries.dispatch import fit, times, wording
from chunshui.needs.queries.dispatch import pool as pools
from chunshui.needs.states import FIRST_WAVE, HOLDING, REVIEWING, AssignmentState, OfferSource, OfferState, State
from chunshui.notices import queries as notices
from chunshui.people import queries as people

if TYPE_CHECKING:
    from chunshui.needs.models import Service
    from chunshui.people.models import Person

NEED_ROWS = ("resident", "service", "area", "community", "street")


@dataclass(frozen=True)
class Masked:
    """An order as a volunteer may see it before accepting."""

    need_id: int
    number: str
    service: Service
    title: str
    resident: str
    rough_place: str
    community: str
    wish: str
    start: datetime
    until: datetime
    minutes: int
    metres: int
    walk_minutes: int
    knows: int
    people_needed: int
    places_left: int
    priority: int
    dangers: list[str]


@dataclass(frozen=True)
class Question:
    """An open question to a volunteer; `wording` says why this person was asked."""

    offer_id: int
    sent_at: datetime
    answer_by: datetime
    order: Masked
    reasons: list[wording.Reason]


def visible_offer(actor: Person, offer_id: int, *, lock: bool = False) -> Offer:
    """The one way to reach an offer; missing and hidden look the same."""
    rows = Offer.objects.select_for_update(of=("self",)) if lock else Offer.objects.all()
    offer = rows.select_related("need__area", "need__resident", "need__service", "volunteer").filter(pk=offer_id).first()
    if offer is None or not policies.can_view_offer(actor, offer):
        raise NotFound
    return offer


def visible_assignment(actor: Person, assignment_id: int, *, lock: bool = False) -> Assignment:
    rows = Assignment.objects.select_for_update(of=("self",)) if lock else Assignment.objects.all()
    assignment = rows.select_related("need__area", "need__resident", "need__service", "volunteer").filter(pk=assignment_id).first()
    if assignment is None or not policies.can_view_assignment(actor, assignment):
        raise NotFound
    return assignment


def locked_needs(need_ids: Iterable[int], *, along: Sequence[str] = NEED_ROWS) -> dict[int, Need]:
    """Several orders, held in the order of their ids so that no two commands wait for each other; `along` are the rows read with them."""
    rows = Need.objects.select_for_update(of=("self",)).select_related(*along)
    return {need.pk: need for need in rows.filter(pk__in=list(need_ids)).order_by("pk")}


def hold_volunteers(volunteer_ids: Iterable[int]) -> list[int]:
    """Hold active volunteers, in the order of their ids and after the orders, so that two commands cannot overfill one person's day."""
    rows = people.active_volunteers(lock=True).filter(pk__in=list(volunteer_ids)).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def open_offers(need: Need) -> list[Offer]:
    return list(need.offers.filter(state=OfferState.OPEN).select_related("volunteer").order_by("id"))


def open_offer_to(need: Need, volunteer_id: int) -> Offer:
    return need.offers.get(volunteer_id=volunteer_id, state=OfferState.OPEN)


def people_asked(need: Need) -> int:
    """How many different people were asked about an order."""
    return need.offers.exclude(source=OfferSource.CLAIM).values("volunteer_id").distinct().count()


def orders_with_due_offers(now: datetime, limit: int) -> list[int]:
    """Orders with a question whose time is up, the longest overdue first."""
    due = Offer.objects.filter(state=OfferState.OPEN, answer_by__lte=now).order_by("answer_by", "id").values_list("need_id", flat=True)
    return list(dict.fromkeys(due[:limit]))


def never_asked(now: datetime, limit: int) -> list[int]:
    """Waiting orders of which nobody was asked, where the platform may begin; nothing outside office hours.

    When there are more than `limit`, each minute has its own part of them, so that those for whom nobody fits hold nobody else back.
    """
    if not areas.is_working_time(now):
        return []
    waiting = Need.objects.filter(~Exists(Offer.objects.filter(need_id=OuterRef("pk"))), state=State.WAITING).order_by("due_at", "id")
    rows = list(waiting.values_list("pk", "area__path"))
    may_begin = areas.rules_along([FIRST_WAVE], [path for _pk, path in rows], now)
    ids = [pk for (pk, _path), (begins,) in zip(rows, may_begin, strict=True) if begins]
    if len(ids) <= limit:
        return ids
    parts = -(-len(ids) // limit)
    first = int(now.timestamp() // 60) % parts * limit
    return ids[first : first + limit]


def place_held(need: Need, volunteer_id: int) -> Assignment | None:
    return need.assignments.filter(volunteer_id=volunteer_id, state__in=HOLDING).first()


def was_waiting(need: Need) -> bool:
    """Whether volunteers could ever have seen this order: it passed review."""
    if need.state == State.CANCELLED:
        return need.accepted_at is not None
    return need.state not in REVIEWING | {State.DECLINED, State.REFERRED, State.MERGED}


def offer_told_of(offer_id: int) -> Offer | None:
    """The offer of an event, for a reaction."""
    return Offer.objects.select_related("volunteer", *(f"need__{name}" for name in NEED_ROWS)).filter(pk=offer_id).first()


def pool_of(volunteer_ids: Iterable[int], need: Need, now: datetime, *, but: Collection[int] | None = None, judging: bool = False) -> pools.Pool:
    """These volunteers as the engine's arrays about this order; visits to it do not stand against them, nor to others in `but`.

    `judging`: they have said yes, so that only what they have agreed to matters.
    """
    return pools.load(pools.rows_of(volunteer_ids), need.latitude, now, but=(need.pk,) if but is None else but, judging=judging)


def quiet_until(moment: datetime, need: Need) -> datetime:
    """When a message about this order may sound: at once, or at the end of the quiet hours."""
    return notices.after_quiet(moment, need.area)


def offers_of(actor: Person, now: datetime) -> list[Question]:
    """The actor's open questions, the most pressing first."""
    offers = list(
        Offer.objects.filter(volunteer_id=actor.pk, state=OfferState.OPEN)
        .select_related(*(f"need__{name}" for name in NEED_ROWS))
        .order_by("answer_by", "id")
    )
    place = home_of(actor)
    cases = fit.cases([offer.need for offer in offers], now)
    return [
        Question(
            offer.pk,
            offer.sent_at,
            offer.answer_by,
            masked(_visit(cases[offer.need_id], actor.pk), cases[offer.need_id], place, actor.pk),
            wording.words(offer.reasons, offer.need, now),
        )
        for offer in offers
    ]


def _visit(case: fit.Case, volunteer_id: int) -> times.Visit:
    """When the volunteer would come, were the answer yes now."""
    visit = fit.visit_for(case, volunteer_id)
    if isinstance(visit, times.Visit):
        return visit
    start = case.need.wish_from or case.now
    return case.found[0] if case.found else times.Visit(start, start + timedelta(minutes=case.need.minutes))


def proposed_visit(need: Need, volunteer_id: int, now: datetime) -> tuple[datetime, datetime]:
    """From when to when this volunteer would come to this order."""
    visit = _visit(fit.case(need, now), volunteer_id)
    return visit.start, visit.end


def masked(visit: times.Visit, case: fit.Case, place: tuple[float, float] | None, volunteer_id: int) -> Masked:
    need, now = case.need, case.now
    away = metres_between(place, need)
    return Masked(
        need_id=need.pk,
        number=need.number,
        service=need.service,
        title=need.title,
        resident=need.resident.masked_name,
        rough_place=need.rough_place,
        community=str(need.community),
        wish=wording.wish_words(need, now),
        start=visit.start,
        until=visit.end,
        minutes=need.minutes,
        metres=away,
        walk_minutes=wording.walk_minutes(away),
        knows=case.known.get(volunteer_id, 0),
        people_needed=need.people_needed,
        places_left=fit.places_left(need),
        priority=need.priority,
        dangers=list(need.dangers),
    )


def metres_between(place: tuple[float, float] | None, need: Need) -> int:
    if place is None:
        return 0
    north = (place[0] - need.latitude) * pools.METRES_A_DEGREE
    east = (place[1] - need.longitude) * pools.METRES_A_DEGREE * cos(radians(need.latitude))
    return round(hypot(north, east))


def home_of(actor: Person) -> tuple[float, float] | None:
    if actor.latitude is not None and actor.longitude is not None:
        return actor.latitude, actor.longitude
    return (actor.community.latitude, actor.community.longitude) if actor.community else None


def assignments_of(actor: Person, now: datetime, *, days: int = 30) -> list[Assignment]:
    """The actor's places: what is ahead first, then what was done in the last days. The volunteer holds a place, so the order is whole."""
    mine = Assignment.objects.filter(volunteer_id=actor.pk, state__in=HOLDING).select_related(*(f"need__{name}" for name in NEED_ROWS))
    ahead = mine.exclude(state=AssignmentState.DONE).order_by("planned_from", "id")
    done = mine.filter(state=AssignmentState.DONE, made_at__gte=now - timedelta(days=days)).order_by("-id")
    return [*ahead[:50], *done[:50]]
