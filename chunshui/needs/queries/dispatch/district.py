"""Everybody who can be sent, as the engine's arrays: who is compared at all is decided here, who is asked by what the tables say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.core.cache import cache

from chunshui.areas import queries as areas
from chunshui.kernel import clock
from chunshui.matching import Volunteers
from chunshui.needs.models import Service
from chunshui.needs.queries.dispatch.past import OPEN_OFFERS, Past, past_of
from chunshui.needs.queries.dispatch.pool import FACTS, Row, arrays, limits_in, located, spread
from chunshui.people import queries as people

MOST_KINDS = 64


@dataclass(frozen=True)
class District:
    """Homes are projected on `parallel`."""

    arrays: Volunteers
    parallel: float

    def known(self, volunteer_ids: Iterable[int]) -> list[int]:
        """Those of these volunteers who are in the district."""
        ids: list[int] = self.arrays.ids[self.arrays.rows(volunteer_ids)].tolist()
        return ids

    def load_of(self, volunteer_ids: Iterable[int]) -> dict[int, int]:
        """Visits in the last 30 days of each of these."""
        rows = self.arrays.rows(volunteer_ids)
        return dict(zip(self.arrays.ids[rows].tolist(), self.arrays.load30[rows].tolist(), strict=True))


def everyone(now: datetime) -> District:
    """All active volunteers who can be placed."""
    parallel = _parallel()
    ids, facts, past = read(None, parallel, now)
    known = set(ids.tolist())
    busy = [one for one in past.busy if one[0] in known]
    return District(Volunteers.of(ids, busy=busy, **facts), parallel)


def read(volunteer_ids: list[int] | None, parallel: float, now: datetime) -> tuple[Any, dict[str, Any], Past]:
    """(ids, columns, past) of these volunteers, of all for None; who is not active any more is left out."""
    rows = located(people.active_volunteers() if volunteer_ids is None else people.active_volunteers().filter(pk__in=volunteer_ids))
    found = list(rows.values_list(*FACTS).iterator(chunk_size=20_000))
    columns = dict(zip(Row._fields, zip(*found, strict=True) if found else [()] * len(FACTS), strict=False))
    past = past_of(volunteer_ids, now)
    ids = np.asarray(columns["id"], dtype=np.int64)
    facts = arrays(columns, past, parallel, clock.today(now))
    facts["day_limit"], asks = limits_in(columns["community_id"], now)
    facts["refuses"] = np.array([_mask(codes) if codes else 0 for codes in columns["refuses"]], dtype=np.uint64)
    facts["asked_out"] = (facts["messages7"] >= np.minimum(asks, np.asarray(columns["offers_a_week"], dtype=np.int64))) | (
        spread(ids, past.open_offers, 0) >= OPEN_OFFERS
    )
    return ids, facts, past


def kind_of(code: str) -> int:
    """The bit of a service in masks of what people refuse; 0 for the sixty-fifth and later."""
    codes: list[str] | None = cache.get("service-kinds")
    if codes is None or code not in codes:
        codes = list(Service.objects.order_by("pk").values_list("code", flat=True))
        cache.set("service-kinds", codes, 60)
    at = codes.index(code) if code in codes else MOST_KINDS
    return 1 << at if at < MOST_KINDS else 0


def _mask(codes: list[str]) -> int:
    mask = 0
    for code in codes:
        mask |= kind_of(code)
    return mask


def _parallel() -> float:
    """The parallel on which the district is drawn: the middle of its communities."""
    found: float | None = cache.get("district-parallel")
    if found is None:
        latitudes = [row for row in areas.communities().values_list("latitude", flat=True) if row is not None]
        found = round(sum(latitudes) / len(latitudes), 3) if latitudes else 0.0
        cache.set("district-parallel", found, 60)
    return found
