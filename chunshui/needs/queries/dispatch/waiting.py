"""The waiting orders of an area as the engine's arrays, for a round: columns are read straight from the tables, no row becomes an object."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from django.conf import settings
from django.db import connection

from chunshui.areas import queries as areas
from chunshui.kernel.models import Event
from chunshui.matching import Orders, Time, project
from chunshui.needs.models import Assignment, Need, Offer, Service
from chunshui.needs.queries.dispatch import district as districts
from chunshui.needs.queries.dispatch import times
from chunshui.needs.states import HARD_REACH, HOLDING, AssignmentState, Danger, OfferState, Priority, State
from chunshui.people import queries as people

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from chunshui.areas.models import Area

    Ints = NDArray[np.int64]

ROW = (
    "pk", "resident_id", "service_id", "area_id", "wish_from", "wish_until", "minutes", "latitude", "longitude", "people_needed",
    "places_filled", "gender", "language", "priority", "placed_at", "same_volunteer_id", "dangers",
)  # fmt: skip
NOT_AGAIN = (AssignmentState.RELEASED, AssignmentState.ABSENT)
"""Who gave a place back or did not come is not asked about that order again."""
OUT = {OfferState.OPEN, OfferState.DECLINED}


KEPT = timedelta(minutes=10)
LATE_IDS = 1000
"""So far back an event may be told after a later one."""
_kept: list[tuple[tuple[str, int, float, tuple[int, int]], datetime, Waiting]] = []


@dataclass(frozen=True)
class Waiting:
    """`orders` can still be served; of `over` the time has passed. `service_ids` by index of the order."""

    orders: Orders
    over: list[int]
    service_ids: Ints

    def with_wishes(self, locked: Iterable[tuple[int, int]], forbidden: Iterable[tuple[int, int]]) -> Orders:
        """The orders with pairs that a worker has held or kept apart, as far as they wait and have places."""
        pins = self._indexed(locked)
        bars = self._indexed(forbidden)
        held, seen = [], np.zeros(len(self.orders), dtype=np.int64)
        for at, who in pins:
            if seen[at] < self.orders.table["places"][at]:
                seen[at] += 1
                held.append((at, who))
        return self.orders.with_people(locked=held, barred=[pair for pair in bars if pair not in held])

    def _indexed(self, pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        ids = self.orders.table["id"]
        places = [(int(np.searchsorted(ids, need_id)), need_id, who) for need_id, who in pairs]
        return [(at, who) for at, need_id, who in places if at < ids.size and ids[at] == need_id]


def waiting(area: Area, parallel: float, now: datetime) -> Waiting:
    """Every order of an area that waits for volunteers; as long as nothing has happened, a round is solved again without reading."""
    if not settings.DISTRICT_SECONDS:
        return read(area, parallel, now)
    key = str(connection.settings_dict["NAME"]), area.pk, parallel, _happened()
    kept = next((found for known, until, found in _kept if known == key and until - KEPT <= now <= until), None)
    if kept is None:
        kept = read(area, parallel, now)
        _kept[:] = [(key, now + KEPT, kept)]
    return kept


def forget() -> None:
    """Read anew the next time."""
    _kept.clear()


def _happened() -> tuple[int, int]:
    """Changes with every event but those of rounds themselves, also with one whose number was given earlier than it was told."""
    told = Event.objects.exclude(subject="round").order_by("-pk")
    last = told.values_list("pk", flat=True).first() or 0
    return last, told.filter(pk__gt=last - LATE_IDS).count()


def read(area: Area, parallel: float, now: datetime) -> Waiting:
    """From the tables: seven queries, however many there are."""
    mine = {"state": State.WAITING, "area__path__startswith": area.path}
    rows = list(Need.objects.filter(**mine).order_by("pk").values_list(*ROW))
    of_these = {f"need__{name}": value for name, value in mine.items()}
    asked = _asked(of_these)
    wished = _wishes(rows, _agreed(of_these), now)
    kept = [at for at, found in enumerate(wished) if found]
    over = [row[0] for row, found in zip(rows, wished, strict=True) if not found]
    return _made([rows[at] for at in kept], [wished[at] for at in kept], over, asked, Needs(area, parallel, now))


@dataclass(frozen=True)
class Needs:
    """What is asked: the orders of this area, drawn on this parallel, at this moment."""

    area: Area
    parallel: float
    now: datetime


def _asked(of_these: dict[str, Any]) -> list[tuple[int, int]]:
    """(order, volunteer): who was asked and has not let it lapse, holds a place, or gave one back."""
    offers = Offer.objects.filter(**of_these, state__in=OUT).order_by().values_list("need_id", "volunteer_id")
    places = Assignment.objects.filter(**of_these, state__in=(*HOLDING, *NOT_AGAIN)).order_by().values_list("need_id", "volunteer_id")
    return [*offers, *places]


def _agreed(of_these: dict[str, Any]) -> dict[int, times.Visit]:
    """Order → its one time, once somebody has accepted."""
    rows = Assignment.objects.filter(**of_these, state__in=HOLDING).order_by("-pk").values_list("need_id", "planned_from", "planned_until")
    return {need_id: times.Visit(start, end) for need_id, start, end in rows if start and end}


def _wishes(rows: Sequence[tuple[Any, ...]], agreed: dict[int, times.Visit], now: datetime) -> list[tuple[Time, ...]]:
    """Per order its times; orders that wish for the same share one tuple."""
    found: dict[times.Visit | times.Wish, tuple[Time, ...]] = {}

    def shared(wish: times.Visit | times.Wish) -> tuple[Time, ...]:
        if wish not in found:
            found[wish] = times.engine_times([wish] if isinstance(wish, times.Visit) else times.visits(wish, now))
        return found[wish]

    return [
        shared(agreed.get(need_id) or times.Wish(since, until, minutes, priority == Priority.URGENT))
        for need_id, _resident, _service, _area, since, until, minutes, *_where, priority, _placed, _same, _dangers in rows
    ]


def _made(rows: list[tuple[Any, ...]], wished: list[tuple[Time, ...]], over: list[int], asked: list[tuple[int, int]], needs: Needs) -> Waiting:
    columns = dict(zip(ROW, zip(*rows, strict=True) if rows else [()] * len(ROW), strict=True))
    ids = np.asarray(columns["pk"], dtype=np.int64)
    services, at = np.unique(np.asarray(columns["service_id"], dtype=np.int64), return_inverse=True)
    menu = {service.pk: service for service in Service.objects.filter(pk__in=services.tolist())}
    kinds = [menu[pk] for pk in services.tolist()]
    least = np.array([one.least_age for one in kinds], dtype=np.int16)[at]
    x, y = project(np.asarray(columns["latitude"], dtype=np.float64), np.asarray(columns["longitude"], dtype=np.float64), needs.parallel)
    orders = Orders.from_arrays(
        ids,
        times=_flat(wished),
        known=_by_order(ids, _known(ids, columns, needs.area)),
        barred=_by_order(ids, _barred(ids, columns, asked, needs.area)),
        x=x,
        y=y,
        places=np.maximum(1, np.asarray(columns["people_needed"], dtype=np.int64) - np.asarray(columns["places_filled"], dtype=np.int64)),
        skills=np.array([one.required for one in kinds], dtype=np.uint64)[at],
        kind=np.array([districts.kind_of(one.code) for one in kinds], dtype=np.uint64)[at],
        languages=[1 << (code - 1) if code else 0 for code in columns["language"]],
        language_must=True,
        gender=np.asarray(columns["gender"], dtype=np.int8),
        gender_must=True,
        min_age=least,
        minors_welcome=least < 18,
        max_distance_m=_reaches(columns["area_id"], needs),
        priority=np.asarray(columns["priority"], dtype=np.int8),
        waiting_minutes=[max(0, int((needs.now - placed).total_seconds() // 60)) for placed in columns["placed_at"]],
        continuity=[
            2 if same or Danger.DEMENTIA in dangers else 1 for same, dangers in zip(columns["same_volunteer_id"], columns["dangers"], strict=True)
        ],
    )
    return Waiting(orders, over, services[at])


def _flat(wished: list[tuple[Time, ...]]) -> tuple[Any, Any, Any, Any]:
    sizes = np.fromiter((len(found) for found in wished), dtype=np.int64, count=len(wished))
    flat = [time for found in wished for time in found]
    masks, starts, ends = zip(*((time.slots, time.start, time.end) for time in flat), strict=True) if flat else ((), (), ())
    return np.concatenate(([0], np.cumsum(sizes))), np.array(masks, dtype=np.uint64), np.array(starts, np.int64), np.array(ends, np.int64)


def _known(ids: Ints, columns: Mapping[str, Sequence[Any]], area: Area) -> Ints:
    """(order, volunteer) who has served its resident before, or was wished for."""
    done = Assignment.objects.filter(need__resident_id__in=_residents(area), state=AssignmentState.DONE).order_by()
    served = _for_each_order(ids, columns, list(done.values_list("need__resident_id", "volunteer_id").distinct()))
    wished = [(need_id, who) for need_id, who in zip(columns["pk"], columns["same_volunteer_id"], strict=True) if who]
    return np.concatenate((served, _two(wished)))


def _barred(ids: Ints, columns: Mapping[str, Sequence[Any]], asked: list[tuple[int, int]], area: Area) -> Ints:
    """(order, volunteer) not to be asked: who was, the resident, and whom the resident is not brought together with."""
    blocked = people.blocked_among(_residents(area))
    apart = _for_each_order(ids, columns, [(resident, other) for resident, others in blocked.items() for other in others])
    own = np.stack((ids, np.asarray(columns["resident_id"], dtype=np.int64)), axis=1)
    return np.concatenate((_two(asked), own, apart))


def _residents(area: Area) -> Any:
    return Need.objects.filter(state=State.WAITING, area__path__startswith=area.path).order_by().values("resident_id")


def _for_each_order(ids: Ints, columns: Mapping[str, Sequence[Any]], pairs: list[tuple[int, int]]) -> Ints:
    """(resident, volunteer) as (order, volunteer)."""
    given, residents = _two(pairs), np.asarray(columns["resident_id"], dtype=np.int64)
    by_resident = np.argsort(residents, kind="stable")
    first, last = (np.searchsorted(residents[by_resident], given[:, 0], side=side) for side in ("left", "right"))
    many = last - first
    at = np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many) + np.repeat(first, many)
    return np.stack((ids[by_resident[at]], np.repeat(given[:, 1], many)), axis=1)


def _two(pairs: list[tuple[int, int]]) -> Ints:
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _by_order(ids: Ints, given: Ints) -> tuple[Ints, Ints]:
    """CSR by index of the order, each pair once; pairs of other orders are left out."""
    at = np.searchsorted(ids, given[:, 0])
    mine = np.isin(given[:, 0], ids)
    people_of = given[mine, 1]
    at = at[mine]
    sequence = np.lexsort((people_of, at))
    at, people_of = at[sequence], people_of[sequence]
    new = np.ones(at.size, dtype=np.bool_)
    new[1:] = (at[1:] != at[:-1]) | (people_of[1:] != people_of[:-1])
    return np.searchsorted(at[new], np.arange(ids.size + 1)).astype(np.int64), people_of[new]


def _reaches(area_ids: Sequence[int], needs: Needs) -> Ints:
    """How far somebody may be sent, per order: the rule of its area."""
    places, at = np.unique(np.asarray(area_ids, dtype=np.int64), return_inverse=True)
    paths = dict(areas.areas_below(needs.area).filter(pk__in=places.tolist()).values_list("pk", "path"))
    rules = areas.rules_along((HARD_REACH,), [paths[pk] for pk in places.tolist()], needs.now)
    return np.array([reach for (reach,) in rules], dtype=np.int64)[at]
