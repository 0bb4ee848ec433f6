"""A batch of orders as arrays, and what the loops see of it.

`Orders` is made from arrays (`Orders.from_arrays`, milliseconds for ten thousand) or from `Order` objects (`Orders.of`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numba import types
from numpy.typing import NDArray

from chunshui.matching.columns import VISIT
from chunshui.matching.compiled import array, record
from chunshui.matching.orders import MOST_TIMES, SLOTS, Order
from chunshui.matching.weights import Weights

Ints = NDArray[np.int64]

ORDER = np.dtype(
    [
        ("id", np.int64),
        ("x", np.float64),
        ("y", np.float64),
        ("skills", np.uint64),
        ("kind", np.uint64),
        ("waiting_minutes", np.int64),
        ("languages", np.uint32),
        ("places", np.int32),
        ("max_distance_m", np.int32),
        ("continuity", np.int32),
        ("min_age", np.int16),
        ("gender", np.int8),
        ("priority", np.int8),
        ("language_must", np.bool_),
        ("gender_must", np.bool_),
        ("minors_welcome", np.bool_),
        ("all_or_none", np.bool_),
    ],
    align=True,
)
_LEFT_OUT = {"places": 1, "max_distance_m": 3000, "continuity": 1, "priority": 1}
_LISTS = ("known", "barred", "locked")


class Asked(NamedTuple):
    """What the loops see of a batch; people are rows of the district."""

    orders: NDArray[Any]
    time_offsets: Ints
    time_slots: NDArray[np.uint64]
    time_start: Ints
    time_end: Ints
    only: Ints
    """Per order: the one time that is left to it, -1 for any."""
    known_offsets: Ints
    known_rows: Ints
    barred_offsets: Ints
    barred_rows: Ints
    """Rising within an order."""
    pins: NDArray[Any]
    """Visits of this batch that are settled already, by row: they count as agreed."""


ASKED = record(
    Asked,
    orders=array(ORDER),
    time_slots=array(np.uint64),
    pins=array(VISIT),
    **{name: array(np.int64) for name in Asked._fields if name not in ("orders", "time_slots", "pins")},
)


class Prices(NamedTuple):
    """The weights as the loops see them."""

    distance: int
    load: int
    acceptance: int
    familiarity: int
    messages: int
    skill_surplus: int
    newcomer: int
    wish_gender: int
    wish_language: int
    turnaround_minutes: int
    scarce_skills: np.uint64


PRICES = record(Prices, **{name: types.uint64 if name == "scarce_skills" else types.int64 for name in Prices._fields})


def prices(weights: Weights) -> Prices:
    plain = {name: getattr(weights, name) for name in Prices._fields}
    return Prices(**{**plain, "scarce_skills": np.uint64(weights.scarce_skills)})


@dataclass(frozen=True, slots=True)
class Orders:
    """Struct of arrays. Lists of people are in CSR form: those of order i are `ids[offsets[i]:offsets[i + 1]]`."""

    table: NDArray[Any]
    """One ORDER record each, ids rising strictly."""
    time_offsets: Ints
    time_slots: NDArray[np.uint64]
    time_start: Ints
    time_end: Ints
    known_offsets: Ints
    known_ids: Ints
    """Who has visited this resident."""
    barred_offsets: Ints
    barred_ids: Ints
    """Who declined, is blocked, was asked already or is locked to the order."""
    locked_offsets: Ints
    locked_ids: Ints

    def __len__(self) -> int:
        return int(self.table.size)

    @classmethod
    def from_arrays(
        cls,
        ids: Any,
        *,
        times: tuple[Any, Any, Any, Any] | None = None,
        slots: Any = None,
        start: Any = None,
        end: Any = None,
        known: tuple[Any, Any] | None = None,
        barred: tuple[Any, Any] | None = None,
        locked: tuple[Any, Any] | None = None,
        **columns: Any,
    ) -> Orders:
        """One value per order in each array; ids rising.

        Either `slots`, `start` and `end` (one time each) or `times` = (offsets, slots, start, end).
        `known`, `barred` and `locked` are (offsets, volunteer ids); left out: nobody.
        """
        given = np.asarray(ids, dtype=np.int64)
        table = np.zeros(given.size, dtype=ORDER)
        table["id"] = given
        for name, value in {**_LEFT_OUT, **columns}.items():
            if name not in (ORDER.names or ()):
                raise ValueError(f"{name}: no such array of Orders")
            table[name] = value
        offsets, masks, starts, ends = times if times is not None else (np.arange(given.size + 1), slots, start, end)
        lists: list[Any] = [_csr(name, one, given.size) for name, one in zip(_LISTS, (known, barred, locked), strict=True)]
        when: list[Any] = [np.asarray(one, dtype=kind) for one, kind in ((masks, np.uint64), (starts, np.int64), (ends, np.int64))]
        made = cls(table, _offsets("times", offsets, given.size, when[0].size), *when, *(part for one in lists for part in one))
        _check(made)
        return made

    @classmethod
    def of(cls, orders: Sequence[Order]) -> Orders:
        """From objects, in the order of their ids."""
        chosen = sorted(orders, key=lambda order: order.id)
        table = np.zeros(len(chosen), dtype=ORDER)
        for name in ORDER.names or ():
            table[name] = [getattr(order, name) for order in chosen]
        whens = [time for order in chosen for time in order.times]
        known = _gathered(chosen, lambda order: (person for person, visits in order.known.items() if visits > 0))
        made = cls(
            table,
            _cumulated(len(order.times) for order in chosen),
            np.array([time.slots for time in whens], dtype=np.uint64),
            np.array([time.start for time in whens], dtype=np.int64),
            np.array([time.end for time in whens], dtype=np.int64),
            *known,
            *_gathered(chosen, lambda order: order.declined | order.blocked | order.offered | order.locked),
            *_gathered(chosen, lambda order: order.locked),
        )
        _check(made)
        return made

    def with_people(self, *, locked: Sequence[tuple[int, int]] = (), barred: Sequence[tuple[int, int]] = ()) -> Orders:
        """With more pairs (index of an order, volunteer id) held or kept apart; who is held is no choice any more."""
        if not (locked or barred):
            return self
        held = _with_pairs(self.locked_offsets, self.locked_ids, locked)
        apart = _with_pairs(self.barred_offsets, self.barred_ids, [*locked, *barred])
        made = replace(self, barred_offsets=apart[0], barred_ids=apart[1], locked_offsets=held[0], locked_ids=held[1])
        _check(made)
        return made

    def penalties(self, weights: Weights) -> Ints:
        """Penalty of one empty place, per order: as Weights.penalties."""
        table = self.table
        return weights.penalties_of(table["priority"], table["waiting_minutes"], table["max_distance_m"])

    def order_of_times(self) -> Ints:
        """Per time: the index of its order."""
        return np.repeat(np.arange(len(self)), np.diff(self.time_offsets))


def _gathered(orders: Sequence[Order], people: Callable[[Order], Iterable[int]]) -> tuple[Ints, Ints]:
    lists = [sorted(people(order)) for order in orders]
    return _cumulated(len(one) for one in lists), np.array([person for one in lists for person in one], dtype=np.int64)


def _with_pairs(offsets: Ints, people: Ints, pairs: Sequence[tuple[int, int]]) -> tuple[Ints, Ints]:
    """A CSR list with more pairs, each once."""
    own = np.stack((np.repeat(np.arange(offsets.size - 1), np.diff(offsets)), people), axis=1)
    every = np.unique(np.concatenate((own, np.array(pairs, dtype=np.int64).reshape(-1, 2))), axis=0)
    return np.searchsorted(every[:, 0], np.arange(offsets.size)).astype(np.int64), every[:, 1]


def _cumulated(counts: Iterable[int]) -> Ints:
    return np.concatenate(([0], np.cumsum(np.fromiter(counts, dtype=np.int64)))).astype(np.int64)


def _csr(name: str, given: tuple[Any, Any] | None, orders: int) -> tuple[Ints, Ints]:
    if given is None:
        return np.zeros(orders + 1, dtype=np.int64), np.zeros(0, dtype=np.int64)
    people = np.asarray(given[1], dtype=np.int64)
    return _offsets(name, given[0], orders, people.size), people


def _offsets(name: str, given: Any, orders: int, many: int) -> Ints:
    offsets = np.asarray(given, dtype=np.int64)
    if offsets.size != orders + 1 or offsets[0] != 0 or offsets[-1] != many or np.any(np.diff(offsets) < 0):
        raise ValueError(f"{name}: offsets must rise from 0 to {many} in {orders + 1} values")
    return offsets


def _check(orders: Orders) -> None:
    table, times = orders.table, np.diff(orders.time_offsets)
    if np.any(np.diff(table["id"]) <= 0):
        raise ValueError("ids: must increase strictly, each order once")
    checks = {
        "places": table["places"] >= 1,
        "times": (times >= 1) & (times <= MOST_TIMES),
        "x": np.isfinite(table["x"]),
        "y": np.isfinite(table["y"]),
        "gender": (table["gender"] >= 0) & (table["gender"] <= 2),
        "max_distance_m": table["max_distance_m"] > 0,
        "priority": (table["priority"] >= 1) & (table["priority"] <= 4),
        "waiting_minutes": table["waiting_minutes"] >= 0,
        "continuity": table["continuity"] >= 0,
        "locked": np.diff(orders.locked_offsets) <= table["places"],
    }
    for name, good in checks.items():
        if not good.all():
            raise ValueError(f"order {int(table['id'][np.argmin(good)])}: {name} cannot be so")
    if np.any(orders.time_end <= orders.time_start) or np.any(orders.time_slots >= 1 << SLOTS):
        raise ValueError("times: each ends after it starts, in known slots")
