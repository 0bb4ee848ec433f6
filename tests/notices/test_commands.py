from __future__ import annotations

import http.server
import json
import threading
from datetime import timedelta

import pytest

from chunshui.kernel import crypto
from chunshui.kernel.errors import NotFound
from chunshui.notices import adapters, commands, queries, reactions
from chunshui.notices.models import Message, SentText
from chunshui.notices.states import MOST_ATTEMPTS, SendState
from chunshui.people.models import PersonalKey
from tests.factories import notices, people

pytestmark = pytest.mark.django_db


def tell(person, now, **more):
    values = {"key": "need:1:accepted", "kind": "needs.accepted", "title": "您的单已受理", "at": now, **more}
    commands.notify(person_id=person.pk, **values)


def only() -> Message:
    return Message.objects.get()


class Refusing:
    def send(self, phone, body, *, key="", at=None):
        raise adapters.NotSent("HTTP 503")


REFUSING = f"{__name__}.Refusing"


def test_notify_twice_with_one_key_writes_one_message(resident, now):
    tell(resident, now)
    tell(resident, now, title="另一句话")
    assert (only().title, only().state) == ("您的单已受理", SendState.INBOX)


def test_send_due_hands_the_text_to_the_null_gateway_with_a_masked_number(community, now):
    person = people.person(community, phone="13883212041")
    tell(person, now, sms=True, body="明早 9 点")
    assert commands.send_due(now=now) == 1
    text = SentText.objects.get()
    assert (text.phone, text.phone_index) == ("138****2041", crypto.blind_index("13883212041", "phone"))
    assert (text.body, text.at) == ("【两江志愿】您的单已受理 明早 9 点", now)
    assert (only().state, only().sent_at) == (SendState.SENT, now)


def test_send_due_leaves_inbox_messages_and_messages_of_later_alone(resident, now):
    tell(resident, now)
    tell(resident, now, key="later", sms=True, not_before=now + timedelta(hours=1))
    assert commands.send_due(now=now) == 0
    assert SentText.objects.count() == 0
    assert commands.send_due(now=now + timedelta(hours=1)) == 1


def test_a_sent_message_is_not_sent_again(resident, now):
    tell(resident, now, sms=True)
    assert [commands.send_due(now=now), commands.send_due(now=now + timedelta(hours=1))] == [1, 0]
    assert SentText.objects.count() == 1


def test_a_text_message_in_quiet_hours_waits_for_the_morning(resident, now):
    night = now + timedelta(hours=10)  # 22:00 in the district
    morning = now + timedelta(hours=20)  # 08:00
    tell(resident, night, sms=True)
    assert commands.send_due(now=night) == 0
    assert (only().not_before, only().attempts, SentText.objects.count()) == (morning, 0, 0)
    assert commands.send_due(now=morning) == 1


def test_quiet_hours_after_midnight_end_on_the_same_morning(resident, now):
    assert queries.after_quiet(now + timedelta(hours=13), resident.area) == now + timedelta(hours=20)


def test_a_refused_text_is_tried_again_with_growing_waits_and_then_given_up(resident, now, settings):
    settings.SMS_ADAPTER = REFUSING
    morning = now + timedelta(hours=-3)
    tell(resident, morning, sms=True)
    moment, waits = morning, []
    for _attempt in range(MOST_ATTEMPTS):
        assert commands.send_due(now=moment) == 0
        waits.append((only().not_before - moment) // timedelta(minutes=1))
        moment = only().not_before
    assert waits == [2, 4, 8, 16, 32, 64]
    assert (only().state, only().error) == (SendState.FAILED, "HTTP 503")
    assert commands.send_due(now=moment + timedelta(hours=1)) == 0


def test_a_worker_that_dies_while_sending_loses_nothing_and_sends_once(resident, now):
    tell(resident, now, sms=True)
    message = commands._claim(only().pk, now)
    adapters.NullSms().send("13800000000", "x", key=message.key)  # sent, and then the worker dies
    assert commands.send_due(now=now) == 0
    assert commands.send_due(now=now + timedelta(minutes=6)) == 1
    assert (SentText.objects.count(), only().state) == (1, SendState.SENT)


def test_a_person_without_a_phone_has_the_message_in_the_inbox_only(resident, now):
    resident.phone_sealed = b""
    resident.save(update_fields=["phone_sealed"])
    tell(resident, now, sms=True)
    assert commands.send_due(now=now) == 0
    assert (only().state, SentText.objects.count()) == (SendState.FAILED, 0)
    assert queries.unread_count(resident) == 1


def test_a_person_whose_key_was_destroyed_gets_no_text(resident, now):
    PersonalKey.objects.filter(person=resident).delete()
    tell(resident, now, sms=True)
    assert commands.send_due(now=now) == 0
    assert only().state == SendState.FAILED


def test_mark_read_marks_one_message(resident, now):
    first, second = notices.message(resident), notices.message(resident)
    commands.mark_read(actor=resident, message_id=first.pk, now=now)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.read_at, second.read_at) == (now, None)


def test_mark_read_without_a_message_marks_only_ones_own(resident, helper, now):
    mine, other = notices.message(resident), notices.message(helper)
    assert commands.mark_read(actor=resident, now=now) == 1
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.read_at, other.read_at) == (now, None)


@pytest.mark.parametrize("who", ["stranger", "coordinator", "far_coordinator"])
def test_mark_read_of_someone_elses_message_is_not_found_and_changes_nothing(resident, now, who, request):
    message = notices.message(resident)
    with pytest.raises(NotFound):
        commands.mark_read(actor=request.getfixturevalue(who), message_id=message.pk, now=now)
    message.refresh_from_db()
    assert message.read_at is None


def test_an_erased_person_leaves_no_messages(resident, helper, now):
    notices.message(resident)
    kept = notices.message(helper)
    reactions.forget_messages(type("Fact", (), {"subject_id": resident.pk})())
    assert list(Message.objects.values_list("pk", flat=True)) == [kept.pk]


class Answering(http.server.BaseHTTPRequestHandler):
    seen: list = []
    status = 200

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        Answering.seen.append((self.headers["Authorization"], body))
        self.send_response(Answering.status)
        self.end_headers()

    def log_message(self, *_args):
        pass


@pytest.fixture
def sms_server(settings):
    server = http.server.HTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    Answering.seen, Answering.status = [], 200
    settings.SMS_ADAPTER = "chunshui.notices.adapters.HttpSms"
    settings.SMS_URL, settings.SMS_TOKEN, settings.SMS_TIMEOUT_SECONDS = f"http://127.0.0.1:{server.server_port}/", "secret", 2
    yield Answering
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_http_gateway_posts_phone_text_and_key(community, now, sms_server):
    person = people.person(community, phone="13883212041")
    tell(person, now, sms=True)
    assert commands.send_due(now=now) == 1
    assert sms_server.seen == [("Bearer secret", {"phone": "13883212041", "text": "【两江志愿】您的单已受理", "id": "need:1:accepted"})]


def test_the_http_gateway_that_answers_with_an_error_is_tried_again(resident, now, sms_server):
    sms_server.status = 500
    tell(resident, now, sms=True)
    assert commands.send_due(now=now) == 0
    assert (only().state, only().error) == (SendState.QUEUED, "HTTP 500")


def test_the_http_gateway_that_is_not_there_is_tried_again(resident, now, settings):
    settings.SMS_ADAPTER, settings.SMS_URL = "chunshui.notices.adapters.HttpSms", "http://127.0.0.1:9/"
    tell(resident, now, sms=True)
    assert commands.send_due(now=now) == 0
    assert (only().state, only().attempts) == (SendState.QUEUED, 1)
