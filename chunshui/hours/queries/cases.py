"""Reads of the review queue, of appeals and of bars from manual entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chunshui.hours import policies
from chunshui.hours.models import Appeal, Case, Record, Sanction
from chunshui.hours.states import CaseKind, CaseState, EntryWay, RecordState, Signal
from chunshui.kernel import paging
from chunshui.kernel.errors import NotFound, Text
from chunshui.teams import queries as teams

if TYPE_CHECKING:
    from chunshui.areas.models import Area
    from chunshui.people.models import Person

#: why a signal puts something here, in words that only say what was counted
WORDS = {
    Signal.MANUAL_SHARE: gettext_noop("这支队伍最近的 %(total)d 分钟里，%(percent)d%% 是补录的。"),
    Signal.LATE_ENTRY: gettext_noop("服务过了 %(days)d 天才录入。"),
    Signal.LONG_DAY: gettext_noop("这一天一共服务 %(minutes)d 分钟，%(services)d 次。"),
    Signal.OVERLAP: gettext_noop("两段时间重叠 %(minutes)d 分钟，可能是转入或合并资料时带来的。"),
    Signal.TOO_FAST: gettext_noop("两处相距 %(km)d 公里，中间只隔 %(minutes)d 分钟。"),
    Signal.SAME_STRETCH: gettext_noop("同一个人给 %(people)d 个人录入了同一段时间。"),
    Signal.NEW_TEAM: gettext_noop("队伍成立 %(days)d 天，已有 %(minutes)d 分钟。"),
    Signal.MUTUAL: gettext_noop("两个人互相复核：一方 %(one)d 次，另一方 %(other)d 次。"),
    Signal.BURST: gettext_noop("一个人一天里录入了 %(minutes)d 分钟，%(people)d 个人。"),
}


def case_words(case: Case) -> str:
    """Why this stands in the queue."""
    if case.kind == CaseKind.SIGNAL and case.signal in WORDS:
        return str(_(WORDS[Signal(case.signal)]) % case.facts)
    return case.words if case.kind == CaseKind.REPORT else _("随机抽到的一段，请看看证明。")


def visible_case(actor: Person, case_id: int, *, lock: bool = False) -> Case:
    rows = Case.objects.select_for_update(of=("self",)) if lock else Case.objects.all()
    case = rows.select_related("area", "person", "line__entry__area", "line__person").filter(pk=case_id).first()
    if case is None or not policies.can_view_case(actor, case):
        raise NotFound
    return case


def cases_in(actor: Person, area: Area, state: str = CaseState.OPEN, cursor: str = "", size: int = 30) -> paging.Page[Case]:
    """The review queue of an area, what weighs most first."""
    if not policies.is_reviewer_of(actor, area):
        raise NotFound
    rows = Case.objects.filter(area__path__startswith=area.path, state=state).select_related("area", "person", "line__entry")
    return paging.page(rows, ["-score", "-id"], cursor, size)


@dataclass(frozen=True)
class CasePage:
    """One thing to look at, with all that it is about."""

    case: Case
    words: str
    title: str
    team: str
    records: list[Record]
    can_decide: bool
    why_not: Text


def case_page(actor: Person, case_id: int) -> CasePage:
    case = visible_case(actor, case_id)
    ruling = policies.can_decide_case(actor, case)
    records = Record.objects.filter(pk__in=case.records).select_related("person", "entered_by").order_by("-started_at", "-pk")
    return CasePage(
        case=case,
        words=case_words(case),
        title=case_title(case),
        team=teams.team_told_of(case.team_id).name if case.team_id else "",
        records=list(records[:100]),
        can_decide=case.state == CaseState.OPEN and bool(ruling),
        why_not=ruling.reason if case.state == CaseState.OPEN else "",
    )


def case_title(case: Case) -> str:
    return str(Signal(case.signal).label if case.signal in Signal.values else CaseKind(case.kind).label)


def visible_appeal(actor: Person, appeal_id: int, *, lock: bool = False) -> Appeal:
    rows = Appeal.objects.select_for_update(of=("self",)) if lock else Appeal.objects.all()
    appeal = rows.select_related("area", "person", "record__area", "decided_by").filter(pk=appeal_id).first()
    if appeal is None or not policies.can_view_appeal(actor, appeal):
        raise NotFound
    return appeal


def appeals_of(actor: Person, cursor: str = "", size: int = 30) -> paging.Page[Appeal]:
    return paging.page(Appeal.objects.filter(person=actor).select_related("area"), ["-id"], cursor, size)


def appeals_in(actor: Person, area: Area, state: str = "open", cursor: str = "", size: int = 30) -> paging.Page[Appeal]:
    if not policies.is_reviewer_of(actor, area):
        raise NotFound
    rows = Appeal.objects.filter(area__path__startswith=area.path, state=state).select_related("area", "person")
    return paging.page(rows, ["-id"], cursor, size)


@dataclass(frozen=True)
class AppealPage:
    appeal: Appeal
    can_decide: bool
    why_not: Text
    can_withdraw: bool


def appeal_page(actor: Person, appeal_id: int) -> AppealPage:
    appeal = visible_appeal(actor, appeal_id)
    ruling, is_open = policies.can_decide_appeal(actor, appeal), appeal.state == "open"
    can_withdraw = is_open and bool(policies.can_withdraw_appeal(actor, appeal))
    return AppealPage(appeal, is_open and bool(ruling), ruling.reason if is_open and not can_withdraw else "", can_withdraw)


def sanction_of(person_id: int, now: datetime) -> Sanction | None:
    """The bar from manual entry that is in force, if there is one."""
    rows = Sanction.objects.filter(person_id=person_id, repaired_at=None, since__lte=now, until__gt=now)
    return rows.order_by("-until").first()


def visible_sanction(actor: Person, sanction_id: int, *, lock: bool = False) -> Sanction:
    rows = Sanction.objects.select_for_update(of=("self",)) if lock else Sanction.objects.all()
    sanction = rows.select_related("case__area").filter(pk=sanction_id).first()
    if sanction is None or not policies.can_repair_sanction(actor, sanction):
        raise NotFound
    return sanction


def served_since(person_id: int, since: datetime) -> int:
    """Minutes of service proved on the spot since then: what repairs a bar."""
    rows = Record.objects.filter(person_id=person_id, state=RecordState.EFFECTIVE, started_at__gte=since)
    return rows.filter(entry_way__in=[EntryWay.FACE, EntryWay.FAST]).aggregate(total=Sum("minutes"))["total"] or 0


def has_repaired(person_id: int) -> bool:
    return Sanction.objects.filter(person_id=person_id).exclude(repaired_at=None).exists()
