from __future__ import annotations

from datetime import date, timedelta

import pytest

from chunshui.kernel import clock
from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.events import settle
from chunshui.kernel.models import Event
from chunshui.notices.models import Message
from chunshui.people import commands, queries
from chunshui.people.models import Consent, Credential, Person, Relation, Volunteer
from chunshui.people.states import CredentialKind, Filters, VolunteerState
from tests.factories import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def answers(community):
    """What a grown-up types in the four steps."""
    return {
        "id_kind": "01",
        "id_number": people.papers(),
        "name": "周桂芳",
        "sex": 0,
        "born_on": None,
        "area_id": community.pk,
        "skills": [1, 9],
        "free_time": [1, 24],
        "languages": [1, 2],
        "reach_metres": 2000,
        "week_limit": 2,
        "refuses": ["moving"],
        "consents": ["privacy", "sensitive", "share"],
    }


def register(person, now, answers, actor=None, **more):
    return commands.register_volunteer(actor=actor or person, person_id=person.pk, now=now, **{**answers, **more})


def test_register_writes_what_was_offered_and_waits_for_review(resident, now, answers):
    volunteer = register(resident, now, answers)
    resident.refresh_from_db()
    assert (volunteer.state, volunteer.qualifications, volunteer.free_time, volunteer.refuses) == ("pending", 0b100000001, 1 | 1 << 23, ["moving"])
    assert (resident.born_on, resident.sex) == (date(1990, 5, 17), 2)
    assert sorted(Consent.objects.values_list("text__kind", flat=True)) == ["privacy", "sensitive", "share"]


def test_the_number_on_the_card_is_kept_sealed_only(resident, now, answers):
    register(resident, now, answers)
    resident.refresh_from_db()
    assert answers["id_number"].encode() not in bytes(resident.id_sealed)
    assert queries.opened(resident, "id") == answers["id_number"]


def test_a_card_registers_one_person_only(resident, stranger, now, answers):
    register(resident, now, answers)
    with pytest.raises(Refused, match="已经注册过") as refusal:
        register(stranger, now, answers)
    assert (refusal.value.code, Volunteer.objects.count()) == ("id_taken", 1)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"sex": 1}, "sex"),
        ({"born_on": date(1990, 5, 18)}, "born_on"),
        ({"consents": ["privacy"]}, "consents"),
        ({"skills": [99]}, "skills"),
        ({"reach_metres": 10}, "reach_metres"),
        ({"name": " "}, "name"),
        ({"id_kind": "05", "id_number": "E12345678", "born_on": date(1990, 5, 17)}, "photo"),
    ],
)
def test_a_wrong_answer_is_refused_at_its_field_and_nothing_is_kept(resident, now, answers, change, field):
    with pytest.raises(Refused) as refusal:
        register(resident, now, answers, **change)
    assert (list(refusal.value.fields), Volunteer.objects.count(), Consent.objects.count()) == ([field], 0, 0)


def test_a_stranger_cannot_register_somebody(resident, stranger, now, answers):
    with pytest.raises(NotFound):
        register(resident, now, answers, actor=stranger)


def test_a_worker_registers_somebody_with_a_note_of_the_consent(resident, coordinator, now, answers):
    with pytest.raises(Refused) as refusal:
        register(resident, now, answers, actor=coordinator)
    assert list(refusal.value.fields) == ["consent_note"]
    volunteer = register(resident, now, answers, actor=coordinator, consent_note="窗口签字")
    assert (volunteer.registered_by, set(Consent.objects.values_list("channel", "note"))) == (coordinator, {("desk", "窗口签字")})


def test_below_the_least_age_nobody_registers(resident, now, answers):
    with pytest.raises(Refused) as refusal:
        register(resident, now, answers, id_number=people.papers(date(2021, 1, 1)))
    assert (refusal.value.code, Volunteer.objects.count()) == ("too_young", 0)


def test_a_minor_needs_a_guardian(resident, now, answers):
    with pytest.raises(Refused) as refusal:
        register(resident, now, answers, id_number=people.papers(date(2012, 1, 1)))
    assert (list(refusal.value.fields), Volunteer.objects.count()) == (["guardian_name"], 0)


