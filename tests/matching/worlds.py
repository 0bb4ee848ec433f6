"""A Monday morning in a very small town: what the tests of the engine are built from."""

from collections import Counter
from itertools import combinations, pairwise, product
from math import ceil, hypot
from typing import Any

from chunshui.matching import Order, Time, Volunteers, Weights, rank, slot_bit
from chunshui.matching.sample import MONDAY

DAY = MONDAY * 1440
MORNING, AFTERNOON = slot_bit(0, 0), slot_bit(0, 1)
NINE, TEN, ELEVEN = DAY + 540, DAY + 600, DAY + 660


def at(start: int, minutes: int = 60, slots: int = MORNING) -> Time:
    return Time(slots, start, start + minutes)


def order(id: int = 1, **more: Any) -> Order:
    return Order(**{"id": id, "x": 0.0, "y": 0.0, "times": (at(NINE),), "minors_welcome": True, **more})


def people(*ids: int, **arrays: Any) -> Volunteers:
    return Volunteers.of(list(ids), **arrays)


def plain(**more: Any) -> Weights:
    """Only distance counts, a metre each 3 units apart; no turnaround, no steps."""
    zero = dict.fromkeys(["load", "acceptance", "familiarity", "messages", "skill_surplus", "newcomer", "wish_gender", "wish_language", "waiting"], 0)
    return Weights(**{**zero, "distance": 3000, "day_steps": (0,), "unserved": (4000, 5000, 6000, 7000), "turnaround_minutes": 0, **more})


def best_by_hand(volunteers: Volunteers, orders: list[Order], weights: Weights) -> int:
    """The optimum by trying everything: every set of people and every time for every order."""
    penalties = weights.penalties(orders)
    options = []
    for one in orders:
        choices: list[tuple[int, tuple[tuple[int, Time, Order], ...]]] = [(penalties[one.id] * one.places, ())]
        for number, time in enumerate(one.times):
            able = [candidate for candidate in rank(volunteers, one, weights, None) if number in candidate.times]
            for size in range(1, one.places + 1):
                if one.all_or_none and size < one.places:
                    continue
                for group in combinations(able, size):
                    cost = sum(candidate.cost for candidate in group) + penalties[one.id] * (one.places - size)
                    choices.append((cost, tuple((candidate.volunteer_id, time, one) for candidate in group)))
        options.append(choices)
    best = sum(choices[0][0] for choices in options)
    for plan in product(*options):
        cost = sum(one[0] for one in plan) + _visits(volunteers, [visit for one in plan for visit in one[1]], weights)
        best = min(best, cost)
    return best


def _visits(volunteers: Volunteers, visits: list[tuple[int, Time, Order]], weights: Weights) -> int:
    """Day steps of these visits, or far too much when they cannot stand together."""
    total = 0
    for person in {one for one, _, _ in visits}:
        row = volunteers.row(person)
        at = sorted(((time, order) for one, time, order in visits if one == person), key=lambda visit: visit[0].start)
        mine = [time for time, _ in at]
        part_of_row = slice(int(volunteers.busy_offsets[row]), int(volunteers.busy_offsets[row + 1]))
        before = [int(start) // 1440 for start in volunteers.busy_start[part_of_row]]
        for (sooner, here), (later, there) in pairwise(at):
            if later.start < sooner.end + weights.turnaround_minutes + ceil(hypot(here.x - there.x, here.y - there.y) / 60):
                return 10**9
        slot, held = int(volunteers.slot_limit[row]), Counter(part(int(start)) for start in volunteers.busy_start[part_of_row])
        if slot and any(count + held[which] > slot for which, count in Counter(part(time.start) for time in mine).items()):
            return 10**9
        for day in {time.start // 1440 for time in mine}:
            used, added = before.count(day), sum(time.start // 1440 == day for time in mine)
            week = [one for one in before if (one + 3) // 7 == (day + 3) // 7]
            added_week = [time for time in mine if (time.start // 1440 + 3) // 7 == (day + 3) // 7]
            if used + added > volunteers.day_limit[row] or len(week) + len(added_week) > volunteers.week_limit[row]:
                return 10**9
            total += sum(weights.day_steps[min(nth, len(weights.day_steps) - 1)] for nth in range(used, used + added))
    return total


def part(minute: int) -> int:
    """Which morning, afternoon or evening."""
    return minute // 1440 * 3 + (minute % 1440 >= 720) + (minute % 1440 >= 1080)
