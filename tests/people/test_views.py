from __future__ import annotations

import json
import re
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from chunshui.kernel import clock
from chunshui.people import commands, queries
from chunshui.people.models import Consent, Person, Reveal, SignInSession, Volunteer
from tests.factories import people

pytestmark = pytest.mark.django_db
PHONE = "13883212041"


def text(answer):
    return answer.content.decode()


def shown_code(answer):
    return re.search(r'<p class="code-box"><span>[^<]*</span><b>(\d{6})</b>', text(answer)).group(1)


def test_phone_then_code_signs_in_and_goes_on_where_one_wanted(client, db, outbox):
    client.get("/sign-in/?next=/me/")
    asked = client.post("/sign-in/", {"phone": PHONE}, follow=True)
    entered = client.post("/sign-in/code/", {"code": shown_code(asked), "name": "周桂芳"})
    assert (entered.status_code, entered.url, Person.objects.get().name, SignInSession.objects.count()) == (302, "/me/", "周桂芳", 1)


def test_a_way_on_outside_the_site_is_not_followed(client, db, outbox):
    client.get("/sign-in/?next=https://elsewhere.example/")
    asked = client.post("/sign-in/", {"phone": PHONE}, follow=True)
    assert client.post("/sign-in/code/", {"code": shown_code(asked)}).url == "/"


def test_a_wrong_phone_comes_back_with_what_was_typed(client, db):
    answer = client.post("/sign-in/", {"phone": "1388321204"})
    assert (answer.status_code, "现在填了 10 位" in text(answer), 'value="1388321204"' in text(answer)) == (422, True, True)


def test_a_wrong_code_is_said_and_signs_nobody_in(client, db, outbox):
    asked = client.post("/sign-in/", {"phone": PHONE}, follow=True)
    wrong = f"{(int(shown_code(asked)) + 1) % 10**6:06d}"
    answer = client.post("/sign-in/code/", {"code": wrong})
    assert (answer.status_code, Person.objects.count(), client.get("/me/").status_code) == (422, 0, 302)


def test_outside_the_demonstration_neither_codes_nor_accounts_are_shown(client, community, outbox, settings):
    people.person(community, "演示居民", phone="19900000001")
    assert "演示居民" in text(client.get("/sign-in/"))
    settings.DEMO = False
    assert "演示居民" not in text(client.get("/sign-in/"))
    assert "code-box" not in text(client.post("/sign-in/", {"phone": PHONE}, follow=True))


def test_one_click_enters_a_demo_worker_with_the_second_factor_given(client, community):
    worker = people.staff(community, phone="19900000007")
    client.post("/sign-in/demo/", {"person": worker.pk})
    assert client.get("/volunteers/").status_code == 200


def test_a_staff_role_is_switched_to_by_enrolling_and_confirming_a_second_factor(client, coordinator):
    client.force_login(coordinator)
    switched = client.post("/switch-role/", {"acting": coordinator.acting.role_id, "next": "/volunteers/"})
    assert switched.url == "/verify/"
    page = client.get("/verify/")
    assert 'src="data:image/png;base64,' in text(page)
    assert client.post("/verify/", {"code": "000000"}).status_code == 422
    assert client.get("/volunteers/").status_code == 302
    coordinator.totpdevice_set.update(throttling_failure_count=0)
    confirmed = client.post("/verify/", {"code": shown_code(client.get("/verify/"))})
    assert (confirmed.url, client.get("/volunteers/").status_code) == ("/volunteers/", 200)


def test_a_second_factor_that_was_confirmed_is_not_enrolled_again(client, coordinator):
    people.sign_in(client, coordinator)
    assert "data:image/png" not in text(client.get("/verify/"))


def test_a_role_of_somebody_else_cannot_be_switched_to(client, resident, coordinator):
    assert people.sign_in(client, resident).post("/switch-role/", {"acting": coordinator.acting.role_id}).status_code == 404


def test_sign_out_forgets_the_session(client, resident, outbox):
    people.sign_in(client, resident)
    client.post("/sign-out/")
    assert client.get("/me/").status_code == 302


STEP_1 = {"name": "周桂芳", "id_kind": "01", "id_number": people.papers(), "sex": "0", "born_on": ""}
STEP_3 = {"skills": ["1"], "free_time": ["1", "5"], "languages": ["1"], "reach_metres": "2000", "week_limit": "2", "introduction": ""}


def fill(client, community, step_1):
    steps = {1: step_1, 2: {"area_id": community.pk, "address": "莺花巷 27 号"}, 3: STEP_3}
    return [client.post(f"/register/{step}/", data).status_code for step, data in steps.items()]