def test_a_guardian_agrees_with_a_code_on_their_own_phone(resident, now, answers, outbox):
    commands.request_code(phone="13900001111", now=now, address="10.0.0.1")
    code = queries.code_just_sent("13900001111", now)
    minor = {"id_number": people.papers(date(2012, 1, 1))}
    guardian = {"name": "周妈妈", "phone": "13900001111", "code": "不对"}
    with pytest.raises(Refused) as refusal:
        register(resident, now, answers, **minor, guardian=guardian)
    assert (list(refusal.value.fields), Volunteer.objects.count()) == (["guardian_code"], 0)
    register(resident, now, answers, **minor, guardian={**guardian, "code": code})
    relation = Relation.objects.get(person=resident)
    given = Consent.objects.get(text__kind="guardian")
    assert (relation.helper.name, relation.kind, given.given_by, given.person) == ("周妈妈", "guardian", relation.helper, resident)


def test_sixteen_with_an_own_income_needs_no_guardian(resident, now, answers):
    own = {"own_income": True}
    with pytest.raises(Refused):
        register(resident, now, answers, id_number=people.papers(date(2011, 1, 1)), guardian=own)
    assert register(resident, now, answers, id_number=people.papers(date(2010, 1, 1)), guardian=own).state == "pending"


def test_review_lets_a_volunteer_serve_and_leave_a_trace(resident, coordinator, now, answers):
    register(resident, now, answers)
    volunteer = commands.review_volunteer(actor=coordinator, person_id=resident.pk, approve=True, reason="", now=now)
    assert (volunteer.state, volunteer.reviewed_by, volunteer.reviewed_at) == ("active", coordinator, now)
    assert Event.objects.get(name="people.volunteer_reviewed").data == {"state": "active", "reason": ""}


def test_review_without_a_reason_does_not_refuse(resident, coordinator, now, answers):
    register(resident, now, answers)
    with pytest.raises(Refused) as refusal:
        commands.review_volunteer(actor=coordinator, person_id=resident.pk, approve=False, reason=" ", now=now)
    assert (list(refusal.value.fields), Volunteer.objects.get().state) == (["reason"], "pending")


def test_who_was_refused_may_register_again(resident, coordinator, now, answers):
    first = register(resident, now, answers).number
    commands.review_volunteer(actor=coordinator, person_id=resident.pk, approve=False, reason="照片看不清", now=now)
    again = register(resident, now, answers)
    assert (again.state, again.number) == ("pending", first)


def test_review_of_oneself_or_by_a_grid_worker_is_refused(community, coordinator, now, answers):
    register(coordinator, now, answers)
    grid = people.staff(community, "grid_worker")
    for actor in (coordinator, grid):
        with pytest.raises(Refused):
            commands.review_volunteer(actor=actor, person_id=coordinator.pk, approve=True, reason="", now=now)
    assert Volunteer.objects.get().state == "pending"


def test_review_from_another_street_finds_nobody(resident, far_coordinator, now, answers):
    register(resident, now, answers)
    with pytest.raises(NotFound):
        commands.review_volunteer(actor=far_coordinator, person_id=resident.pk, approve=True, reason="", now=now)


def test_pause_ends_on_its_day(helper, now):
    tomorrow = clock.today(now) + timedelta(days=1)
    commands.pause(actor=helper, person_id=helper.pk, until=tomorrow, now=now)
    assert (commands.resume_due(now=now), Volunteer.objects.get().state) == (0, "paused")
    assert (commands.resume_due(now=now + timedelta(days=1)), Volunteer.objects.get().state) == (1, "active")


@pytest.mark.parametrize("verb", ["resume", "pause", "leave"])
def test_a_stranger_changes_no_volunteer(helper, stranger, now, verb):
    with pytest.raises(NotFound):
        getattr(commands, verb)(actor=stranger, person_id=helper.pk, now=now)
    assert Volunteer.objects.get(pk=helper.pk).state == "active"


def test_resume_of_who_is_not_paused_is_refused(helper, now):
    with pytest.raises(Refused) as refusal:
        commands.resume(actor=helper, person_id=helper.pk, now=now)
    assert refusal.value.code == "wrong_state"


def test_leave_keeps_number_and_totals(helper, now):
    commands.add_minutes(person_id=helper.pk, minutes=90, services=1, now=now)
    left = commands.leave(actor=helper, person_id=helper.pk, now=now)
    left.refresh_from_db()
    assert (left.state, left.minutes_total, left.services_total) == ("left", 90, 1)


