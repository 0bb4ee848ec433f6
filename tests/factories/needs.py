from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

from chunshui.areas import queries as areas
from chunshui.needs.models import Assignment, Need, Offer, Service
from chunshui.needs.states import HOLDING, Channel, OfferSource, OfferState, State, Wish
from chunshui.people import queries as people
from chunshui.people.models import Person

_number = count(1)
NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)  # Tuesday noon in the district


def service(code: str = "escort", **more: object) -> Service:
    values = {
        "name": "陪同就医",
        "name_en": "Hospital escort",
        "spoken": "陪我看病",
        "spoken_en": "See a doctor with me",
        "category": "0017",
        "icon": "hospital",
        "minutes": 120,
        "words": ["看病", "医院", "复查", "陪诊"],
        **more,
    }
    return Service.objects.get_or_create(code=code, defaults=values)[0]


def need(resident: Person, *, state: str = State.SUBMITTED, **more: object) -> Need:
    """An order of tomorrow 9:00–11:00, in any state (tables only: no events)."""
    n = next(_number)
    area = resident.community
    line = areas.lineage(area)
    values = {
        "placed_by": resident,
        "channel": Channel.WEB,
        "service": more.pop("service", None) or service(),
        "title": "陪同就医",
        "wish": Wish.WINDOW,
        "wish_from": NOON + timedelta(hours=21),
        "wish_until": NOON + timedelta(hours=23),
        "minutes": 120,
        "latitude": area.latitude,
        "longitude": area.longitude,
        "rough_place": "莺花巷",
        "address_sealed": people.sealed_for(resident, "莺花巷 27 号 3 单元 5-2", "need-address"),
        "service_code": "4827",
        "placed_at": NOON - timedelta(hours=1),
        "due_at": NOON + timedelta(hours=1),
        **more,
    }
    return Need.objects.create(
        number=f"T-{n:06d}", resident=resident, area=area, street_id=line.street_id, community_id=line.community_id, state=state, **values
    )


def offer(need: Need, volunteer: Person, *, state: str = OfferState.OPEN, **more: object) -> Offer:
    values = {"source": OfferSource.SINGLE, "sent_at": NOON, "answer_by": NOON + timedelta(hours=2), **more}
    return Offer.objects.create(need=need, volunteer=volunteer, state=state, **values)


def assignment(need: Need, volunteer: Person, *, state: str = "planned", **more: object) -> Assignment:
    """A place of an order, counted on the order when it is held."""
    values = {"made_at": NOON - timedelta(hours=2), "planned_from": need.wish_from, "planned_until": need.wish_until, **more}
    made = Assignment.objects.create(need=need, volunteer=volunteer, state=state, **values)
    if state in HOLDING:
        need.places_filled += 1
        need.save(update_fields=["places_filled"])
    return made