def test_four_steps_register_a_volunteer(client, resident, community):
    people.sign_in(client, resident)
    assert fill(client, community, STEP_1) == [302, 302, 302]
    assert [client.get(f"/register/{step}/").status_code for step in (1, 2, 3, 4)] == [200] * 4
    done = client.post("/register/4/", {"consent_privacy": "on", "consent_sensitive": "on", "consent_location": "on"}, follow=True)
    volunteer = Volunteer.objects.get()
    assert (volunteer.state, volunteer.free_time, volunteer.number in text(done)) == ("pending", 17, True)
    assert sorted(Consent.objects.values_list("text__kind", flat=True)) == ["location", "privacy", "sensitive"]


def test_what_was_typed_survives_a_refusal_and_coming_back(client, resident, community):
    people.sign_in(client, resident)
    answer = client.post("/register/1/", {**STEP_1, "id_number": "11010519491231002"})
    assert (answer.status_code, "少了 1 位" in text(answer)) == (422, True)
    assert 'value="11010519491231002"' in text(client.get("/register/1/"))


def test_the_draft_is_sealed_in_the_session(client, resident, community):
    people.sign_in(client, resident)
    client.post("/register/1/", STEP_1)
    assert STEP_1["id_number"] not in json.dumps(dict(client.session))


def test_a_last_step_before_the_others_is_refused(client, resident):
    people.sign_in(client, resident)
    answer = client.post("/register/4/", {"consent_privacy": "on", "consent_sensitive": "on"})
    assert (answer.status_code, Volunteer.objects.count()) == (422, 0)


def test_a_minor_is_registered_with_the_code_the_guardian_got(client, resident, community, outbox):
    people.sign_in(client, resident)
    today = clock.today(timezone.now())
    fill(client, community, {**STEP_1, "id_number": people.papers(today.replace(year=today.year - 12, day=1))})
    agreed = {"consent_privacy": "on", "consent_sensitive": "on", "guardian_name": "周妈妈", "guardian_phone": "13900001111"}
    told = client.post("/register/guardian-code/", agreed, follow=True)
    code = re.search(r"验证码是 (\d{6})", text(told)).group(1)
    assert 'value="周妈妈"' in text(told)
    assert client.post("/register/4/", {**agreed, "guardian_code": code}).url == "/register/done/"
    assert Volunteer.objects.get().person.helped_by.get().kind == "guardian"


def test_a_worker_registers_a_resident_step_by_step(client, coordinator, resident, community):
    people.sign_in(client, coordinator)
    client.get(f"/register/for/{resident.pk}/")
    fill(client, community, STEP_1)
    client.post("/register/4/", {"consent_privacy": "on", "consent_sensitive": "on", "consent_note": "窗口签字"})
    volunteer = Volunteer.objects.get()
    assert (volunteer.person, volunteer.registered_by) == (resident, coordinator)


def test_reveal_as_a_part_shows_what_the_whole_page_shows(client, coordinator, resident):
    people.sign_in(client, coordinator)
    url, data = reverse("reveal_person", args=[resident.pk]), {"field": "phone", "reason": "核对上门时间"}
    phone = queries.opened(resident, "phone")
    part, whole = client.post(url, data, headers={"HX-Request": "true"}), client.post(url, data)
    assert (text(part).strip() in text(whole), phone in text(part), "<html" in text(part)) == (True, True, False)
    assert (Reveal.objects.count(), part["Cache-Control"]) == (2, "no-store")


def test_reveal_without_a_reason_shows_nothing(client, coordinator, resident):
    people.sign_in(client, coordinator)
    answer = client.post(reverse("reveal_person", args=[resident.pk]), {"field": "phone", "reason": ""})
    assert (answer.status_code, queries.opened(resident, "phone") in text(answer), Reveal.objects.count()) == (422, False, 0)


def test_reveal_by_get_is_not_possible(client, coordinator, resident):
    assert people.sign_in(client, coordinator).get(reverse("reveal_person", args=[resident.pk])).status_code == 405


def test_pages_of_staff_show_phones_masked(client, coordinator, helper):
    people.sign_in(client, coordinator)
    phone = queries.opened(helper, "phone")
    for url in ("/volunteers/", "/residents/", f"/volunteers/{helper.pk}/", f"/residents/{helper.pk}/"):
        page = text(client.get(url))
        assert (phone in page, queries.contact_of(helper) in page) == (False, True)


def test_the_workbook_is_masked_and_its_export_told(client, coordinator, helper):
    people.sign_in(client, coordinator)
    answer = client.post("/volunteers/export/?q=素芬")
    [_headers, row] = load_workbook(BytesIO(b"".join(answer.streaming_content))).active.iter_rows(values_only=True)
    assert row[1:4] == ("何**", queries.contact_of(helper), "黎明社区")


