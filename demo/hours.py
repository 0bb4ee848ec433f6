"""Hours entered by hand for the demonstration: entries in every state, and planted patterns, wrong and honest, for the review queue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F
from numpy.random import Generator

from chunshui.areas import queries as areas
from chunshui.hours.models import Entry, EntryLine, Record
from chunshui.hours.states import EntryState, EntryWay, RecordState
from chunshui.kernel import clock
from chunshui.people.models import Role, Volunteer
from chunshui.people.states import RoleKind, VolunteerState

TITLES = ("楼道清洁", "文明劝导", "活动搭台", "节前慰问", "社区图书角值守", "垃圾分类引导")
Stretch = tuple[int, int]
"""Begin in minutes from midnight, and length."""


@dataclass(frozen=True)
class Planted:
    """One pattern. `is_wrong`: the hours were not given; else it only looks like it."""

    name: str
    is_wrong: bool
    records: frozenset[int]


class Planter:
    """Writes records that came from entries, for volunteers who had nothing else on that day."""

    def __init__(self, rng: Generator, now: datetime) -> None:
        self.rng, self.now = rng, now
        rows = Volunteer.objects.filter(state=VolunteerState.ACTIVE, community__isnull=False).order_by("pk")
        self.volunteers: list[tuple[int, int]] = list(rows.values_list("pk", "community_id")[:3000])
        self.workers: list[int] = list(Role.objects.filter(kind=RoleKind.COMMUNITY_WORKER).order_by("pk").values_list("person_id", flat=True)[:40])
        self.busy = {(person, clock.today(at)) for person, at in Record.objects.values_list("person_id", "started_at")}
        self.number = 0

    def some(self, n: int, day: date) -> list[tuple[int, int]]:
        free = [each for each in self.volunteers if (each[0], day) not in self.busy]
        return [free[int(k)] for k in self.rng.permutation(len(free))[:n]]

    def worker(self) -> int:
        return self.workers[int(self.rng.integers(len(self.workers)))]

    def day(self, ago: int) -> date:
        return clock.today(self.now - timedelta(days=ago))

    def records(self, who: Sequence[tuple[int, int]], day: date, stretches: Sequence[Stretch], *, late: int = 0, by: int = 0, second: int | None = None,
                places: Sequence[int] = ()) -> frozenset[int]:  # fmt: skip
        """One entry, all of its lines counted; `places` are the areas of the stretches where they differ."""
        written = clock.at(day + timedelta(days=late), 23)
        by, area_id = by or self.worker(), who[0][1]
        title = TITLES[int(self.rng.integers(len(TITLES)))]
        words = {"title": title, "category": "0001", "area_id": area_id}
        entry = Entry.objects.create(
            reason="现场没有网络", entry_way=EntryWay.TEAM, state=EntryState.COUNTED, entered_by_id=by, entered_at=written,
            decided_by_id=second, decided_at=written if second else None, public_until=written + timedelta(days=7), **words)  # fmt: skip
        made = []
        for person, _community in who:
            for n, (begin, minutes) in enumerate(stretches):
                start = clock.at(day) + timedelta(minutes=begin)
                self.number += 1
                record = Record.objects.create(
                    person_id=person, source=f"demo-entry:{self.number}", started_at=start, ended_at=start + timedelta(minutes=minutes),
                    stay_minutes=minutes, minutes=minutes, entry_way=EntryWay.TEAM, remark=entry.reason, entered_by_id=by, entered_at=written,
                    **{**words, "area_id": places[n] if places else area_id})  # fmt: skip
                EntryLine.objects.create(
                    entry=entry,
                    person_id=person,
                    started_at=start,
                    ended_at=record.ended_at,
                    minutes=minutes,
                    state=RecordState.EFFECTIVE,
                    record=record,
                )
                Volunteer.objects.filter(pk=person).update(minutes_total=F("minutes_total") + minutes, services_total=F("services_total") + 1)
                self.busy.add((person, day))
                made.append(record.pk)
        return frozenset(made)


def plant(rng: Generator, now: datetime) -> list[Planted]:
    """Patterns that are wrong, honest ones that look alike, and wrong ones that no signal can see."""
    at = Planter(rng, now)
    if len(at.workers) < 2 or len(at.volunteers) < 30:
        return []
    return [*_wrong(at), *_honest(at), *_unseen(at)]


def _wrong(at: Planter) -> list[Planted]:
    one, other = at.workers[0], at.workers[1]
    found = [Planted("long day", True, at.records(at.some(1, at.day(ago)), at.day(ago), [(420, 330), (780, 330)])) for ago in (3, 9, 16)]
    found += [Planted("entered late", True, at.records(at.some(1, at.day(ago)), at.day(ago), [(540, 180)], late=20)) for ago in (30, 34, 41)]
    found.append(Planted("sold to many", True, at.records(at.some(24, at.day(12)), at.day(12), [(480, 300)], by=one)))
    pairs = [at.records(at.some(1, at.day(ago)), at.day(ago), [(600, 120)], by=a, second=b) for ago, a, b in _mutual(one, other)]
    found.append(Planted("approve each other", True, frozenset().union(*pairs)))
    near, far = _far_apart(at)
    found.append(Planted("two places", True, at.records(at.some(1, at.day(6)), at.day(6), [(540, 60), (600, 60)], places=(near, far))))
    return found


def _mutual(one: int, other: int) -> list[tuple[int, int, int]]:
    return [(20 + n, *((one, other) if n % 2 else (other, one))) for n in range(8)]


def _far_apart(at: Planter) -> tuple[int, int]:
    """The two communities that lie farthest apart along the map."""
    rows = [area for area in areas.communities().order_by("pk") if area.longitude is not None]
    rows.sort(key=lambda area: float(area.longitude or 0))
    return rows[0].pk, rows[-1].pk


def _honest(at: Planter) -> list[Planted]:
    """A flood night, and the day of the street's fair: real, and yet worth a look."""
    night = at.records(at.some(1, at.day(14)), at.day(14), [(360, 330), (720, 330)])
    fair = at.records(at.some(21, at.day(22)), at.day(22), [(540, 120)])
    usual = [at.records(at.some(3, at.day(ago)), at.day(ago), [(540, 90)], late=2) for ago in range(4, 40, 4)]
    return [Planted("flood night", False, night), Planted("fair", False, fair), Planted("usual entries", False, frozenset().union(*usual))]


def _unseen(at: Planter) -> list[Planted]:
    """Short hours written down in time, a few at once: only a report or a spot check can find them."""
    return [Planted("few and short", True, at.records(at.some(2, at.day(ago)), at.day(ago), [(840, 120)], late=1)) for ago in (8, 18)]


def entries(rng: Generator, now: datetime) -> None:
    """What waits for a second person, and what is public now, in the model community."""
    at = Planter(rng, now)
    day = at.day(1)
    for n, (person, community) in enumerate(at.some(10, day) if at.workers else []):
        start = clock.at(day) + timedelta(minutes=540 + 10 * n)
        waits = n % 2 == 0
        by, way = (person, EntryWay.PERSONAL) if waits else (at.worker(), EntryWay.TEAM)
        entry = Entry.objects.create(
            title=TITLES[n % len(TITLES)], category="0001", area_id=community, reason="忘了签到", entry_way=way, entered_by_id=by, entered_at=now,
            state=EntryState.WAITING if waits else EntryState.PUBLISHED, public_until=None if waits else clock.at(day + timedelta(days=8)))  # fmt: skip
        EntryLine.objects.create(entry=entry, person_id=person, started_at=start, ended_at=start + timedelta(minutes=60), minutes=60)
