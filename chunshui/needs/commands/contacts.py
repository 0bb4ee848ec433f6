"""The telephone number of somebody one is to meet: only between the two sides of an order, only while it is open, and logged."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from chunshui.kernel.errors import Refused
from chunshui.needs import policies, queries
from chunshui.people import commands as people

if TYPE_CHECKING:
    from chunshui.people.models import Person

RESIDENT, VOLUNTEER = "resident", "volunteer"


@transaction.atomic
def see_phone(*, actor: Person, assignment_id: int, whose: str, now: datetime) -> str:
    """Show the number of the resident to the volunteer who comes, or the other way round; who looked is kept and can be seen."""
    need = queries.visible_need(actor, queries.need_of_assignment(assignment_id))
    place = queries.place_of(need, assignment_id)
    policies.can_see_phone(actor, place, need, whose).or_refuse()
    person = need.resident if whose == RESIDENT else place.volunteer
    reason = _("单子 %(number)s 上门前联系") % {"number": need.number}
    phone = people.show_phone(actor=actor, person_id=person.pk, reason=reason, now=now)
    if not phone:
        raise Refused(_("没有登记电话，请打给社区转告。"), code="no_phone")
    return phone
