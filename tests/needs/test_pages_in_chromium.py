"""The order form and the home page in real Chromium: axe, text and target sizes, no sideways scroll; the form without scripts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from chunshui.needs.models import Need
from tests.browser import faults
from tests.factories import needs as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MODES = [("std", "zh-hans", 390), ("elder", "zh-hans", 390), ("xl", "zh-hans", 390), ("std", "en", 390), ("std", "zh-hans", 1440)]
BIG = [
    "/ask/what/",
    "/ask/day/",
    "/ask/time/",
    "/ask/whom/",
    "/ask/where/",
    "/ask/words/",
    "/ask/often/",
    "/ask/urgent/",
    "/ask/wishes/",
    "/ask/household/",
]


def remembered(page, live_server, community, person=None, client=None):
    cookies = [{"name": "place", "value": str(community.pk), "url": live_server.url}]
    if person is not None:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        cookies.append({"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url})
    page.context.add_cookies(cookies)
    return page


@pytest.mark.parametrize(("ui", "lang", "width"), MODES)
def test_home_and_order_form_stand_up_in_every_mode(visit, live_server, community, ui, lang, width):
    make.service()
    page = remembered(visit("/place/", ui=ui, lang=lang, width=width), live_server, community)
    found = {}
    for path in ["/", *(["/ask/what/", "/ask/when/"] if ui == "std" else BIG)]:
        page.goto(f"{live_server.url}{path}")
        found[path] = faults(page)
    assert [each for each in found.items() if each[1]] == []


@pytest.mark.parametrize(("ui", "lang", "width"), MODES)
def test_my_order_stands_up_in_every_mode(visit, live_server, client, community, resident, helper, ui, lang, width):
    need = make.need(resident, state="accepted", places_filled=1)
    need.assignments.create(volunteer=helper, made_at=make.NOON)
    page = remembered(visit("/place/", ui=ui, lang=lang, width=width), live_server, community, resident, client)
    found = {}
    for path in ("/", "/needs/", f"/needs/{need.pk}/", f"/needs/{need.pk}/cancel/"):
        page.goto(f"{live_server.url}{path}")
        found[path] = faults(page)
    assert [each for each in found.items() if each[1]] == []


@pytest.mark.parametrize(("ui", "lang", "width"), MODES)
def test_a_weekly_order_and_its_questions_stand_up_in_every_mode(visit, live_server, client, resident, ui, lang, width):
    start = timezone.now() + timedelta(days=2)
    times = {"wish_from": start, "wish_until": start + timedelta(hours=1)}
    need = make.need(resident, state="returned", repeat="weekly", accepted_at=make.NOON, reason="请写明医院", **times)
    make.need(resident, state="waiting", series=need, wish_from=start + timedelta(days=7), wish_until=start + timedelta(days=7, hours=1))
    page = remembered(visit("/place/", ui=ui, lang=lang, width=width), live_server, resident.community, resident, client)
    questions = ("what", "when") if ui == "std" else ("day", "time", "where", "words", "often", "urgent")
    found = {}
    for path in ("", "cancel/", "complete/", *(f"complete/{each}/" for each in questions)):
        page.goto(f"{live_server.url}/needs/{need.pk}/{path}")
        found[path] = faults(page)
    page.goto(f"{live_server.url}/needs/{need.pk}/complete/{'when' if ui == 'std' else 'urgent'}/")
    page.locator("input[name=urgent][value=yes]").check(force=True)
    page.locator(".actionbar button.btn--primary").click()
    found["urgent without a word"] = faults(page)
    assert [each for each in found.items() if each[1]] == []


def test_order_is_placed_by_tapping(visit, live_server, client, community, resident):
    make.service()
    page = remembered(visit("/place/"), live_server, community, resident, client)
    page.goto(f"{live_server.url}/ask/?service=escort")
    page.locator("input[name=day][value='1']").check(force=True)
    page.locator("input[name=half][value=am]").check(force=True)
    page.fill("input[name=address]", "莺花巷 27 号 3 单元 5-2")
    page.click(".actionbar button")
    page.wait_for_url("**/ask/check/")
    page.click(".actionbar button")
    page.wait_for_url("**/ask/done/")
    assert Need.objects.get().number in page.content()
