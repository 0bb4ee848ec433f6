"""An order for someone who cannot ask: a relative or a neighbour names them, with their consent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import IO, TYPE_CHECKING, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from chunshui.needs.commands.orders import OrderFields, place_need
from chunshui.needs.models import Need
from chunshui.needs.states import Channel
from chunshui.people import commands as people
from chunshui.people.states import RelationKind

if TYPE_CHECKING:
    from chunshui.people.models import Person


@transaction.atomic
def place_need_for(
    *, actor: Person, name: str, phone: str, relation: str, photos: Sequence[IO[bytes]] = (), now: datetime, **order: Unpack[OrderFields]
) -> Need:
    """Record who is helped and how the two are related, then place the order in their name: all of it or nothing."""
    note = _("%(who)s说本人同意（%(relation)s）") % {"who": actor.name, "relation": RelationKind(relation).label}
    resident = people.add_person(
        actor=actor,
        name=name,
        phone=phone,
        area_id=order["area_id"],
        address=order["address"],
        consent_note=note,
        channel="self",
        now=now,
        relation=relation,
    )
    if actor.is_staff_now:
        people.add_relation(actor=actor, person_id=resident.pk, helper_id=actor.pk, kind=relation, now=now)
    return place_need(actor=actor, resident_id=resident.pk, channel=Channel.PROXY, consent_note=note, photos=photos, now=now, **order)
