"""Hours written down by hand, through the pages: a second person, publicity, a report, a case closed; and an appeal."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from chunshui.hours import commands
from chunshui.hours.models import Appeal, Case, Entry, Record
from chunshui.kernel import clock
from tests.factories import entries, people, teams

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKS = pytest.mark.parametrize("look", ["phone", "elder-english"])


@pytest.fixture(autouse=True)
def _media(settings, tmp_path, hands):
    settings.MEDIA_ROOT = tmp_path
    hands.runs()


def morning(now):
    """Yesterday from nine to ten."""
    return {"day_1": f"{clock.today(now) - timedelta(days=1):%Y-%m-%d}", "from_1": "09:00", "until_1": "10:00"}


def writes(who, words):
    for name, value in words.items():
        who.fills(name, value)
    return who


def hands_in(who):
    who.page.set_input_files("[name=evidence]", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": entries.PDF})
    return who.goes_on()


@LOOKS
def test_a_leader_enters_hours_a_second_person_approves_and_they_count_after_publicity(someone, helper, second_helper, coordinator, community, look):
    team = teams.team(community, "黎明清洁队", leader=helper)
    teams.member(team, second_helper)
    leader = someone(helper, look).opens(f"/teams/{team.pk}/hours/")
    writes(leader, {"title": "楼道清洁", "reason": "手机没电", **morning(timezone.now())})
    for person in (helper, second_helper):
        leader.picks("person_ids", str(person.pk))
    hands_in(leader).sees("待复核", "Waiting for a second person")
    entry = Entry.objects.get()
    worker = someone(coordinator, "wide" if look == "phone" else "wide-english").opens("/desk/hours/").sees("楼道清洁", "楼道清洁")
    worker.opens(f"/hours/entries/{entry.pk}/").sends(f"/entries/{entry.pk}/approve/").sees("公示中", "P")
    someone(None, look).opens("/hours/publicity/").sees("何**", "何**").misses("何素芬")
    Case.objects.all().delete()
    entry.refresh_from_db()
    commands.count_due_entries(now=entry.public_until)
    leader.opens("/hours/").sees("楼道清洁", "楼道清洁")
    assert sorted(Record.objects.values_list("person_id", "minutes")) == sorted([(helper.pk, 60), (second_helper.pk, 60)])


@LOOKS
def test_a_reported_line_is_looked_at_and_does_not_count(someone, helper, coordinator, resident, community, look):
    line = entries.entry(coordinator, helper, state="published", now=timezone.now(), hour=10).lines.get()
    reporter = someone(resident, look).opens("/hours/publicity/").opens(f"/hours/publicity/{line.pk}/report/")
    reporter.fills("words", "那天他在外地").goes_on().is_at("/hours/publicity/")
    case = Case.objects.get(kind="report")
    other = people.staff(community, name="吴复核")
    worker = someone(other, "wide" if look == "phone" else "wide-english").opens("/desk/hours/cases/").sees("那天他在外地", "那天他在外地")
    worker.opens(f"/desk/hours/cases/{case.pk}/").picks("decision", "cancel").fills("reason", "查过监控，不在现场").goes_on()
    worker.is_at("/desk/hours/cases/")
    line.refresh_from_db()
    case.refresh_from_db()
    assert (case.state, case.decision, line.state, Record.objects.count()) == ("closed", "cancel", "4", 0)


@LOOKS
def test_a_volunteer_appeals_and_the_record_is_made_again(someone, helper, coordinator, community, look):
    day = clock.today(timezone.now() - timedelta(days=1))
    times = {"started_at": clock.at(day, 9), "ended_at": clock.at(day, 10)}
    values = {"title": "陪同就医", "category": "0017", "area": community, "entry_way": "4", "actor": None, **times}
    record = commands.record_hours(person_id=helper.pk, source="need:1", now=timezone.now(), **values)
    volunteer = someone(helper, look).opens(f"/hours/records/{record.pk}/appeal/")
    volunteer.fills("until_1", "10:30").fills("words", "十点半才走").goes_on().is_at("/hours/appeals/")
    appeal = Appeal.objects.get()
    worker = someone(coordinator, "wide" if look == "phone" else "wide-english").opens(f"/hours/appeals/{appeal.pk}/")
    worker.page.locator("[name=answer]:visible").first.fill("居民也这么说")
    worker.sends(f"/appeals/{appeal.pk}/grant/").sees("居民也这么说", "居民也这么说")
    volunteer.opens(f"/hours/appeals/{appeal.pk}/").sees("居民也这么说", "居民也这么说")
    assert sorted(Record.objects.values_list("state", "minutes")) == [("2", 90), ("3", 60)]
