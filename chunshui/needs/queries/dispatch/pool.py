"""Volunteers as the engine's arrays: their registration and their recent past, read from the tables."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from django.db.models.functions import Coalesce

from chunshui.areas import queries as areas
from chunshui.kernel import clock
from chunshui.matching import Volunteers, project
from chunshui.needs.queries.dispatch.answers import usual
from chunshui.needs.queries.dispatch.past import OPEN_OFFERS, Past, past_of
from chunshui.needs.states import DAY_LIMIT, WEEK_OFFERS
from chunshui.people import queries as people

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from chunshui.needs.models import Need
    from chunshui.people.models import VolunteerRows

METRES_A_DEGREE = 111_195.0
COMMUNITY_METRES = 2500
"""How far from its centre a community's people may live."""
FACTS = (
    "pk", "person__sex", "person__born_on", "qualifications", "free_time", "languages",
    "reach_metres", "week_limit", "offers_a_week", "refuses", "services_total", "lat", "lon", "community_id", "community__path",
)  # fmt: skip


class Row(NamedTuple):
    id: int
    sex: int
    born_on: date | None
    qualifications: int
    free_time: int
    languages: int
    reach_metres: int
    week_limit: int
    offers_a_week: int
    refuses: list[str]
    services_total: int
    lat: float
    lon: float
    community_id: int
    community_path: str
    number: str
    name: str


@dataclass(frozen=True)
class Pool:
    """`rows` by volunteer id, the same people as arrays projected on `parallel`, and whose limits of being asked are reached."""

    parallel: float
    rows: dict[int, Row]
    arrays: Volunteers
    past: Past
    asked_often: frozenset[int]
    waiting: frozenset[int]

    def yes(self, volunteer_id: int) -> float:
        """How likely this volunteer says yes to a question."""
        found = self.past.expected.get(volunteer_id) or usual([self.rows[volunteer_id].community_id])[0]
        return found.yes

    def resting(self, since: datetime) -> set[int]:
        """Who has been asked about something after that moment."""
        return {pk for pk, last in self.past.last_asked.items() if last > since}

    def refusing(self, service_code: str) -> set[int]:
        return {row.id for row in self.rows.values() if service_code in row.refuses}


def located(rows: VolunteerRows) -> Any:
    """Annotate home, else the community's centre; who has neither cannot be placed."""
    placed = rows.annotate(lat=Coalesce("person__latitude", "community__latitude"), lon=Coalesce("person__longitude", "community__longitude"))
    return placed.exclude(lat=None).exclude(lon=None).order_by("pk")


def rows_of(volunteer_ids: Iterable[int]) -> list[Row]:
    """These active volunteers, whatever the rules say about them."""
    rows = located(people.active_volunteers().filter(pk__in=list(volunteer_ids)))
    return [Row(*values) for values in rows.values_list(*FACTS, "number", "person__name")]


def load(rows: Iterable[Row], parallel: float, now: datetime, *, but: Collection[int] = (), tentative: bool = True, judging: bool = False) -> Pool:
    """Arrays of these volunteers with their past, as `past_of` reads it."""
    by_id = {row.id: row for row in sorted(rows, key=lambda row: row.id)}
    past = past_of(list(by_id), now, but, tentative=tentative, judging=judging)
    columns = dict(zip(Row._fields, zip(*by_id.values(), strict=True) if by_id else [()] * len(Row._fields), strict=True))
    facts = arrays(columns, past, parallel, clock.today(now))
    facts["day_limit"], asks = limits_in(columns["community_path"], now)
    often = frozenset(
        row.id for row, most in zip(by_id.values(), asks.tolist(), strict=True) if past.week_offers[row.id] >= min(most, row.offers_a_week)
    )
    waiting = frozenset(pk for pk, many in past.open_offers.items() if many >= OPEN_OFFERS)
    return Pool(parallel, by_id, Volunteers.of(columns["id"], busy=past.busy, **facts), past, often, waiting)


def limits_in(paths: Sequence[str | None], now: datetime) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Services a day and questions a week that the rules of each volunteer's community, given by its path, allow."""
    which, place = np.unique(np.array([path or "" for path in paths], dtype=np.str_), return_inverse=True)
    table = np.array(areas.rules_along((DAY_LIMIT, WEEK_OFFERS), which.tolist(), now), dtype=np.int64).reshape(-1, 2)
    return table[place, 0], table[place, 1]


def arrays(columns: Mapping[str, Sequence[Any]], past: Past, parallel: float, today: date) -> dict[str, NDArray[Any]]:
    """The engine's columns but for busy times, the limit of a day and what depends on the menu."""
    ids = np.asarray(columns["id"], dtype=np.int64)
    x, y = project(np.asarray(columns["lat"], dtype=np.float64), np.asarray(columns["lon"], dtype=np.float64), parallel)
    ages = ages_on(columns["born_on"], today)
    first = np.array([one.first for one in usual(columns["community_id"])], dtype=np.float64)
    return {
        "x": x,
        "y": y,
        "skills": np.asarray(columns["qualifications"], dtype=np.uint64),
        "slots": np.asarray(columns["free_time"], dtype=np.uint32),
        "languages": np.asarray(columns["languages"], dtype=np.uint32),
        "gender": np.asarray(columns["sex"], dtype=np.int8),
        "age": ages,
        "minor": (ages >= 0) & (ages < 18),
        "newcomer": np.asarray(columns["services_total"], dtype=np.int64) == 0,
        "reach_m": np.asarray(columns["reach_metres"], dtype=np.int32),
        "week_limit": np.asarray(columns["week_limit"], dtype=np.int16),
        "week_minutes": spread(ids, past.week_minutes, 0),
        "load30": spread(ids, past.load, 0),
        "messages7": spread(ids, past.week_offers, 0),
        "acceptance": spread(ids, {pk: one.first for pk, one in past.expected.items()}, first),
    }


def spread(ids: NDArray[np.int64], known: Mapping[int, float], default: float | NDArray[np.float64]) -> NDArray[Any]:
    """One value for each id: what is known of it, else the default."""
    values = np.full(ids.size, default) if np.isscalar(default) else np.array(default)
    keys = np.fromiter((pk for pk in known), dtype=np.int64, count=len(known))
    at = np.searchsorted(ids, keys)
    inside = at < ids.size
    inside[inside] = ids[at[inside]] == keys[inside]
    values[at[inside]] = np.fromiter(known.values(), dtype=values.dtype, count=len(known))[inside]
    return values


def ages_on(born_on: Sequence[date | None], today: date) -> NDArray[np.int16]:
    """Full years on a day; -1 where the birthday is unknown. Who was born on 29 February grows older on 1 March."""
    born = np.array(born_on, dtype="datetime64[D]").reshape(-1)
    unknown = np.isnat(born)
    months = born.astype("datetime64[M]")
    known_months = np.where(unknown, 0, months.astype(np.int64))
    days = np.where(unknown, 0, (born - months).astype(np.int64)) + 1
    years = known_months // 12 + 1970
    month = known_months % 12 + 1
    before = (month > today.month) | ((month == today.month) & (days > today.day))
    ages: NDArray[np.int16] = np.where(unknown, -1, today.year - years - before).astype(np.int16)
    return ages


def language_mask(need: Need) -> int:
    return 1 << (need.language - 1) if need.language else 0
