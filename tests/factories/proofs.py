from __future__ import annotations

from datetime import datetime

from chunshui.hours import commands
from chunshui.hours.models import Privilege, Proof, Star
from chunshui.hours.states import StarState
from chunshui.people.models import Person
from tests.factories import hours
from tests.factories.needs import NOON

SITE = "https://zy.example.cn"


def star(person: Person, level: int = 1, *, state: str = StarState.APPLIED, **more: object) -> Star:
    """A star decided by the street of the volunteer (tables only)."""
    values = {"area": person.street, "home": person.community, "minutes_then": 6000, "applied_at": NOON, **more}
    return Star.objects.create(person=person, level=level, state=state, **values)


def asked(person: Person, *, hour: float = 9, now: datetime = NOON, **more: object) -> Proof:
    """A proof asked for of the person's community, about one service of noon's day."""
    hours.record(person, hour=hour, minutes=90)
    day = NOON.date()
    values = {"area_id": person.community_id, "since": day, "until": day, "purpose": "升学", "language": "zh", **more}
    return commands.request_proof(actor=person, now=max(now, NOON), **values)


def issued(person: Person, worker: Person, *, now: datetime = NOON, **more: object) -> Proof:
    """The same, accepted and issued."""
    proof = asked(person, now=now, **more)
    commands.accept_proof(actor=worker, proof_id=proof.pk, now=now)
    return commands.issue_proof(actor=worker, proof_id=proof.pk, person_in_charge="赵主任", site=SITE, now=now)


def privilege(by: Person, level: int = 1, title: str = "景区免费", **more: object) -> Privilege:
    values = {"words": "每年一张", "given_by": "区文旅委", "since": NOON.date(), "offered_by": by, "offered_at": NOON, **more}
    return Privilege.objects.create(level=level, title=title, **values)
