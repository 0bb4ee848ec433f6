from __future__ import annotations

import io
import zipfile

import pytest

from tests.factories import hours
from tests.factories.people import sign_in

pytestmark = pytest.mark.django_db


def test_my_hours_asks_to_sign_in(client):
    assert client.get("/hours/").url == "/sign-in/?next=/hours/"


def test_my_hours_shows_national_codes_in_words(client, helper, second_helper):
    hours.record(helper, title="陪同就医")
    hours.record(second_helper, title="别人的服务")
    shown = sign_in(client, helper).get("/hours/").content.decode()
    assert [word in shown for word in ("陪同就医", "快速签到", "有效", "09:00–10:00", "别人的服务")] == [True, True, True, True, False]


def test_my_hours_without_records_says_so(client, helper):
    assert "还没有服务记录" in sign_in(client, helper).get("/hours/").content.decode()


def test_my_hours_speaks_english(client, helper):
    hours.record(helper)
    shown = sign_in(client, helper).get("/hours/?lang=en").content.decode()
    assert [word in shown for word in ("My hours", "Effective", "分钟")] == [True, True, False]


def test_ones_own_hours_are_exported(client, helper, second_helper):
    hours.record(helper, title="陪同就医")
    hours.record(second_helper, title="别人的服务")
    answer = sign_in(client, helper).get("/hours/export/")
    with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as book:
        sheet = "".join(book.read(name).decode() for name in book.namelist())
    assert ("陪同就医" in sheet, "快速签到" in sheet, "别人的服务" in sheet) == (True, True, False)
