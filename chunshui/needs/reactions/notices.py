"""Tell the people of an order what happened, each in their own language, once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chunshui.kernel import moments
from chunshui.kernel.events import on
from chunshui.kernel.models import Event
from chunshui.needs import events, queries
from chunshui.needs.models import Need
from chunshui.needs.states import BY_STAFF, FollowUpKind
from chunshui.notices import commands as notices

if TYPE_CHECKING:
    from chunshui.people.models import Person

RESIDENT, PLACER, VOLUNTEERS, ASKED, STAFF = "resident", "placer", "volunteers", "asked", "staff"


@dataclass(frozen=True)
class Text:
    """What one kind of reader is told. `sms`: also by text message, for who never opens a page."""

    to: str
    title: str
    body: str
    sms: bool = False


#: for volunteers when an order ends before the service
NOT_NEEDED = (
    Text(VOLUNTEERS, gettext_noop("不用去了：%(title)s"), gettext_noop("这一单不用去了，谢谢您。"), True),
    Text(ASKED, gettext_noop("不用去了：%(title)s"), gettext_noop("这一单已取消，不用答复了。")),
)
TEXTS: dict[str, tuple[Text, ...]] = {
    events.PLACED: (
        Text(RESIDENT, gettext_noop("已为您点单：%(title)s"), gettext_noop("单号 %(number)s，%(when)s。服务码 %(code)s，请告诉上门的志愿者。"), True),
    ),
    events.ACCEPTED: (Text(RESIDENT, gettext_noop("已受理：%(title)s"), gettext_noop("单号 %(number)s，正在为您找人。")),),
    events.SENT_BACK: (
        Text(RESIDENT, gettext_noop("请补充：%(title)s"), gettext_noop("单号 %(number)s：%(reason)s"), True),
        Text(PLACER, gettext_noop("请补充：%(title)s"), gettext_noop("单号 %(number)s：%(reason)s")),
    ),
    events.DECLINED: (
        Text(RESIDENT, gettext_noop("不能受理：%(title)s"), gettext_noop("单号 %(number)s：%(reason)s 可以找：%(instead)s"), True),
        Text(PLACER, gettext_noop("不能受理：%(title)s"), gettext_noop("单号 %(number)s：%(reason)s 可以找：%(instead)s")),
    ),
    events.REFERRED: (
        *NOT_NEEDED,
        Text(RESIDENT, gettext_noop("已转办：%(title)s"), gettext_noop("单号 %(number)s 已转给有权办理的单位：%(reason)s"), True),
        Text(PLACER, gettext_noop("已转办：%(title)s"), gettext_noop("单号 %(number)s 已转给有权办理的单位：%(reason)s")),
    ),
    events.MERGED: (
        *NOT_NEEDED,
        Text(RESIDENT, gettext_noop("已合并：%(title)s"), gettext_noop("单号 %(number)s 和 %(original)s 合并办理，进展请看那一单。"), True),
        Text(PLACER, gettext_noop("已合并：%(title)s"), gettext_noop("单号 %(number)s 和 %(original)s 合并办理，进展请看那一单。")),
    ),
    events.OFFER_WITHDRAWN: (Text(VOLUNTEERS, gettext_noop("不用去了：%(title)s"), gettext_noop("这一单的询问已撤回，谢谢您。")),),
    events.OFFER_FILLED: (Text(VOLUNTEERS, gettext_noop("已有人接：%(title)s"), gettext_noop("这一单已经有人去了，谢谢您愿意帮忙。")),),
    events.TEAM_ACCEPTED: (
        Text(
            VOLUNTEERS,
            gettext_noop("队里请您去：%(title)s"),
            gettext_noop("队长%(leader)s替队里接了这一单，请您去：%(when)s。去不了点“来不了”就好，不影响您。"),
            True,
        ),
    ),
    events.TEAM_DECLINED: (Text(VOLUNTEERS, gettext_noop("不用答复了：%(title)s"), gettext_noop("队长说队里这次去不了，不用答复了。谢谢您。")),),
    events.STAFFED: (
        Text(RESIDENT, gettext_noop("有人来帮您了：%(title)s"), gettext_noop("%(when)s，%(volunteers)s 会来。服务码 %(code)s。"), True),
        Text(PLACER, gettext_noop("有人接单：%(title)s"), gettext_noop("单号 %(number)s，%(when)s，%(volunteers)s。")),
    ),
    events.VISIT_MOVED: (
        Text(RESIDENT, gettext_noop("时间挪了一下：%(title)s"), gettext_noop("%(volunteers)s %(start)s 到。有不方便，请打给社区。"), True),
        Text(PLACER, gettext_noop("时间挪了一下：%(title)s"), gettext_noop("单号 %(number)s，%(volunteers)s %(start)s 到。")),
    ),
    events.RELEASED: (Text(RESIDENT, gettext_noop("换一位志愿者：%(title)s"), gettext_noop("原来的志愿者来不了，正在为您另外找人。"), True),),
    events.ABSENT: (
        Text(RESIDENT, gettext_noop("换一位志愿者：%(title)s"), gettext_noop("志愿者没能到，正在为您另外找人。对不起，让您久等了。"), True),
        Text(VOLUNTEERS, gettext_noop("没有等到您：%(title)s"), gettext_noop("工作人员登记您这次没到。如有出入，请联系社区。")),
    ),
    events.CHANGED: (Text(VOLUNTEERS, gettext_noop("单子有变化：%(title)s"), gettext_noop("单号 %(number)s 有修改，请打开看看。")),),
    events.REVIEW_AGAIN: (
        Text(VOLUNTEERS, gettext_noop("先不用去：%(title)s"), gettext_noop("这一单情况有变，要重新受理，这次先不用去了。谢谢您。"), True),
        Text(ASKED, gettext_noop("先不用答复：%(title)s"), gettext_noop("这一单情况有变，要重新受理，不用答复了。谢谢您。")),
        Text(RESIDENT, gettext_noop("重新受理：%(title)s"), gettext_noop("单号 %(number)s：%(reason)s。社区看过就接着办。")),
        Text(PLACER, gettext_noop("重新受理：%(title)s"), gettext_noop("单号 %(number)s：%(reason)s。社区看过就接着办。")),
    ),
    events.SERIES_STOPPED: (
        Text(RESIDENT, gettext_noop("每周一次停了：%(title)s"), gettext_noop("以后不再自动点单，要来再点一单。"), True),
        Text(PLACER, gettext_noop("每周一次停了：%(title)s"), gettext_noop("以后不再自动点单，要来再点一单。")),
    ),
    events.DELIVERED: (
        Text(RESIDENT, gettext_noop("请评一评：%(title)s"), gettext_noop("单号 %(number)s 已完成，请说说这次服务怎么样。"), True),
        Text(PLACER, gettext_noop("服务完成：%(title)s"), gettext_noop("您代办的单子 %(number)s 已完成。")),
    ),
    events.RATED: (Text(VOLUNTEERS, gettext_noop("收到评价：%(title)s"), gettext_noop("单号 %(number)s 评了 %(stars)d 星。谢谢您的服务。")),),
    events.CANCELLED: (
        Text(RESIDENT, gettext_noop("已取消：%(title)s"), gettext_noop("单号 %(number)s：%(reason)s"), True),
        Text(PLACER, gettext_noop("已取消：%(title)s"), gettext_noop("单号 %(number)s：%(reason)s")),
        Text(VOLUNTEERS, gettext_noop("不用去了：%(title)s"), gettext_noop("这一单已取消：%(reason)s 谢谢您。"), True),
        Text(ASKED, gettext_noop("不用去了：%(title)s"), gettext_noop("这一单已取消，不用答复了。")),
    ),
    events.ESCALATED: (
        Text(STAFF, gettext_noop("超时未办：%(title)s"), gettext_noop("单号 %(number)s（%(community)s）超时没有办理，已报到您这里。")),
    ),
    events.FOLLOW_UP_OPENED: (
        Text(RESIDENT, gettext_noop("投诉记下了：%(title)s"), gettext_noop("单号 %(number)s：没经手的人会来查，结果会告诉您。"), True),
        Text(STAFF, gettext_noop("需要回访：%(title)s"), gettext_noop("单号 %(number)s 有一条回访，请由没经手的人办理。")),
    ),
    events.FOLLOW_UP_CLOSED: (Text(RESIDENT, gettext_noop("回访结果：%(title)s"), gettext_noop("单号 %(number)s：%(result)s"), True),),
    events.THANKED: (Text(RESIDENT, gettext_noop("志愿者说谢谢：%(title)s"), gettext_noop("单号 %(number)s 的志愿者向您说谢谢。")),),
}


@on(*TEXTS)
def tell_people(event: Event) -> None:
    """One message to each reader of each text, in the reader's language; who did it is not told."""
    need = queries.need_told_of(event.subject_id)
    told: set[int] = set()
    for text in TEXTS[event.name]:
        for person in _readers(text.to, need, event):
            if person.pk != event.actor_id and person.pk not in told and person.erased_at is None:
                told.add(person.pk)
                _tell(person, text, need, event)


