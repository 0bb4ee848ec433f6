"""一起派: propose as a whole, correct, send once, discard."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.models import Event
from chunshui.needs import commands, queries
from chunshui.needs.commands import sending
from chunshui.needs.models import Need, Offer, Proposal, Round
from chunshui.needs.states import ROUND_STEPS, RoundState, State
from chunshui.needs.tasks import rounds as tasks
from tests.factories import needs as make
from tests.factories import people
from tests.needs.snapshot import snapshot

pytestmark = pytest.mark.django_db


def frozen():
    return {**snapshot(), "rounds": list(Round.objects.values_list()), "proposals": list(Proposal.objects.values_list())}


def refused(code, call, **more):
    before = frozen()
    with pytest.raises(Refused) as refusal:
        call(**more)
    assert refusal.value.code == code
    assert frozen() == before
    return str(refusal.value)


@pytest.fixture
def needs(community):
    """Two orders of tomorrow morning for two people."""
    return [make.need(people.person(community), state=State.WAITING) for _ in range(2)]


@pytest.fixture
def proposed(coordinator, community, needs, helper, second_helper, now):
    return solved(commands.start_round(actor=coordinator, area_id=community.pk, now=now), now)


def solved(found, now):
    commands.solve_round(round_id=found.pk, now=now)
    found.refresh_from_db()
    return found


def lines(found, now):
    """What a round proposes, and after it the orders for which somebody is missing."""
    return queries.pairs(found, now)[1] + queries.unserved(found, now)[1]


def pairs(found):
    return {(line.need.pk, line.person.pk) for line in queries.pairs(found, found.at)[1]}


def test_round_proposes_one_for_each_with_reasons_and_a_proof(proposed, needs, helper, second_helper, now):
    assert proposed.state == RoundState.PROPOSED
    assert {need for need, _ in pairs(proposed)} == {need.pk for need in needs}
    assert {who for _, who in pairs(proposed)} == {helper.pk, second_helper.pk}
    line = lines(proposed, now)[0]
    assert "明天上午有空" in [reason.words for reason in line.reasons]
    wanted = {"orders": 2, "served": 2, "pairs": 2, "unserved": 0, "proven": True, "histogram": [[0, 2, 0], [1, 0, 2]]}
    assert {key: proposed.summary[key] for key in wanted} == wanted
    assert (proposed.done, proposed.total) == (2, 2)
    assert Offer.objects.count() == 0


def test_round_says_which_rule_leaves_too_few_when_somebody_looks(coordinator, community, resident, helper, now):
    make.need(resident, state=State.WAITING, service=make.service("nursing", required=1 << 40))
    found = solved(commands.start_round(actor=coordinator, area_id=community.pk, now=now), now)
    assert [row.reasons for row in found.proposals.all()] == [[]]
    assert [line.why_unserved for line in lines(found, now)] == ["附近有所需证件和特长的只有 0 位。"]
    people.volunteer(community, qualifications=1 << 40)
    assert [line.why_unserved for line in lines(found, now)] == ["现在又有 1 位合适了，重新算一次就会派到。"]
    assert [line.why_unserved for line in lines(found, now + timedelta(days=3))] == ["约定的时间已经过了。"]


def test_round_says_why_an_order_is_left_unserved(coordinator, community, needs, helper, now):
    found = solved(commands.start_round(actor=coordinator, area_id=community.pk, now=now), now)
    found_lines = lines(found, now)
    assert [line.person for line in found_lines] == [helper, None]
    assert found_lines[1].why_unserved == "合适的 1 位，别的单子更需要他们。"
    assert (found.summary["served"], found.summary["unserved"]) == (1, 1)


def test_round_prefers_serving_more_people_over_the_better_pair(coordinator, community, resident, helper, now):
    nurse = make.service("nurse", required=2)
    plain = make.need(resident, state=State.WAITING)
    special = make.need(people.person(community), state=State.WAITING, service=nurse)
    make.assignment(
        make.need(resident, state=State.RATED, wish_from=now - timedelta(days=9), wish_until=now - timedelta(days=8)), helper, state="done"
    )
    other = people.volunteer(community, "没有证", qualifications=0)
    found = solved(commands.start_round(actor=coordinator, area_id=community.pk, now=now), now)
    assert pairs(found) == {(plain.pk, other.pk), (special.pk, helper.pk)}


def test_round_over_nothing_and_over_what_is_too_late(coordinator, community, resident, helper, now):
    late = make.need(resident, state=State.WAITING, wish_from=now - timedelta(hours=3), wish_until=now - timedelta(hours=1))
    found = solved(commands.start_round(actor=coordinator, area_id=community.pk, now=now), now)
    [line] = lines(found, now)
    assert (line.need, line.why_unserved) == (late, "约定的时间已经过了。")
    Need.objects.update(state=State.CANCELLED)
    commands.discard_round(actor=coordinator, round_id=found.pk, now=now)
    empty = solved(commands.start_round(actor=coordinator, area_id=community.pk, now=now), now)
    assert (empty.state, empty.summary["orders"]) == ("proposed", 0)


def test_second_worker_is_told_who_was_first(coordinator, street_official, community, street, needs, now):
    commands.start_round(actor=coordinator, area_id=community.pk, now=now)
    words = refused("round_open", commands.start_round, actor=street_official, area_id=community.pk, now=now)
    assert words.startswith("周敏在 12:00 已经开始一起派“黎明社区”的单子")
    assert commands.start_round(actor=street_official, area_id=street.pk, now=now).area == street


def test_round_is_for_staff_who_dispatch_the_area(coordinator, far_coordinator, helper, stranger, community, street, proposed, now):
    grid_worker = people.staff(community, "grid_worker")
    for actor, area in ((far_coordinator, community), (helper, community), (stranger, community), (grid_worker, community), (coordinator, street)):
        refused("forbidden", commands.start_round, actor=actor, area_id=area.pk, now=now)
    before = frozen()
    for actor in (far_coordinator, helper, stranger, grid_worker):
        with pytest.raises(NotFound):
            commands.send_round(actor=actor, round_id=proposed.pk, now=now)
    assert frozen() == before


def test_locked_pairs_stay_and_forbidden_pairs_go_when_solved_again(coordinator, proposed, needs, helper, second_helper, now):
    [(need_id, who)] = [pair for pair in pairs(proposed) if pair[0] == needs[0].pk]
    other = helper if who == second_helper.pk else second_helper
    commands.lock_pair(actor=coordinator, round_id=proposed.pk, need_id=need_id, volunteer_id=other.pk, now=now)
    commands.solve_again(actor=coordinator, round_id=proposed.pk, now=now)
    again = solved(proposed, now)
    assert pairs(again) == {(needs[0].pk, other.pk), (needs[1].pk, who)}
    assert [line.locked for line in lines(again, now)] == [True, False]
    commands.forbid_pair(actor=coordinator, round_id=proposed.pk, need_id=need_id, volunteer_id=other.pk, now=now)
    commands.solve_again(actor=coordinator, round_id=proposed.pk, now=now)
    assert (need_id, other.pk) not in pairs(solved(proposed, now))
    commands.free_pair(actor=coordinator, round_id=proposed.pk, need_id=need_id, volunteer_id=other.pk, now=now)
    proposed.refresh_from_db()
    assert (proposed.locked, proposed.forbidden) == ([], [])


def test_lock_what_no_place_or_no_rule_allows_is_refused(coordinator, proposed, needs, community, helper, second_helper, now):
    common = {"actor": coordinator, "round_id": proposed.pk, "now": now}
    paused = people.volunteer(community, state="paused")
    refused("not_fit:not_active", commands.lock_pair, need_id=needs[0].pk, volunteer_id=paused.pk, **common)
    refused("not_in_round", commands.lock_pair, need_id=0, volunteer_id=helper.pk, **common)
    commands.lock_pair(need_id=needs[0].pk, volunteer_id=helper.pk, **common)
    refused("filled", commands.lock_pair, need_id=needs[0].pk, volunteer_id=second_helper.pk, **common)


def test_send_asks_everyone_once(coordinator, street_official, proposed, needs, now):
    commands.send_round(actor=coordinator, round_id=proposed.pk, now=now)
    proposed.refresh_from_db()
    assert (proposed.state, proposed.sent_by, proposed.summary["offered"], proposed.summary["passed"]) == ("sent", coordinator, 2, 0)
    assert {(offer.need_id, offer.volunteer_id) for offer in proposed.offers.all()} == pairs(proposed)
    assert set(Need.objects.values_list("state", flat=True)) == {"offered"}
    words = refused("already_sent", commands.send_round, actor=street_official, round_id=proposed.pk, now=now)
    assert words == "周敏在 12:00 已经派出了这一轮。"
    assert Event.objects.filter(name="needs.round_sent").count() == 1


def test_send_passes_over_what_has_changed_with_the_reason(coordinator, proposed, needs, now):
    by_need = dict(pairs(proposed))
    needs[0].state = State.CANCELLED
    needs[0].save()
    gone = people.Volunteer.objects.get(pk=by_need[needs[1].pk])
    gone.state = "paused"
    gone.save()
    commands.send_round(actor=coordinator, round_id=proposed.pk, now=now)
    proposed.refresh_from_db()
    assert (proposed.summary["offered"], proposed.summary["passed"]) == (0, 2)
    assert [row.why for row in proposed.proposals.order_by("need_id")] == ["单子现在是“已取消”。", "现在不接单（未审核、暂停或已退出）。"]
    needs[1].refresh_from_db()
    assert needs[1].state == State.WAITING


def test_a_large_round_is_sent_in_parts_each_person_once_a_part(coordinator, community, helper, second_helper, now, monkeypatch):
    monkeypatch.setattr(sending, "PART", 2)
    late = now + timedelta(days=1, hours=25)
    morning = [make.need(people.person(community), state=State.WAITING) for _ in range(2)]
    evening = [make.need(people.person(community), state=State.WAITING, wish_from=late, wish_until=late + timedelta(hours=2)) for _ in range(2)]
    found = solved(commands.start_round(actor=coordinator, area_id=community.pk, now=now), now)
    commands.send_round(actor=coordinator, round_id=found.pk, now=now)
    found.refresh_from_db()
    assert (found.state, found.done, found.total, found.offers.count()) == ("sending", 2, 4, 2)
    refused("already_sent", commands.send_round, actor=coordinator, round_id=found.pk, now=now)
    assert (tasks.send_rounds(now), tasks.send_rounds(now)) == (2, 0)
    found.refresh_from_db()
    assert (found.state, found.done, found.summary["offered"]) == ("sent", 4, 4)
    assert {offer.need_id for offer in found.offers.all()} == {need.pk for need in morning + evening}
    assert Event.objects.filter(name="needs.round_sent").count() == 1


def test_a_round_that_nobody_took_up_is_handed_out_once(coordinator, community, needs, helper, now):
    found = commands.start_round(actor=coordinator, area_id=community.pk, now=now)
    assert (tasks.queue_rounds(now), tasks.queue_rounds(now)) == (1, 0)
    found.refresh_from_db()
    assert (found.is_queued, found.state) == (True, "solving")


def test_a_round_that_cannot_be_solved_fails_and_frees_the_area(coordinator, community, needs, helper, now):
    found = commands.start_round(actor=coordinator, area_id=community.pk, now=now)
    Need.objects.filter(pk=needs[0].pk).update(priority=9)
    with pytest.raises(ValueError):
        commands.solve_round(round_id=found.pk, now=now)
    found.refresh_from_db()
    assert found.state == RoundState.FAILED
    Need.objects.update(priority=2)
    assert solved(commands.start_round(actor=coordinator, area_id=community.pk, now=now), now).state == RoundState.PROPOSED


VERBS = {"solve_again": commands.solve_again, "send": commands.send_round, "discard": commands.discard_round}


@pytest.mark.parametrize("verb", sorted(VERBS))
@pytest.mark.parametrize("state", sorted(RoundState))
def test_every_state_of_a_round_and_every_verb(coordinator, proposed, now, state, verb):
    Round.objects.filter(pk=proposed.pk).update(state=state)
    if state in ROUND_STEPS[verb].sources:
        VERBS[verb](actor=coordinator, round_id=proposed.pk, now=now)
        proposed.refresh_from_db()
        assert proposed.state == (RoundState.SENT if verb == "send" else ROUND_STEPS[verb].target)
    else:
        refused("wrong_state", VERBS[verb], actor=coordinator, round_id=proposed.pk, now=now)


@pytest.mark.parametrize("state", sorted(set(RoundState) - {RoundState.PROPOSED}))
def test_pairs_are_set_on_proposed_rounds_only(coordinator, proposed, needs, helper, now, state):
    Round.objects.filter(pk=proposed.pk).update(state=state)
    for call in (commands.lock_pair, commands.forbid_pair, commands.free_pair):
        refused("wrong_state", call, actor=coordinator, round_id=proposed.pk, need_id=needs[0].pk, volunteer_id=helper.pk, now=now)


@pytest.mark.parametrize("state", sorted(set(RoundState) - {RoundState.SOLVING}))
def test_solving_what_is_not_being_solved_changes_nothing(proposed, now, state):
    Round.objects.filter(pk=proposed.pk).update(state=state)
    before = frozen()
    commands.solve_round(round_id=proposed.pk, now=now)
    assert frozen() == before
