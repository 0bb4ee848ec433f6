"""Loops that are compiled to machine code once and kept on disk, so that no request waits for a compiler."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

import numba

Taken = ParamSpec("Taken")
Given = TypeVar("Given")

_HERE = Path(__file__).parent
_BARE: dict[str, Any] = {"cache": True, "nogil": True, "_nrt": False}
if not os.environ.get("NUMBA_CACHE_DIR") and not os.access(_HERE, os.W_OK):
    numba.config.CACHE_DIR = str(Path(tempfile.gettempdir()) / f"chunshui-compiled-{os.getuid()}")  # type: ignore[attr-defined]


def kernel(function: Callable[Taken, Given]) -> Callable[Taken, Given]:
    """Compile at the first call and keep the result beside the code (NUMBA_CACHE_DIR when set, the temporary folder of a read-only installation)."""
    return cast(Callable[Taken, Given], numba.njit(cache=True, nogil=True)(function))


def parallel_kernel(function: Callable[Taken, Given]) -> Callable[Taken, Given]:
    """The same with `numba.prange` spread over the cores."""
    return cast(Callable[Taken, Given], numba.njit(cache=True, nogil=True, parallel=True)(function))


def bare_kernel(function: Callable[Taken, Given]) -> Callable[Taken, Given]:
    """The same for code that makes no arrays: it counts no references, which is several times faster when small functions hand tables on."""
    return cast(Callable[Taken, Given], numba.njit(**_BARE)(function))
