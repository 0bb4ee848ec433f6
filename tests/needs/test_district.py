"""The engine's district lies in files, follows what happens, and never decides alone who is asked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command

from chunshui.kernel import events
from chunshui.matching import District
from chunshui.matching import district as engine
from chunshui.needs import commands, queries
from chunshui.needs.queries.dispatch import district as districts
from chunshui.needs.states import State
from chunshui.people import commands as people_commands
from tests.factories import needs as make
from tests.factories import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def need(resident):
    return make.need(resident, state=State.WAITING)


@pytest.fixture
def kept(settings, tmp_path, need, helper, second_helper, now):
    """A district in files of two volunteers."""
    settings.DISTRICT_DIR = tmp_path
    assert commands.district_is_missing()
    assert commands.build_district(now=now) == 2
    assert not commands.district_is_missing()


def best(coordinator, need, now):
    return {one.person_id for one in queries.candidates(coordinator, need, now)}


def rows(now):
    """What the files say of everybody, beside what the tables say."""
    found, told = districts.everyone(now), districts.built(now)
    mine, theirs = (one.take(one.rows(range(1, 100_000))) for one in (found, told))
    columns = (
        "ids",
        "x",
        "y",
        "skills",
        "slots",
        "week_limit",
        "day_limit",
        "load30",
        "messages7",
        "acceptance",
        "asked_out",
        "busy_start",
        "busy_end",
    )
    return [[getattr(one, name).tolist() for name in columns] for one in (mine, theirs)]


def test_the_files_say_what_the_tables_say(kept, now):
    mine, theirs = rows(now)
    assert mine == theirs


def test_a_question_and_its_answer_are_followed(kept, coordinator, resident, helper, second_helper, need, now):
    offer = commands.offer_need(actor=coordinator, need_id=need.pk, volunteer_ids=[helper.pk], now=now)[0]
    events.settle(now)
    mine, theirs = rows(now)
    assert mine == theirs
    assert len(mine[-1]) == 1
    commands.accept_offer(actor=helper, offer_id=offer.pk, now=now)
    events.settle(now)
    assert rows(now)[0] == rows(now)[1]
    commands.cancel_need(actor=resident, need_id=need.pk, reason="不用了", now=now)
    events.settle(now)
    mine, theirs = rows(now)
    assert mine == theirs
    assert mine[-1] == []


def test_who_pauses_is_not_compared_and_who_returns_is(kept, coordinator, helper, second_helper, need, now):
    people_commands.pause(actor=helper, person_id=helper.pk, now=now)
    events.settle(now)
    assert best(coordinator, need, now) == {second_helper.pk}
    people_commands.resume(actor=helper, person_id=helper.pk, now=now)
    events.settle(now)
    assert best(coordinator, need, now) == {helper.pk, second_helper.pk}


def test_who_is_new_is_compared_after_their_event(kept, coordinator, community, need, now):
    new = people.volunteer(community, "新来的")
    assert new.pk not in best(coordinator, need, now)
    commands.refresh_people(volunteer_ids=[new.pk], need_id=None, now=now)
    assert new.pk in best(coordinator, need, now)


def test_the_tables_have_the_last_word(kept, coordinator, helper, second_helper, need, now):
    people.Volunteer.objects.filter(pk=helper.pk).update(state="paused")
    assert best(coordinator, need, now) == {second_helper.pk}


def test_a_district_is_written_anew_while_it_is_open(kept, coordinator, community, need, now):
    before = districts.everyone(now).generation
    people.volunteer(community, "新来的")
    call_command("district", verbosity=0)
    assert districts.everyone(now).generation == before + 1
    assert len(best(coordinator, need, now)) == 3


def test_a_district_of_another_database_is_missing(kept, now):
    place = districts.folder()
    District.open(place, "r+").mark = events.latest() + 1
    assert commands.district_is_missing()


def load30(person, moment):
    """Visits of the last thirty days, as the engine knows them."""
    everyone = districts.everyone(moment)
    return everyone.take(everyone.rows([person.pk])).load30.tolist()[0]


def test_loads_age_by_night(kept, helper, resident, now):
    done = make.need(resident, state=State.RATED, wish_from=now - timedelta(days=29), wish_until=now - timedelta(days=29) + timedelta(hours=1))
    make.assignment(done, helper, state="done", planned_from=done.wish_from, planned_until=done.wish_until)
    commands.refresh_people(volunteer_ids=[helper.pk], need_id=None, now=now)
    assert load30(helper, now) == 1
    assert commands.mend_district(now=now + timedelta(hours=11)) == 0
    later = now + timedelta(days=2)
    assert commands.mend_district(now=later) == 2
    assert load30(helper, later) == 0


def test_a_full_district_is_written_anew_by_a_worker(settings, tmp_path, need, helper, coordinator, community, now, monkeypatch):
    monkeypatch.setattr(engine, "TAIL_ROOM", 0)
    settings.DISTRICT_DIR = tmp_path
    commands.build_district(now=now)
    new = people.volunteer(community, "新来的")
    before = districts.everyone(now).generation
    commands.refresh_people(volunteer_ids=[new.pk], need_id=None, now=now)
    assert (best(coordinator, need, now), districts.everyone(now).generation) == ({helper.pk}, before)
    assert commands.mend_district(now=now) == 2
    assert (best(coordinator, need, now), districts.everyone(now).generation) == ({helper.pk, new.pk}, before + 1)
    assert commands.mend_district(now=now) == 0
