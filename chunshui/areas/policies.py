from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from chunshui.areas.models import Area
from chunshui.kernel.ruling import YES, Ruling, no

if TYPE_CHECKING:
    from chunshui.people.models import Person

SETTERS = {"street_official", "district_official", "operator"}
DISTRICT_SETTERS = {"district_official", "operator"}


def can_set_rule(actor: Person, area: Area) -> Ruling:
    acting = actor.acting
    if acting.kind in SETTERS and acting.confirmed and area.path.startswith(acting.area_path):
        return YES
    return no(_("只有街道和区里的工作人员能改本辖区的规则。"))


def can_set_day(actor: Person) -> Ruling:
    """The calendar is one for the whole district."""
    if actor.acting.kind in DISTRICT_SETTERS and actor.acting.confirmed:
        return YES
    return no(_("只有区里的工作人员能改工作日历。"))


def can_clear_day(actor: Person) -> Ruling:
    return can_set_day(actor)
