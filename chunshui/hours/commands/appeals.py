"""The verbs of appeals: a volunteer says that a record is wrong or missing, and somebody who had no part in it decides."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chunshui.areas import queries as areas
from chunshui.hours import events, policies, queries
from chunshui.hours.commands import corrections, entries
from chunshui.hours.models import Appeal, Record
from chunshui.hours.states import APPEAL_STEPS, AppealKind, AppealState, RecordState
from chunshui.kernel.errors import Refused, Text
from chunshui.kernel.events import emit
from chunshui.kernel.steps import take
from chunshui.teams.states import ServiceCategory

if TYPE_CHECKING:
    from chunshui.areas.models import Area
    from chunshui.people.models import Person


@transaction.atomic
def appeal_record(*, actor: Person, record_id: int, started_at: datetime, ended_at: datetime, words: str, now: datetime) -> Appeal:
    """The volunteer says which times are right; the record counts as it stands until somebody has decided."""
    record = queries.visible_record(actor, record_id, lock=True)
    policies.can_appeal(actor, record).or_refuse()
    if record.state != RecordState.EFFECTIVE:
        raise Refused(_("这条记录已经作废，可以另外申诉“做了没有记”。"), code="wrong_state")
    if Appeal.objects.filter(record=record, state=AppealState.OPEN).exists():
        raise Refused(_("这条记录的申诉正在核实。"), code="appealed_already")
    return _appeal(actor, AppealKind.WRONG, record.area, record, record.title, record.category, started_at, ended_at, words, now)


@transaction.atomic
def appeal_missing(*, actor: Person, title: str, category: str, started_at: datetime, ended_at: datetime, words: str, now: datetime) -> Appeal:
    """The volunteer served and nothing was recorded."""
    area = areas.area_from(str(actor.area_id))
    if area is None:
        raise Refused(_("请先填写您所在的社区。"), code="no_area")
    policies.can_declare_hours(actor, area).or_refuse()
    if not title.strip() or len(title) > 80 or category not in ServiceCategory.values:
        raise _wrong("title", _("请写做了什么，80 字以内。"), "title_missing")
    queries.check_intervals(area, [(started_at, ended_at)], now)
    queries.check_person(actor, area, [(started_at, ended_at)])
    return _appeal(actor, AppealKind.MISSING, area, None, title.strip(), category, started_at, ended_at, words, now)


def _appeal(
    actor: Person,
    kind: str,
    area: Area,
    record: Record | None,
    title: str,
    category: str,
    started_at: datetime,
    ended_at: datetime,
    words: str,
    now: datetime,
) -> Appeal:
    queries.check_intervals(area, [(started_at, ended_at)], now)
    if not words.strip():
        raise _wrong("words", _("请写一写是怎么回事。"), "words_missing")
    made = Appeal.objects.create(
        person=actor,
        area=area,
        kind=kind,
        record=record,
        title=title,
        category=category,
        started_at=started_at,
        ended_at=ended_at,
        words=words.strip()[:500],
        at=now,
    )
    _tell(events.APPEALED, made, actor, now, kind=kind)
    return made


@transaction.atomic
def grant_appeal(*, actor: Person, appeal_id: int, answer: str, now: datetime) -> Appeal:
    """The volunteer is right: a wrong record is struck and made again; a missing one goes through publicity like every entry by hand."""
    appeal = _decided(actor, appeal_id, "grant", answer, now)
    if appeal.record is None:
        entries.enter_granted(appeal, actor, now)
    else:
        record = Record.objects.select_for_update(of=("self",)).select_related("area", "entered_by").get(pk=appeal.record.pk)
        times = (appeal.started_at, appeal.ended_at)
        corrections.record_again(record, *times, actor=actor, reason=appeal.answer, source=f"appeal:{appeal.pk}", now=now)
    _tell(events.APPEAL_GRANTED, appeal, actor, now, answer=appeal.answer)
    return appeal


@transaction.atomic
def dismiss_appeal(*, actor: Person, appeal_id: int, answer: str, now: datetime) -> Appeal:
    """The record stays as it is, and the volunteer hears why."""
    appeal = _decided(actor, appeal_id, "dismiss", answer, now)
    _tell(events.APPEAL_DISMISSED, appeal, actor, now, answer=appeal.answer)
    return appeal


@transaction.atomic
def withdraw_appeal(*, actor: Person, appeal_id: int, now: datetime) -> Appeal:
    """The volunteer takes it back."""
    appeal = queries.visible_appeal(actor, appeal_id, lock=True)
    policies.can_withdraw_appeal(actor, appeal).or_refuse()
    take(appeal, APPEAL_STEPS, "withdraw")
    appeal.save(update_fields=["state"])
    _tell(events.APPEAL_WITHDRAWN, appeal, actor, now)
    return appeal


def _decided(actor: Person, appeal_id: int, verb: str, answer: str, now: datetime) -> Appeal:
    appeal = queries.visible_appeal(actor, appeal_id, lock=True)
    policies.can_decide_appeal(actor, appeal).or_refuse()
    if not answer.strip():
        raise _wrong("answer", _("请写明理由。"), "reason_missing")
    take(appeal, APPEAL_STEPS, verb)
    appeal.decided_by, appeal.decided_at, appeal.answer = actor, now, answer.strip()[:500]
    appeal.save(update_fields=["state", "decided_by", "decided_at", "answer"])
    return appeal


def _wrong(field: str, text: Text, code: str) -> Refused:
    return Refused(text, code=code, fields={field: text})


def _tell(name: str, appeal: Appeal, actor: Person, now: datetime, **data: object) -> None:
    data |= {"person_id": appeal.person_id}
    emit(name, subject="appeal", subject_id=appeal.pk, actor=actor, at=now, area_id=appeal.area_id, **data)
