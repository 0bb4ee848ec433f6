"""Loops that are compiled to machine code once and kept on disk, so that no request waits for a compiler.

An `Entry` has one signature, so that nothing is compiled for a new mixture of types while somebody waits; `warm` makes all entries ready.
What entries call is `inner` and becomes part of them. Numba's cache sees changes in the file of the entry only, so entries are kept in a
folder named after the text of all files with inner parts.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Any, ParamSpec, TypeVar, cast

import numba
import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.extending import intrinsic

Taken = ParamSpec("Taken")
Given = TypeVar("Given")

_HERE = Path(__file__).parent
_BARE: dict[str, Any] = {"cache": True, "nogil": True, "_nrt": False}
_INNER: dict[str, Any] = {"nogil": True, "_nrt": False, "forceinline": True}
"""Put into its caller: handing tables on as arguments costs more than most of these functions do."""
_TRUE = ir.Constant(ir.IntType(1), 1)
_ENTRIES: list[Entry] = []
_COMPILING = Lock()
_SOURCES = [text for path in sorted(_HERE.glob("*.py")) if any(mark in (text := path.read_bytes()) for mark in (b"\n@inner\n", b"\n@bare_kernel\n"))]
_EDITION = hashlib.blake2b(b"".join(_SOURCES), digest_size=6).hexdigest()
WORKERS = max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


if not os.environ.get("NUMBA_CACHE_DIR") and not os.access(_HERE, os.W_OK):
    numba.config.CACHE_DIR = str(Path(tempfile.gettempdir()) / f"chunshui-compiled-{os.getuid()}")  # type: ignore[attr-defined]


def kernel(function: Callable[Taken, Given]) -> Callable[Taken, Given]:
    """Compile at the first call and keep the result beside the code (NUMBA_CACHE_DIR when set, the temporary folder of a read-only installation)."""
    return cast(Callable[Taken, Given], _in_edition(numba.njit(cache=True, nogil=True), function))


def parallel_kernel(function: Callable[Taken, Given]) -> Callable[Taken, Given]:
    """The same with `numba.prange` spread over the cores."""
    return cast(Callable[Taken, Given], numba.njit(cache=True, nogil=True, parallel=True)(function))


def bare_kernel(function: Callable[Taken, Given]) -> Callable[Taken, Given]:
    """The same for code that makes no arrays: it counts no references, which is several times faster when small functions hand tables on."""
    return cast(Callable[Taken, Given], _in_edition(numba.njit(**_BARE), function))


class Entry:
    """A compiled function of one signature, which makes no arrays. The first call loads it from disk, or compiles it."""

    def __init__(self, function: Callable[..., Any], arguments: Sequence[Any]) -> None:
        self.__doc__ = function.__doc__
        self._run: Any = _in_edition(numba.njit(**_BARE), function)
        self._arguments = tuple(arguments)
        self._ready = False
        _ENTRIES.append(self)

    def ready(self) -> None:
        with _COMPILING:
            if not self._ready:
                self._run.compile(self._arguments)
                self._run.disable_compile()
                self._ready = True

    def __call__(self, *arguments: Any) -> Any:
        if not self._ready:
            self.ready()
        return self._run(*arguments)


def _in_edition(compile: Callable[..., Any], function: Callable[..., Any]) -> Any:
    """Compiled, and kept with the other entries of this edition of the code."""
    usual = numba.config.CACHE_DIR  # type: ignore[attr-defined]
    numba.config.CACHE_DIR = str(Path(usual or _HERE / "__pycache__") / f"entries-{_EDITION}")  # type: ignore[attr-defined]
    try:
        return compile(function)
    finally:
        numba.config.CACHE_DIR = usual  # type: ignore[attr-defined]


def entry(*arguments: Any) -> Callable[[Callable[..., Any]], Entry]:
    """Decorator: an entry point with these types of arguments."""
    return lambda function: Entry(function, arguments)


def inner(function: Callable[..., Any]) -> Callable[..., Any]:
    """A part of entries."""
    return cast(Callable[..., Any], numba.njit(**_INNER)(function))


def warm() -> None:
    """Load or compile every entry: called once when a server or worker starts."""
    for one in _ENTRIES:
        one.ready()


def array(kind: Any, dimensions: int = 1, *, written: bool = False) -> Any:
    """The type of a contiguous array; those that are only read may be mapped from a file."""
    plain = numba.from_dtype(np.dtype(kind))
    return types.Array(plain, dimensions, "C", readonly=not written)


def tuple_of(*kinds: Any) -> Any:
    """The type of a tuple of arrays that are written."""
    return types.Tuple(tuple(array(kind, written=True) for kind in kinds))  # type: ignore[no-untyped-call]


def record(cls: type, **kinds: Any) -> Any:
    """The type of a NamedTuple whose fields have these types."""
    return types.NamedTuple(tuple(kinds[name] for name in cls._fields), cls)  # type: ignore[attr-defined,no-untyped-call]


def _lowest_bit(context: Any, word: Any) -> Any:
    """The place of the lowest set bit of a word that is not 0."""
    return types.int64(types.uint64), lambda _, builder, __, given: builder.cttz(given[0], _TRUE)


def _bits(context: Any, word: Any) -> Any:
    """How many bits of a word are set."""
    return types.int64(types.uint64), lambda _, builder, __, given: builder.ctpop(given[0])


lowest_bit: Any = intrinsic(_lowest_bit)
bits: Any = intrinsic(_bits)


class _Pool:
    def __init__(self) -> None:
        self.threads: ThreadPoolExecutor | None = None

    def get(self) -> ThreadPoolExecutor:
        if self.threads is None:
            self.threads = ThreadPoolExecutor(WORKERS, thread_name_prefix="matching")
        return self.threads

    def forget(self) -> None:
        """Threads do not survive a fork."""
        self.threads = None


_POOL = _Pool()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_POOL.forget)


def spread(work: Callable[[int, int], Any], many: int, least: int = 64) -> list[Any]:
    """`work(low, high)` over 0..many in pieces, on all cores; entries let go of the interpreter. Answers in order."""
    pieces = max(1, min(4 * WORKERS, many // least))
    edges = [many * at // pieces for at in range(pieces + 1)]
    spans = list(pairwise(edges))
    if pieces == 1 or WORKERS == 1:
        return [work(low, high) for low, high in spans]
    return list(_POOL.get().map(lambda span: work(*span), spans))
