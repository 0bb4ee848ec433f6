"""Becoming a volunteer, signing in, acting in a role, and what the person sees of it."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest

from chunshui.needs.models import Assignment
from chunshui.notices.models import SentText
from chunshui.people.models import Consent, Reveal, SignInSession, Volunteer
from chunshui.people.states import VolunteerState
from tests.factories import people as cast
from tests.journeys.conftest import EVERYONES, STAFFS, fresh

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = "13900000007"


def registers(who, community, born_on):
    """The first three steps."""
    who.opens("/register/").fills("name", "林小春").fills("id_number", cast.papers(born_on)).goes_on().is_at("/register/2/$")
    who.page.select_option("select[name=area_id]", str(community.pk))
    who.fills("address", "莺花巷 3 号").goes_on().is_at("/register/3/$")
    who.page.evaluate("document.querySelectorAll('input[name=free_time]').forEach(each => { each.checked = true; })")
    who.goes_on().is_at("/register/4/$")
    who.page.locator("input[name=consent_privacy]").check(force=True)
    who.page.locator("input[name=consent_sensitive]").check(force=True)


@EVERYONES
def test_a_neighbour_registers_is_approved_and_takes_an_order(someone, community, coordinator, order, menu, look):
    neighbour = cast.person(community, "林小春")
    who = someone(neighbour, look)
    registers(who, community, date(1990, 5, 17))
    who.goes_on().is_at("/register/done/$")
    row = Volunteer.objects.get(person=neighbour)
    who.sees(row.number, row.number)
    assert row.state == VolunteerState.PENDING
    desk = someone(coordinator, "wide").opens("/volunteers/review/").sees("林小春", "林小春")
    desk.opens(f"/volunteers/{neighbour.pk}/").sends("/review/", "button[value=approve]")
    assert fresh(row).state == VolunteerState.ACTIVE
    need = order("waiting")
    neighbour.acting = cast.queries.acting_as(neighbour, "volunteer", verified=False)
    someone(neighbour, look).opens("/volunteer/open/").sends(f"/volunteer/open/{need.pk}/claim/")
    assert Assignment.objects.get().volunteer_id == neighbour.pk


@pytest.mark.parametrize("look", ["phone", "elder-english"])
def test_a_minor_registers_with_the_code_of_the_guardian(someone, community, menu, look):
    child = cast.person(community, "林小春", born_on=date(2012, 5, 17))
    who = someone(child, look)
    registers(who, community, date(2012, 5, 17))
    who.goes_on()
    assert Volunteer.objects.count() == 0
    who.fills("guardian_name", "林大春").fills("guardian_phone", "13900000009")
    with who.page.expect_navigation():
        who.page.locator("button[formaction]").click()
    who.fills("guardian_code", re.search(r"\d{6}", SentText.objects.latest("pk").body)[0])
    for name in ("consent_privacy", "consent_sensitive"):
        who.page.locator(f"input[name={name}]").check(force=True)
    who.goes_on().is_at("/register/done/$")
    assert (Volunteer.objects.get().state, Consent.objects.filter(text__kind="guardian").count()) == (VolunteerState.PENDING, 1)


@pytest.mark.parametrize("look", ["wide", "elder-english"])
def test_a_worker_signs_in_gives_the_second_factor_and_acts(someone, community, resident, hands, look):
    hands.runs()
    cast.staff(community, name="周敏", phone=PHONE)
    who = someone(look=look).opens("/sign-in/").fills("phone", PHONE).goes_on().is_at("/sign-in/code/$")
    who.fills("code", who.page.locator(".code-box b").inner_text()).goes_on()
    who.opens("/desk/")
    if "/verify/" not in who.page.url:
        who.opens("/me/")
        who.page.locator("button[name=acting]").last.click()
    who.is_at("/verify/").fills("code", "000000").goes_on().is_at("/verify/")
    cast.TOTPDevice.objects.update(throttling_failure_count=0)
    who.opens("/verify/").fills("code", who.page.locator(".code-box b").inner_text()).goes_on()
    who.opens("/residents/").sees("周桂芳", "周桂芳")
    assert SignInSession.objects.count() == 1


@STAFFS
def test_who_looks_at_a_number_says_why_and_the_person_sees_it(someone, coordinator, resident, look):
    desk = someone(coordinator, look).opens(f"/residents/{resident.pk}/").misses(PHONE).unfolds("/reveal/")
    form = desk.page.locator("form[action$='/reveal/']").first
    form.locator("xpath=ancestor::details").evaluate("each => { each.open = true; }")
    form.locator("input[name=reason]").fill("核实住址")
    form.locator("button").click()
    desk.page.wait_for_selector(".reveal")
    found = Reveal.objects.get()
    assert (found.actor_id, found.person_id, found.reason) == (coordinator.pk, resident.pk, "核实住址")
    someone(resident, "elder").opens("/me/data/").sees("核实住址", "核实住址").sees("周敏", "周敏")


@EVERYONES
def test_a_person_takes_their_data_along(someone, resident, look):
    who = someone(resident, look).opens("/me/data/")
    with who.page.expect_download() as download:
        who.page.locator("form[action$='/me/data/export/'] button").click()
    assert "周桂芳" in json.dumps(json.loads(download.value.path().read_text()), ensure_ascii=False)


@pytest.mark.parametrize("look", ["phone", "wide-english"])
def test_a_device_is_signed_out_from_another(someone, community, hands, look):
    hands.runs()
    cast.person(community, "周桂芳", phone=PHONE)
    here, there = someone(look=look), someone()
    for who in (here, there):
        who.opens("/sign-in/").fills("phone", PHONE).goes_on()
        who.fills("code", who.page.locator(".code-box b").inner_text()).goes_on()
        hands.passes(minutes=2)
    here.opens("/me/sessions/").sends("/end/")
    there.opens("/me/").is_at("/sign-in/")
    here.opens("/me/").is_at("/me/$")
