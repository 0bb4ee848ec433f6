"""Answers that are worked out when somebody looks at them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar, overload

One = TypeVar("One")


class Lazily(Sequence[One], Generic[One]):
    """A sequence whose items are made at the first look and kept."""

    def __init__(self, size: int, make: Callable[[int], One]) -> None:
        self._items: list[One | None] = [None] * size
        self._make = make

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, at: int) -> One: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[One, ...]: ...
    def __getitem__(self, at: int | slice) -> One | tuple[One, ...]:
        if isinstance(at, slice):
            return tuple(self[each] for each in range(*at.indices(len(self))))
        place = range(len(self))[at]
        found = self._items[place]
        if found is None:
            found = self._items[place] = self._make(place)
        return found

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(one == two for one, two in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]


class LazyMapping(Mapping[int, int]):
    """A mapping that is made at the first look."""

    def __init__(self, make: Callable[[], dict[int, int]]) -> None:
        self._make = make
        self._made: dict[int, int] | None = None

    def _all(self) -> dict[int, int]:
        if self._made is None:
            self._made = self._make()
        return self._made

    def __getitem__(self, key: int) -> int:
        return self._all()[key]

    def __iter__(self) -> Iterator[int]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __repr__(self) -> str:
        return repr(self._all())
