"""Many writers at once on one ledger, as processes that are killed; what each sent and what it was answered stands in its own log.

What writer `w` does as its `n`th operation follows from the seed alone, so that a run can be replayed and the checker knows every request.
"""

from __future__ import annotations

import os
import random
import signal
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.db import DatabaseError, InterfaceError, connection, connections

from chunshui.kernel.errors import Refused
from chunshui.ledger import commands, states
from chunshui.ledger.states import AccountKind, Kind, Line, Place, Unit

AT = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
PEOPLE, ISSUERS, SHOPS, BATCH = 60, 16, 8, 50
SHARES = [("earn", 30), ("batch", 20), ("spend", 18), ("hold", 8), ("finish", 8), ("reverse", 4), ("again", 8), ("altered", 4)]
TABLE = [name for name, share in SHARES for _ in range(share)]
LOST = (DatabaseError, InterfaceError)


@dataclass(frozen=True)
class Step:
    """One request: `lines` for a move; the other verbs name what they work on by `target`."""

    verb: str
    key: str
    lines: tuple[Line, ...] = ()
    target: str = ""
    number: int = 0


def kind_of(seed: int, writer: int, n: int) -> str:
    return TABLE[zlib.crc32(f"{seed}:{writer}:{n}".encode()) % len(TABLE)]


def key_of(seed: int, writer: int, n: int) -> str:
    return f"storm:{seed}:{writer}:{n}"


def step(seed: int, writer: int, n: int) -> Step:
    kind, dice = kind_of(seed, writer, n), random.Random(f"{seed}/{writer}/{n}")
    key, who = key_of(seed, writer, n), states.person(dice.randrange(PEOPLE))
    if kind in {"finish", "reverse", "again", "altered"}:
        wanted = {"finish": {"hold"}, "reverse": {"earn"}, "altered": {"earn"}, "again": {"earn", "spend", "batch"}}[kind]
        earlier = next((m for m in range(n - 1, max(-1, n - 60), -1) if kind_of(seed, writer, m) in wanted), None)
        if earlier is not None:
            return _about(kind, seed, writer, earlier, key, dice)
    if kind == "spend":
        return Step("move", key, (Line(Kind.SETTLE, who, _shop(dice), Unit.POINTS, dice.randint(1, 60), area_id=1),))
    if kind == "hold":
        return Step("hold", key, (Line(Kind.HOLD, who, states.holding(writer * 10**7 + n), Unit.POINTS, dice.randint(1, 30)),))
    return Step("move", key, tuple(_earned(dice) for _ in range(BATCH if kind == "batch" else 1)))


def _about(kind: str, seed: int, writer: int, earlier: int, key: str, dice: random.Random) -> Step:
    first = step(seed, writer, earlier)
    if kind == "again":
        return first
    if kind == "altered":
        line = first.lines[0]
        return Step("altered", first.key, (Line(line.kind, line.debit, line.credit, line.unit, line.amount + 1, area_id=line.area_id),))
    if kind == "reverse":
        return Step("reverse", key, target=first.key)
    return Step(dice.choice(("settle", "release")), key, number=writer * 10**7 + earlier)


def _earned(dice: random.Random) -> Line:
    area = dice.randrange(ISSUERS)
    return Line(Kind.EARN, states.issuer(area), states.person(dice.randrange(PEOPLE)), Unit.POINTS, dice.randint(1, 3), area_id=area)


def _shop(dice: random.Random) -> Place:
    return Place(AccountKind.MERCHANT, dice.randrange(SHOPS))


def send(asked: Step) -> None:
    """Through the product's own commands."""
    if asked.verb in {"move", "altered"}:
        commands.move(key=asked.key, lines=asked.lines, at=AT)
    elif asked.verb == "hold":
        line = asked.lines[0]
        commands.hold(key=asked.key, redemption_id=line.credit.owner_id, payer=line.debit, unit=line.unit, amount=line.amount, at=AT)
    elif asked.verb == "reverse":
        commands.reverse(key=asked.key, transfers_of=asked.target, at=AT)
    elif asked.verb == "settle":
        commands.settle(key=asked.key, redemption_id=asked.number, to=Place(AccountKind.MERCHANT, 0), unit=Unit.POINTS, at=AT)
    else:
        commands.release(key=asked.key, redemption_id=asked.number, unit=Unit.POINTS, at=AT)


class Writers:
    """`many` processes forked from this one; a killed one is started again and takes up the request that had no answer."""

    def __init__(self, folder: Path, seed: int, many: int, how: Callable[[Step], None] = send) -> None:
        self.folder, self.seed, self.many, self.how = folder, seed, many, how
        self.running: dict[int, int] = {}
        self.killed = 0

    def start(self) -> None:
        for writer in range(self.many):
            self._fork(writer)

    def kill_one(self, dice: random.Random) -> None:
        """Kill -9 one of them, wherever it stands, and start it again."""
        writer = dice.randrange(self.many)
        os.kill(self.running[writer], signal.SIGKILL)
        os.waitpid(self.running[writer], 0)
        self.killed += 1
        self._fork(writer)

    def stop(self) -> None:
        for pid in self.running.values():
            os.kill(pid, signal.SIGTERM)
        for pid in self.running.values():
            os.waitpid(pid, 0)
        self.running.clear()

    def _fork(self, writer: int) -> None:
        pid = os.fork()
        if pid:
            self.running[writer] = pid
            return
        code = 1
        try:
            _live(self.folder / f"{writer}.log", self.seed, writer, self.how)
            code = 0
        finally:
            os._exit(code)


def close_all() -> None:
    """No connection may be shared by two processes."""
    connections.close_all()
    if connection.vendor == "postgresql":
        connection.close_pool()


def _live(log: Path, seed: int, writer: int, how: Callable[[Step], None]) -> None:
    connection.settings_dict["OPTIONS"].pop("pool", None)  # one connection is enough, and a pool's threads outlive a fork badly
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(1))
    n = _next(log)
    with log.open("ab", buffering=0) as out:
        while not stopped:
            asked = step(seed, writer, n)
            out.write(f"s {n}\n".encode())
            answer = _answer(asked, how, stopped)
            if answer is None:
                return
            out.write(f"a {n} {answer}\n".encode())
            n += 1


def _answer(asked: Step, how: Callable[[Step], None], stopped: list[int]) -> str | None:
    """Ask until there is an answer: the same key makes that safe. None: told to stop while the database was away."""
    while True:
        try:
            how(asked)
            return "ok"
        except Refused as refusal:
            return refusal.code
        except LOST:
            connection.close()
            if stopped:
                return None
            time.sleep(0.05)


def _next(log: Path) -> int:
    """The first request without an answer."""
    if not log.exists():
        return 0
    lines = [line.split() for line in log.read_bytes().splitlines()]
    answered = [int(line[1]) for line in lines if line[:1] == [b"a"] and len(line) == 3]
    return answered[-1] + 1 if answered else 0
