"""Orders as slips in words: the same on the home page, in lists and on the order's own page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Prefetch, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from chunshui.kernel import moments
from chunshui.needs.models import Assignment, Need
from chunshui.needs.queries.clocks import late_for_resident
from chunshui.needs.states import DELIVERING, HOLDING, LOOP, OPEN, AssignmentState, State

if TYPE_CHECKING:
    from chunshui.people.models import Person

CHIPS = {
    State.SUBMITTED: ("wait", "hourglass"),
    State.RETURNED: ("wait", "reply"),
    State.WAITING: ("wait", "hourglass"),
    State.OFFERED: ("go", "send"),
    State.ACCEPTED: ("go", "user-check"),
    State.SERVING: ("go", "handshake"),
    State.DELIVERED: ("wait", "star"),
    State.RATED: ("done", "ok"),
    State.ARCHIVED: ("done", "archive"),
}
STOPPED = frozenset({State.DECLINED, State.REFERRED, State.MERGED, State.CANCELLED})


@dataclass(frozen=True)
class Comer:
    """A volunteer who holds a place, as the resident sees them: by name, because they said yes."""

    assignment_id: int
    name: str
    meta: str
    is_here: bool
    start: datetime | None


@dataclass(frozen=True)
class Slip:
    """One order as a slip: the same words on the home page, in lists and on its own page."""

    need: Need
    title: str
    icon: str
    tone: str
    when: str
    state: str
    kind: str
    chip_icon: str
    step: int
    is_stopped: bool
    times: tuple[str, str, str, str]
    comers: list[Comer]
    sentence: str
    is_for_other: bool
    late: str


def title(need: Need) -> str:
    """The name of the service in the language of the page, unless the order has a title of its own."""
    return need.service.name_en if get_language() == "en" and need.title == need.service.name else need.title


def when(need: Need, now: datetime) -> str:
    if need.wish_from and need.wish_until:
        return moments.window(need.wish_from, need.wish_until, now)
    return _("时间都行")


def slip(need: Need, now: datetime, actor: Person | None = None) -> Slip:
    kind, icon = CHIPS.get(State(need.state), ("", ""))
    comers = [_comer(each) for each in need.assignments.all() if each.state in HOLDING]
    return Slip(
        need=need,
        title=title(need),
        icon=need.service.icon,
        tone=need.service.tone,
        when=when(need, now),
        state=str(need.get_state_display()),
        kind=kind,
        chip_icon=icon,
        step=5 if need.state in (State.RATED, State.ARCHIVED) else LOOP[State(need.state)],
        is_stopped=need.state in STOPPED,
        times=_times(need, comers, now),
        comers=comers,
        sentence=sentence(need, comers, now),
        is_for_other=actor is not None and actor.pk != need.resident_id,
        late=late_for_resident(need),
    )


def _expected(need: Need, comers: list[Comer]) -> datetime | None:
    """The hour that was agreed, which is not always the first that was wished."""
    return min((each.start for each in comers if each.start), default=need.wish_from) if need.wish_from else None


def _times(need: Need, comers: list[Comer], now: datetime) -> tuple[str, str, str, str]:
    planned = need.started_at or (_expected(need, comers) if need.state in DELIVERING else None)
    shown = (need.placed_at, need.staffed_at, need.delivered_at or planned, need.closed_at if need.state in (State.RATED, State.ARCHIVED) else None)
    return tuple(moments.short(at, now) if at else "" for at in shown)  # type: ignore[return-value]


def _comer(assignment: Assignment) -> Comer:
    person = assignment.volunteer
    times = person.volunteer.services_total
    meta = _("服务过 %(n)d 次") % {"n": times} if times else _("第一次来服务")
    return Comer(assignment.pk, person.name, meta, assignment.state == AssignmentState.PRESENT, assignment.planned_from)


def sentence(need: Need, comers: list[Comer], now: datetime) -> str:
    """What happens next, in one sentence, as one says it aloud."""
    said = need.service.spoken_en if get_language() == "en" else need.service.spoken.replace("我", "您")
    words = {"thing": said, "who": _("和").join(each.name for each in comers[:2]), "when": ""}
    if comers and need.state in DELIVERING:
        if any(each.is_here for each in comers):
            return _("%(who)s已经到了，正在服务") % words
        if need.wish_from is None:
            return _("%(who)s来%(thing)s，会先和您约时间") % words
        words["when"] = moments.spoken(_expected(need, comers) or need.wish_from, now)
        return _("%(when)s，%(who)s来%(thing)s") % words
    return PLAIN[State(need.state)]()


PLAIN = {
    State.SUBMITTED: lambda: _("单子收到了，社区正在看"),
    State.RETURNED: lambda: _("社区请您补充一下"),
    State.WAITING: lambda: _("正在给您找志愿者"),
    State.OFFERED: lambda: _("已经问了志愿者，等他们答复"),
    State.ACCEPTED: lambda: _("已经有志愿者接单"),
    State.SERVING: lambda: _("志愿者正在服务"),
    State.DELIVERED: lambda: _("办完了。办得好不好，请您评一评"),
    State.RATED: lambda: _("评过了，谢谢您"),
    State.UNRATED: lambda: _("办完了，没有评价"),
    State.ARCHIVED: lambda: _("办完了，已经归档"),
    State.CANCELLED: lambda: _("这一单取消了"),
    State.DECLINED: lambda: _("这件事志愿者办不了"),
    State.REFERRED: lambda: _("这件事转给别的单位办"),
    State.MERGED: lambda: _("和您另一张单子一起办"),
}

WITH = ("service", "resident", "area", "community")


def with_comers() -> Prefetch:
    """For lists: everything a slip shows, in two queries however long the list."""
    return Prefetch("assignments", Assignment.objects.filter(state__in=HOLDING).select_related("volunteer__volunteer").order_by("id"))


def open_slips(actor: Person, now: datetime, most: int = 3) -> list[Slip]:
    """The actor's open orders, what happens soonest first."""
    rows = Need.objects.filter(Q(resident=actor) | Q(placed_by=actor), state__in=OPEN).select_related(*WITH).prefetch_related(with_comers())
    found = sorted(rows.order_by("-id")[:20], key=lambda need: (_rank(need), need.wish_from or now + timedelta(days=99)))
    return [slip(need, now, actor) for need in found[:most]]


def _rank(need: Need) -> int:
    order = (State.SERVING, State.ACCEPTED, State.RETURNED, State.DELIVERED)
    return order.index(State(need.state)) if need.state in order else len(order)
