"""The made-up district: what holds in it whatever the policy, and that the default rules win there."""

from __future__ import annotations

import builtins
import math

import numpy as np
import pytest

from chunshui.matching.__main__ import main
from chunshui.matching.simulate import life, measures, report, run
from chunshui.matching.simulate import pairs as finding
from chunshui.matching.simulate.policies import Moment, Rules, exact, greedy, listing, policies
from chunshui.matching.simulate.world import DAY_SLOTS, Shape, make

SMALL = Shape(people=1200, orders=500, days=4, side_m=3500.0)
BY_NAME = {policy.name: policy for policy in policies(Rules())}


@pytest.fixture(scope="module")
def world():
    return make(7, SMALL)


@pytest.fixture(scope="module")
def pairs(world):
    return finding.find(world)


def lived(world, pairs, policy):
    """As run.play, but with the state kept."""
    kept = []
    watch = measures.measure
    try:
        measures.measure = lambda *given: kept.append(given[2]) or watch(*given)
        found = run.play(world, pairs, policy)
    finally:
        measures.measure = watch
    return found, kept[0]


def test_pairs_are_exactly_those_who_may_go(world, pairs):
    people, orders = world.people, world.orders
    for r in range(0, 500, 25):
        able = (people.word & orders.word[r]) == orders.word[r]
        free = ((people.hours >> np.uint64(orders.slot[r] % 49)) & np.uint64(1)) == 1
        near = np.hypot(people.x - orders.x[r], people.y - orders.y[r]) <= np.minimum(people.reach, 3000)
        found = pairs.person[pairs.offsets[r] : pairs.offsets[r + 1]]
        assert sorted(found.tolist()) == np.flatnonzero(able & free & near).tolist()
        assert np.all(np.diff(pairs.metres[pairs.offsets[r] : pairs.offsets[r + 1]]) >= 0)


