"""Years of service before the month that is told in orders; the stars they carried, what stars bring, and proofs, made through the product."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from chunshui.hours import commands
from chunshui.hours.models import Privilege, Record, Star
from chunshui.hours.states import EntryWay, HourKind, RecordState, StarState
from chunshui.kernel import clock
from chunshui.people.models import Person
from demo import bulk

#: days of eight hours, the level granted for them, and how the next application stands
EARLIER = {"陈晓雨": (190, 5, ""), "何素芬": (40, 1, "published"), "罗建国": (14, 0, "applied")}
MINUTES, BEFORE = 480, 45
GIFTS = (
    (1, "公园年票", "每年一张", "Park ticket", "One a year", "区文旅委"),
    (2, "公交卡充值 20 元", "每年一次", "20 yuan on the bus card", "Once a year", "区交通局"),
    (3, "体检优惠 300 元", "每年一次", "300 yuan off a check-up", "Once a year", "区卫健委"),
    (4, "景区免费", "全区景区，一年不限次", "Free entry to all sights of the district", "For a year, as often as you like", "区文旅委"),
    (5, "体检优惠 800 元", "每年一次，可带一位家人", "800 yuan off a check-up", "Once a year, for a relative too", "区卫健委"),
)


def earlier(ids: Mapping[str, int], now: datetime) -> None:
    """One day of service a day, ending before the month of the orders begins."""
    rows = [row for name, (days, _, _) in EARLIER.items() for row in _days(Person.objects.get(pk=ids[name]), days, now)]
    bulk.insert(Record, tuple(rows[0]), (tuple(row.values()) for row in rows))
    bulk.reset_sequences([Record])


def _days(person: Person, days: int, now: datetime) -> Iterator[dict[str, Any]]:
    for back in range(days):
        begin = clock.at(clock.today(now) - timedelta(days=BEFORE + back), 9)
        yield {
            "person_id": person.pk, "source": f"earlier:{person.pk}:{back}", "title": "社区值守", "category": "0001", "area_id": person.community_id,
            "started_at": begin, "ended_at": begin + timedelta(minutes=MINUTES), "stay_minutes": MINUTES, "minutes": MINUTES,
            "entry_way": EntryWay.FAST, "state": RecordState.EFFECTIVE, "kind": HourKind.CREDIT, "remark": "", "entered_at": begin,
        }  # fmt: skip


def build(ids: Mapping[str, int], now: datetime) -> None:
    """Stars granted and on their way, the list of privileges, a proof that waits."""
    official = Person.objects.filter(roles__kind="district_official").order_by("pk").first()
    for name, (_days_given, level, next_state) in EARLIER.items():
        person = Person.objects.select_related("community", "street").get(pk=ids[name])
        if level:
            _star(person, level, StarState.GRANTED, now - timedelta(days=20), decided_by=official, decided_at=now - timedelta(days=5))
        if next_state:
            _star(person, level + 1, next_state, now - timedelta(days=2))
    if official is not None:
        since = date(clock.today(now).year, 1, 1)
        rows = [
            Privilege(level=n, title=zh, words=zh2, title_en=en, words_en=en2, given_by=by, since=since, offered_by=official, offered_at=now)
            for n, zh, zh2, en, en2, by in GIFTS
        ]
        Privilege.objects.bulk_create(rows)
    helper = Person.objects.get(pk=ids["何素芬"])
    until = clock.today(now) - timedelta(days=1)
    assert helper.community_id is not None
    since = until - timedelta(days=100)
    commands.request_proof(actor=helper, area_id=helper.community_id, since=since, until=until, purpose="评优", language="both", now=now)


def _star(person: Person, level: int, state: str, at: datetime, **more: Any) -> None:
    """By tables: the publicity of the granted ones lies in the past."""
    home = person.community
    assert home is not None
    area_id = home.lineage[0] if level > 2 else home.lineage[1]
    times = {"published_at": at, "publicity_until": at + timedelta(days=9)} if state in (StarState.GRANTED, StarState.PUBLISHED) else {}
    minutes = 60 * {1: 100, 2: 300, 3: 600, 4: 1000, 5: 1500}[level]
    Star.objects.create(
        person=person,
        level=level,
        state=state,
        area_id=area_id,
        home=home,
        minutes_then=minutes,
        applied_at=at,
        deeds="",
        **times,
        **more,
    )
