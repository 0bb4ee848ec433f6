"""The verbs of the review queue of hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chunshui.hours import events
from chunshui.hours.models import Case, EntryLine
from chunshui.kernel.events import emit

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
