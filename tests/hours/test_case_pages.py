"""The pages of the review queue, of appeals and of a bar."""

from __future__ import annotations

import pytest
from django.utils import timezone

from chunshui.hours.models import Appeal, Case, EntryLine, Sanction
from chunshui.kernel import clock
from tests.factories import entries, hours, people
from tests.factories.people import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(monkeypatch, now):
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def case(helper, coordinator, resident):
    line = entries.entry(coordinator, helper, state="published").lines.get()
    return entries.case(line, opened_by=resident, words="那天他不在")


@pytest.fixture
def second_worker(community):
    return people.staff(community, name="吴复核")


def test_the_queue_says_why_and_hides_who_reported(client, case, second_worker):
    signed = sign_in(client, second_worker)
    for url in ("/desk/hours/cases/", f"/desk/hours/cases/{case.pk}/"):
        shown = signed.get(url).content.decode()
        assert ["那天他不在" in shown, "周桂芳" in shown] == [True, False]


def test_a_case_is_decided_on_its_page(client, case, second_worker):
    signed, url = sign_in(client, second_worker), f"/desk/hours/cases/{case.pk}/"
    assert (signed.post(url, {"decision": "cancel"}).status_code, Case.objects.get().state) == (422, "open")
    assert signed.post(url, {"decision": "cancel", "reason": "看过监控"}).url == "/desk/hours/cases/"
    assert (EntryLine.objects.get().state, "看过监控" in signed.get(url).content.decode()) == ("4", True)
    assert "不计这些时长" in signed.get("/desk/hours/cases/?ended=1").content.decode()


def test_a_correction_takes_the_times_of_the_form(client, case, second_worker, now):
    times = {"day_1": f"{clock.today(now):%Y-%m-%d}", "from_1": "09:00", "until_1": "09:30"}
    sign_in(client, second_worker).post(f"/desk/hours/cases/{case.pk}/", {"decision": "correct", "reason": "半小时", **times})
    assert sorted(EntryLine.objects.values_list("state", "minutes")) == [("0", 30), ("4", 60)]


def test_who_entered_it_is_told_to_leave_it_to_others(client, case, coordinator, far_coordinator):
    url = f"/desk/hours/cases/{case.pk}/"
    assert "请交给没经手的同事" in sign_in(client, coordinator).get(url).content.decode()
    assert (client.post(url, {"decision": "clear", "reason": "好"}).status_code, Case.objects.get().state) == (422, "open")
    assert sign_in(client, far_coordinator).get(url).status_code == 404


def test_a_volunteer_appeals_from_the_list_and_reads_the_answer(client, helper, coordinator, now):
    record = hours.record(helper)
    signed, url = sign_in(client, helper), f"/hours/records/{record.pk}/appeal/"
    assert url in signed.get("/hours/").content.decode()
    assert 'value="09:00"' in signed.get(url).content.decode()
    times = {"day_1": f"{clock.today(now):%Y-%m-%d}", "from_1": "09:00", "until_1": "10:30"}
    assert (signed.post(url, times).status_code, signed.post(url, {**times, "words": "十点半才走"}).url) == (422, "/hours/appeals/")
    made = Appeal.objects.get()
    sign_in(client, coordinator)
    assert "陪同就医" in client.get("/desk/hours/appeals/").content.decode()
    assert client.post(f"/hours/appeals/{made.pk}/dismiss/", {}).status_code == 422
    assert client.post(f"/hours/appeals/{made.pk}/dismiss/", {"answer": "签退是十点"}).status_code == 302
    assert "签退是十点" in sign_in(client, helper).get(f"/hours/appeals/{made.pk}/").content.decode()


def test_a_service_that_was_not_recorded_is_appealed_granted_or_withdrawn(client, helper, coordinator, now):
    times = {"day_1": f"{clock.today(now):%Y-%m-%d}", "from_1": "09:00", "until_1": "10:00"}
    signed = sign_in(client, helper)
    assert signed.post("/hours/missing/", {**times, "words": "忘了", "title": "发传单", "category": "0001"}).url == "/hours/appeals/"
    assert signed.post(f"/hours/appeals/{Appeal.objects.get().pk}/withdraw/").status_code == 302
    other = entries.appeal(helper)
    sign_in(client, coordinator).post(f"/hours/appeals/{other.pk}/grant/", {"answer": "队长证明"})
    assert list(Appeal.objects.order_by("pk").values_list("state", flat=True)) == ["withdrawn", "granted"]


def test_strangers_find_neither_appeal_nor_form(client, helper, stranger):
    made, record = entries.appeal(helper), hours.record(helper)
    signed = sign_in(client, stranger)
    urls = (f"/hours/appeals/{made.pk}/", f"/hours/records/{record.pk}/appeal/")
    assert [signed.get(url).status_code for url in urls] == [404, 404]


def test_a_bar_is_shown_and_repaired_by_service(client, case, helper, coordinator):
    made = entries.sanction(case, helper, by=coordinator)
    signed, url = sign_in(client, helper), f"/hours/bars/{made.pk}/repair/"
    assert "时长不实" in signed.get("/hours/").content.decode()
    assert (signed.post(url).status_code, Sanction.objects.get().repaired_at) == (409, None)
    hours.record(helper, hour=1, minutes=600)
    assert signed.post(url).url == "/hours/"
    assert "时长不实" not in signed.get("/hours/").content.decode()
