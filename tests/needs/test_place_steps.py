"""Every state of a place × every verb on it, through the command and through the desk: forbidden ones are refused and change nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from chunshui.kernel.errors import NotFound, Refused
from chunshui.needs import commands
from chunshui.needs.states import ASSIGNMENT_STEPS, AssignmentState, State
from tests.factories import needs as make
from tests.factories import people as cast
from tests.needs.snapshot import snapshot

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
#: an order as it stands while its only place is in each state
ORDER = {
    AssignmentState.PLANNED: State.ACCEPTED,
    AssignmentState.PRESENT: State.SERVING,
    AssignmentState.DONE: State.DELIVERED,
    AssignmentState.RELEASED: State.WAITING,
    AssignmentState.ABSENT: State.WAITING,
}
RUN = {
    "check_in": lambda actor, place, now: commands.check_in(actor=actor, assignment_id=place.pk, way="worker", now=now),
    "check_out": lambda actor, place, now: commands.check_out(actor=actor, assignment_id=place.pk, way="worker", now=now + HOUR),
    "release": lambda actor, place, now: commands.release_assignment(actor=actor, assignment_id=place.pk, reason="病了", now=now),
    "mark_absent": lambda actor, place, now: commands.mark_absent(actor=actor, assignment_id=place.pk, now=now),
}
#: the desk's word for each verb, and what its form says
DESK = {"check_in": ("in", {}), "check_out": ("out", {}), "release": ("release", {"reason": "来电话说病了"}), "mark_absent": ("absent", {})}
VERBS = sorted(ASSIGNMENT_STEPS)


def placed(resident, volunteer, state, order="", start=make.NOON):
    """A place in a state, of an order that begins at `start`."""
    window = {"wish_from": start, "wish_until": start + 2 * HOUR}
    need = make.need(resident, state=order or ORDER[state], **window)
    came = {"checked_in_at": start, "check_in_way": "worker"} if state in (AssignmentState.PRESENT, AssignmentState.DONE) else {}
    return make.assignment(need, volunteer, state=state, **came)


def refused(verb, actor, place):
    before = snapshot()
    with pytest.raises(Refused) as caught:
        RUN[verb](actor, place, make.NOON)
    assert snapshot() == before
    return caught.value.code


def test_every_verb_of_a_place_is_run():
    assert set(RUN) == set(DESK) == set(ASSIGNMENT_STEPS)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", AssignmentState.values)
def test_a_verb_on_a_place_is_taken_or_refused_as_the_table_says(resident, helper, coordinator, state, verb):
    place = placed(resident, helper, state)
    step = ASSIGNMENT_STEPS[verb]
    if state not in step.sources:
        assert refused(verb, coordinator, place) == "wrong_state"
        return
    RUN[verb](coordinator, place, make.NOON)
    place.refresh_from_db()
    assert place.state == step.target


@pytest.mark.parametrize("verb", ["check_in", "check_out", "mark_absent"])
@pytest.mark.parametrize("order", [State.SUBMITTED, State.RETURNED, State.DELIVERED, State.RATED, State.CANCELLED, State.ARCHIVED])
def test_nobody_comes_leaves_or_stays_away_when_the_order_is_not_under_way(resident, helper, coordinator, order, verb):
    place = placed(resident, helper, min(ASSIGNMENT_STEPS[verb].sources), order)
    assert refused(verb, coordinator, place) == "wrong_state"


@pytest.mark.parametrize("verb", VERBS)
def test_the_resident_and_people_who_have_nothing_to_do_with_it_move_no_place(resident, helper, far_coordinator, stranger, second_helper, verb):
    place = placed(resident, helper, min(ASSIGNMENT_STEPS[verb].sources))
    assert refused(verb, resident, place) == "forbidden"
    for actor in (far_coordinator, stranger):
        before = snapshot()
        with pytest.raises(NotFound):
            RUN[verb](actor, place, make.NOON)
        assert snapshot() == before


def test_a_grid_worker_registers_who_came_but_gives_no_place_back(community, resident, helper):
    grid_worker = cast.staff(community, "grid_worker", "网格员")
    assert refused("release", grid_worker, placed(resident, helper, "planned")) == "forbidden"
    RUN["check_in"](grid_worker, placed(resident, cast.volunteer(community), "planned"), make.NOON)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", AssignmentState.values)
def test_the_desk_takes_or_refuses_a_verb_on_a_place_with_the_reason(client, coordinator, resident, helper, state, verb):
    place = placed(resident, helper, state, start=timezone.now() - HOUR)
    word, data = DESK[verb]
    cast.sign_in(client, coordinator)
    before = snapshot()
    answer = client.post(reverse("desk_place", args=[place.pk, word]), data)
    if state in ASSIGNMENT_STEPS[verb].sources:
        place.refresh_from_db()
        assert (answer.status_code, place.state) == (302, ASSIGNMENT_STEPS[verb].target)
        return
    page = answer.content.decode()
    assert (answer.status_code, 'id="errsum"' in page, place.get_state_display() in page, snapshot() == before) == (422, True, True, True)


@pytest.mark.parametrize("verb", VERBS)
def test_the_desk_of_another_street_finds_no_such_place(client, far_coordinator, resident, helper, verb):
    place = placed(resident, helper, min(ASSIGNMENT_STEPS[verb].sources), start=timezone.now() - HOUR)
    cast.sign_in(client, far_coordinator)
    word, data = DESK[verb]
    before = snapshot()
    answer = client.post(reverse("desk_place", args=[place.pk, word]), data)
    assert (answer.status_code, snapshot() == before) == (404, True)


@pytest.mark.parametrize(("word", "data"), [("release", {"reason": " "}), ("release", {"reason": "长" * 201})])
def test_giving_a_place_back_without_words_or_with_too_many_is_refused(client, coordinator, resident, helper, word, data):
    place = placed(resident, helper, "planned")
    cast.sign_in(client, coordinator)
    before = snapshot()
    answer = client.post(reverse("desk_place", args=[place.pk, word]), data)
    assert (answer.status_code, snapshot() == before) == (422, True)


def test_an_unknown_verb_on_a_place_is_not_found(client, coordinator, resident, helper):
    place = placed(resident, helper, "planned")
    cast.sign_in(client, coordinator)
    before = snapshot()
    assert client.post(reverse("desk_place", args=[place.pk, "vanish"])).status_code == 404
    assert snapshot() == before