def test_a_seed_gives_the_same_days_and_another_gives_others(world, pairs):
    again = make(7, SMALL)
    policy = BY_NAME["ours"]
    first = run.play(world, pairs, policy)
    assert run.play(again, finding.find(again), policy) == first
    other = make(8, SMALL)
    assert run.play(other, finding.find(other), policy) != first


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_nobody_is_in_two_places_nor_beyond_their_limits_under_any_policy(world, pairs, name):
    found, state = lived(world, pairs, BY_NAME[name])
    service = np.concatenate(state.services)
    person, order = pairs.person[service], pairs.order[service]
    slot = world.orders.slot[order]
    assert np.unique(np.stack((person, slot)), axis=1).shape[1] == service.size
    by_day = np.unique(np.stack((person, slot // DAY_SLOTS)), axis=1, return_counts=True)
    assert np.all(by_day[1] <= world.people.day_limit[by_day[0][0]])
    assert np.all(np.bincount(order, minlength=500) <= world.orders.places)
    assert np.all(state.open == 0)
    assert found.served == pytest.approx(service.size / world.orders.places.sum())
    assert np.all(state.pair[service] == life.YES)


def test_our_waves_respect_rest_and_the_messages_people_put_up_with(world, pairs):
    state = life.begin(world, pairs)
    rules = Rules()
    due = np.arange(60)
    moment = Moment(world, pairs, state, due, 30)
    everybody = set(pairs.person[listing(moment, rules).pair].tolist())
    person = sorted(everybody)[0]
    state.last_asked[person] = 30 - rules.rest_ticks + 1
    assert person not in pairs.person[listing(moment, rules).pair]
    state.last_asked[person] = 30 - rules.rest_ticks
    assert person in pairs.person[listing(moment, rules).pair]
    state.messages7[person] = world.people.week_messages[person]
    assert person not in pairs.person[listing(moment, rules).pair]


def test_the_exact_flow_is_never_dearer_than_greedy(world, pairs):
    state = life.begin(world, pairs)
    moment = Moment(world, pairs, state, np.arange(400), 30)
    rules = Rules()
    found = listing(moment, rules)
    cost = dict(zip(found.pair.tolist(), np.rint(found.cost).astype(int).tolist(), strict=True))
    lift = max(0, max(cost.values()) + 1 - rules.weights.unserved[0])
    penalty = np.array(rules.weights.unserved)[world.orders.priority - 1] + lift

    def total(chosen):
        empty = world.orders.places[:400] - np.bincount(pairs.order[chosen], minlength=400)[:400]
        return sum(cost[at] for at in chosen.tolist()) + int(empty @ penalty[:400])

    assert total(exact(moment, rules)) <= total(greedy(moment, rules))
    assert np.all(np.bincount(pairs.person[exact(moment, rules)]) <= 1)


def test_a_no_is_remembered_as_an_answer_and_silence_fades_overnight(world, pairs):
    state = life.begin(world, pairs)
    before = state.chance.first.copy()
    state.seen_no[3] += 1
    state.seen_silent[4] += 1
    state.seen_faded[4] += 1
    life.morning(world, state, 1)
    assert state.chance.first[3] > before[3]
    faded = state.seen_faded[4]
    life.morning(world, state, 2)
    assert state.seen_faded[4] == pytest.approx(faded * 0.5 ** (1 / 14))


def test_luck_depends_on_the_pair_and_is_even():
    drawn = np.array([life.luck(1, order, person, 3) for order in range(60) for person in range(60)])
    assert (drawn.min() >= 0, drawn.max() < 1) == (True, True)
    assert drawn.mean() == pytest.approx(0.5, abs=0.02)
    assert life.luck(1, 5, 6, 3) == life.luck(1, 5, 6, 3) != life.luck(1, 6, 5, 3)


def test_measures_of_load():
    assert measures.top_tenth(np.array([0] * 9 + [5])) == 1
    assert measures.gini(np.array([3, 3, 3, 3])) == pytest.approx(0)
    assert measures.gini(np.array([0, 0, 0, 8])) == pytest.approx(0.75)
    assert measures.gini(np.zeros(4, dtype=np.int64)) == 0


def test_interval_is_students():
    found = measures.interval([1.0, 2.0, 3.0, 4.0, 5.0])
    assert (found.mean, found.half) == (3, pytest.approx(2.776 * math.sqrt(2.5 / 5)))
    assert math.isnan(measures.interval([1.0]).half)


def test_default_rules_reach_the_targets_in_a_small_dense_district():
    """The full figures stand in docs/dispatch; this is one district of a twentieth of the size, on seeds not used for choosing."""
    chosen = [BY_NAME[name] for name in ("ours", "nearest-five", "broadcast")]
    results = run.compare([11, 12], Shape(4000, 1900, 14, 6200.0), chosen)
    assert [target.reached for target in report.targets(results)] == [True] * 4


def test_command_writes_table_and_pictures(tmp_path, capsys):
    words = ["simulate", "--seeds", "2", "--people", "600", "--orders", "150", "--days", "2", "--policies", "ours,nearest-five,broadcast", "--out"]
    assert main([*words, str(tmp_path / "made")]) == 0
    page = (tmp_path / "made" / "REPORT.md").read_text(encoding="utf-8")
    assert "| ours: coverage waves |" in page
    assert "600 volunteers who can be reached, 150 orders over 2 days, 2 seeds" in page
    assert sorted(path.name for path in (tmp_path / "made").iterdir()) == ["REPORT.md", "load-continuity.svg", "served-messages.svg"]
    assert "| nearest five |" in capsys.readouterr().out


def test_report_without_matplotlib_says_so_in_one_line(tmp_path, capsys, monkeypatch):
    real = builtins.__import__

    def without(name, *given, **more):
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return real(name, *given, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    assert report.draw(tmp_path, {}, []) == []
    assert capsys.readouterr().err == "matplotlib is not installed: the report has no pictures (pip install matplotlib)\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--people 0", "--people: 0 is less than 1"),
        ("--seeds 0", "--seeds: 0 is less than 1"),
        ("--policies mine", "--policies: no policy mine; there are ours,"),
        ("--orders -3", "--orders and --first-seed: not less than 0"),
    ],
)
def test_command_names_the_wrong_argument(tmp_path, capsys, words, said):
    assert main(["simulate", *words.split(), "--out", str(tmp_path / "none")]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "none").exists()