def test_change_volunteer_keeps_what_the_credentials_give(helper, now):
    Credential.objects.create(person=helper, kind=CredentialKind.ESCORT, valid_from=date(2026, 1, 1), state="valid", at=now)
    changed = commands.change_volunteer(actor=helper, person_id=helper.pk, skills=[3], week_limit=5, now=now)
    assert (changed.qualifications, changed.week_limit) == (1 << 2 | 1 << 24, 5)


def test_a_new_name_of_a_volunteer_is_reviewed_again(helper, now):
    commands.change_person(actor=helper, person_id=helper.pk, name="何素芳", now=now)
    assert (Volunteer.objects.get().state, [p.name for p in queries.find_people(helper, "素芳").rows]) == ("pending", ["何素芳"])


def test_a_credential_counts_from_its_review_to_its_last_day(helper, coordinator, now):
    Volunteer.objects.update(qualifications=1)
    today = clock.today(now)
    dates = {"valid_from": today, "valid_until": today}
    credential = commands.add_credential(actor=helper, person_id=helper.pk, kind=CredentialKind.NURSE, number="HS1", now=now, **dates)
    assert Volunteer.objects.get().qualifications == 1
    commands.review_credential(actor=coordinator, credential_id=credential.pk, approve=True, now=now)
    assert Volunteer.objects.get().qualifications == 1 | 1 << 26
    assert commands.expire_credentials(now=now + timedelta(days=1)) == 1
    assert Volunteer.objects.get().qualifications == 1


def test_nobody_reviews_their_own_credential(community, now):
    worker = people.staff(community)
    Volunteer.objects.create(person=worker, number="V1", state=VolunteerState.ACTIVE, registered_at=now)
    dates = {"valid_from": clock.today(now), "valid_until": None}
    credential = commands.add_credential(actor=worker, person_id=worker.pk, kind=1, number="", now=now, **dates)
    with pytest.raises(Refused) as refusal:
        commands.review_credential(actor=worker, credential_id=credential.pk, approve=True, now=now)
    credential.refresh_from_db()
    assert (refusal.value.code, credential.state) == ("own_case", "pending")


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(), ["何素芬", "陈晓雨"]),
        (Filters(text="素芬"), ["何素芬"]),
        (Filters(text="何"), ["何素芬"]),
        (Filters(skill=3), ["陈晓雨"]),
        (Filters(slot=2), ["何素芬"]),
        (Filters(credential=1), ["陈晓雨"]),
        (Filters(state="paused"), []),
    ],
)
def test_the_list_of_volunteers_is_narrowed(helper, second_helper, coordinator, community, filters, found):
    Volunteer.objects.filter(pk=helper.pk).update(qualifications=1, free_time=2)
    Volunteer.objects.filter(pk=second_helper.pk).update(qualifications=4 | 1 << 24, free_time=1)
    page = queries.volunteers_of(coordinator, community, filters)
    assert sorted(row.person.name for row in page.rows) == found


def test_a_volunteer_is_found_by_number_and_by_the_last_four_digits(helper, second_helper, coordinator, community):
    number = Volunteer.objects.get(pk=helper.pk).number
    tail = queries.opened(helper, "phone")[-4:]
    for text in (number, tail):
        assert [row.pk for row in queries.volunteers_of(coordinator, community, Filters(text=text)).rows] == [helper.pk]


def test_lists_of_another_area_are_refused(coordinator, elsewhere, resident, community):
    for actor, area in ((coordinator, elsewhere), (resident, community)):
        with pytest.raises(Refused):
            queries.volunteers_of(actor, area)
    assert Person.objects.count() >= 2


@pytest.mark.parametrize(
    ("approve", "title", "body"), [(True, "您的志愿者报名通过了", "现在就可以接单了。"), (False, "您的志愿者报名没有通过", "照片看不清")]
)
def test_the_answer_to_a_registration_is_told_by_text_message(resident, coordinator, now, answers, approve, title, body):
    register(resident, now, answers)
    commands.review_volunteer(actor=coordinator, person_id=resident.pk, approve=approve, reason="照片看不清", now=now)
    settle(now)
    message = Message.objects.get()
    assert (message.person, message.title, message.body, message.sms) == (resident, title, body, True)
