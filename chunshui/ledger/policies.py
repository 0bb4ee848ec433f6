from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from chunshui.kernel.ruling import YES, Ruling, no

if TYPE_CHECKING:
    from chunshui.people.models import Person

ANSWERABLE = {"district_official", "operator"}


def can_see_audits(actor: Person) -> Ruling:
    acting = actor.acting
    if acting.kind in ANSWERABLE and acting.confirmed:
        return YES
    return no(_("只有区里的工作人员和管理员能看账本核对。"))
