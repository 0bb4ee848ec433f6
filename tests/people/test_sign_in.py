from __future__ import annotations

import re
from datetime import timedelta

import pytest

from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.models import Event
from chunshui.people import commands, queries
from chunshui.people.models import Person, SignInCode, SignInSession
from tests.factories import people

pytestmark = pytest.mark.django_db
PHONE = "13883212041"


@pytest.fixture
def code(outbox, now, django_capture_on_commit_callbacks):
    """Asks for a code and reads it from the text message."""
    with django_capture_on_commit_callbacks(execute=True):
        commands.request_code(phone=PHONE, now=now, address="10.0.0.1")
    [(phone, body)] = outbox
    assert phone == PHONE
    return re.search(r"\d{6}", body).group()


def test_a_code_signs_in_and_makes_the_person_the_first_time(code, now):
    person = commands.sign_in_by_code(phone="138 8321 2041", code=code, name="周桂芳", now=now)
    assert (person.name, queries.opened(person, "phone"), queries.contact_of(person)) == ("周桂芳", PHONE, "138****2041")
    assert bytes(person.phone_sealed).find(PHONE.encode()) == -1


def test_a_second_sign_in_finds_the_same_person(code, now, outbox, django_capture_on_commit_callbacks):
    first = commands.sign_in_by_code(phone=PHONE, code=code, now=now)
    outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        commands.request_code(phone=PHONE, now=now + timedelta(minutes=2), address="10.0.0.1")
    again = re.search(r"\d{6}", outbox[0][1]).group()
    assert commands.sign_in_by_code(phone=PHONE, code=again, now=now + timedelta(minutes=2)) == first


def test_a_code_is_good_once_only(code, now):
    commands.sign_in_by_code(phone=PHONE, code=code, now=now)
    with pytest.raises(Refused, match="没有有效的验证码"):
        commands.sign_in_by_code(phone=PHONE, code=code, now=now)


def test_a_code_dies_after_ten_minutes(code, now):
    with pytest.raises(Refused, match="没有有效的验证码"):
        commands.sign_in_by_code(phone=PHONE, code=code, now=now + timedelta(minutes=10))
    assert not Person.objects.filter(login_index=queries.phone_index(PHONE)).exists()


def test_five_wrong_tries_use_a_code_up_and_are_remembered_though_refused(code, now):
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(Refused, match=f"还可以试 {left} 次"):
            commands.sign_in_by_code(phone=PHONE, code=wrong, now=now)
    with pytest.raises(Refused, match="试了 5 次"):
        commands.sign_in_by_code(phone=PHONE, code=code, now=now)
    assert SignInCode.objects.get().tries == 5


def test_a_second_code_within_a_minute_is_refused(code, now):
    with pytest.raises(Refused, match="请过 31 秒"):
        commands.request_code(phone=PHONE, now=now + timedelta(seconds=30), address="10.0.0.1")
    assert SignInCode.objects.count() == 1


def test_a_sixth_code_in_an_hour_is_refused(outbox, now):
    for minute in range(0, 10, 2):
        commands.request_code(phone=PHONE, now=now + timedelta(minutes=minute), address="10.0.0.1")
    with pytest.raises(Refused) as refusal:
        commands.request_code(phone=PHONE, now=now + timedelta(minutes=10), address="10.0.0.1")
    assert (refusal.value.code, SignInCode.objects.count()) == ("too_many", 5)


def test_a_newer_code_ends_the_older_one(code, now, outbox):
    commands.request_code(phone=PHONE, now=now + timedelta(minutes=2), address="10.0.0.1")
    with pytest.raises(Refused, match="验证码不对"):
        commands.sign_in_by_code(phone=PHONE, code=code, now=now + timedelta(minutes=2))


def test_neither_code_nor_phone_is_kept_readable(code, now):
    row = SignInCode.objects.get()
    kept = f"{row.phone_index} {row.code_hash} {Event.objects.get().data}"
    assert (code in kept, PHONE in kept) == (False, False)


def test_the_demonstration_shows_the_code_and_nothing_else_does(code, now, settings):
    assert queries.code_just_sent(PHONE, now) == code
    settings.DEMO = False
    assert queries.code_just_sent(PHONE, now) == ""


def test_a_password_signs_in(resident, now):
    commands.set_password(actor=resident, password="江边的黄葛树 2026", now=now)
    phone = queries.opened(resident, "phone")
    assert commands.sign_in_by_password(phone=phone, password="江边的黄葛树 2026", now=now, address="10.0.0.1") == resident


def test_a_weak_password_is_refused_and_not_kept(resident, now):
    before = resident.password
    with pytest.raises(Refused):
        commands.set_password(actor=resident, password="1234567890", now=now)
    resident.refresh_from_db()
    assert resident.password == before


def test_ten_wrong_passwords_lock_the_phone_for_a_while(resident, now):
    commands.set_password(actor=resident, password="江边的黄葛树 2026", now=now)
    phone = queries.opened(resident, "phone")
    for _ in range(10):
        with pytest.raises(Refused, match="手机号或密码不对"):
            commands.sign_in_by_password(phone=phone, password="错的", now=now, address="10.0.0.1")
    with pytest.raises(Refused, match="试得太多了"):
        commands.sign_in_by_password(phone=phone, password="江边的黄葛树 2026", now=now, address="10.0.0.2")
    later = now + timedelta(minutes=15)
    assert commands.sign_in_by_password(phone=phone, password="江边的黄葛树 2026", now=later, address="10.0.0.1") == resident


def test_a_phone_nobody_has_gets_the_same_answer_as_a_wrong_password(now, db):
    with pytest.raises(Refused, match="手机号或密码不对"):
        commands.sign_in_by_password(phone=PHONE, password="什么都行", now=now, address="10.0.0.1")


def test_only_the_listed_accounts_of_the_demonstration_enter_in_one_click(community, resident, now, settings):
    listed = people.person(community, "演示居民", phone="19900000001")
    assert commands.demo_sign_in(person_id=listed.pk, now=now) == listed
    for demo, person in ((True, resident), (False, listed)):
        settings.DEMO = demo
        with pytest.raises(NotFound):
            commands.demo_sign_in(person_id=person.pk, now=now)


def test_a_session_is_ended_by_its_owner_only(client, resident, stranger, now):
    client.force_login(resident)
    row = commands.start_session(actor=resident, session_key=client.session.session_key, device="手机", address="10.0.0.1", now=now)
    with pytest.raises(NotFound):
        commands.end_session(actor=stranger, session_id=row.pk, now=now)
    assert SignInSession.objects.count() == 1
    commands.end_session(actor=resident, session_id=row.pk, now=now)
    assert (SignInSession.objects.count(), client.session.get("_auth_user_id")) == (0, None)
