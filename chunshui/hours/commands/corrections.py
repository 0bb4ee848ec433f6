"""A correction strikes what was and records it again: history is never lost."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from chunshui.hours import events, queries
from chunshui.hours.commands.records import record_hours, strike
from chunshui.hours.models import EntryLine, Record
from chunshui.hours.states import LINE_STEPS
from chunshui.kernel.events import emit
from chunshui.kernel.steps import take

if TYPE_CHECKING:
    from chunshui.people.models import Person

__all__ = ["change_line", "end_line", "record_again", "stop_line", "strike", "tell_line"]


def record_again(record: Record, started_at: datetime, ended_at: datetime, *, actor: Person, reason: str, source: str, now: datetime) -> Record:
    """Strike a record and make another with the right times; both stay to be seen."""
    queries.check_intervals(record.area, [(started_at, ended_at)], now)
    strike(record, actor, reason, now)
    return record_hours(
        person_id=record.person_id,
        source=source,
        title=record.title,
        category=record.category,
        area=record.area,
        started_at=started_at,
        ended_at=ended_at,
        entry_way=record.entry_way,
        actor=record.entered_by,
        now=now,
        team_id=record.team_id,
        remark=reason,
    )


def change_line(line: EntryLine, started_at: datetime, ended_at: datetime, reason: str, now: datetime) -> EntryLine:
    """A line that does not count yet gives way to one with the right times, in the same publicity."""
    queries.check_intervals(line.entry.area, [(started_at, ended_at)], now)
    end_line(line, "refuse", reason, now)
    queries.check_person(line.person, line.entry.area, [(started_at, ended_at)])
    minutes = (ended_at - started_at) // queries.MINUTE
    return EntryLine.objects.create(entry=line.entry, person=line.person, started_at=started_at, ended_at=ended_at, minutes=minutes)


def end_line(line: EntryLine, verb: str, note: str, now: datetime) -> None:
    """A line that does not count after all; its volunteer hears why."""
    stop_line(line, verb, note)
    tell_line(events.LINE_NOT_COUNTED, line, now, note=line.note)


def stop_line(line: EntryLine, verb: str, note: str) -> None:
    take(line, LINE_STEPS, verb)
    line.note = note.strip()[:200]
    line.save(update_fields=["state", "note"])


def tell_line(name: str, line: EntryLine, now: datetime, **data: object) -> None:
    data |= {"person_id": line.person_id, "entry_id": line.entry_id}
    emit(name, subject="entry_line", subject_id=line.pk, actor=None, at=now, area_id=line.entry.area_id, **data)
