"""The verbs of the ledger: the only way in which value moves. Every one has a key: the same key and the same request is done once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from chunshui.kernel import clock
from chunshui.kernel.errors import Refused
from chunshui.ledger import queries, states
from chunshui.ledger.models import Account, Transfer
from chunshui.ledger.states import FORGIVE, AccountKind, Kind, Line, Place, Unit
from chunshui.people import queries as people

MOST_TRIES = 5
CHUNK = 1000
COLUMNS = ("key", "line", "digest", "kind", "debit_id", "credit_id", "unit", "amount", "reverses_id", "area_id", "at", "day", "memo")
INSERT = f"INSERT INTO ledger_transfer ({', '.join(COLUMNS)}) VALUES"
FIELDS = ("id", *COLUMNS)
MARKS = f"({', '.join(['%s'] * len(COLUMNS))})"
Draft = Callable[[], Sequence[Line]]
BAD_AMOUNT = ("bad_amount", _("数量不对：一笔要在 1 和 1000000 之间。"))
REVERSED = ("reversed_already", _("这一笔已经冲回过了，什么都没有动。"))
REFUSALS = {
    "ledger_day_cap": ("day_cap", _("今天发放的已经到了上限，什么都没有动。请联系管理员。")),
    "ledger_amount": BAD_AMOUNT,
    "ledger_balance_bound": BAD_AMOUNT,
    "ledger_two_sides": ("same_account", _("不能转给同一个账户。")),
    "ledger_reversed": REVERSED,
    "reverses_id": REVERSED,
}
LACKING = {
    Unit.MINUTES: _("时长不够：需要 %(needed)s 分钟，现有 %(have)s 分钟。"),
    Unit.POINTS: _("积分不够：需要 %(needed)s，现有 %(have)s。"),
    Unit.FEN: _("余额不够：需要 %(needed)s 分，现有 %(have)s 分。"),
}


def move(*, key: str, lines: Sequence[Line], at: datetime, memo: str = "") -> list[Transfer]:
    """Move value along all these lines or along none, once for each key."""
    return _write(key, _asked(lines), lambda: lines, at, memo)


def digest_of(lines: Sequence[Line], memo: str = "") -> str:
    """What the rows of a move carry, so that the same key with another request is known as such."""
    return _digest(_asked(lines), memo)


def reverse(*, key: str, transfers_of: str, at: datetime, memo: str = "") -> list[Transfer]:
    """Take back, once, everything that moved under a key. What a person has spent meanwhile is advanced from what the person then owes."""
    return _write(key, f"reverse {transfers_of}", lambda: _mirrored(transfers_of), at, memo)


def repay(*, key: str, person_id: int, unit: str, rule: str, issuer: Place, at: datetime, area_id: int = 0) -> list[Transfer]:
    """Settle what a person owes: out of what the person has (rule repay), or at the issuer's cost (rule forgive). Nothing if nothing is owed."""

    def draft() -> list[Line]:
        debt = queries.owed(person_id, unit)
        if rule == FORGIVE:
            return split(Line(Kind.FORGIVE, issuer, states.owed(person_id), unit, debt, area_id=area_id))
        amount = min(debt, queries.balance(AccountKind.PERSON, person_id, unit))
        return split(Line(Kind.REPAY, states.person(person_id), states.owed(person_id), unit, amount, area_id=area_id))

    return _write(key, f"repay {person_id} {unit} {rule}", draft, at, "")


def hold(*, key: str, redemption_id: int, payer: Place, unit: str, amount: int, at: datetime, memo: str = "", area_id: int = 0) -> list[Transfer]:
    """Set value aside for one redemption: it can then be settled or released, and nothing else."""
    lines = [Line(Kind.HOLD, payer, states.holding(redemption_id), unit, amount, area_id=area_id)]
    return _write(key, f"hold {_said(lines)}", lambda: lines, at, memo)


def settle(*, key: str, redemption_id: int, to: Place, unit: str, at: datetime, memo: str = "", area_id: int = 0) -> list[Transfer]:
    """What was held goes to the one who gave the service."""

    def draft() -> list[Line]:
        held = queries.balance(AccountKind.HOLDING, redemption_id, unit)
        return _something(split(Line(Kind.SETTLE, states.holding(redemption_id), to, unit, held, area_id=area_id)))

    return _write(key, f"settle {redemption_id} {to.kind}:{to.owner_id} {unit}", draft, at, memo)


