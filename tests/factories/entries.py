"""Hours entered by hand (tables only)."""

from __future__ import annotations

from datetime import timedelta

from django.core.files.base import ContentFile

from chunshui.hours.models import Appeal, Case, Entry, EntryFile, EntryLine, Sanction
from chunshui.hours.states import AppealKind, CaseKind, EntryState, EntryWay
from chunshui.people.models import Person
from tests.factories.needs import NOON

PDF = b"%PDF-1.4\n%%EOF\n"


def entry(by: Person, *people: Person, state: str = EntryState.WAITING, hour: float = 9, minutes: int = 60, now=NOON, **more: object) -> Entry:
    """An entry of today for these people, or for who entered it."""
    values = {"title": "楼道清洁", "category": "0001", "reason": "忘了签到", "entry_way": EntryWay.TEAM, "entered_at": now, **more}
    if state in (EntryState.PUBLISHED, EntryState.COUNTED):
        values.setdefault("public_until", now + timedelta(days=7))
    area = values.pop("area", by.area)
    made = Entry.objects.create(entered_by=by, area=area, state=state, **values)
    start = now + timedelta(hours=hour - 12)
    for person in people or (by,):
        EntryLine.objects.create(entry=made, person=person, started_at=start, ended_at=start + timedelta(minutes=minutes), minutes=minutes)
    return made


def file(made: Entry) -> EntryFile:
    row = EntryFile(entry=made, is_pdf=True)
    row.file.save("evidence.pdf", ContentFile(PDF), save=True)
    return row


def case(line: EntryLine, **more: object) -> Case:
    values = {
        "key": f"test:{line.pk}",
        "kind": CaseKind.REPORT,
        "area": line.entry.area,
        "line": line,
        "person": line.person,
        "opened_at": NOON,
        **more,
    }
    return Case.objects.create(**values)


def appeal(person: Person, *, now=NOON, **more: object) -> Appeal:
    """A service of this morning that was not recorded."""
    times = {"started_at": now - timedelta(hours=3), "ended_at": now - timedelta(hours=2)}
    values = {"kind": AppealKind.MISSING, "area": person.area, "title": "发传单", "category": "0001", "words": "忘了签到", "at": now, **times, **more}
    return Appeal.objects.create(person=person, **values)


def sanction(case: Case, person: Person, *, by: Person, now=NOON, **more: object) -> Sanction:
    times = {"since": now - timedelta(days=90), "until": now + timedelta(days=200)}
    return Sanction.objects.create(case=case, person=person, reason="时长不实", by=by, **{**times, **more})
