"""The community fund for everybody: what is in it, every entry that came in and went out, and what waits for the staff."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Sum

from chunshui.kernel import paging
from chunshui.kernel.errors import NotFound
from chunshui.ledger import queries as ledger
from chunshui.ledger.states import AccountKind, Unit
from chunshui.redemption import policies
from chunshui.redemption.models import FundEntry, FundRows, Merchant, Pledge, Receipt
from chunshui.redemption.states import COMING_IN, EntryState, yuan

if TYPE_CHECKING:
    from chunshui.areas.models import Area
    from chunshui.people.models import Person

SIZE = 30


@dataclass(frozen=True)
class FundFilters:
    kind: str = ""
    text: str = ""
    month: str = ""


@dataclass(frozen=True)
class FundPage:
    """`balance` is the ledger's; `came` and `went` are the booked entries. They agree, or an alarm is due."""

    area: Area
    balance: str
    came: str
    went: str


@dataclass(frozen=True)
class EntryPage:
    entry: FundEntry
    amount: str
    is_in: bool
    receipts: list[Receipt]
    can_decide: bool
    can_reverse: bool


def visible_entry(actor: Person, entry_id: int, *, lock: bool = False) -> FundEntry:
    """The one way to reach an entry; missing and hidden look the same."""
    rows = FundEntry.objects.select_for_update(of=("self",)) if lock else FundEntry.objects.all()
    entry = rows.select_related("area", "merchant__area").filter(pk=entry_id).first()
    if entry is None or not policies.can_view_entry(actor, entry):
        raise NotFound
    return entry


def receipt(actor: Person, receipt_id: int) -> Receipt:
    row = Receipt.objects.select_related("entry__area", "entry__merchant").filter(pk=receipt_id).first()
    if row is None or not policies.can_view_entry(actor, row.entry):
        raise NotFound
    return row


def fund_page(area: Area) -> FundPage:
    came = _sum(FundEntry.objects.filter(area=area, state=EntryState.BOOKED, kind__in=COMING_IN))
    went = _sum(FundEntry.objects.filter(area=area, state=EntryState.BOOKED).exclude(kind__in=COMING_IN))
    return FundPage(area, yuan(ledger.balance(AccountKind.FUND, area.pk, Unit.FEN)), yuan(came), yuan(went))


def _sum(rows: FundRows) -> int:
    return rows.aggregate(total=Sum("fen"))["total"] or 0


def fund_entries(area: Area, filters: FundFilters | None = None, cursor: str = "", size: int = SIZE) -> paging.Page[FundEntry]:
    """Every booked entry, newest first, those that were reversed too."""
    return paging.page(_public(area, filters or FundFilters()), ["-id"], cursor, size)


def entries_to_export(area: Area, filters: FundFilters) -> Iterator[FundEntry]:
    return _public(area, filters).order_by("id").iterator(chunk_size=500)


def _public(area: Area, filters: FundFilters) -> FundRows:
    rows = FundEntry.objects.public().filter(area=area)
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.month:
        rows = rows.filter(month=filters.month)
    if filters.text.strip():
        rows = rows.filter(words__icontains=filters.text.strip()) | rows.filter(party__icontains=filters.text.strip())
    return rows.prefetch_related("receipts")


def entries_of(merchant: Merchant, cursor: str = "", size: int = SIZE) -> paging.Page[FundEntry]:
    """What a shop declared, in every state; for the shop itself."""
    return paging.page(FundEntry.objects.filter(merchant=merchant).prefetch_related("receipts"), ["-id"], cursor, size)


def waiting_entries(actor: Person, area: Area, cursor: str = "", size: int = SIZE) -> paging.Page[FundEntry]:
    """What waits for a second look in the area in which the staff act."""
    if not actor.acting.reaches(area.path):
        raise NotFound
    rows = FundEntry.objects.declared().filter(area__path__startswith=area.path).select_related("area", "entered_by", "merchant")
    return paging.page(rows, ["-id"], cursor, size)


def entry_page(actor: Person, entry_id: int) -> EntryPage:
    entry = visible_entry(actor, entry_id)
    may = bool(policies.can_confirm_entry(actor, entry)) and bool(policies.can_refuse_entry(actor, entry))
    return EntryPage(
        entry=entry,
        amount=yuan(entry.fen),
        is_in=entry.kind in COMING_IN,
        receipts=list(entry.receipts.order_by("id")),
        can_decide=may and entry.state == EntryState.DECLARED,
        can_reverse=bool(policies.can_reverse_entry(actor, entry)) and entry.state == EntryState.BOOKED,
    )


def pledge_of(merchant: Merchant) -> Pledge | None:
    return Pledge.objects.filter(merchant=merchant, ended_at=None).first()


def given_by(merchant: Merchant) -> int:
    """Fen that a shop gave and that are booked."""
    return _sum(FundEntry.objects.filter(merchant=merchant, state=EntryState.BOOKED))
