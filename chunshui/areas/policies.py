from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from chunshui.areas.models import Area
from chunshui.kernel.ruling import YES, Ruling, no

if TYPE_CHECKING:
    from chunshui.people.models import Person

SETTERS = {"street_official", "district_official", "operator"}


def can_set_rule(actor: Person, area: Area) -> Ruling:
    acting = actor.acting
    if acting.kind in SETTERS and area.path.startswith(acting.area_path):
        return YES
    return no(_("只有街道和区里的工作人员能改本辖区的规则。"))
