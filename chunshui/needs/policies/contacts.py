"""Who may see whose telephone number through an order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from chunshui.kernel.ruling import YES, Ruling, no
from chunshui.needs.models import Assignment, Need
from chunshui.needs.policies.orders import is_proxy
from chunshui.needs.states import HOLDING, OPEN, State

if TYPE_CHECKING:
    from chunshui.people.models import Person


def can_see_phone(actor: Person, place: Assignment, need: Need, whose: str) -> Ruling:
    """The volunteer who holds a place sees the resident's, the resident's side sees the volunteer's, until the service is over."""
    if place.state not in HOLDING or need.state not in OPEN - {State.DELIVERED}:
        return no(_("这一单办完了，有事请打给社区。"), code="wrong_state")
    if whose == "resident" and actor.pk == place.volunteer_id:
        return YES
    if whose == "volunteer" and (actor.pk in (need.resident_id, need.placed_by_id) or is_proxy(actor, need.resident)):
        return YES
    return no(_("只有点单的人和接单的志愿者能互相联系。"))
