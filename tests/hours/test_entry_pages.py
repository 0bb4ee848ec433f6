"""The pages of hours entered by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from chunshui.hours.models import Case, Entry
from chunshui.kernel import clock
from tests.factories import entries, teams
from tests.factories.people import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(settings, tmp_path, monkeypatch, now):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(timezone, "now", lambda: now)


def upload():
    return SimpleUploadedFile("a.pdf", entries.PDF, "application/pdf")


def written(now, **more):
    day = f"{clock.today(now):%Y-%m-%d}"
    times = {"day_1": day, "from_1": "09:00", "until_1": "10:00"}
    return {"title": "楼道清洁", "category": "0001", "reason": "手机没电", "evidence": upload(), **times, **more}


def test_a_leader_enters_hours_of_members_on_the_teams_page(client, helper, second_helper, community, now):
    team = teams.team(community, leader=helper)
    teams.member(team, second_helper)
    signed = sign_in(client, helper)
    assert "陈晓雨" in signed.get(f"/teams/{team.pk}/hours/").content.decode()
    answer = signed.post(f"/teams/{team.pk}/hours/", written(now, person_ids=[second_helper.pk]))
    assert (answer.status_code, answer.url, Entry.objects.get().lines.get().person_id) == (302, "/hours/entries/", second_helper.pk)
    assert signed.get("/hours/entries/").content.decode().count("公示中") == 1


def test_what_is_refused_is_said_at_the_day_and_what_was_typed_stays(client, helper, now):
    answer = sign_in(client, helper).post("/hours/declare/", written(now, until_1="13:00"))
    shown = answer.content.decode()
    assert (answer.status_code, Entry.objects.count()) == (422, 0)
    assert ["还没到的时间不能记时长" in shown, "楼道清洁" in shown, 'href="#id_day_1"' in shown] == [True, True, True]


def test_half_a_row_is_asked_for_and_midnight_is_the_end_of_the_day(client, helper, now):
    signed, yesterday = sign_in(client, helper), f"{clock.today(now - timedelta(days=1)):%Y-%m-%d}"
    assert "日期、开始和结束都要写" in signed.post("/hours/declare/", written(now, day_2=yesterday)).content.decode()
    signed.post("/hours/declare/", written(now, day_2=yesterday, from_2="23:00", until_2="00:00"))
    assert sorted(Entry.objects.get().lines.values_list("minutes", flat=True)) == [60, 60]


def test_a_worker_brings_hours_over_and_a_second_one_approves(client, coordinator, helper, district_official, now):
    answer = sign_in(client, coordinator).post("/desk/hours/enter/", written(now, numbers=f"V{helper.pk:08d}", origin="志愿山城"))
    entry = Entry.objects.get()
    assert (answer.url, entry.state, entry.origin) == ("/desk/hours/", "waiting", "志愿山城")
    assert "请交给别人" in client.get(f"/hours/entries/{entry.pk}/").content.decode()
    sign_in(client, district_official)
    assert ["楼道清洁" in client.get(url).content.decode() for url in ("/desk/hours/", f"/hours/entries/{entry.pk}/")] == [True, True]
    assert client.post(f"/hours/entries/{entry.pk}/approve/", {"opinion": "看过"}).status_code == 302
    assert Entry.objects.get().state == "published"


def test_refusing_without_a_reason_redraws_the_page(client, helper, coordinator):
    made = entries.entry(helper)
    answer = sign_in(client, coordinator).post(f"/hours/entries/{made.pk}/refuse/", {})
    assert (answer.status_code, Entry.objects.get().state) == (422, "waiting")
    assert client.post(f"/hours/entries/{made.pk}/refuse/", {"opinion": "没有活动"}).status_code == 302


def test_who_entered_it_withdraws_it_on_its_page(client, helper):
    made = entries.entry(helper)
    assert sign_in(client, helper).post(f"/hours/entries/{made.pk}/withdraw/").status_code == 302
    assert Entry.objects.get().state == "withdrawn"


def test_who_is_in_an_entry_sees_the_own_line_and_no_papers(client, helper, second_helper, coordinator):
    made = entries.entry(coordinator, helper, second_helper)
    paper = entries.file(made)
    signed = sign_in(client, helper)
    shown = signed.get(f"/hours/entries/{made.pk}/").content.decode()
    assert ["何素芬" in shown, "陈晓雨" in shown, "/hours/evidence/" in shown] == [True, False, False]
    assert signed.get(f"/hours/evidence/{paper.pk}/").status_code == 404


def test_a_pdf_is_handed_out_and_never_opened_here(client, helper, coordinator):
    paper = entries.file(entries.entry(helper))
    answer = sign_in(client, coordinator).get(f"/hours/evidence/{paper.pk}/")
    assert (answer.content, answer["Content-Disposition"].startswith("attachment")) == (entries.PDF, True)


@pytest.mark.parametrize("who", ["stranger", "far_coordinator"])
def test_strangers_find_no_entry(client, helper, who, request):
    made = entries.entry(helper)
    signed = sign_in(client, request.getfixturevalue(who))
    assert [signed.get(f"/hours/entries/{made.pk}/").status_code, signed.post(f"/hours/entries/{made.pk}/approve/").status_code] == [404, 404]


def test_the_public_list_is_masked_and_open_to_everybody(client, coordinator, helper, community, elsewhere):
    entries.entry(coordinator, helper, state="published")
    entries.entry(coordinator, helper, hour=7, title="还没公开")
    shown = client.get("/hours/publicity/").content.decode()
    assert ["何**" in shown, "何素芬" in shown, "楼道清洁" in shown, "还没公开" in shown] == [True, False, True, False]
    counts = [client.get(f"/hours/publicity/?area={each.pk}").content.decode().count("何**") > 0 for each in (community, elsewhere)]
    assert counts == [True, False]


def test_a_line_is_reported_with_words_by_who_is_signed_in(client, coordinator, helper, resident):
    line = entries.entry(coordinator, helper, state="published").lines.get()
    url = f"/hours/publicity/{line.pk}/report/"
    assert client.get(url).url.startswith("/sign-in/")
    sign_in(client, resident)
    assert (client.post(url, {}).status_code, client.post(url, {"words": "那天不在"}).status_code) == (422, 302)
    assert Case.objects.get().words == "那天不在"


def test_lists_of_entries_ask_as_often_for_three_as_for_one(client, coordinator, helper, community):
    signed = sign_in(client, coordinator)
    counts = {}
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for n in (1, 3):
        while Entry.objects.count() < n * 2:
            entries.entry(helper, hour=Entry.objects.count() + 1)
            entries.entry(coordinator, helper, state="published", hour=Entry.objects.count() + 1)
        for url in ("/desk/hours/", "/hours/publicity/", "/hours/entries/"):
            with CaptureQueriesContext(connection) as asked:
                signed.get(url)
            counts.setdefault(url, []).append(len(asked))
    assert {url: few == many for url, (few, many) in counts.items()} == dict.fromkeys(counts, True)
