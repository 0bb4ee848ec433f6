"""A month of the circle: points for the hours of the model community, redeemed at its merchants, through the product's own verbs."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from chunshui.areas.models import Area
from chunshui.hours.models import Record
from chunshui.hours.states import RecordState
from chunshui.kernel import clock
from chunshui.people import queries as people
from chunshui.people.models import Person
from chunshui.redemption import commands, queries
from chunshui.redemption.models import CircleMonth, Clerk, Lot, Offer
from chunshui.redemption.states import OfferState
from demo.geography import District

DAYS, MOST_AWARDS = 60, 100
REFUNDED, DISPUTED, LEFT_TO_EXPIRE = 7, 11, 5  # every so many redemptions
KEPT = 5  # points that everybody keeps


def build(district: District, known: int, now: datetime) -> None:
    """Hours of every community into the circle; points and redemptions in the model community, and for the volunteer whom the visitor can be."""
    count_hours()
    givers = _award(district.model.id, known, now)
    _redeem(district.model.id, givers, now)


def count_hours() -> None:
    """The hours that the circle shows, as if each had been counted when it was recorded."""
    places = {area.pk: area.lineage for area in Area.objects.all()}
    months: dict[tuple[int, date], list[int]] = {}
    rows = Record.objects.filter(state=RecordState.EFFECTIVE, minutes__gt=0).order_by("id")
    for area_id, started_at, minutes in rows.values_list("area_id", "started_at", "minutes").iterator(chunk_size=5000):
        line = places[area_id]
        found = months.setdefault((line[2] if len(line) > 2 else area_id, clock.month_start(started_at)), [0, 0])
        found[0] += 1
        found[1] += minutes
    CircleMonth.objects.bulk_create(
        [CircleMonth(area_id=area_id, month=month, services=services, minutes=minutes) for (area_id, month), (services, minutes) in months.items()],
        batch_size=1000,
    )


def _award(model_id: int, known: int, now: datetime) -> list[int]:
    """Points for the hours of the last weeks, oldest first; returns who has some."""
    path = Area.objects.get(pk=model_id).path
    recent = Record.objects.filter(state=RecordState.EFFECTIVE, minutes__gt=0, ended_at__gte=now - timedelta(days=DAYS), ended_at__lt=now)
    here = list(recent.filter(area__path__startswith=path).order_by("-ended_at", "id").values_list("source", "ended_at")[:MOST_AWARDS])
    own = list(recent.filter(person_id=known).order_by("id").values_list("source", "ended_at"))
    for source, ended_at in sorted(set(here + own), key=lambda row: (row[1], row[0])):
        commands.award_points(source=source, now=ended_at + timedelta(hours=1))
    return list(Lot.objects.order_by("person_id").values_list("person_id", flat=True).distinct())


def _redeem(model_id: int, givers: list[int], now: datetime) -> None:
    """Everybody with enough points goes to a shop or two; some codes expire, some points go back, one is disputed."""
    rows = Offer.objects.filter(state=OfferState.PUBLISHED, merchant__community_id=model_id).select_related("merchant")
    offers = list(rows.order_by("points", "id"))
    clerks = {row.merchant_id: row.person for row in Clerk.objects.current().select_related("person").order_by("-id")}
    number = 0
    for at, person_id in enumerate(givers):
        person = Person.objects.get(pk=person_id)
        person.acting = people.acting_as(person, "volunteer", verified=False)
        for visit in range(2):
            moment = now - timedelta(days=(at * 5 + visit * 11) % 26, hours=3)
            spare = sum(lot.left for lot in Lot.objects.filter(person=person, award__at__lt=moment)) - KEPT
            affordable = [offer for offer in offers if offer.points <= spare and clerks[offer.merchant_id].pk != person_id]
            if affordable:
                number += 1
                _visit(person, affordable[(at + visit) % len(affordable)], clerks, moment, number)


def _visit(person: Person, offer: Offer, clerks: dict[int, Person], moment: datetime, number: int) -> None:
    voucher = commands.take_offer(actor=person, offer_id=offer.pk, now=moment)
    if number % LEFT_TO_EXPIRE == 0:
        commands.expire_voucher(voucher_id=voucher.pk, now=voucher.expires_at)
        return
    clerk, later = clerks[offer.merchant_id], moment + timedelta(minutes=6)
    commands.settle_voucher(actor=clerk, code=queries.code_of(voucher), now=later)
    if number % REFUNDED == 0:
        commands.refund_voucher(actor=clerk, voucher_id=voucher.pk, reason="点错了，退给您", now=later + timedelta(minutes=2))
    elif number % DISPUTED == 2:
        commands.open_dispute(actor=person, voucher_id=voucher.pk, words="到店时说没有货了，分已经扣了。", now=later + timedelta(hours=1))
