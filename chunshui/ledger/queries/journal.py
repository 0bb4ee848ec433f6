"""The whole ledger as plain text that beancount reads: whoever doubts the balances adds the journal up with a tool that is not ours."""

from __future__ import annotations

from collections.abc import Iterator

from chunshui.ledger.models import Account, Transfer

GROUPS = {
    "issuer": "Equity:Issuer",
    "team_issuer": "Equity:TeamIssuer",
    "outside": "Equity:Outside",
    "owed": "Assets:Owed",
    "expired": "Equity:Expired",
    "recycled": "Equity:Recycled",
}
COMMODITIES = {"minutes": "MINUTES", "points": "POINTS", "fen": "FEN"}


def journal() -> Iterator[str]:
    """Lines of the journal: what is opened, every transfer in order, and the balances that the tool must find."""
    yield 'option "title" "Chunshui ledger"\n'
    first = Transfer.objects.order_by("day").values_list("day", flat=True).first()
    last = Transfer.objects.order_by("-day").values_list("day", flat=True).first()
    if first is None or last is None:
        return
    names = {}
    for pk, kind, owner_id, unit in Account.objects.order_by("id").values_list("id", "kind", "owner_id", "unit").iterator(chunk_size=2000):
        names[pk] = f"{GROUPS.get(kind, f'Assets:{kind.capitalize()}')}:N{owner_id}-{unit.capitalize()}"
        yield f"{first} open {names[pk]} {COMMODITIES[unit]}\n"
    columns = ("id", "day", "key", "line", "kind", "debit_id", "credit_id", "amount", "unit")
    for pk, day, key, line, kind, debit, credit, amount, unit in Transfer.objects.order_by("id").values_list(*columns).iterator(chunk_size=2000):
        money = COMMODITIES[unit]
        yield f'\n{day} * "{kind}" "{_plain(key)}"\n  id: "{pk}"\n  line: {line}\n'
        yield f"  {names[debit]}  -{amount} {money}\n  {names[credit]}  {amount} {money}\n"
    yield "\n"
    for pk, balance, unit in Account.objects.order_by("id").values_list("id", "balance", "unit").iterator(chunk_size=2000):
        yield f"{last.fromordinal(last.toordinal() + 1)} balance {names[pk]}  {balance} {COMMODITIES[unit]}\n"


def _plain(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
