"""How long a round takes, and how good it is, beside plain greedy and beside touching the data once.

    python bench/matching.py [--orders 400] [--people 20000] [--seeds 3]

Everything is measured in one run on one thread; figures are the least of three and in CPU seconds.
"""

import argparse
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

from chunshui.matching import Order, Volunteers, Weights, check, rank, solve
from chunshui.matching.candidates import Calendar, survey, week_of
from chunshui.matching.sample import Shape, district


def least(work: Callable[[], Any], times: int = 3) -> tuple[float, Any]:
    seconds = []
    for _ in range(times):
        begin = time.process_time()
        answer = work()
        seconds.append(time.process_time() - begin)
    return min(seconds), answer


def touch(volunteers: Volunteers, orders: list[Order]) -> int:
    """The floor for numpy: test one word of every volunteer once for every order."""
    return sum(int(np.count_nonzero((volunteers.skills & np.uint64(order.skills)) == np.uint64(order.skills))) for order in orders)


def greedy(volunteers: Volunteers, orders: list[Order], weights: Weights) -> tuple[int, int]:
    """The gravest first, each the cheapest who are left: what a hurried person would do. (objective, empty places)"""
    calendar, penalties = Calendar(volunteers, weights.turnaround_minutes), weights.penalties(orders)
    taken: dict[int, list[tuple[int, int]]] = {}
    total = empty = 0
    for order in sorted(orders, key=lambda one: (-one.priority, one.id)):
        pairs, _ = survey(volunteers, order, calendar, weights)
        tries = [fill(volunteers, order, pairs, time, calendar, weights, taken) for time in range(len(order.times))]
        cost, rows, time = min(
            ((cost + (order.places - len(rows)) * penalties[order.id], rows, time) for cost, rows, time in tries), key=lambda one: one[0]
        )
        if order.all_or_none and len(rows) < order.places:
            cost, rows = order.places * penalties[order.id], []
        for row in rows:
            taken.setdefault(row, []).append((order.times[time].start, order.times[time].end))
        total, empty = total + cost, empty + order.places - len(rows)
    return total, empty


def fill(
    volunteers: Volunteers, order: Order, pairs: Any, time: int, calendar: Calendar, weights: Weights, taken: dict
) -> tuple[int, list[int], int]:
    when, cost, rows = order.times[time], 0, []
    day = when.start // 1440
    for row, price, free in zip(pairs.rows.tolist(), pairs.cost.tolist(), pairs.free[:, time].tolist(), strict=True):
        mine = taken.get(row, [])
        days = Counter(start // 1440 for start, _ in mine)
        used = int(calendar.visits_on(day)[row]) + days[day]
        week = int(calendar.visits_in(week_of(day))[row]) + sum(count for one, count in days.items() if week_of(one) == week_of(day))
        clash = any(start < when.end + weights.turnaround_minutes and when.start < end + weights.turnaround_minutes for start, end in mine)
        if free and not clash and used < volunteers.day_limit[row] and week < volunteers.week_limit[row]:
            cost += price + weights.day_steps[min(used, len(weights.day_steps) - 1)]
            rows.append(row)
            if len(rows) == order.places:
                break
    return cost, rows, time


def report(name: str, shape: Shape, seed: int) -> None:
    volunteers, orders = district(seed, shape)
    weights = Weights()
    floor, _ = least(lambda: touch(volunteers, orders))
    seconds, found = least(lambda: solve(volunteers, orders, weights))
    one, _ = least(lambda: [rank(volunteers, order, weights) for order in orders[:50]])
    plain_seconds, (cost, empty) = least(lambda: greedy(volunteers, orders, weights), 1)
    faults = check(volunteers, orders, weights, found)
    assert faults == [], faults
    left, ours = sum(item.places for item in found.unserved), max(found.objective, 1)
    print(f"{name:<9} seed {seed}  {shape.people:>6} x {shape.orders:<4} solve {seconds:5.2f} s, {seconds / floor:.0f} x touching the skills once")
    print(f"{'':17} greedy {plain_seconds:5.2f} s, cost {cost / ours:.3f} x ours, empty places {empty} against {left}")
    print(f"{'':17} bound {found.bound / ours:.4f} x ours, proven {found.is_proven}; rank one order {one / min(50, len(orders)) * 1e3:.1f} ms")


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--people", type=int, default=20_000)
    args.add_argument("--orders", type=int, default=400)
    args.add_argument("--seeds", type=int, default=2)
    given = args.parse_args()
    for seed in range(given.seeds):
        report("plentiful", Shape(people=given.people, orders=given.orders), seed)
        report("scarce", Shape(people=given.people, orders=given.orders, open_share=0.05), seed)
        report("shortage", Shape(people=max(1, given.people // 20), orders=given.orders, across_m=6_000, open_share=0.1, days=2), seed)


if __name__ == "__main__":
    main()
