"""Who may see and cancel a record of service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from chunshui.hours.models import Record
from chunshui.kernel.ruling import YES, Ruling, no
from chunshui.people.states import REVIEWERS

if TYPE_CHECKING:
    from chunshui.people.models import Person


def can_view_record(actor: Person, record: Record) -> Ruling:
    """The volunteer, and the staff of the area where the service was given."""
    if actor.pk == record.person_id or actor.acting.reaches(record.area.path):
        return YES
    return no(_("只有本人和本辖区的工作人员能看这条时长。"))


def can_cancel_record(actor: Person, record: Record) -> Ruling:
    if actor.pk == record.person_id:
        return no(_("不能作废自己的时长。"), code="own_case")
    if actor.acting.kind in REVIEWERS and actor.acting.reaches(record.area.path):
        return YES
    return no(_("只有本辖区的社区、街道和区里的工作人员能作废时长。"))
