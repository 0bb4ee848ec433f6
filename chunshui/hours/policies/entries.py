"""Who may write hours down by hand, who approves them, and who sees the papers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from chunshui.hours.models import Entry
from chunshui.hours.states import EntryState
from chunshui.kernel.ruling import YES, Ruling, no
from chunshui.people import queries as people
from chunshui.people.states import REVIEWERS
from chunshui.teams import queries as teams

if TYPE_CHECKING:
    from chunshui.areas.models import Area
    from chunshui.people.models import Person
    from chunshui.teams.models import Team

ONLY_THOSE_IN_CHARGE = _("只有队长和本辖区的社区、街道、区里的工作人员能补录时长。")


def is_reviewer_of(actor: Person, area: Area) -> bool:
    return actor.acting.kind in REVIEWERS and actor.acting.reaches(area.path)


def can_enter_hours(actor: Person, area: Area, team: Team | None) -> Ruling:
    """A leader for the own team, and the staff of the area."""
    if is_reviewer_of(actor, area) or (team is not None and actor.pk in teams.leaders(team.pk)):
        return YES
    return no(ONLY_THOSE_IN_CHARGE)


def can_declare_hours(actor: Person, area: Area) -> Ruling:
    """Any volunteer, for the own service."""
    return YES if people.is_volunteer(actor) else no(_("请先登记成为志愿者。"), code="not_a_volunteer")


def can_view_entry(actor: Person, entry: Entry) -> Ruling:
    """Who entered it, who is in it, the leaders of its team and the staff of the area."""
    if actor.pk == entry.entered_by_id or actor.acting.reaches(entry.area.path) or _leads(actor, entry):
        return YES
    return YES if entry.lines.filter(person_id=actor.pk).exists() else no(_("只有相关的人能看这张补录单。"))


def can_see_evidence(actor: Person, entry: Entry) -> Ruling:
    """The papers may show other people: only for who entered them and who has to judge them."""
    if actor.pk == entry.entered_by_id or is_reviewer_of(actor, entry.area) or _leads(actor, entry):
        return YES
    return no(_("证明材料只给录入的人和审核的人看。"))


def can_approve_entry(actor: Person, entry: Entry) -> Ruling:
    """The second pair of eyes: never who entered it, never who gains by it."""
    if actor.pk == entry.entered_by_id or entry.lines.filter(person_id=actor.pk).exists():
        return no(_("录入的人和计时长的人不能自己复核，请交给别人。"), code="own_case")
    if is_reviewer_of(actor, entry.area):
        return YES
    return no(_("只有本辖区的社区、街道和区里的工作人员能复核。"))


def can_refuse_entry(actor: Person, entry: Entry) -> Ruling:
    return can_approve_entry(actor, entry)


def can_withdraw_entry(actor: Person, entry: Entry) -> Ruling:
    return YES if actor.pk == entry.entered_by_id else no(_("只有录入的人能撤回。"))


def can_report_line(actor: Person, entry: Entry) -> Ruling:
    """Anybody but who entered it, while it is on the public list; who entered it withdraws it."""
    if actor.pk == entry.entered_by_id:
        return no(_("这是您自己录入的，不对可以撤回。"), code="own_case")
    return YES if entry.state == EntryState.PUBLISHED else no(_("公示已经结束。"), code="wrong_state")


def _leads(actor: Person, entry: Entry) -> bool:
    return entry.team_id is not None and actor.pk in teams.leaders(entry.team_id)
