"""The verbs of the review queue of hours: put before people, looked at, decided with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chunshui.areas import queries as areas
from chunshui.hours import events, policies, queries
from chunshui.hours.commands import corrections, sanctions
from chunshui.hours.models import Case, EntryLine, Record
from chunshui.hours.states import CASE_STEPS, CaseKind, Decision, RecordState
from chunshui.kernel.errors import Refused
from chunshui.kernel.events import emit
from chunshui.kernel.steps import take

if TYPE_CHECKING:
    from chunshui.areas.models import Area
    from chunshui.people.models import Person


def open_case(
    *,
    key: str,
    kind: str,
    area: Area,
    now: datetime,
    opened_by: Person | None,
    line: EntryLine | None = None,
    person_id: int | None = None,
    team_id: int | None = None,
    records: Sequence[int] = (),
    signal: str = "",
    facts: dict[str, Any] | None = None,
    score: int = 0,
    words: str = "",
) -> Case:
    """Put something before people, once per key."""
    values = {
        "kind": kind,
        "signal": signal,
        "area": area,
        "person_id": line.person_id if line is not None else person_id,
        "team_id": line.entry.team_id if line is not None else team_id,
        "line": line,
        "records": list(records),
        "facts": facts or {},
        "score": score,
        "words": words[:500],
        "opened_by": opened_by,
        "opened_at": now,
    }
    case, is_new = Case.objects.get_or_create(key=key, defaults=values)
    if is_new:
        emit(events.CASE_OPENED, subject="case", subject_id=case.pk, actor=opened_by, at=now, area_id=area.pk, kind=kind, signal=signal)
    return case


def find_signals(*, now: datetime) -> int:
    """Put what the signals of the district find into the review queue, each once; returns how many were found."""
    found = queries.findings(areas.district(), now)
    for each in found:
        with transaction.atomic():
            open_case(
                key=f"signal:{each.key}",
                kind=CaseKind.SIGNAL,
                area=areas.visible_area(each.area_id),
                now=now,
                opened_by=None,
                person_id=each.person_id,
                team_id=each.team_id,
                records=each.records,
                signal=each.signal,
                facts=each.facts,
                score=each.score,
            )
    return len(found)


@transaction.atomic
def decide_case(
    *,
    actor: Person,
    case_id: int,
    decision: str,
    reason: str,
    now: datetime,
    started_at: datetime | None = None,
    ended_at: datetime | None = None,
) -> Case:
    """Somebody who had no part in it has looked: nothing wrong, corrected, not counted, or not counted with a bar from manual entry."""
    case = queries.visible_case(actor, case_id, lock=True)
    policies.can_decide_case(actor, case).or_refuse()
    if decision not in Decision.values:
        raise _wrong("decision", _("请选择核实的结果。"), "unknown_decision")
    if not reason.strip():
        raise _wrong("reason", _("请写明理由。"), "reason_missing")
    take(case, CASE_STEPS, "decide")
    case.decision, case.reason, case.decided_by, case.decided_at = decision, reason.strip()[:500], actor, now
    case.save(update_fields=["state", "decision", "reason", "decided_by", "decided_at"])
    if decision == Decision.CORRECT:
        _correct(case, actor, started_at, ended_at, now)
    if decision in (Decision.CANCEL, Decision.SANCTION):
        _cancel(case, actor, now)
    if decision == Decision.SANCTION:
        sanctions.bar(case=case, person_id=_who_entered(case), actor=actor, now=now)
    emit(events.CASE_DECIDED, subject="case", subject_id=case.pk, actor=actor, at=now, area_id=case.area_id, decision=decision, reason=case.reason)
    return case


def _records(case: Case) -> list[Record]:
    """What counts of all it is about, held to the end of the command."""
    ids = {*case.records, *([case.line.record_id] if case.line is not None and case.line.record_id else [])}
    rows = Record.objects.select_for_update(of=("self",)).filter(pk__in=ids, state=RecordState.EFFECTIVE)
    return list(rows.select_related("area", "entered_by").order_by("person_id", "pk"))


def _cancel(case: Case, actor: Person, now: datetime) -> None:
    if case.line is not None and case.line.state == RecordState.APPLYING:
        corrections.end_line(case.line, "refuse", case.reason, now)
    for record in _records(case):
        corrections.strike(record, actor, case.reason, now)


def _correct(case: Case, actor: Person, started_at: datetime | None, ended_at: datetime | None, now: datetime) -> None:
    if started_at is None or ended_at is None:
        raise _wrong("day_1", _("请写对的时间。"), "times_missing")
    if case.line is not None and case.line.state == RecordState.APPLYING:
        corrections.change_line(case.line, started_at, ended_at, case.reason, now)
        return
    records = _records(case)
    if len(records) != 1:
        raise _wrong("decision", _("只有一段时间时才能更正，几段请一段一段核实。"), "not_one")
    corrections.record_again(records[0], started_at, ended_at, actor=actor, reason=case.reason, source=f"case:{case.pk}", now=now)


def _who_entered(case: Case) -> int:
    """Who wrote down what was not so; for a check-in the volunteer."""
    if case.line is not None:
        return int(case.line.entry.entered_by_id)
    record = Record.objects.filter(pk__in=case.records).order_by("pk").first()
    if record is not None and record.entered_by_id is not None and not record.is_checked_in:
        return int(record.entered_by_id)
    whose = case.person_id or (record.person_id if record is not None else None)
    if whose is None:
        raise _wrong("decision", _("这件事不是一个人的，不能停止谁的资格。"), "nobody_to_bar")
    return int(whose)


def _wrong(field: str, text: Any, code: str) -> Refused:
    return Refused(text, code=code, fields={field: text})