def release(*, key: str, redemption_id: int, unit: str, at: datetime, memo: str = "") -> list[Transfer]:
    """What was held goes back to where it came from."""
    return _write(key, f"release {redemption_id} {unit}", lambda: _something(_given_back(redemption_id, unit)), at, memo)


def _write(key: str, request: str, draft: Draft, at: datetime, memo: str) -> list[Transfer]:
    """Answer a known key with what it did; else write the drafted lines. A draft rests on balances, so it is made anew when they moved meanwhile."""
    digest = _digest(request, memo)
    lines = _drafted(key, digest, draft)
    for _try in range(MOST_TRIES):
        kept = _kept(key, digest)
        if kept:
            return kept
        try:
            with transaction.atomic():
                return _insert(key, digest, lines, at, memo)
        except IntegrityError as error:
            again = _drafted(key, digest, draft)
            if "ledger_key_once" not in str(error) and again == lines:
                raise _refusal(error, lines) from error
            lines = again
    raise Refused(_("太忙了，什么都没有动，请再试一次。"), code="busy")


def _drafted(key: str, digest: str, draft: Draft) -> list[Line]:
    """The lines to write; none when a twin wrote them meanwhile, which is what makes the draft refuse."""
    try:
        return list(draft())
    except Refused:
        if _kept(key, digest):
            return []
        raise


def _kept(key: str, digest: str) -> list[Transfer]:
    known = queries.digest_under(key)
    if known and known != digest:
        raise Refused(_("这个编号已经用在别的一笔上了，什么都没有动。"), code="key_reused")
    return queries.transfers_of(key) if known else []


def _insert(key: str, digest: str, lines: Sequence[Line], at: datetime, memo: str) -> list[Transfer]:
    """Plain SQL: the models cost more than the movement. One statement writes up to CHUNK lines, and the triggers do the rest."""
    if not lines:
        return []
    accounts, day = _opened(lines), clock.today(at)
    when = (connection.ops.adapt_datetimefield_value(at), connection.ops.adapt_datefield_value(day), memo[:200])
    rows = [
        (key, number, digest, str(each.kind), *_sides(each, accounts), str(each.unit), each.amount, each.reverses, each.area_id, *when)
        for number, each in enumerate(lines)
    ]
    made = []
    with connection.cursor() as cursor:
        for start in range(0, len(rows), CHUNK):
            chunk = rows[start : start + CHUNK]
            cursor.execute(f"{INSERT} {', '.join([MARKS] * len(chunk))} RETURNING id", [value for row in chunk for value in row])
            ids = sorted(pk for (pk,) in cursor.fetchall())
            made += [Transfer.from_db(connection.alias, FIELDS, (pk, *row[:10], at, day, row[12])) for pk, row in zip(ids, chunk, strict=True)]
    return made


def _sides(line: Line, accounts: dict[queries.Spot, int]) -> tuple[int, int]:
    debit, credit, unit = line.debit, line.credit, line.unit
    return accounts[debit.kind, debit.owner_id, unit], accounts[credit.kind, credit.owner_id, unit]


def _opened(lines: Sequence[Line]) -> dict[queries.Spot, int]:
    spots = {(str(place.kind), place.owner_id, str(line.unit)) for line in lines for place in (line.debit, line.credit)}
    found = queries.accounts_at(spots)
    lacking = spots - found.keys()
    if not lacking:
        return found
    rows = [Account(kind=kind, owner_id=owner_id, unit=unit) for kind, owner_id, unit in sorted(lacking)]
    # on SQLite one writer stands here at a time, and the guard refuses an account that exists instead of passing over it
    Account.objects.bulk_create(rows, ignore_conflicts=connection.vendor == "postgresql")
    return queries.accounts_at(spots)


def _digest(request: str, memo: str) -> str:
    return hashlib.sha256(f"{request}\n{memo}".encode()).hexdigest()


def _asked(lines: Sequence[Line]) -> str:
    return f"move {_said(lines)}"


