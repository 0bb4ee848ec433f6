from __future__ import annotations

import pytest

from chunshui.notices.models import Message
from tests.factories import notices
from tests.factories.people import sign_in

pytestmark = pytest.mark.django_db


def test_the_inbox_asks_to_sign_in(client):
    assert client.get("/inbox/").url == "/sign-in/?next=/inbox/"


@pytest.mark.parametrize("rows", [0, 3])
def test_the_inbox_shows_ones_own_messages(client, resident, helper, rows):
    for n in range(rows):
        notices.message(resident, title=f"您的单已受理{n}")
    notices.message(helper, title="别人的消息")
    shown = sign_in(client, resident).get("/inbox/").content.decode()
    assert (shown.count("您的单已受理"), "别人的消息" in shown, "还没有消息" in shown) == (rows * 2, False, rows == 0)


def test_reading_a_message_goes_where_it_leads(client, resident):
    message = notices.message(resident, url="/area/")
    answer = sign_in(client, resident).post(f"/inbox/{message.pk}/read/")
    assert (answer.status_code, answer.url, Message.objects.get().read_at is None) == (302, "/area/", False)


def test_reading_a_message_never_leads_to_another_site(client, resident):
    message = notices.message(resident, url="//evil.example/")
    assert sign_in(client, resident).post(f"/inbox/{message.pk}/read/").url == "/inbox/"


def test_reading_all_leaves_nothing_unread(client, resident):
    notices.message(resident)
    assert sign_in(client, resident).post("/inbox/read/").url == "/inbox/"
    assert Message.objects.filter(read_at=None).count() == 0


def test_reading_someone_elses_message_is_not_found_and_changes_nothing(client, resident, stranger):
    message = notices.message(resident)
    assert sign_in(client, stranger).post(f"/inbox/{message.pk}/read/").status_code == 404
    assert Message.objects.get().read_at is None
