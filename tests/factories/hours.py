from __future__ import annotations

from datetime import timedelta
from itertools import count

from chunshui.hours.models import Record
from chunshui.hours.states import EntryWay, RecordState
from chunshui.ledger import commands as ledger
from chunshui.ledger.states import Kind, Line, Unit, issuer
from chunshui.ledger.states import person as account_of
from chunshui.people.models import Person
from tests.factories.needs import NOON

_number = count(1)


def record(person: Person, *, hour: float = 9, minutes: int = 60, **more: object) -> Record:
    """A record of today, begun at `hour` of the district, with all of its minutes counted, on the ledger too when it is in effect."""
    started_at = NOON + timedelta(hours=hour - 12)
    values = {
        "source": f"test:{next(_number)}",
        "title": "陪同就医",
        "category": "0017",
        "area": person.area,
        "started_at": started_at,
        "ended_at": started_at + timedelta(minutes=minutes),
        "stay_minutes": minutes,
        "minutes": minutes,
        "entry_way": EntryWay.FAST,
        "entered_at": NOON,
        **more,
    }
    made = Record.objects.create(person=person, **values)
    if made.minutes and made.state == RecordState.EFFECTIVE:
        line = Line(Kind.SERVICE, issuer(made.area_id, made.team_id), account_of(person.pk), Unit.MINUTES, made.minutes, area_id=made.area_id)
        ledger.move(key=f"record:{made.pk}", lines=[line], at=NOON)
    return made