def _said(lines: Sequence[Line]) -> str:
    return ";".join(
        f"{each.kind} {each.debit.kind}:{each.debit.owner_id}>{each.credit.kind}:{each.credit.owner_id} "
        f"{each.amount} {each.unit} {each.reverses or ''} {each.area_id}"
        for each in lines
    )


def split(line: Line) -> list[Line]:
    """One line, or as many as the largest amount of one transfer asks for; none for nothing."""
    whole, rest = divmod(max(line.amount, 0), states.MOST_AMOUNT)
    amounts = [states.MOST_AMOUNT] * whole + ([rest] if rest else [])
    return [Line(line.kind, line.debit, line.credit, line.unit, amount, area_id=line.area_id) for amount in amounts]


def _something(lines: list[Line]) -> list[Line]:
    if not lines:
        raise Refused(_("没有暂扣着的，什么都没有动。"), code="nothing_held")
    return lines


def _given_back(redemption_id: int, unit: str) -> list[Line]:
    account = queries.account_of(AccountKind.HOLDING, redemption_id, unit)
    rows = Transfer.objects.filter(credit=account, kind=Kind.HOLD, reversal=None).select_related("debit", "credit").order_by("id")
    return [_mirror(row, Kind.RELEASE) for row in rows] if account is not None and account.balance else []


def _mirrored(key: str) -> list[Line]:
    first = queries.transfers_of(key)
    if not first:
        raise Refused(_("没有这一笔，不能冲回。"), code="nothing_to_reverse")
    if any(row.reverses_id for row in first) or Transfer.objects.filter(reverses__in=first).exists():
        raise Refused(REVERSED[1], code=REVERSED[0])
    back = [_mirror(row, Kind.REVERSAL) for row in reversed(first)]
    return [*_covered(back), *back]


def _mirror(row: Transfer, kind: str) -> Line:
    debit, credit = Place(row.credit.kind, row.credit.owner_id), Place(row.debit.kind, row.debit.owner_id)
    return Line(kind, debit, credit, row.unit, row.amount, reverses=row.pk, area_id=row.area_id)


def _covered(back: Sequence[Line]) -> list[Line]:
    """What must first come to persons' accounts, so that they can give back: their own under another number, then an advance."""
    wanted: dict[tuple[int, str], int] = {}
    for line in back:
        for place, sign in ((line.debit, 1), (line.credit, -1)):
            if place.kind == AccountKind.PERSON:
                wanted[place.owner_id, line.unit] = wanted.get((place.owner_id, line.unit), 0) + sign * line.amount
    lines: list[Line] = []
    for (person_id, unit), amount in wanted.items():
        short = amount - queries.balance(AccountKind.PERSON, person_id, unit)
        if short > 0:
            lines += _cover(person_id, unit, short)
    return lines


def _cover(person_id: int, unit: str, short: int) -> list[Line]:
    now_id = people.merged_into(person_id)
    own = min(short, queries.balance(AccountKind.PERSON, now_id, unit)) if now_id != person_id else 0
    moved = split(Line(Kind.MERGE, states.person(now_id), states.person(person_id), unit, own))
    return [*moved, *split(Line(Kind.ADVANCE, states.owed(now_id), states.person(person_id), unit, short - own))]


def _refusal(error: IntegrityError, lines: Sequence[Line]) -> Exception:
    """A refusal of the database in words; what is no refusal is a bug and stays what it is."""
    text = str(error)
    if "ledger_not_enough" in text:
        return Refused(_lacking(lines), code="not_enough")
    for name, (code, words) in REFUSALS.items():
        if name in text:
            return Refused(words, code=code)
    return error


def _lacking(lines: Sequence[Line]) -> str:
    net: dict[tuple[str, int, str], int] = {}
    for line in lines:
        for place, sign in ((line.debit, 1), (line.credit, -1)):
            spot = (str(place.kind), place.owner_id, line.unit)
            net[spot] = net.get(spot, 0) + sign * line.amount
    for (kind, owner_id, unit), needed in net.items():
        have = queries.balance(kind, owner_id, unit)
        if kind not in states.MAY_GO_NEGATIVE and have < needed:
            return str(LACKING[Unit(unit)] % {"needed": needed, "have": have})
    return str(_("余额不够，什么都没有动。"))
