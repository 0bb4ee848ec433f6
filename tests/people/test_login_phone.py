"""Another phone to sign in with: proven on the new one, told to the old one, every other way in closed, and kept for the person to see."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse
from django.utils import timezone

from chunshui.kernel import events as kernel_events
from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.models import Event
from chunshui.notices.models import Message
from chunshui.people import commands, events, policies, queries
from chunshui.people.models import AccessToken, Person, PersonToken, SignInSession
from tests.factories import people

pytestmark = pytest.mark.django_db
OLD, NEW = "13800001111", "13900002222"


@pytest.fixture
def owner(community):
    return people.person(community, "周桂芳", OLD)


@pytest.fixture
def code(outbox, django_capture_on_commit_callbacks):
    """Asks for a code on a phone and reads it there."""

    def asked(phone=NEW, now=None):
        outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            commands.request_code(phone=phone, now=now or timezone.now(), address="10.0.0.1")
        found = re.search(r"\d{6}", outbox[0][1]).group()
        outbox.clear()
        return found

    return asked


def state():
    """Everything that a change of phone touches."""
    rows = Person.objects.order_by("pk").values_list("pk", "login_index", "phone_index", "phone_sealed")
    tokens = PersonToken.objects.order_by("pk").values_list("person_id", "token")
    ways_in = SignInSession.objects.count(), AccessToken.objects.filter(ended_at=None).count()
    return [(*row[:3], bytes(row[3])) for row in rows], list(tokens), ways_in, Event.objects.filter(name=events.LOGIN_PHONE_CHANGED).count()


def refused(because, verb, **more):
    before = state()
    with pytest.raises(Refused) as caught:
        verb(**more)
    assert (caught.value.code, state()) == (because, before)


def own(actor, code, now, **more):
    return commands.change_login_phone(**{"actor": actor, "phone": NEW, "code": code, "now": now, **more})


def assisted(actor, person, code, now, **more):
    given = {"person_id": person.pk, "phone": NEW, "code": code, "reason": "旧手机丢了，看过身份证", "now": now, **more}
    return commands.give_login_phone(actor=actor, **given)


def browser(person, now, key=""):
    store = SessionStore()
    store.create()
    commands.start_session(actor=person, session_key=store.session_key, device="手机", address="10.0.0.2", now=now)
    return store.session_key


# --- by oneself


def test_the_new_phone_signs_in_and_the_old_one_no_longer(owner, code, now, outbox, django_capture_on_commit_callbacks):
    sent = code(now=now)
    with django_capture_on_commit_callbacks(execute=True):
        changed = own(owner, sent, now)
    assert (queries.opened(changed, "phone"), changed.login_index, changed.phone_index) == (NEW, *[queries.phone_index(NEW)] * 2)
    assert [phone for phone, _body in outbox] == [OLD]
    assert ("尾号 2222" in outbox[0][1], NEW in outbox[0][1]) == (True, False)
    later = now + timedelta(hours=2)
    assert commands.sign_in_by_code(phone=NEW, code=code(now=later), now=later) == owner
    assert commands.sign_in_by_code(phone=OLD, code=code(OLD, now=later), now=later) != owner


def test_the_person_is_found_by_the_new_number_only(owner, coordinator, code, now):
    own(owner, code(now=now), now)
    found = [list(queries.find_people(coordinator, text, size=9).rows) for text in ("2222", "1111")]
    assert (found, queries.find_by_phone(coordinator, OLD)) == ([[owner], []], [])


def test_other_browsers_and_every_token_end_and_the_present_one_stays(owner, code, now):
    owner.acting = queries.acting_as(owner, "", verified=False)
    here, there = browser(owner, now), browser(owner, now)
    commands.make_token(actor=owner, name="电脑", scopes=["needs"], days=30, now=now)
    own(owner, code(now=now), now, session_key=here)
    assert [SessionStore().exists(key) for key in (here, there)] == [True, False]
    assert (list(SignInSession.objects.values_list("session_key", flat=True)), AccessToken.objects.get().ended_at) == ([here], now)


def test_a_code_that_waits_on_the_old_phone_dies(owner, code, now):
    waiting = code(OLD, now=now)
    own(owner, code(now=now), now)
    with pytest.raises(Refused):
        commands.sign_in_by_code(phone=OLD, code=waiting, now=now)


def test_the_change_is_kept_without_the_numbers_and_told_in_the_inbox(owner, code, now):
    own(owner, code(now=now), now)
    event = Event.objects.get(name=events.LOGIN_PHONE_CHANGED)
    assert (event.subject_id, event.data) == (owner.pk, {"way": "own", "reason": ""})
    kernel_events.settle(now)
    assert Message.objects.get(person=owner).title == "登录手机号换了"
    assert [(each.at, each.who) for each in queries.phone_changes_of(owner)] == [(now, "")]


def test_without_the_right_code_nothing_changes_and_the_try_counts(owner, code, now):
    right = code(now=now)
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    refused("code", own, actor=owner, code=wrong, now=now)
    assert own(owner, right, now).pk == owner.pk


def test_a_code_of_another_phone_proves_nothing(owner, code, now):
    refused("code", own, actor=owner, code=code("13700003333", now=now), now=now)


def test_a_number_that_signs_in_as_somebody_else_is_refused_after_it_was_proven(owner, community, code, now):
    people.person(community, "别人", NEW)
    refused("taken", own, actor=owner, code=code(now=now), now=now)


@pytest.mark.parametrize(("phone", "reason"), [(OLD, "same_phone"), ("02367890000", None), ("123", None)])
def test_the_same_number_or_none_is_refused(owner, now, phone, reason):
    before = state()
    with pytest.raises(Refused) as caught:
        own(owner, "000000", now, phone=phone)
    assert (reason in (None, caught.value.code), state()) == (True, before)


def test_the_fourth_change_in_a_day_is_too_many(owner, code, now):
    for turn, phone in enumerate([NEW, OLD, NEW]):
        moment = now + timedelta(minutes=turn)
        own(Person.objects.get(pk=owner.pk), code(phone, now=moment), moment, phone=phone)
    refused("too_many", own, actor=Person.objects.get(pk=owner.pk), phone=OLD, code="000000", now=now)


# --- with a worker's help


def test_a_worker_changes_it_for_who_lost_the_old_phone(owner, coordinator, code, now, outbox, django_capture_on_commit_callbacks):
    there, sent = browser(owner, now), code(now=now)
    with django_capture_on_commit_callbacks(execute=True):
        assisted(coordinator, owner, sent, now)
    assert ([phone for phone, _body in outbox], SessionStore().exists(there)) == ([OLD], False)
    change = queries.phone_changes_of(owner)[0]
    assert (change.who, change.reason) == (coordinator.name, "旧手机丢了，看过身份证")
    kernel_events.settle(now)
    assert "看过身份证" in Message.objects.get(person=owner).body


def test_somebody_without_an_account_gets_one(coordinator, community, code, now, outbox, django_capture_on_commit_callbacks):
    old_man = people.person(community, "吴大爷", login_index=None, phone_index="")
    sent = code(now=now)
    with django_capture_on_commit_callbacks(execute=True):
        assisted(coordinator, old_man, sent, now)
    assert (outbox, Person.objects.get(pk=old_man.pk).login_index) == ([], queries.phone_index(NEW))


@pytest.mark.parametrize(("more", "reason"), [({"reason": " "}, "reason"), ({"code": "12"}, "code"), ({"phone": OLD}, "same_phone")])
def test_a_worker_without_a_reason_or_the_code_is_refused(owner, coordinator, code, now, more, reason):
    code(now=now)
    refused(reason, assisted, actor=coordinator, person=owner, now=now, **{"code": "000000", **more})


def test_a_worker_does_not_change_the_own_number_this_way(coordinator, now):
    refused("own_case", assisted, actor=coordinator, person=coordinator, code="000000", now=now)


def test_who_has_no_say_is_refused(owner, community, helper, far_coordinator, stranger, now):
    grid_worker = people.staff(community, "grid_worker", "网格员")
    refused("forbidden", assisted, actor=grid_worker, person=owner, code="000000", now=now)
    for actor in (helper, far_coordinator, stranger):
        before = state()
        with pytest.raises(NotFound):
            assisted(actor, owner, "000000", now)
        assert state() == before


def test_can_change_login_phone_of_staff_needs_a_higher_level(community, coordinator, street_official, district_official):
    below, level = people.staff(community, "grid_worker"), people.staff(community)
    official = people.staff(community, "district_official")
    rule = policies.can_change_login_phone
    answers = [[bool(rule(actor, person)) for person in (below, level, official)] for actor in (coordinator, street_official)]
    assert answers == [[True, False, False], [True, True, False]]
    assert rule(coordinator, level).code == "has_role"


def test_who_holds_a_staff_role_acts_in_it_with_the_second_factor_to_change_the_own(coordinator, code, now):
    coordinator.acting = queries.acting_as(coordinator, "", verified=False)
    refused("second_factor", own, actor=coordinator, code="000000", now=now)


# --- the pages


def test_the_whole_walk_through_the_pages(client, owner, code, settings):
    settings.DEMO = True
    people.sign_in(client, owner)
    assert client.post(reverse("change_login_phone"), {"phone": NEW}).url == reverse("prove_login_phone")
    shown = client.get(reverse("prove_login_phone")).context["shown"]
    wrong = client.post(reverse("prove_login_phone"), {"code": "12345"})
    right = client.post(reverse("prove_login_phone"), {"code": shown})
    assert (wrong.status_code, right.url) == (422, reverse("sessions"))
    assert "本人换的" in client.get(reverse("sessions")).content.decode()


def test_the_walk_of_a_worker_through_the_pages(client, owner, coordinator, settings, outbox):
    settings.DEMO = True
    people.sign_in(client, coordinator)
    first, second = (reverse(name, args=[owner.pk]) for name in ("give_login_phone", "give_login_phone_code"))
    assert client.get(second).url == first
    assert client.post(first, {"phone": NEW}).url == second
    shown = client.get(second).context["shown"]
    without = client.post(second, {"code": shown, "reason": ""})
    done = client.post(second, {"code": shown, "reason": "旧手机丢了"})
    assert (without.status_code, done.url) == (422, reverse("resident", args=[owner.pk]))
    page = client.get(first).content.decode()
    assert ("旧手机丢了" in page, coordinator.name in page) == (True, True)


@pytest.mark.parametrize("name", ["give_login_phone", "give_login_phone_code"])
def test_the_pages_of_a_person_elsewhere_are_not_found(client, owner, far_coordinator, name):
    people.sign_in(client, far_coordinator)
    assert client.get(reverse(name, args=[owner.pk])).status_code == 404
