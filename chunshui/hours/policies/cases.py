"""Who looks at reports, spot checks, signals and appeals: the staff of the area who had no part in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from chunshui.hours.models import Appeal, Case, Entry, EntryLine, Record, Sanction
from chunshui.hours.policies.entries import is_reviewer_of
from chunshui.kernel.ruling import YES, Ruling, no

if TYPE_CHECKING:
    from chunshui.people.models import Person

ONLY_REVIEWERS = _("只有本辖区的社区、街道和区里的工作人员能核实。")
NOT_INVOLVED = _("您和这件事有关，请交给没经手的同事。")


def can_view_case(actor: Person, case: Case) -> Ruling:
    return YES if is_reviewer_of(actor, case.area) else no(ONLY_REVIEWERS)


def can_decide_case(actor: Person, case: Case) -> Ruling:
    """Never whose hours they are, who reported, who entered or who approved."""
    if not is_reviewer_of(actor, case.area):
        return no(ONLY_REVIEWERS)
    return no(NOT_INVOLVED, code="own_case") if actor.pk in involved_in(case) else YES


def involved_in(case: Case) -> set[int | None]:
    entries = [case.line.entry] if case.line is not None else []
    records = Record.objects.filter(pk__in=case.records)
    lines = EntryLine.objects.filter(record__in=records).select_related("entry")
    entries += [line.entry for line in lines]
    found = {case.person_id, case.opened_by_id} | _parties(entries)
    return found | {record.person_id for record in records} | {record.entered_by_id for record in records}


def _parties(entries: list[Entry]) -> set[int | None]:
    return {entry.entered_by_id for entry in entries} | {entry.decided_by_id for entry in entries}


def can_appeal(actor: Person, record: Record) -> Ruling:
    return YES if actor.pk == record.person_id else no(_("只能就自己的时长申诉。"))


def can_view_appeal(actor: Person, appeal: Appeal) -> Ruling:
    return YES if actor.pk == appeal.person_id or is_reviewer_of(actor, appeal.area) else no(ONLY_REVIEWERS)


def can_decide_appeal(actor: Person, appeal: Appeal) -> Ruling:
    """Never the volunteer, and never who entered or approved the record."""
    if not is_reviewer_of(actor, appeal.area):
        return no(ONLY_REVIEWERS)
    parties: set[int | None] = {appeal.person_id}
    if appeal.record is not None:
        parties |= {appeal.record.entered_by_id} | _parties([line.entry for line in EntryLine.objects.filter(record=appeal.record)])
    return no(NOT_INVOLVED, code="own_case") if actor.pk in parties else YES


def can_withdraw_appeal(actor: Person, appeal: Appeal) -> Ruling:
    return YES if actor.pk == appeal.person_id else no(_("只有申诉的人能撤回。"))


def can_repair_sanction(actor: Person, sanction: Sanction) -> Ruling:
    return YES if actor.pk == sanction.person_id else no(_("只有本人能修复。"))
