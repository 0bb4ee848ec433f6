"""Who may order a day on foot, and plan the routes of an area."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from chunshui.kernel.ruling import YES, Ruling, no
from chunshui.needs.policies.dispatch import can_start_round

if TYPE_CHECKING:
    from chunshui.needs.models import Assignment
    from chunshui.people.models import Person

can_plan_routes = can_start_round


def can_move_visit(actor: Person, place: Assignment) -> Ruling:
    """Only who promised to come may come at another hour; the desk calls and asks."""
    return YES if actor.pk == place.volunteer_id else no(_("只有这位志愿者本人可以挪时间。"))
