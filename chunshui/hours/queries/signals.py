"""Signals: each a query of its own over the hours that count, answering with what it counted. They only say where to look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from chunshui.areas import queries as areas
from chunshui.hours.models import Entry, Record
from chunshui.hours.queries.records import MINUTE
from chunshui.hours.states import (
    BURST_MINUTES,
    FAST_KMH,
    LATE_DAYS,
    LONG_MINUTES,
    MANUAL_LEAST,
    MANUAL_PERCENT,
    MUTUAL_TIMES,
    NEW_DAYS,
    NEW_MINUTES,
    SAME_PEOPLE,
    SIGNAL_RULES,
    WINDOW,
    EntryState,
    EntryWay,
    RecordState,
    Signal,
)
from chunshui.kernel import clock
from chunshui.teams import queries as teams

if TYPE_CHECKING:
    from chunshui.areas.models import Area

MANUAL = Q(entry_way__in=[EntryWay.TEAM, EntryWay.PERSONAL])
MOST = 500
EARTH_KM = 6371
Rules = dict[str, Any]


@dataclass(frozen=True)
class Finding:
    """One thing worth a look. `key` names it for ever; `score` from 0 to 100 ranks it."""

    signal: str
    key: str
    area_id: int
    score: int
    facts: dict[str, int]
    records: tuple[int, ...] = ()
    person_id: int | None = None
    team_id: int | None = None


def findings(area: Area, now: datetime) -> list[Finding]:
    """What every signal finds in an area by the rules in force there, what weighs most first."""
    rules = areas.rules_of(SIGNAL_RULES, area, now)
    since = now - timedelta(days=rules[WINDOW.key])
    rows = Record.objects.filter(state=RecordState.EFFECTIVE, started_at__gte=since, area__path__startswith=area.path)
    found = [each for signal in SIGNALS.values() for each in signal(rows, rules, now)]
    return sorted(found, key=lambda each: (-each.score, each.key))


def manual_share(rows: QuerySet[Record], rules: Rules, now: datetime) -> Iterator[Finding]:
    """Teams whose hours were mostly entered by hand."""
    sums = rows.exclude(team_id=None).order_by().values("team_id").annotate(total=Sum("minutes"), manual=Sum("minutes", filter=MANUAL))
    for row in sums.filter(total__gte=rules[MANUAL_LEAST.key])[:MOST]:
        percent = 100 * (row["manual"] or 0) // max(1, row["total"])
        if percent >= rules[MANUAL_PERCENT.key]:
            facts = {"total": row["total"], "percent": percent}
            mine = rows.filter(MANUAL, team_id=row["team_id"])
            yield _of_team(Signal.MANUAL_SHARE, row["team_id"], _month(now), mine, facts, score=40 + percent // 5)


def late_entry(rows: QuerySet[Record], rules: Rules, now: datetime) -> Iterator[Finding]:
    """Records that were entered long after the service. Publicity comes before counting, so it is reckoned from the writing down."""
    least = timedelta(days=rules[LATE_DAYS.key])
    late = rows.filter(MANUAL, line__entry__entered_at__gte=F("ended_at") + least).select_related("line__entry")
    for record in late.order_by("-pk")[:MOST]:
        days = (record.line.entry.entered_at - record.ended_at).days
        yield _of_records(Signal.LATE_ENTRY, f"{record.pk}", [record], {"days": days}, score=min(60, 20 + days))


def long_day(rows: QuerySet[Record], rules: Rules, now: datetime) -> Iterator[Finding]:
    """People whose services of one day add up to very much."""
    for (person_id, day), day_rows in _by_day(rows, least=rules[LONG_MINUTES.key]).items():
        minutes = sum(record.stay_minutes for record in day_rows)
        facts = {"minutes": minutes, "services": len(day_rows)}
        yield _of_records(Signal.LONG_DAY, f"{person_id}:{day}", day_rows, facts, score=min(90, 40 + (minutes - rules[LONG_MINUTES.key]) // 10))


def overlap(rows: QuerySet[Record], rules: Rules, now: datetime) -> Iterator[Finding]:
    """Two records of one person that cover the same time: entry refuses it, but transfers and merges can bring it."""
    timed = rows.exclude(entry_way=EntryWay.FORCED)
    other = Record.objects.filter(state=RecordState.EFFECTIVE, person_id=OuterRef("person_id"), started_at__lt=OuterRef("ended_at"))
    other = other.filter(ended_at__gt=OuterRef("started_at")).exclude(pk=OuterRef("pk")).exclude(entry_way=EntryWay.FORCED)
    both = timed.filter(Exists(other)).order_by("person_id", "started_at", "pk")[:MOST]
    for earlier, later in pairwise(both):
        if earlier.person_id == later.person_id and later.started_at < earlier.ended_at:
            minutes = (min(earlier.ended_at, later.ended_at) - later.started_at) // MINUTE
            yield _of_records(Signal.OVERLAP, f"{earlier.pk}:{later.pk}", [earlier, later], {"minutes": minutes}, score=min(95, 70 + minutes // 10))


def too_fast(rows: QuerySet[Record], rules: Rules, now: datetime) -> Iterator[Finding]:
    """Two services of one day in areas that lie too far apart for the time between them."""
    for (_person, _day), day_rows in _by_day(rows.select_related("area"), least=0, at_least=2).items():
        for earlier, later in pairwise(day_rows):
            gap, km = (later.started_at - earlier.ended_at) // MINUTE, _km(earlier.area, later.area)
            if km >= 1 and gap >= 0 and km * 60 > rules[FAST_KMH.key] * max(gap, 1):
                facts = {"km": round(km), "minutes": gap}
                yield _of_records(Signal.TOO_FAST, f"{earlier.pk}:{later.pk}", [earlier, later], facts, score=min(85, 50 + round(km)))


def same_stretch(rows: QuerySet[Record], rules: Rules, now: datetime) -> Iterator[Finding]:
    """One person entered the very same stretch for many people."""
    groups = rows.filter(MANUAL).exclude(entered_by=None).order_by().values("entered_by", "started_at", "ended_at").annotate(people=Count("person"))
    for row in groups.filter(people__gte=rules[SAME_PEOPLE.key])[:MOST]:
        same = rows.filter(MANUAL, **{name: row[name] for name in ("entered_by", "started_at", "ended_at")})
        key = f"{row['entered_by']}:{row['started_at'].timestamp():.0f}:{row['ended_at'].timestamp():.0f}"
        yield _of_records(Signal.SAME_STRETCH, key, same[:MOST], {"people": row["people"]}, score=min(90, 50 + row["people"] // 2), is_of_one=False)


def new_team(rows: QuerySet[Record], rules: Rules, now: datetime) -> Iterator[Finding]:
    """Teams that have just been filed and already have very many hours."""
    filed = dict(teams.approved_teams().filter(filed_at__gte=now - timedelta(days=rules[NEW_DAYS.key])).values_list("pk", "filed_at"))
    sums = rows.filter(team_id__in=list(filed)).order_by().values("team_id").annotate(total=Sum("minutes"))
    for row in sums.filter(total__gte=rules[NEW_MINUTES.key])[:MOST]:
        facts = {"days": (now - filed[row["team_id"] or 0]).days, "minutes": row["total"]}
        yield _of_team(Signal.NEW_TEAM, row["team_id"], "", rows.filter(team_id=row["team_id"]), facts, score=75)


def mutual(rows: QuerySet[Record], rules: Rules, now: datetime) -> Iterator[Finding]:
    """Two people who approve each other's entries again and again."""
    counted = Entry.objects.filter(state=EntryState.COUNTED, lines__record__in=rows).exclude(decided_by=None).order_by()
    times = {(a, b): n for a, b, n in counted.values_list("entered_by", "decided_by").annotate(Count("pk", distinct=True))}
    for (one, other), n in sorted(times.items()):
        back, least = times.get((other, one), 0), rules[MUTUAL_TIMES.key]
        if one < other and n >= least and back >= least:
            pairs = Q(line__entry__entered_by=one, line__entry__decided_by=other) | Q(line__entry__entered_by=other, line__entry__decided_by=one)
            facts = {"one": n, "other": back}
            yield _of_records(Signal.MUTUAL, f"{one}:{other}", rows.filter(pairs)[:MOST], facts, score=min(80, 50 + n + back), is_of_one=False)


