"""Everybody who can be sent, as the engine's district: who is compared at all is decided here, who is asked by what the tables say.

The district lies in a folder that every process of the machine maps; `commands.dispatch.district` keeps it. Where there is none (tests,
the first start) it is read from the tables and kept in memory for `DISTRICT_SECONDS`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from django.conf import settings
from django.core.cache import cache
from django.db import connection

from chunshui.areas import queries as areas
from chunshui.kernel import clock
from chunshui.matching import District, Volunteers
from chunshui.matching.district import CURRENT
from chunshui.needs.models import Assignment, Service
from chunshui.needs.queries.dispatch.past import OPEN_OFFERS, Past, past_of
from chunshui.needs.queries.dispatch.pool import FACTS, Row, arrays, limits_in, located, spread
from chunshui.needs.states import HOLDING
from chunshui.people import queries as people

MOST_KINDS = 64
_lock = Lock()
_mapped: dict[Path, District] = {}
_kinds: dict[str, int] = {}
_in_memory: list[tuple[District, datetime]] = []


def everyone(now: datetime) -> District:
    """All active volunteers who can be placed, as fresh as the events that have been delivered."""
    place = folder()
    found = _opened(place) if place else None
    return found or _from_tables(now)


def folder() -> Path | None:
    """Where this database's district lies; None: nowhere."""
    if not settings.DISTRICT_DIR:
        return None
    about = connection.settings_dict
    name = f"{about['ENGINE']} {about['HOST']} {about['PORT']} {about['NAME']}"
    return Path(settings.DISTRICT_DIR) / hashlib.sha256(name.encode()).hexdigest()[:12]


def written_at() -> datetime | None:
    """When this machine's district was written whole; None where there is none."""
    place = folder()
    try:
        return datetime.fromtimestamp((place / CURRENT).stat().st_mtime, tz=UTC) if place else None
    except FileNotFoundError:
        return None


def _opened(place: Path) -> District | None:
    with _lock:
        kept = _mapped.get(place)
        try:
            found = kept.refreshed() if kept else District.open(place)
        except (FileNotFoundError, ValueError):
            return None
        _mapped[place] = found
        return found


def _from_tables(now: datetime) -> District:
    with _lock:
        kept = [one for one in _in_memory if settings.DISTRICT_SECONDS and now <= one[1]]
        _in_memory[:] = kept or [(built(now), now + timedelta(seconds=settings.DISTRICT_SECONDS))]
        return _in_memory[0][0]


def built(now: datetime) -> District:
    volunteers, visits, parallel = whole(now)
    return District.of(volunteers, parallel, visits=visits)


def whole(now: datetime) -> tuple[Volunteers, list[tuple[int, int, int, int]], float]:
    """(volunteers, visits as (order, volunteer, from, until), parallel) of the district, from the tables."""
    parallel = middle()
    ids, facts, past = read(None, parallel, now)
    known = set(ids.tolist())
    return Volunteers.of(ids, **facts), [visit for visit in past.visits if visit[1] in known], parallel


def read(volunteer_ids: Collection[int] | None, parallel: float, now: datetime) -> tuple[Any, dict[str, Any], Past]:
    """(ids, columns, past) of these volunteers, of all for None; who is not active any more is left out."""
    rows = located(people.active_volunteers() if volunteer_ids is None else people.active_volunteers().filter(pk__in=volunteer_ids))
    found = list(rows.values_list(*FACTS).iterator(chunk_size=20_000))
    columns = dict(zip(Row._fields, zip(*found, strict=True) if found else [()] * len(FACTS), strict=False))
    past = past_of(volunteer_ids, now)
    ids = np.asarray(columns["id"], dtype=np.int64)
    facts = arrays(columns, past, parallel, clock.today(now))
    facts["day_limit"], asks = limits_in(columns["community_path"], now)
    facts["refuses"] = np.array([_mask(codes) if codes else 0 for codes in columns["refuses"]], dtype=np.uint64)
    asked_often = facts["messages7"] >= np.minimum(asks, np.asarray(columns["offers_a_week"], dtype=np.int64))
    facts["asked_out"] = asked_often | (spread(ids, past.open_offers, 0) >= OPEN_OFFERS)
    return ids, facts, past


def touched(need_id: int | None, volunteer_ids: Iterable[int]) -> set[int]:
    """Whose row an event can have changed: those it names, and who holds a place of its order."""
    holding = Assignment.objects.filter(need_id=need_id, state__in=HOLDING).values_list("volunteer_id", flat=True) if need_id else ()
    return {*volunteer_ids, *holding}


def kind_of(code: str) -> int:
    """The bit of a service in masks of what people refuse; 0 for the sixty-fifth and later."""
    if code not in _kinds:
        _kinds.clear()
        _kinds.update({found: 1 << at for at, found in enumerate(Service.objects.order_by("pk").values_list("code", flat=True)[:MOST_KINDS])})
    return _kinds.get(code, 0)


def _mask(codes: list[str]) -> int:
    mask = 0
    for code in codes:
        mask |= kind_of(code)
    return mask


def middle() -> float:
    """The parallel on which the district is drawn: the middle of its communities."""
    found: float | None = cache.get("district-parallel")
    if found is None:
        latitudes = [row for row in areas.communities().values_list("latitude", flat=True) if row is not None]
        found = round(sum(latitudes) / len(latitudes), 3) if latitudes else 0.0
        cache.set("district-parallel", found, 60)
    return found