def _readers(to: str, need: Need, event: Event) -> Iterable[Person]:
    if event.name == events.FOLLOW_UP_CLOSED:
        return queries.volunteers_named([event.data["by_id"]])
    if to == RESIDENT:
        return [need.resident] if _concerns_resident(event) else []
    if to == PLACER:
        return [need.placed_by]
    if to == STAFF:
        return queries.staff_for(need, event.data.get("level", 0))
    return queries.volunteers_named(_volunteer_ids(to, need, event))


def _concerns_resident(event: Event) -> bool:
    """Of follow-ups the resident hears only when a worker took down a complaint in his or her name."""
    return event.name != events.FOLLOW_UP_OPENED or (event.data["kind"] == FollowUpKind.COMPLAINT and event.data.get("channel") in BY_STAFF)


def _volunteer_ids(to: str, need: Need, event: Event) -> list[int]:
    data = event.data
    if to == ASKED:
        return list(data.get("asked_ids", []))
    if "volunteer_ids" in data:
        return list(data["volunteer_ids"])
    if "volunteer_id" in data:
        return [data["volunteer_id"]]
    return queries.holder_ids(need)


def _tell(person: Person, text: Text, need: Need, event: Event) -> None:
    with translation.override(person.language):
        values = _values(need, event)
        notices.notify(
            person_id=person.pk,
            key=f"needs:{event.pk}:{person.pk}",
            kind=event.name,
            title=_(text.title) % values,
            body=_(text.body) % values,
            url=f"/needs/{need.pk}/",
            sms=text.sms,
            at=event.at,
        )


def _values(need: Need, event: Event) -> dict[str, Any]:
    data = event.data
    return {
        "title": need.title,
        "number": need.number,
        "code": need.service_code,
        "when": queries.when(need),
        "place": need.rough_place,
        "community": str(need.community),
        "reason": data.get("reason", ""),
        "instead": data.get("instead", ""),
        "original": data.get("number", ""),
        "stars": data.get("stars", 0),
        "result": data.get("result", ""),
        "leader": event.actor.name if event.actor is not None else "",
        "start": moments.short(datetime.fromisoformat(data["start"]), event.at) if "start" in data else "",
        "volunteers": _("、").join(person.name for person in queries.volunteers_named(queries.holder_ids(need))),
    }
