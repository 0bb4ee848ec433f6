"""Both records held the same thing: the person has it once and loses nothing, and undoing the merge gives exactly back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from chunshui.needs import queries as need_queries
from chunshui.needs.models import Assignment, Need, Offer
from chunshui.people import commands
from chunshui.people.models import Consent, ConsentText, Credential, Relation
from tests.factories import needs as make
from tests.portal.test_merging import gone, kept, merge, merger, settled  # noqa: F401  (its cast)

pytestmark = pytest.mark.django_db
TABLES = (Credential, Consent, Relation, Offer, Assignment)


def rows():
    needs = list(Need.objects.order_by("pk").values("pk", "state", "places_filled", "staffed_at"))
    return needs, {model.__name__: list(model.objects.order_by("pk").values()) for model in TABLES}


def undo(merger, made, now):  # noqa: F811
    commands.unmerge_people(actor=merger, merge_id=made.pk, reason="是两位", now=now)
    settled()


def test_the_certificate_that_is_valid_and_the_earlier_consent_stay_with_the_person(merger, kept, gone, helper, now):  # noqa: F811
    text = ConsentText.objects.create(kind="privacy", version=100, body="同意", body_en="Agreed", effective_on=now.date())
    for person, state, kind, at in ((kept, "pending", "neighbour", now), (gone, "valid", "guardian", now - timedelta(days=9))):
        Credential.objects.create(person=person, kind=3, valid_from=date(2026, 1, 1), state=state, at=at)
        Consent.objects.create(person=person, text=text, given_by=person, channel="self", given_at=at)
        Relation.objects.create(person=person, helper=helper, kind=kind, agreed_at=at)
    before = rows()
    made = merge(merger, kept, gone)
    assert Credential.objects.get(person=kept).state == "valid"
    assert Consent.objects.get(person=kept).given_at == now - timedelta(days=9)
    assert Relation.objects.get(person=kept).kind == "guardian"
    undo(merger, made, now)
    assert rows() == before


def test_the_certificate_that_stands_worse_stays_with_the_hidden_record(merger, kept, gone, now):  # noqa: F811
    for person, state in ((kept, "valid"), (gone, "refused")):
        Credential.objects.create(person=person, kind=3, valid_from=date(2026, 1, 1), state=state, at=now)
    before = rows()
    merge(merger, kept, gone)
    assert rows() == before


def test_who_was_asked_twice_about_an_order_has_one_question(merger, kept, gone, helper, now):  # noqa: F811
    need = make.need(helper, state="offered")
    own, other = make.offer(need, kept), make.offer(need, gone)
    before = rows()
    made = merge(merger, kept, gone)
    assert list(Offer.objects.order_by("pk").values_list("pk", "volunteer", "state")) == [(own.pk, kept.pk, "open"), (other.pk, kept.pk, "withdrawn")]
    undo(merger, made, now)
    assert rows() == before


def twice_in(helper, kept, gone, now):  # noqa: F811
    need = make.need(helper, state="accepted", people_needed=2, staffed_at=now)
    make.assignment(need, kept)
    make.assignment(need, gone)
    return need


def test_who_held_two_places_of_an_order_holds_one_and_the_order_looks_for_another(merger, kept, gone, helper, now):  # noqa: F811
    need = twice_in(helper, kept, gone, now)
    before = rows()
    made = merge(merger, kept, gone)
    need.refresh_from_db()
    assert (need.state, need.places_filled, need_queries.holder_ids(need)) == ("waiting", 1, [kept.pk])
    undo(merger, made, now)
    assert rows() == before


def test_a_place_taken_by_somebody_else_since_stays_theirs(merger, kept, gone, helper, second_helper, now):  # noqa: F811
    need = twice_in(helper, kept, gone, now)
    made = merge(merger, kept, gone)
    Assignment.objects.create(need=need, volunteer=second_helper, made_at=now)
    Need.objects.filter(pk=need.pk).update(state="accepted", places_filled=2)
    undo(merger, made, now)
    need.refresh_from_db()
    assert (need.state, need_queries.holder_ids(need)) == ("accepted", [kept.pk, second_helper.pk])
    assert list(Assignment.objects.filter(volunteer=gone).values_list("state", flat=True)) == ["released"]
