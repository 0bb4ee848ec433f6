"""All that is compiled made ready at once, so that nobody's request waits for a compiler."""

from __future__ import annotations

import numpy as np

from chunshui.matching import compiled, routes
from chunshui.matching.flow import Arcs, Limits
from chunshui.matching.standing import Standing


def warm() -> None:
    """Load or compile every loop; called when a server or worker starts."""
    compiled.warm()
    routes.warm()
    zero, one = np.zeros(2, np.int64), np.ones(2, np.int64)
    arcs = Arcs(np.arange(2), zero, zero, zero, one, one, zero)
    limits = Limits(zero, one, one, (0,))
    standing = Standing.of(arcs, limits, one, one + 9, 2)
    order = standing.insert(arcs.keep(np.array([0])), limits.keep(np.array([0])), 1, 10)
    standing.lock(0, 0, 0)
    standing.decline(order, 0)
    standing.remove(order)
    standing.withdraw(0)
    if standing.objective != standing.bound:
        raise RuntimeError("the compiled solver is out of order")