def test_a_grid_worker_exports_nothing(client, community, helper):
    people.sign_in(client, people.staff(community, "grid_worker"))
    assert client.post("/volunteers/export/").status_code == 409


def test_review_on_the_page_approves(client, coordinator, community):
    waiting = people.volunteer(community, state="pending")
    people.sign_in(client, coordinator)
    assert client.post(f"/volunteers/{waiting.pk}/review/", {"answer": "refuse", "reason": ""}).status_code == 422
    assert client.post(f"/volunteers/{waiting.pk}/review/", {"answer": "approve", "reason": ""}).url == "/volunteers/review/"
    assert Volunteer.objects.get().state == "active"


def test_a_resident_is_recorded_on_the_page(client, coordinator, community):
    people.sign_in(client, coordinator)
    data = {"name": "王大爷", "phone": "", "whose": "shared", "area_id": community.pk, "channel": "phone", "consent_note": "电话里口头同意"}
    answer = client.post("/residents/add/", data)
    assert answer.url == f"/residents/{Person.objects.get(name='王大爷').pk}/"


def test_a_new_token_is_shown_once(client, resident):
    people.sign_in(client, resident)
    made = text(client.post("/me/tokens/", {"name": "表格", "scopes": ["read"], "days": "30"}))
    plain = re.search(r"cs_[\w-]+", made).group()
    assert (queries.person_by_token(plain, timezone.now()), plain in text(client.get("/me/tokens/"))) == (resident, False)


def test_one_downloads_what_is_kept_about_one(client, resident):
    answer = people.sign_in(client, resident).post("/me/data/export/")
    assert (answer["Content-Disposition"], answer.json()["person"]["name"]) == ('attachment; filename="my-data.json"', "周桂芳")


def test_erasing_needs_a_tick_and_then_ends_everything(client, resident):
    people.sign_in(client, resident)
    assert client.post("/me/erase/", {}).status_code == 422
    assert client.post("/me/erase/", {"sure": "on"}).url == "/"
    assert (Person.objects.get().name, client.get("/me/").status_code) == ("已注销", 302)


def test_mode_and_language_go_to_the_account_and_the_cookies(client, resident):
    people.sign_in(client, resident)
    data = {"name": resident.name, "area_id": resident.community_id, "address": "", "ui_mode": "elder", "language": "en"}
    answer = client.post("/me/change/", data)
    resident.refresh_from_db()
    assert (resident.ui_mode, resident.language, answer.cookies["ui"].value, answer.cookies["lang"].value) == ("elder", "en", "elder", "en")


def test_one_pauses_and_resumes_on_the_page(client, helper):
    people.sign_in(client, helper)
    for verb, state in (("pause", "paused"), ("resume", "active"), ("leave", "left")):
        assert client.post(f"/volunteers/{helper.pk}/{verb}/").url == "/me/volunteer/"
        assert Volunteer.objects.get().state == state


def test_consents_are_given_and_taken_back_on_the_page(client, resident, now):
    people.sign_in(client, resident)
    client.post("/me/consents/location/give/")
    assert queries.has_consent(resident.pk, "location", timezone.now())
    client.post("/me/consents/location/withdraw/")
    assert not queries.has_consent(resident.pk, "location", timezone.now())


def test_the_address_behind_a_proxy_is_the_one_the_proxy_wrote(client, resident, outbox, settings):
    settings.CLIENT_ADDRESS_HEADER = "X-Forwarded-For"
    asked = client.post("/sign-in/", {"phone": PHONE}, follow=True)
    client.post("/sign-in/code/", {"code": shown_code(asked)}, headers={"X-Forwarded-For": "6.6.6.6, 10.1.2.3"})
    assert SignInSession.objects.get().address == "10.1.2.3"


@pytest.mark.parametrize("chosen", ["", "x", "²", "-1", "9" * 30])
def test_nonsense_for_a_demo_account_finds_nobody(client, db, chosen):
    assert client.post("/sign-in/demo/", {"person": chosen}).status_code == 404


def test_a_new_password_signs_every_other_browser_out_and_leaves_this_one(client, resident, now):
    other = people.sign_in(Client(), resident)
    commands.start_session(actor=resident, session_key=other.session.session_key, device="旧手机", address="10.0.0.1", now=now)
    people.sign_in(client, resident)
    assert client.post("/me/password/", {"password": "江边的黄葛树 2026"}).url == "/me/sessions/"
    assert (client.get("/me/").status_code, other.get("/me/").status_code) == (200, 302)
    assert SignInSession.objects.get().session_key == client.session.session_key
