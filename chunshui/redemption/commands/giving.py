"""Money given back, other money in, and money out: declared with receipts by one person, checked and booked into the ledger by another."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import IO, TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chunshui.areas import queries as areas
from chunshui.areas.states import AreaKind
from chunshui.kernel import clock, pictures
from chunshui.kernel.errors import Refused, Text
from chunshui.kernel.events import emit
from chunshui.kernel.steps import take
from chunshui.ledger import commands as ledger
from chunshui.ledger.states import MOST_AMOUNT, OUTSIDE, AccountKind, Kind, Line, Place, Unit
from chunshui.redemption import events, policies, queries
from chunshui.redemption.models import FundEntry, Pledge, Receipt
from chunshui.redemption.states import COMING_IN, ENTRY_STEPS, MOST_FEN, MOST_RECEIPTS, MOST_SHARE, RECEIPT_NEEDED, EntryKind, EntryState

if TYPE_CHECKING:
    from chunshui.areas.models import Area
    from chunshui.people.models import Person

Files = Sequence[IO[bytes]]


@transaction.atomic
def pledge_share(*, actor: Person, merchant_id: int, permille: int, words: str = "", now: datetime) -> Pledge:
    """Say which share of profit the shop gives back from now on; the pledge before it ends. Nothing is taken by it: money moves when it is given."""
    merchant = queries.own_merchant(actor, merchant_id, lock=True)
    policies.can_pledge(actor, merchant).or_refuse()
    most = areas.rule(MOST_SHARE, merchant.area, now)
    _refuse_if(not 0 <= permille <= most, "permille", _("请填 0 到 %(most)d。") % {"most": most})
    Pledge.objects.filter(merchant=merchant, ended_at=None).update(ended_at=now)
    ended = {} if permille else {"ended_at": now}
    row = Pledge.objects.create(merchant=merchant, permille=permille, words=words.strip()[:200], by=actor, at=now, **ended)
    name = events.PLEDGED if permille else events.PLEDGE_ENDED
    emit(name, subject="merchant", subject_id=merchant.pk, actor=actor, at=now, area_id=merchant.area_id, permille=permille)
    return row


@transaction.atomic
def give_back(*, actor: Person, merchant_id: int, fen: int, month: date, words: str, receipts: Files = (), now: datetime) -> FundEntry:
    """A shop declares money that it gave to the community fund, with its receipts; it counts when somebody else has seen it."""
    merchant = queries.own_merchant(actor, merchant_id, lock=True)
    policies.can_give_back(actor, merchant).or_refuse()
    whose = {"kind": EntryKind.GIVE_BACK, "merchant": merchant, "party": merchant.name}
    return _declared(merchant.area, actor, fen, month, words, receipts, now, whose)


@transaction.atomic
def declare_entry(
    *, actor: Person, area_id: int, kind: str, fen: int, month: date, party: str, words: str, receipts: Files = (), now: datetime
) -> FundEntry:
    """The staff of a community enter other money that came in, or money that goes out, with its receipts."""
    area = areas.visible_area(area_id)
    policies.can_declare_entry(actor, area).or_refuse()
    _refuse_if(area.kind != AreaKind.COMMUNITY, "area_id", _("基金属于社区，请选择社区。"))
    _refuse_if(kind not in (EntryKind.DONATION, EntryKind.SPENDING), "kind", _("请选择收入还是支出。"))
    _refuse_if(not party.strip(), "party", _("请写明谁给的，或者付给谁。"))
    return _declared(area, actor, fen, month, words, receipts, now, {"kind": kind, "party": party.strip()[:60]})


@transaction.atomic
def confirm_entry(*, actor: Person, entry_id: int, opinion: str = "", now: datetime) -> FundEntry:
    """A second person has seen money and receipts: the ledger books it, and everybody can see it."""
    entry = queries.visible_entry(actor, entry_id, lock=True)
    policies.can_confirm_entry(actor, entry).or_refuse()
    take(entry, ENTRY_STEPS, "confirm")
    ledger.move(key=entry.key, lines=_lines(entry), at=now, memo=f"{entry.kind} {entry.pk}")
    return _decided(entry, actor, opinion, now, events.ENTRY_BOOKED)


@transaction.atomic
def refuse_entry(*, actor: Person, entry_id: int, opinion: str, now: datetime) -> FundEntry:
    """What was declared is not so; nothing moves."""
    entry = queries.visible_entry(actor, entry_id, lock=True)
    policies.can_refuse_entry(actor, entry).or_refuse()
    _refuse_if(not opinion.strip(), "opinion", _("请写明原因。"), code="reason_missing")
    take(entry, ENTRY_STEPS, "refuse")
    return _decided(entry, actor, opinion, now, events.ENTRY_REFUSED)


@transaction.atomic
def reverse_entry(*, actor: Person, entry_id: int, opinion: str, now: datetime) -> FundEntry:
    """A booked entry was wrong: it is mirrored in the ledger, once; both stay to be seen."""
    entry = queries.visible_entry(actor, entry_id, lock=True)
    policies.can_reverse_entry(actor, entry).or_refuse()
    _refuse_if(not opinion.strip(), "opinion", _("请写明原因。"), code="reason_missing")
    take(entry, ENTRY_STEPS, "reverse")
    ledger.reverse(key=f"{entry.key}:reversed", transfers_of=entry.key, at=now, memo=f"{entry.kind} {entry.pk}")
    entry.reversed_at = now
    return _decided(entry, actor, opinion, now, events.ENTRY_REVERSED)


def _declared(area: Area, actor: Person, fen: int, month: date, words: str, receipts: Files, now: datetime, whose: dict[str, Any]) -> FundEntry:
    _refuse_if(not 1 <= fen <= MOST_FEN, "fen", _("金额不对：要在 0.01 和 500000 元之间。"))
    _refuse_if(month > clock.today(now), "month", _("还没到那个月。"))
    _refuse_if(not words.strip(), "words", _("请写明是什么钱，用在哪里。"))
    images = pictures.checked(receipts, most=MOST_RECEIPTS)
    needed = areas.rule(RECEIPT_NEEDED, area, now) * 100
    _refuse_if(fen > needed and not images, "receipts", _("请拍下凭证：收据、转账记录或者发票。"), code="receipt_missing")
    values = {"month": month.replace(day=1), "words": words.strip()[:200], "entered_by": actor, "entered_at": now}
    entry = FundEntry.objects.create(area=area, fen=fen, **values, **whose)
    for image in images:
        receipt = Receipt(entry=entry, at=now)
        receipt.image.save(f"{secrets.token_hex(12)}.jpg", ContentFile(image), save=True)
    _tell(events.ENTRY_DECLARED, entry, actor, now)
    return entry


def _lines(entry: FundEntry) -> list[Line]:
    """Money comes from outside into the fund, or goes out of it; the ledger refuses to pay what is not there."""
    fund = Place(AccountKind.FUND, entry.area_id)
    is_in = entry.kind in COMING_IN
    sides, kind = ((OUTSIDE, fund), Kind.GIVE) if is_in else ((fund, OUTSIDE), Kind.SPEND)
    whole, rest = divmod(entry.fen, MOST_AMOUNT)
    amounts = [MOST_AMOUNT] * whole + ([rest] if rest else [])
    return [Line(kind, *sides, Unit.FEN, amount, area_id=entry.area_id) for amount in amounts]


def _decided(entry: FundEntry, actor: Person, opinion: str, now: datetime, name: str) -> FundEntry:
    entry.decided_by, entry.decided_at, entry.opinion = actor, entry.decided_at if entry.state == EntryState.REVERSED else now, opinion.strip()[:200]
    entry.save(update_fields=["state", "decided_by", "decided_at", "opinion", "reversed_at"])
    _tell(name, entry, actor, now, opinion=entry.opinion)
    return entry


def _tell(name: str, entry: FundEntry, actor: Person, now: datetime, **data: Any) -> None:
    told = {"kind": entry.kind, "fen": entry.fen, "month": entry.month.isoformat(), "merchant_id": entry.merchant_id, **data}
    emit(name, subject="fund_entry", subject_id=entry.pk, actor=actor, at=now, area_id=entry.area_id, **told)


def _refuse_if(wrong: bool, field: str, text: Text, *, code: str = "invalid") -> None:
    if wrong:
        raise Refused(text, code=code, fields={field: text} if field else {})
