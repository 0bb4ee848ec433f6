"""Bare pairs as JSON: dense as a matrix, or sparse as a list. See docs/matching-format.md."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chunshui.matching.files import list_of, record, whole
from chunshui.matching.pairs import Pairs, PairsPlan, serve_first

Ints = NDArray[np.int64]

MOST = (1 << 31) - 1
"""No cost is further from 0."""


def is_pairs(given: Any) -> bool:
    return isinstance(given, dict) and ("costs" in given or "pairs" in given)


def read_pairs(given: Any) -> Pairs:
    """From the parsed problem; ValueError names the place."""
    found = record("problem", given, {"orders", "volunteers", "costs", "pairs"}, set())
    if "costs" in found and "pairs" in found:
        raise ValueError("problem: costs and pairs; give one of them")
    if "costs" in found:
        lines, size = _dense(found["costs"])
        orders = _members("orders", found.get("orders"), size[0], {"id", "places", "penalty"})
        volunteers = _members("volunteers", found.get("volunteers"), size[1], {"id", "limit"})
    else:
        orders = _members("orders", record("problem", found, None, {"orders"})["orders"], None, {"id", "places", "penalty"})
        volunteers = _members("volunteers", record("problem", found, None, {"volunteers"})["volunteers"], None, {"id", "limit"})
        lines = _sparse(found["pairs"], _places_of("orders", orders), _places_of("volunteers", volunteers))
    return _made(orders, volunteers, np.array(lines, dtype=np.int64).reshape(-1, 3))


def _made(orders: list[dict[str, int]], volunteers: list[dict[str, int]], lines: Ints) -> Pairs:
    lines = lines[np.lexsort((lines[:, 1], lines[:, 0]))]
    twice = np.flatnonzero(np.all(lines[1:, :2] == lines[:-1, :2], axis=1))
    ids, people = _column(orders, "id", 0), _column(volunteers, "id", 0)
    if twice.size:
        order, volunteer, _ = lines[twice[0]]
        raise ValueError(f"pairs: order {ids[order]} and volunteer {people[volunteer]} are given twice")
    places = _column(orders, "places", 1)
    penalties = _column(orders, "penalty", serve_first(places, lines[:, 2]))
    return Pairs(ids, places, penalties, people, _column(volunteers, "limit", 1), *lines.T.copy())


def _dense(given: Any) -> tuple[list[tuple[int, int, int]], tuple[int, int]]:
    rows = [list_of(f"costs[{at}]", row) for at, row in enumerate(list_of("costs", given))]
    across = len(rows[0]) if rows else 0
    lines = []
    for at, row in enumerate(rows):
        if len(row) != across:
            raise ValueError(f"costs[{at}]: {len(row)} values, the first row has {across}")
        lines += [(at, column, _cost(f"costs[{at}][{column}]", value)) for column, value in enumerate(row) if value is not None]
    return lines, (len(rows), across)


def _sparse(given: Any, orders: dict[int, int], volunteers: dict[int, int]) -> list[tuple[int, int, int]]:
    lines = []
    for at, one in enumerate(list_of("pairs", given)):
        place = f"pairs[{at}]"
        if len(list_of(place, one)) != 3:
            raise ValueError(f"{place}: expected [order id, volunteer id, cost]")
        order, volunteer = whole(f"{place}[0]", one[0]), whole(f"{place}[1]", one[1])
        if order not in orders:
            raise ValueError(f"{place}[0]: no order {order}")
        if volunteer not in volunteers:
            raise ValueError(f"{place}[1]: no volunteer {volunteer}")
        lines.append((orders[order], volunteers[volunteer], _cost(f"{place}[2]", one[2])))
    return lines


def _cost(place: str, given: Any) -> int:
    cost = whole(place, given)
    if abs(cost) > MOST:
        raise ValueError(f"{place}: further from 0 than {MOST}")
    return cost


def _members(place: str, given: Any, size: int | None, names: set[str]) -> list[dict[str, int]]:
    """Ids alone, or objects with more; left out beside a matrix: 1, 2, 3 .."""
    if given is None:
        return [{"id": at + 1} for at in range(size or 0)]
    members = [_member(f"{place}[{at}]", one, names) for at, one in enumerate(list_of(place, given))]
    if size is not None and len(members) != size:
        raise ValueError(f"{place}: {len(members)} of them, costs has {size}")
    return members


def _member(place: str, given: Any, names: set[str]) -> dict[str, int]:
    if not isinstance(given, dict):
        return {"id": whole(place, given)}
    one = {key: whole(f"{place}.{key}", value) for key, value in record(place, given, names, {"id"}).items()}
    for key, value in one.items():
        if key != "id" and value < 0:
            raise ValueError(f"{place}.{key}: negative")
    return one


def _places_of(place: str, members: list[dict[str, int]]) -> dict[int, int]:
    found: dict[int, int] = {}
    for at, one in enumerate(members):
        if one["id"] in found:
            raise ValueError(f"{place}[{at}].id: {one['id']} is given twice")
        found[one["id"]] = at
    return found


def _column(members: list[dict[str, int]], name: str, default: int) -> Ints:
    return np.array([one.get(name, default) for one in members], dtype=np.int64)


def write_plan(given: Pairs, plan: PairsPlan) -> str:
    chosen = zip(
        given.orders[given.order[plan.pairs]].tolist(),
        given.volunteers[given.volunteer[plan.pairs]].tolist(),
        given.cost[plan.pairs].tolist(),
        strict=True,
    )
    answer = {
        "objective": plan.objective,
        "bound": plan.bound,
        "is_proven": plan.objective == plan.bound,
        "assignments": [{"order": order, "volunteer": volunteer, "cost": cost} for order, volunteer, cost in chosen],
        "unserved": [{"order": int(given.orders[at]), "places": int(plan.empty[at])} for at in np.flatnonzero(plan.empty)],
        "prices": dict(zip(map(str, given.orders.tolist()), plan.prices.tolist(), strict=True)),
    }
    return json.dumps(answer, indent=1) + "\n"


def read_plan(given: Pairs, parsed: Any) -> PairsPlan:
    names = {"objective", "bound", "is_proven", "assignments", "unserved", "prices"}
    found = record("solution", parsed, names, names)
    at_order = {int(one): at for at, one in enumerate(given.orders)}
    pair_at = {key: at for at, key in enumerate(zip(given.orders[given.order].tolist(), given.volunteers[given.volunteer].tolist(), strict=True))}
    empty, prices = np.zeros(given.orders.size, dtype=np.int64), np.zeros(given.orders.size, dtype=np.int64)
    for at, one in enumerate(list_of("unserved", found["unserved"])):
        line = record(f"unserved[{at}]", one, {"order", "places"}, {"order", "places"})
        empty[_known(f"unserved[{at}].order", line["order"], at_order)] = whole(f"unserved[{at}].places", line["places"])
    for key, value in record("prices", found["prices"], None, set()).items():
        number = int(key) if key.lstrip("-").isdigit() else key
        prices[_known(f"prices.{key}", number, at_order)] = whole(f"prices.{key}", value)
    chosen = [_chosen(f"assignments[{at}]", one, given, pair_at) for at, one in enumerate(list_of("assignments", found["assignments"]))]
    objective, bound = whole("objective", found["objective"]), whole("bound", found["bound"])
    return PairsPlan(np.array(chosen, dtype=np.int64), empty, objective, bound, prices)


def _known(place: str, given: Any, among: dict[int, int]) -> int:
    if given not in among:
        raise ValueError(f"{place}: no order {given}")
    return among[given]


def _chosen(place: str, given: Any, problem: Pairs, pair_at: dict[tuple[int, int], int]) -> int:
    names = {"order", "volunteer", "cost"}
    one = {key: whole(f"{place}.{key}", value) for key, value in record(place, given, names, names).items()}
    at = pair_at.get((one["order"], one["volunteer"]))
    if at is None:
        raise ValueError(f"{place}: order {one['order']} and volunteer {one['volunteer']} are no pair")
    if problem.cost[at] != one["cost"]:
        raise ValueError(f"{place}.cost: {one['cost']} is claimed, the pair costs {problem.cost[at]}")
    return at
