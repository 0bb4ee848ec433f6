"""The loops over a district against the plain rules: equal people, equal costs, equal counts."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chunshui.matching import Order, Volunteers, Weights, funnel, rank, why_not
from chunshui.matching.batch import Orders
from chunshui.matching.candidates import Calendar, survey
from chunshui.matching.district import District, FullError
from chunshui.matching.problem import day_use, prepare, shared_moments
from chunshui.matching.sample import Shape, district
from chunshui.matching.shortlist import FAR, Shortlist, asked_of, funnels, shortlist
from tests.matching.worlds import DAY, MORNING, NINE, TEN, at, order, people, plain

WEIGHTS = Weights()
shortlists = sys.modules[shortlist.__module__]


def town(seed: int, **more: object) -> tuple[Volunteers, list[Order]]:
    volunteers, orders = district(
        seed, Shape(**{"people": 300, "orders": 12, "across_m": 5000, "days": 3, "open_share": 0.6, "most_times": 3, **more})
    )
    ids = volunteers.ids.tolist()
    return volunteers, [replace(one, declined=frozenset(ids[: 2 + at]), blocked=frozenset(ids[7:9])) for at, one in enumerate(orders)]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_rank_and_funnel_of_a_district_are_those_of_the_plain_rules(seed: int) -> None:
    volunteers, orders = town(seed)
    whole = District.of(volunteers)
    for one in orders:
        assert rank(whole, one, limit=None) == rank(volunteers, one, limit=None)
        assert rank(whole, one, limit=3) == rank(volunteers, one, limit=3)
        assert funnel(whole, one) == funnel(volunteers, one)
        for person in volunteers.ids[::40].tolist():
            assert why_not(whole, one, person) == why_not(volunteers, one, person)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 9))
def test_shortlist_keeps_the_cheapest_of_each_time_and_all_known(seed: int, count: int) -> None:
    volunteers, orders = town(seed)
    whole, calendar = District.of(volunteers), Calendar(volunteers, WEIGHTS.turnaround_minutes)
    found = shortlist(whole, Orders.of(orders), WEIGHTS, count=count)
    ids = whole.sight.rows["id"]
    for place, one in enumerate(sorted(orders, key=lambda each: each.id)):
        pairs, _ = survey(volunteers, one, calendar, WEIGHTS)
        every = {
            (int(volunteers.ids[row]), time): int(pairs.cost[n])
            for n, row in enumerate(pairs.rows)
            for time in np.flatnonzero(pairs.free[n]).tolist()
        }
        kept = {key for key in every if key[0] in one.known}
        for time in range(len(one.times)):
            kept |= set([key for key in every if key[1] == time][:count])
        mine = slice(int(found.offsets[place]), int(found.offsets[place + 1]))
        listed = zip(ids[found.row[mine]].tolist(), found.time[mine].tolist(), found.cost[mine].tolist(), strict=True)
        assert {(person, time): cost for person, time, cost in listed} == {key: every[key] for key in kept}
        assert found.outside[place] == min((cost for key, cost in every.items() if key not in kept), default=FAR)
        assert (found.people[place], found.open[place]) == (len(pairs), len(every))
        assert np.all(found.order[mine] == place)


def test_shortlist_arcs_say_what_the_problem_says() -> None:
    volunteers, orders = town(5)
    whole, batch = District.of(volunteers), Orders.of(orders)
    found, problem = shortlist(whole, batch, WEIGHTS), prepare(volunteers, orders, WEIGHTS)
    own = np.searchsorted(volunteers.ids, whole.sight.rows["id"][found.row])
    used, in_week = day_use(problem, own, found.start)
    assert len(found) > 400
    assert found.day_used.tolist() == used.tolist()
    assert found.day_limit.tolist() == volunteers.day_limit[own].tolist()
    assert found.week_left.tolist() == (volunteers.week_limit[own] - in_week).tolist()
    moments = shared_moments(orders, WEIGHTS.turnaround_minutes)
    numbers = [moments[orders[place].id][time] for place, time in zip(found.order.tolist(), found.time.tolist(), strict=True)]
    assert (found.group >> 32).tolist() == numbers
    assert (found.group & 0xFFFFFFFF).tolist() == found.row.tolist()
    times = [orders[place].times[time] for place, time in zip(found.order.tolist(), found.time.tolist(), strict=True)]
    assert found.start.tolist() == [time.start for time in times]
    assert found.until.tolist() == [time.end + WEIGHTS.turnaround_minutes for time in times]
    assert batch.penalties(WEIGHTS).tolist() == [WEIGHTS.penalties(orders)[one.id] for one in orders]


def test_shortlist_below_a_ceiling_lists_every_cheaper_pair() -> None:
    volunteers, orders = town(8)
    whole, batch = District.of(volunteers), Orders.of(orders)
    every = shortlist(whole, batch, WEIGHTS, count=len(volunteers))
    few = shortlist(whole, batch, WEIGHTS, count=1)
    more = shortlist(whole, batch, WEIGHTS, count=1, ceiling=900, room=few.open)
    assert set(every.outside.tolist()) == {FAR}
    assert np.array_equal(every.open, np.diff(every.offsets))
    assert len(few) < len(more) < len(every)
    assert np.all(more.outside >= 900)
    assert np.count_nonzero(more.cost < 900) == np.count_nonzero(every.cost < 900)
    with pytest.raises(ValueError, match=r"^shortlist: a ceiling needs a room$"):
        shortlist(whole, batch, WEIGHTS, ceiling=900)


def test_pins_count_as_agreed_and_one_time_can_be_all_that_is_left() -> None:
    who = people(1, 2, x=[10, 20])
    whole = District.of(who)
    batch = Orders.of([order(1, times=(at(NINE), at(TEN, 60)), places=2)])
    pin = np.zeros(1, dtype=whole.sight.visits.dtype)
    pin["row"], pin["start"], pin["end"], pin["x"], pin["alive"] = whole.row(1), NINE, TEN, np.nan, 1
    found = shortlist(whole, batch, plain(), asked=asked_of(whole, batch, pins=pin))
    assert list(zip(found.row.tolist(), found.time.tolist(), found.day_used.tolist(), strict=True)) == [(0, 1, 1), (1, 0, 0), (1, 1, 0)]
    only = shortlist(whole, batch, plain(), asked=asked_of(whole, batch, only=[0], pins=pin))
    assert list(zip(only.row.tolist(), only.time.tolist(), strict=True)) == [(1, 0)]
    asked = asked_of(whole, batch, pins=pin)
    assert funnels(whole, batch, plain(), asked=asked)[0].tolist() == [2] * 9


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_a_district_changed_row_by_row_is_one_built_at_once(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    folder = tmp_path_factory.mktemp("district")
    before, orders = town(seed, people=120)
    after, _ = town(seed + 1, people=120)
    shared = np.intersect1d(before.ids, after.ids)
    District.build(folder, before, 39.9)
    live, dice = District.open(folder, "r+"), np.random.default_rng(seed)
    for row in dice.permutation(len(after)).tolist():
        person = int(after.ids[row])
        columns = {name: getattr(after, name)[row] for name in COLUMNS}
        (live.put if live.knows(person) else live.add)(person, **columns)
    live.put(np.setdiff1d(before.ids, after.ids), is_active=False)
    for number in range(before.busy_start.size):
        live.release(-1 - number)
    for row in range(len(after)):
        for visit in range(int(after.busy_offsets[row]), int(after.busy_offsets[row + 1])):
            live.hold(visit, int(after.ids[row]), after.busy_start[visit], after.busy_end[visit])
    assert shared.size > 5
    other = District.open(folder)
    for one in orders:
        assert rank(other, one, limit=None) == rank(after, one, limit=None)
        assert funnel(other, one) == funnel(after, one)


COLUMNS = ["x", "y", "skills", "slots", "languages", "gender", "age", "minor", "newcomer", "reach_m", "day_limit", "week_limit", "slot_limit"]
COLUMNS += ["week_minutes", "load30", "messages7", "acceptance", "refuses", "asked_out"]


def test_hold_and_release_are_seen_by_those_who_read(tmp_path: Path) -> None:
    District.build(tmp_path, people(1, 2), 39.9)
    writer, reader = District.open(tmp_path, "r+"), District.open(tmp_path)
    writer.hold(71, 1, NINE, TEN)
    assert [one.volunteer_id for one in rank(reader, order())] == [2]
    writer.hold(71, 1, NINE, TEN)
    assert reader.take([reader.row(1)]).busy_start.tolist() == [NINE]
    writer.hold(71, 1, NINE + 300, TEN + 300)
    assert reader.take([reader.row(1)]).busy_start.tolist() == [NINE + 300]
    assert [one.volunteer_id for one in rank(reader, order())] == [1, 2]
    writer.hold(72, [1, 2, 99], NINE, TEN)
    assert rank(reader, order()) == []
    assert (writer.release(72), writer.release(71, 1), writer.release(71, 1), writer.release(71, 99)) == (2, 1, 0, 0)
    assert [one.volunteer_id for one in rank(reader, order())] == [1, 2]
    with pytest.raises(ValueError, match=r"^hold: not after its start$"):
        writer.hold(73, 1, TEN, TEN)


def test_who_moves_takes_their_visits_along(tmp_path: Path) -> None:
    District.build(tmp_path, people(1, 2, x=[0, 9000]), 39.9)
    live = District.open(tmp_path, "r+")
    live.hold(5, 2, DAY + 900, DAY + 960)
    live.put(2, x=100.0)
    assert [one.volunteer_id for one in rank(live, order())] == [1, 2]
    assert live.take([live.row(2)]).busy_start.tolist() == [DAY + 900]
    assert (live.release(5, 2), live.take([live.row(2)]).busy_start.size) == (1, 0)
    assert funnel(live, order()).counts["registered"] == 2


def test_a_new_generation_is_noticed_and_the_old_one_stays_readable(tmp_path: Path) -> None:
    District.build(tmp_path, people(1), 39.9, mark=40)
    first = District.open(tmp_path)
    assert (first.generation, first.mark, first.parallel, first.is_current, first.refreshed() is first) == (1, 40, 39.9, True, True)
    District.build(tmp_path, people(1, 2), 39.9, visits=[(8, 2, NINE, TEN), (9, 2, TEN, TEN + 5, 3.0, 4.0)], mark=50)
    assert (first.is_current, len(first)) == (False, 1)
    second = first.refreshed()
    assert (second.generation, len(second), second.mark) == (2, 2, 50)
    assert second.take([second.row(2)]).busy_x.tolist()[0] == pytest.approx(3.0) or second.take([second.row(2)]).busy_x.tolist()[1] == pytest.approx(
        3.0
    )
    District.build(tmp_path, people(1, 2, 3), 39.9)
    assert sorted(each.name for each in tmp_path.glob("g*")) == ["g2", "g3"]


def test_what_does_not_fit_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    District.build(tmp_path, people(1), 39.9)
    live = District.open(tmp_path, "r+")
    for call, message in [
        (lambda: live.put(2, age=3), "volunteer 2: not in ids"),
        (lambda: live.put(1, height=3), "height: no such array of Volunteers"),
        (lambda: live.put(1, gender=3), "gender: outside 0..2"),
        (lambda: live.row(2), "volunteer 2: not in ids"),
        (lambda: District.open(tmp_path / "nowhere"), None),
    ]:
        with pytest.raises((ValueError, FileNotFoundError)) as refusal:
            call()
        assert message is None or str(refusal.value) == message
    assert live.take([0]).age.tolist() == [-1]
    with pytest.raises(FullError):
        live.add(np.arange(10, 5000))
    assert len(live) == 1


def test_a_folder_of_another_format_is_named(tmp_path: Path) -> None:
    District.build(tmp_path, people(1), 39.9)
    about = tmp_path / "current.json"
    about.write_text(about.read_text().replace('"format": 1', '"format": 9'))
    with pytest.raises(ValueError, match=r"format 9, this code reads 1: build it anew$"):
        District.open(tmp_path)


def test_who_lives_far_outside_is_found_there_and_nowhere_else() -> None:
    whole = District.of(people(1, 2, 3, x=[0, 0, 9_000_000], y=[0, 100, 9_000_000]))
    assert [one.volunteer_id for one in rank(whole, order())] == [1, 2]
    assert [one.volunteer_id for one in rank(whole, order(x=9_000_100.0, y=9_000_000.0))] == [3]
    assert [one.volunteer_id for one in rank(whole, order(times=(at(NINE, slots=MORNING),)))] == [1, 2]


def test_orders_from_arrays_are_those_from_objects() -> None:
    _, orders = town(3)
    one = Orders.of(orders)
    names = [name for name in one.table.dtype.names if name != "id"]
    lists = {name: (getattr(one, f"{name}_offsets"), getattr(one, f"{name}_ids")) for name in ("known", "barred", "locked")}
    times = (one.time_offsets, one.time_slots, one.time_start, one.time_end)
    other = Orders.from_arrays(one.table["id"], times=times, **lists, **{name: one.table[name] for name in names})
    assert np.array_equal(other.table, one.table)
    assert np.array_equal(other.known_ids, one.known_ids)
    for wrong, message in [
        ({"places": 0}, "order 4: places cannot be so"),
        ({"height": 0}, "height: no such array of Orders"),
        ({"known": ([0], [])}, "known: offsets must rise from 0 to 0 in 2 values"),
        ({"end": [NINE]}, "times: each ends after it starts, in known slots"),
    ]:
        with pytest.raises(ValueError) as refusal:
            Orders.from_arrays([4], **{"x": 0, "y": 0, "slots": [MORNING], "start": [NINE], "end": [TEN], **wrong})
        assert str(refusal.value) == message


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_shortlist_of_a_large_batch_is_that_of_each_order_alone(seed: int) -> None:
    volunteers, orders = town(seed)
    alike = [replace(orders[at % 3], id=at, x=orders[at % 12].x + at, y=orders[at % 12].y, declined=orders[at % 12].declined) for at in range(36)]
    whole, batch = District.of(volunteers), Orders.of([replace(one, min_age=one.id % 2 * 30) for one in alike])
    alone = shortlist(whole, batch, WEIGHTS, count=5)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shortlists, "LARGE_BATCH", 1)
        together = shortlist(whole, batch, WEIGHTS, count=5)
    for name in Shortlist.__slots__:
        assert getattr(together, name).tolist() == getattr(alone, name).tolist(), name
