"""The demonstration district keeps every promise that the commands keep, though it is written in bulk."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, F, Sum

from chunshui.areas.models import Area
from chunshui.hours.models import Record
from chunshui.hours.states import RecordState
from chunshui.ledger import commands as ledger
from chunshui.ledger import states
from chunshui.ledger.models import Account, Transfer
from chunshui.ledger.states import Kind, Line, Place
from chunshui.needs import queries as needs
from chunshui.needs.models import Assignment, Need, Offer
from chunshui.needs.states import HOLDING, STEPS, OfferState, State
from chunshui.people import queries as people
from chunshui.people.models import Person, Volunteer
from chunshui.people.states import VolunteerState
from demo.load import load
from demo.scales import SCALES

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


@pytest.fixture
def district_loaded(db):
    load(SCALES["tiny"], 7, NOW, quiet=True)


def _picture() -> list:
    needs = Need.objects.order_by("id").values_list("number", "state", "title", "wish_from", "places_filled", "resident__name")
    volunteers = Volunteer.objects.order_by("pk").values_list("pk", "person__name", "qualifications", "free_time", "minutes_total")
    return [list(needs), list(volunteers)]


def test_the_same_seed_gives_the_same_district(db):
    from django.db import transaction

    pictures = []
    for _turn in range(2):
        sid = transaction.savepoint()
        load(SCALES["tiny"], 7, NOW, quiet=True)
        pictures.append(_picture())
        transaction.savepoint_rollback(sid)
    assert pictures[0] == pictures[1]


def test_every_state_of_the_loop_is_reached(district_loaded):
    reached = set(Need.objects.values_list("state", flat=True))
    assert {State.SUBMITTED, State.WAITING, State.OFFERED, State.ACCEPTED, State.SERVING, State.DELIVERED, State.RATED} - reached == set()


def test_places_filled_equal_the_assignments_that_hold_a_place(district_loaded):
    held = dict(Assignment.objects.filter(state__in=HOLDING).values_list("need").annotate(n=Count("id")))
    assert [(need.pk, need.places_filled) for need in Need.objects.all() if need.places_filled != held.get(need.pk, 0)] == []


def test_nobody_is_in_two_places_at_once(district_loaded):
    rows = Assignment.objects.filter(state__in=HOLDING).order_by("volunteer_id", "planned_from")
    pairs = list(rows.values_list("volunteer_id", "planned_from", "planned_until"))
    overlaps = [(a, b) for a, b in pairwise(pairs) if a[0] == b[0] and b[1] < a[2]]
    assert overlaps == []


def test_totals_of_volunteers_are_the_sums_of_their_records(district_loaded):
    sums = {row["person_id"]: row["n"] for row in Record.objects.values("person_id").annotate(n=Sum("minutes"))}
    assert [v.pk for v in Volunteer.objects.all() if v.minutes_total != sums.get(v.pk, 0)] == []


def test_the_statistics_agree_with_the_orders(district_loaded):
    counted = needs.counted_anew()
    assert sum(line["placed"] for line in counted.values()) == Need.objects.count()
    assert needs.tally_differences(counted) == []


def test_an_open_offer_stands_only_on_an_order_that_waits_for_an_answer(district_loaded):
    assert Offer.objects.filter(state=OfferState.OPEN).exclude(need__state__in=STEPS["staff"].sources).count() == 0


def test_identity_numbers_pass_the_check_and_belong_to_no_assigned_region(district_loaded):
    person = Person.objects.exclude(id_index=None).order_by("id").first()
    number = people.opened(person, "id")
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    check = "10X98765432"[sum(int(d) * w for d, w in zip(number, weights, strict=False)) % 11]
    assert (number[:6], number[-1]) == ("500199", check)


def test_only_active_volunteers_hold_places(district_loaded):
    states = set(Assignment.objects.filter(state__in=HOLDING).values_list("volunteer__volunteer__state", flat=True))
    assert states <= {VolunteerState.ACTIVE}


def test_every_order_lies_in_the_community_of_its_street(district_loaded):
    assert Need.objects.exclude(community__parent_id=F("street_id")).count() == 0


def test_a_second_load_is_refused_and_changes_nothing(district_loaded):
    before = Area.objects.count()
    with pytest.raises(CommandError):
        call_command("demo", "--scale", "tiny")
    assert Area.objects.count() == before


def test_the_demo_refuses_a_real_text_message_gateway(settings, db):
    settings.SMS_ADAPTER = "somewhere.Real"
    with pytest.raises(CommandError):
        call_command("demo", "--scale", "tiny")
    assert Area.objects.count() == 0


def test_the_ledger_holds_the_minutes_of_every_record_and_answers_its_keys(district_loaded):
    minutes = Record.objects.filter(state=RecordState.EFFECTIVE).aggregate(total=Sum("minutes"))["total"]
    given = Transfer.objects.order_by("id").first()
    line = Line(Kind.SERVICE, Place(given.debit.kind, given.debit.owner_id), states.person(given.credit.owner_id), "minutes", given.amount)
    again = ledger.move(key=given.key, lines=[replace(line, area_id=given.area_id)], at=given.at)
    assert [row.pk for row in again] == [given.pk]
    assert Account.objects.filter(kind="person", unit="minutes").aggregate(total=Sum("balance"))["total"] == minutes > 0


def test_merchants_offer_and_give_back_and_the_fund_adds_up(district_loaded):
    from chunshui.ledger import queries as books
    from chunshui.redemption.models import FundEntry, Merchant
    from chunshui.redemption.models import Offer as ShopOffer
    from chunshui.redemption.states import COMING_IN

    assert sorted(Merchant.objects.values_list("state", flat=True)) == ["active"] * 2 + ["pending"]
    assert ShopOffer.objects.filter(state="published", photos__isnull=False).count() == 3
    area = Area.objects.get(name="黎明社区")
    booked = FundEntry.objects.filter(area=area, state="booked").values_list("kind", "fen")
    assert books.balance("fund", area.pk, "fen") == sum(fen if kind in COMING_IN else -fen for kind, fen in booked) > 0


def test_points_of_the_demo_are_what_the_ledger_has_and_the_circle_turns(district_loaded):
    from chunshui.redemption.models import Award, CircleMonth, Lot, Voucher

    left = dict(Lot.objects.order_by().values_list("person_id").annotate(Sum("left")))
    accounts = Account.objects.filter(kind="person", unit="points")
    assert {row.owner_id: row.balance for row in accounts if row.balance} == {person: points for person, points in left.items() if points}
    assert sum(Account.objects.filter(unit="points").values_list("balance", flat=True)) == 0
    assert Award.objects.filter(state="given").count() > 5
    assert (
        CircleMonth.objects.aggregate(total=Sum("minutes"))["total"]
        == Account.objects.filter(kind="person", unit="minutes").aggregate(total=Sum("balance"))["total"]
    )
    assert Voucher.objects.filter(state="held").count() == 0