def burst(rows: QuerySet[Record], rules: Rules, now: datetime) -> Iterator[Finding]:
    """One person who wrote down very many hours within a day."""
    found: dict[tuple[int, Any], list[Record]] = defaultdict(list)
    heavy = rows.filter(MANUAL).order_by().values("entered_by").annotate(total=Sum("minutes")).filter(total__gte=rules[BURST_MINUTES.key])
    entered = rows.filter(MANUAL, entered_by__in=heavy.values("entered_by")).select_related("line__entry").order_by("pk")
    for record in entered.exclude(line=None)[: MOST * 20]:
        found[record.entered_by_id or 0, clock.today(record.line.entry.entered_at)].append(record)
    for (by, day), made in found.items():
        minutes = sum(record.minutes for record in made)
        if minutes >= rules[BURST_MINUTES.key]:
            facts = {"minutes": minutes, "people": len({record.person_id for record in made})}
            yield _of_records(Signal.BURST, f"{by}:{day}", made[:MOST], facts, score=min(90, 60 + minutes // 1000), is_of_one=False)


SIGNALS: dict[str, Callable[[QuerySet[Record], Rules, datetime], Iterator[Finding]]] = {
    Signal.MANUAL_SHARE: manual_share,
    Signal.LATE_ENTRY: late_entry,
    Signal.LONG_DAY: long_day,
    Signal.OVERLAP: overlap,
    Signal.TOO_FAST: too_fast,
    Signal.SAME_STRETCH: same_stretch,
    Signal.NEW_TEAM: new_team,
    Signal.MUTUAL: mutual,
    Signal.BURST: burst,
}


def _by_day(rows: QuerySet[Record], *, least: int, at_least: int = 1) -> dict[tuple[int, Any], list[Record]]:
    """Records of one person on one day, in order, where they add up to at least so much."""
    heavy = rows.order_by().values("person_id", "started_at__date").annotate(stay=Sum("stay_minutes"), n=Count("pk"))
    days = {(row["person_id"], row["started_at__date"]) for row in heavy.filter(stay__gte=least, n__gte=at_least)[: MOST * 10]}
    found: dict[tuple[int, Any], list[Record]] = defaultdict(list)
    for record in rows.filter(person_id__in={person for person, _day in days}).order_by("person_id", "started_at", "pk"):
        key = record.person_id, clock.today(record.started_at)
        if key in days:
            found[key].append(record)
    return found


def _of_records(signal: str, key: str, records: Iterable[Record], facts: dict[str, int], *, score: int, is_of_one: bool = True) -> Finding:
    made = list(records)
    ids = tuple(record.pk for record in made)
    return Finding(signal, f"{signal}:{key}", made[0].area_id, score, facts, ids, person_id=made[0].person_id if is_of_one else None)


def _of_team(signal: str, team_id: int | None, key: str, rows: QuerySet[Record], facts: dict[str, int], *, score: int) -> Finding:
    records = list(rows.order_by("-pk")[:MOST])
    ids = tuple(record.pk for record in records)
    return Finding(signal, f"{signal}:{team_id}:{key}", records[0].area_id, score, facts, ids, team_id=team_id)


def _month(now: datetime) -> str:
    return f"{clock.today(now):%Y-%m}"


def _km(one: Area, other: Area) -> float:
    """Between the middles of two areas; nothing is known where one has no place on the map."""
    if None in (one.latitude, one.longitude, other.latitude, other.longitude) or one.pk == other.pk:
        return 0.0
    a, b, c, d = (radians(float(each or 0)) for each in (one.latitude, one.longitude, other.latitude, other.longitude))
    return 2 * EARTH_KM * asin(sqrt(sin((c - a) / 2) ** 2 + cos(a) * cos(c) * sin((d - b) / 2) ** 2))
