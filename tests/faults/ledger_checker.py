"""What must be true after the storm, from the logs of the writers and the tables, without asking the code that wrote them."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection

from chunshui.ledger import queries
from chunshui.ledger.models import Transfer
from tests.faults.ledger_storm import step

WORDS = ("lost", "doubled", "unasked", "altered", "negative", "drift")


@dataclass
class Verdict:
    """`found` is empty when nothing is wrong; `movements` are the acknowledged lines, `requests` the acknowledged commands."""

    requests: int = 0
    movements: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    duplicates: int = 0
    unanswered: int = 0
    found: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def counts(self) -> dict[str, int]:
        return {word: len(self.found.get(word, [])) for word in WORDS}


def check(folder: Path, seed: int) -> Verdict:
    verdict, stored = Verdict(), _stored()
    sent, acked, denied = _heard(folder, seed, verdict)
    for key, body in acked.items():
        if key not in stored:
            verdict.found["lost"].append(key)
        elif body and _core(stored[key], len(body)) != body:
            verdict.found["doubled" if len(stored[key]) > len(body) else "altered"].append(key)
        verdict.movements += len(stored.get(key, ()))
    verdict.found["unasked"] += [key for key in stored if key not in sent]
    verdict.found["doubled"] += [key for key in denied if key in stored and key not in acked]
    verdict.found["doubled"] += [
        key for key, lines in stored.items() if key not in acked and key in sent and sent[key] and len(lines) > len(sent[key])
    ]
    verdict.found["drift"] += [f"{proof.name}: {words}" for proof in queries.proofs_to_run() for words in proof.run()[1]]
    verdict.found["negative"] += _below_zero()
    verdict.found = defaultdict(list, {word: found for word, found in verdict.found.items() if found})
    return verdict


Body = tuple[tuple[str, str, int, str, int, int], ...]


def _stored() -> dict[str, Body]:
    found: dict[str, list] = defaultdict(list)
    columns = ("key", "kind", "debit__kind", "debit__owner_id", "credit__kind", "credit__owner_id", "amount")
    for key, *rest in Transfer.objects.order_by("key", "line", "id").values_list(*columns).iterator(chunk_size=5000):
        found[key.split("~")[0]].append(tuple(rest))
    return {key: tuple(lines) for key, lines in found.items()}


def _core(lines: Body, wanted: int) -> Body:
    return lines if len(lines) > wanted else lines[:wanted]


def _heard(folder: Path, seed: int, verdict: Verdict) -> tuple[dict[str, Body], dict[str, Body], set[str]]:
    sent: dict[str, Body] = {}
    acked: dict[str, Body] = {}
    denied: set[str] = set()
    for log in sorted(folder.glob("*.log")):
        writer, last = int(log.stem), -1
        for line in log.read_text().splitlines():
            mark, n, *answer = line.split()
            asked = step(seed, writer, int(n))
            body = tuple((str(e.kind), str(e.debit.kind), e.debit.owner_id, str(e.credit.kind), e.credit.owner_id, e.amount) for e in asked.lines)
            if mark == "s":
                verdict.unanswered += int(n) == last
                last = int(n)
                if asked.verb != "altered":
                    sent[asked.key] = body
            elif answer == ["ok"]:
                if asked.verb == "altered":
                    verdict.found["altered"].append(asked.key)
                verdict.duplicates += asked.key in acked
                acked[asked.key] = body if asked.verb != "altered" else acked.get(asked.key, ())
                verdict.requests += 1
            else:
                verdict.refused[answer[0]] += 1
                if asked.verb == "altered" and answer != ["key_reused"]:
                    verdict.found["altered"].append(asked.key)
                if asked.verb != "altered":
                    denied.add(asked.key)
    return sent, acked, denied


def _below_zero() -> list[str]:
    """Every balance after every movement, in the order of the rows. SQLite writes them in the order in which they count."""
    if connection.vendor != "sqlite":
        return []
    balances: Counter[int] = Counter()
    found = []
    rows = Transfer.objects.order_by("id").values_list("id", "debit_id", "credit_id", "amount", "debit__kind")
    for pk, debit, credit, amount, kind in rows.iterator(chunk_size=5000):
        balances[debit] -= amount
        balances[credit] += amount
        if balances[debit] < 0 and kind not in {"issuer", "team_issuer", "outside", "owed"}:
            found.append(f"transfer {pk} takes account {debit} to {balances[debit]}")
    return found
