"""Problems and solutions as JSON files; wrong input is refused with the place where it stands. See docs/matching-format.md."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import MISSING, fields
from typing import Any, TypeVar

from chunshui.matching.answers import Assignment, Load, Round, Unserved
from chunshui.matching.orders import Order, Time
from chunshui.matching.reasons import Code, Funnel, Reason
from chunshui.matching.volunteers import Volunteers
from chunshui.matching.weights import Weights

Problem = tuple[Volunteers, list[Order], Weights]

Kind = TypeVar("Kind")

_NUMBERS = {"x", "y"}
_SWITCHES = {"language_must", "gender_must", "minors_welcome", "all_or_none"}
_SETS = {"declined", "blocked", "offered", "locked"}
_NO_LOAD = Load(0, 0, 0, 0.0)


def read_problem(text: str) -> Problem:
    return problem_of(parsed(text))


def problem_of(given: Any) -> Problem:
    """From the parsed file."""
    found = record("problem", given, {"volunteers", "orders", "weights"}, {"volunteers", "orders"})
    arrays = record("volunteers", found["volunteers"], None, {"ids"})
    volunteers = _made("volunteers", lambda: Volunteers.of(**{**arrays, "busy": _busy(arrays.get("busy", []))}))
    orders = [_order(f"orders[{at}]", one) for at, one in enumerate(list_of("orders", found["orders"]))]
    return volunteers, orders, _made("weights", lambda: _weights(found.get("weights", {})))


def write_solution(found: Round) -> str:
    answer = {
        "objective": found.objective,
        "bound": found.bound,
        "is_proven": found.is_proven,
        "assignments": [
            {"order": one.order_id, "volunteer": one.volunteer_id, "time": one.time, "cost": one.cost, "locked": one.locked}
            for one in found.assignments
        ],
        "unserved": [{"order": one.order_id, "places": one.places, "reason": one.reason.code, "number": one.reason.number} for one in found.unserved],
        "prices": {str(order): price for order, price in found.prices.items()},
    }
    return json.dumps(answer, indent=1) + "\n"


def read_solution(text: str) -> Round:
    return solution_of(parsed(text))


def solution_of(given: Any) -> Round:
    """A round as far as the referee needs it: reasons, funnels and loads are not in the file."""
    names = {"objective", "bound", "is_proven", "assignments", "unserved", "prices"}
    found = record("solution", given, names, names)
    return Round(
        assignments=tuple(_assignment(f"assignments[{at}]", one) for at, one in enumerate(list_of("assignments", found["assignments"]))),
        unserved=tuple(_unserved(f"unserved[{at}]", one) for at, one in enumerate(list_of("unserved", found["unserved"]))),
        objective=whole("objective", found["objective"]),
        bound=whole("bound", found["bound"]),
        is_proven=bool(found["is_proven"]),
        prices=_counts("prices", found["prices"]),
        volunteer_prices={},
        penalties={},
        load_before=_NO_LOAD,
        load_after=_NO_LOAD,
    )


def _weights(given: Any) -> Weights:
    values = record("weights", given, {one.name for one in fields(Weights)}, set())
    numbers: dict[str, Any] = {key: tuple(one) if isinstance(one, list) else one for key, one in values.items()}
    return Weights(**numbers)


def _order(place: str, given: Any) -> Order:
    names = {one.name for one in fields(Order)}
    needed = {one.name for one in fields(Order) if one.default is MISSING and one.default_factory is MISSING}
    values = record(place, given, names, needed)
    return _made(place, lambda: Order(**{key: _value(f"{place}.{key}", key, one) for key, one in values.items()}))


def _value(place: str, key: str, given: Any) -> Any:
    if key == "times":
        return tuple(_time(f"{place}[{at}]", one) for at, one in enumerate(list_of(place, given)))
    if key == "known":
        return _counts(place, given)
    if key in _SETS:
        return frozenset(whole(f"{place}[{at}]", one) for at, one in enumerate(list_of(place, given)))
    if key in _SWITCHES:
        return _kind(place, given, bool, "true or false")
    if key in _NUMBERS and isinstance(given, float):
        return given
    return whole(place, given)


def _time(place: str, given: Any) -> Time:
    names = {"slots", "start", "end"}
    values = record(place, given, names, names)
    return _made(place, lambda: Time(**{key: whole(f"{place}.{key}", one) for key, one in values.items()}))


def _busy(given: Any) -> list[tuple[int, int, int]]:
    triples = []
    for at, one in enumerate(list_of("volunteers.busy", given)):
        place = f"volunteers.busy[{at}]"
        if len(list_of(place, one)) != 3:
            raise ValueError(f"{place}: expected [volunteer id, start, end]")
        triples.append((whole(place, one[0]), whole(place, one[1]), whole(place, one[2])))
    return triples


def _assignment(place: str, given: Any) -> Assignment:
    names = {"order", "volunteer", "time", "cost", "locked"}
    one = record(place, given, names, names)
    order, volunteer, time, cost = (whole(f"{place}.{key}", one[key]) for key in ("order", "volunteer", "time", "cost"))
    return Assignment(order, volunteer, time, cost, 0, (), _kind(f"{place}.locked", one["locked"], bool, "true or false"))


def _unserved(place: str, given: Any) -> Unserved:
    names = {"order", "places", "reason", "number"}
    one = record(place, given, names, names)
    order, places, number = (whole(f"{place}.{key}", one[key]) for key in ("order", "places", "number"))
    return Unserved(order, places, Reason(_made(f"{place}.reason", lambda: Code(one["reason"])), number), Funnel({}))


def parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno}, column {error.colno}: {error.msg}") from error


def record(place: str, given: Any, names: set[str] | None, needed: set[str]) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise ValueError(f"{place}: expected an object")
    for key in given:
        if names is not None and key not in names:
            raise ValueError(f"{place}.{key}: no such field")
    for key in sorted(needed - set(given)):
        raise ValueError(f"{place}.{key}: missing")
    return given


def list_of(place: str, given: Any) -> list[Any]:
    return _kind(place, given, list, "a list")


def _counts(place: str, given: Any) -> dict[int, int]:
    counts = {}
    for key, one in record(place, given, None, set()).items():
        if not key.lstrip("-").isdigit():
            raise ValueError(f"{place}.{key}: expected a whole number as the key")
        counts[int(key)] = whole(f"{place}.{key}", one)
    return counts


def whole(place: str, given: Any) -> int:
    if isinstance(given, bool):
        raise ValueError(f"{place}: expected a whole number")
    return _kind(place, given, int, "a whole number")


def _kind(place: str, given: Any, kind: type[Kind], words: str) -> Kind:
    if not isinstance(given, kind):
        raise ValueError(f"{place}: expected {words}")
    return given


def _made(place: str, make: Callable[[], Kind]) -> Kind:
    """What `make` gives; what it refuses, with the place in front."""
    try:
        return make()
    except ValueError as error:
        raise ValueError(str(error) if str(error).startswith(place) else f"{place}: {error}") from error
