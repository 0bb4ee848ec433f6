"""The history of an order in plain words: one line for every event, in the language of who reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chunshui.kernel import masking
from chunshui.kernel.models import Event
from chunshui.needs import events, policies
from chunshui.needs.models import Need
from chunshui.needs.queries.clocks import climbed_words
from chunshui.needs.states import BY_STAFF, Channel, CheckWay, FollowUpKind, FollowUpState, Priority, ReferTo, UrgentReason
from chunshui.people.states import RoleKind

if TYPE_CHECKING:
    from chunshui.people.models import Person


@dataclass(frozen=True)
class HistoryLine:
    """What happened, when, by whom (masked where the reader may not know), in which role, and why."""

    at: datetime
    words: str
    who: str
    role: str
    why: str
    name: str = ""


PLAIN = {
    events.COMPLETED: gettext_noop("补充了单子"),
    events.REVIEW_AGAIN: gettext_noop("情况有变，重新受理"),
    events.SERIES_STOPPED: gettext_noop("停了每周一次"),
    events.REMINDED: gettext_noop("前一天提醒了双方"),
    events.SENT_BACK: gettext_noop("退回，请补充"),
    events.DECLINED: gettext_noop("不予受理"),
    events.OFFER_ACCEPTED: gettext_noop("有志愿者接单"),
    events.OFFER_DECLINED: gettext_noop("志愿者这次接不了"),
    events.OFFER_EXPIRED: gettext_noop("志愿者没有按时答复"),
    events.OFFER_WITHDRAWN: gettext_noop("撤回了询问"),
    events.OFFER_FILLED: gettext_noop("名额已满，不再询问"),
    events.TEAM_ACCEPTED: gettext_noop("队长替队里接单，派了队员"),
    events.TEAM_DECLINED: gettext_noop("队长说队里这次去不了"),
    events.STAFFED: gettext_noop("人已找齐"),
    events.VISIT_MOVED: gettext_noop("上门的时间挪了一下"),
    events.RELEASED: gettext_noop("志愿者来不了，重新找人"),
    events.ABSENT: gettext_noop("志愿者没到，重新找人"),
    events.CLOSED_UNRATED: gettext_noop("到期没有评价，记为未评价"),
    events.ARCHIVED: gettext_noop("已归档"),
    events.CANCELLED: gettext_noop("取消了单子"),
    events.THANKED: gettext_noop("志愿者表示感谢"),
    events.CONFIRMED: gettext_noop("确认服务已完成"),
}
#: names of changed fields, as people call them
FIELDS = {
    "service": gettext_noop("服务"),
    "title": gettext_noop("标题"),
    "details": gettext_noop("说明"),
    "wish": gettext_noop("时间"),
    "wish_from": gettext_noop("开始时间"),
    "wish_until": gettext_noop("结束时间"),
    "repeat": gettext_noop("重复"),
    "area": gettext_noop("社区"),
    "address": gettext_noop("地址"),
    "place": gettext_noop("地图位置"),
    "focus_groups": gettext_noop("服务对象"),
    "people_needed": gettext_noop("人数"),
    "gender": gettext_noop("性别要求"),
    "language": gettext_noop("语言要求"),
    "same_volunteer": gettext_noop("还请上次那位"),
    "dangers": gettext_noop("风险"),
    "danger_note": gettext_noop("风险说明"),
    "photos": gettext_noop("照片"),
    "urgent": gettext_noop("急不急"),
    "priority": gettext_noop("轻重缓急"),
    "note_to_volunteer": gettext_noop("给志愿者的话"),
}
#: what happened between the desk and volunteers who did not come to serve stays with the staff: declining costs nothing
STAFF_LINES = frozenset({events.TEAM_DECLINED, events.OFFER_DECLINED, events.OFFER_EXPIRED, events.OFFER_WITHDRAWN, events.OFFER_FILLED})


def history(actor: Person, need: Need) -> list[HistoryLine]:
    """Every event of the order that the reader may know, oldest first."""
    staff = policies.is_staff_of(actor, need)
    rows = Event.objects.filter(subject="need", subject_id=need.pk).select_related("actor").order_by("id")
    return [_line(actor, staff, event) for event in rows if staff or _is_for_everyone(event)]


def _is_for_everyone(event: Event) -> bool:
    if event.name in STAFF_LINES:
        return False
    return not (event.name in (events.FOLLOW_UP_OPENED, events.FOLLOW_UP_CLOSED) and event.data.get("kind") == FollowUpKind.REPORT)


def _line(actor: Person, staff: bool, event: Event) -> HistoryLine:
    role = str(RoleKind(event.role).label) if event.role in RoleKind.values else ""
    why = str(event.data.get("reason") or event.data.get("instead") or "")
    if event.data.get("reason") and event.data.get("instead"):
        why = _("%(reason)s 可以找：%(instead)s") % {"reason": event.data["reason"], "instead": event.data["instead"]}
    return HistoryLine(event.at, _words(event), _who(actor, staff, event), role, why, event.name)


def _who(actor: Person, staff: bool, event: Event) -> str:
    person = event.actor
    if person is None:
        return _("系统")
    if actor.pk in (person.pk, person.merged_into_id):
        return _("您")
    return person.name if staff else masking.name(person.name)


def _words(event: Event) -> str:
    plain = PLAIN.get(event.name)
    if plain:
        return _(plain)
    writer = WRITERS.get(event.name)
    return writer(event.data) if writer else event.name


def _placed(data: dict[str, Any]) -> str:
    words = _("点了单（%(channel)s）") % {"channel": _label(Channel, data.get("channel"))}
    if data.get("urgent"):
        said = {"placed": words, "urgent": _label(UrgentReason, data["urgent"]), "words": data.get("urgent_words", "")}
        return _("%(placed)s，说是急事：%(urgent)s。%(words)s") % said
    return words


def _accepted(data: dict[str, Any]) -> str:
    if data.get("series"):
        return _("每周一次，按首单的受理接着办")
    return _("受理了，%(priority)s") % {"priority": _label(Priority, data.get("priority"))}


def _referred(data: dict[str, Any]) -> str:
    return _("转给%(to)s办理") % {"to": _label(ReferTo, data.get("to"))}


def _merged(data: dict[str, Any]) -> str:
    return _("和单子 %(number)s 合并办理") % {"number": data.get("number", "")}


def _changed(data: dict[str, Any]) -> str:
    names = [_(FIELDS[field]) for field in data.get("fields", []) if field in FIELDS]
    return _("修改了：%(fields)s") % {"fields": _("、").join(names)}


def _priority(data: dict[str, Any]) -> str:
    return _("轻重缓急改为%(priority)s") % {"priority": _label(Priority, data.get("priority"))}


def _offered(data: dict[str, Any]) -> str:
    return _("询问了 %(count)d 位志愿者") % {"count": len(data.get("volunteer_ids", []))}


def _requeued(data: dict[str, Any]) -> str:
    if data.get("cause") == "waves":
        return _("问了 %(people)d 位都没接上，回到待派单，排在最前") % {"people": data.get("asked", 0)}
    return _("回到待派单，接着找人")


def _started(data: dict[str, Any]) -> str:
    return _("志愿者签到，服务开始（%(way)s）") % {"way": _label(CheckWay, data.get("way"))}


def _checked_in(data: dict[str, Any]) -> str:
    return _("志愿者签到（%(way)s）") % {"way": _label(CheckWay, data.get("way"))}


def _checked_out(data: dict[str, Any]) -> str:
    return _("志愿者签退，记 %(minutes)d 分钟") % {"minutes": data.get("minutes", 0)}


def _delivered(data: dict[str, Any]) -> str:
    return _("服务完成，共 %(minutes)d 分钟") % {"minutes": data.get("minutes", 0)}


def _rated(data: dict[str, Any]) -> str:
    return _("评了 %(stars)d 星") % {"stars": data.get("stars", 0)}


def _escalated(data: dict[str, Any]) -> str:
    return climbed_words(data.get("level", 0))


def _follow_up_opened(data: dict[str, Any]) -> str:
    kind = _label(FollowUpKind, data.get("kind"))
    if data.get("channel") in BY_STAFF:
        return _("开始回访（%(kind)s，%(channel)s）") % {"kind": kind, "channel": _label(Channel, data["channel"])}
    return _("开始回访（%(kind)s）") % {"kind": kind}


def _follow_up_closed(data: dict[str, Any]) -> str:
    state = _label(FollowUpState, data.get("state", FollowUpState.DONE))
    return _("%(state)s：%(result)s") % {"state": state, "result": data.get("result", "")}


def _label(choices: Any, value: Any) -> str:
    return str(choices(value).label) if value in choices.values else str(value or "")


WRITERS: dict[str, Callable[[dict[str, Any]], str]] = {
    events.PLACED: _placed,
    events.ACCEPTED: _accepted,
    events.REFERRED: _referred,
    events.MERGED: _merged,
    events.CHANGED: _changed,
    events.PRIORITY_SET: _priority,
    events.OFFERED: _offered,
    events.REQUEUED: _requeued,
    events.STARTED: _started,
    events.CHECKED_IN: _checked_in,
    events.CHECKED_OUT: _checked_out,
    events.DELIVERED: _delivered,
    events.RATED: _rated,
    events.ESCALATED: _escalated,
    events.FOLLOW_UP_OPENED: _follow_up_opened,
    events.FOLLOW_UP_CLOSED: _follow_up_closed,
}
