"""The verbs of hours: the only way in which minutes begin and cease to count."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chunshui.hours import events, policies, queries
from chunshui.hours.models import Appeal, Case, Entry, EntryLine, Objection, Proof, Record, Sanction, Star
from chunshui.hours.states import STEPS, EntryWay
from chunshui.kernel import clock, moving
from chunshui.kernel.errors import Refused
from chunshui.kernel.events import emit
from chunshui.kernel.steps import take
from chunshui.ledger import commands as ledger
from chunshui.ledger.states import Kind, Line, Unit, issuer
from chunshui.ledger.states import person as account_of
from chunshui.people import commands as people
from chunshui.people import queries as person_queries

if TYPE_CHECKING:
    from chunshui.areas.models import Area
    from chunshui.people.models import Person

PART = "hours"


@transaction.atomic
def record_hours(
    *,
    person_id: int,
    source: str,
    title: str,
    category: str,
    area: Area,
    started_at: datetime,
    ended_at: datetime,
    entry_way: str,
    actor: Person | None,
    now: datetime,
    team_id: int | None = None,
    remark: str = "",
) -> Record:
    """Record one stretch of service, once per source, by the hour rules; the volunteer's totals grow with it.

    Service past midnight counts as a forced sign-out at 24:00 with no minutes.
    """
    people.add_minutes(person_id=person_id, minutes=0, services=0, now=now)  # holds the volunteer's row: one record at a time
    made = queries.record_from(source)
    if made is not None:
        return made
    _check_times(started_at, ended_at, now)
    midnight = clock.at(clock.today(started_at), 24)
    is_forced = entry_way == EntryWay.FORCED or ended_at > midnight
    ended_at = min(ended_at, midnight)
    minutes = 0 if is_forced else _countable(person_id, area, started_at, ended_at)
    record = Record.objects.create(
        person_id=person_id,
        source=source,
        title=title,
        category=category,
        area=area,
        team_id=team_id,
        started_at=started_at,
        ended_at=ended_at,
        stay_minutes=(ended_at - started_at) // queries.MINUTE,
        minutes=minutes,
        entry_way=EntryWay.FORCED if is_forced else entry_way,
        remark=remark,
        entered_by=actor,
        entered_at=now,
    )
    people.add_minutes(person_id=person_id, minutes=minutes, services=_services(record), now=now)
    _credit(record, now)
    _tell(events.RECORDED, record, actor, now, source=source, minutes=minutes, entry_way=record.entry_way)
    return record


@transaction.atomic
def cancel_record(*, actor: Person, record_id: int, reason: str, now: datetime) -> Record:
    """Strike a record with a reason; it stays to be seen, and its minutes no longer count."""
    record = queries.visible_record(actor, record_id, lock=True)
    policies.can_cancel_record(actor, record).or_refuse()
    if not reason.strip():
        text = _("请写明作废的原因。")
        raise Refused(text, code="reason_missing", fields={"reason": text})
    strike(record, actor, reason, now)
    return record


def strike(record: Record, actor: Person, reason: str, now: datetime) -> None:
    """For who has been found to be allowed: its minutes, and what derived from them, go back."""
    services = _services(record)
    take(record, STEPS, "cancel")
    record.remark = f"{record.remark} {reason.strip()}".strip()[:500]
    record.save(update_fields=["state", "remark"])
    people.add_minutes(person_id=record.person_id, minutes=-record.minutes, services=-services, now=now)
    if record.minutes:
        ledger.reverse(key=f"record:{record.pk}:cancel", transfers_of=f"record:{record.pk}", at=now)
    _tell(events.CANCELLED, record, actor, now, minutes=record.minutes, reason=reason.strip())


@transaction.atomic
def take_over_records(*, merge_id: int) -> None:
    """The records of a duplicate become those of the person it was merged into."""
    merge = person_queries.merge_told_of(merge_id)
    if merge.undone_at is None:
        people.note_moved(merge_id=merge_id, part=PART, moved=moving.move(_moves(), merge.gone_id, merge.kept_id))


@transaction.atomic
def give_back_records(*, merge_id: int) -> None:
    """They were two people after all: each has the own records again."""
    merge = person_queries.merge_told_of(merge_id)
    moving.give_back(_moves(), person_queries.moved_in(merge, PART), merge.gone_id, merge.kept_id)


def _moves() -> moving.Moves:
    return [
        (Record.objects.all(), "person"),
        (Star.objects.all(), "person"),
        (Proof.objects.all(), "person"),
        (Objection.objects.all(), "by"),
        (EntryLine.objects.all(), "person"),
        (Entry.objects.all(), "entered_by"),
        (Case.objects.all(), "person"),
        (Case.objects.all(), "opened_by"),
        (Appeal.objects.all(), "person"),
        (Sanction.objects.all(), "person"),
    ]


def _check_times(started_at: datetime, ended_at: datetime, now: datetime) -> None:
    if ended_at < started_at:
        text = _("结束时间不能早于开始时间。")
        raise Refused(text, code="ends_before_start", fields={"ended_at": text})
    if ended_at > now:
        text = _("还没到的时间不能记时长。")
        raise Refused(text, code="in_the_future", fields={"ended_at": text})


def _countable(person_id: int, area: Area, started_at: datetime, ended_at: datetime) -> int:
    other = queries.overlapping(person_id, started_at, ended_at)
    if other is not None:
        text = _("这段时间和“%(title)s”重叠，同一时间只能记一次。") % {"title": other.title}
        raise Refused(text, code="overlap", fields={"started_at": text})
    return queries.counted_minutes(person_id, area, started_at, ended_at)


def _credit(record: Record, now: datetime) -> None:
    """The minutes move on the ledger in the same transaction: from the team, or else the area, to the volunteer."""
    if record.minutes:
        giver, taker = issuer(record.area_id, record.team_id), account_of(record.person_id)
        line = Line(Kind.SERVICE, giver, taker, Unit.MINUTES, record.minutes, area_id=record.area_id)
        ledger.move(key=f"record:{record.pk}", lines=[line], at=now)


def _services(record: Record) -> int:
    """A forced sign-out proves no service."""
    return 0 if record.entry_way == EntryWay.FORCED else 1


def _tell(name: str, record: Record, actor: Person | None, now: datetime, **data: object) -> None:
    emit(
        name,
        subject="record",
        subject_id=record.pk,
        actor=actor,
        at=now,
        area_id=record.area_id,
        person_id=record.person_id,
        team_id=record.team_id,
        **data,
    )
