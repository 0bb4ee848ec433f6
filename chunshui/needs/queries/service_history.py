"""What became of a line of the menu, in plain words: who changed what, from what to what, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chunshui.kernel import moments
from chunshui.kernel.models import Event
from chunshui.needs import events
from chunshui.needs.models import Service
from chunshui.needs.queries.dispatch.wording import qualification_names
from chunshui.needs.states import TONES, Icon
from chunshui.people.states import FocusGroup, RoleKind
from chunshui.teams.states import ServiceCategory

if TYPE_CHECKING:
    from chunshui.areas.models import Area

#: names of the fields, as the form has them
FIELDS = {
    "name": gettext_noop("名称"),
    "name_en": gettext_noop("英文名称"),
    "spoken": gettext_noop("口头怎么说"),
    "spoken_en": gettext_noop("英文口头怎么说"),
    "category": gettext_noop("国家服务类别"),
    "icon": gettext_noop("图标"),
    "tone": gettext_noop("颜色"),
    "minutes": gettext_noop("一般多少分钟"),
    "required": gettext_noop("一定要会、要有"),
    "useful": gettext_noop("最好会、最好有"),
    "least_age": gettext_noop("志愿者最小年龄"),
    "gender_wish": gettext_noop("可以指定志愿者性别"),
    "volunteers": gettext_noop("一般要几个人"),
    "for_groups": gettext_noop("只面向哪些人"),
    "risk_note": gettext_noop("安全提示"),
    "risk_note_en": gettext_noop("英文安全提示"),
    "words": gettext_noop("关键词"),
    "position": gettext_noop("排在第几"),
}


@dataclass(frozen=True)
class MenuChange:
    at: str
    iso: str
    words: str
    small: str


def service_history(service: Service, community: Area | None, now: datetime) -> list[MenuChange]:
    """Newest first: what happened to the service, and what the community made of it."""
    found = list(Event.objects.filter(subject="service", subject_id=service.pk).select_related("actor"))
    if community is not None:
        about = Event.objects.filter(subject="area", subject_id=community.pk, name=events.MENU_CHANGED, data__service=service.code)
        found += list(about.select_related("actor"))
    return [_line(event, now) for event in sorted(found, key=lambda event: event.pk, reverse=True)]


def _line(event: Event, now: datetime) -> MenuChange:
    role = str(RoleKind(event.role).label) if event.role in RoleKind.values else ""
    who = event.actor.name if event.actor is not None else _("系统")
    small = _(" · ").join(part for part in (who, role, event.data.get("reason", "")) if part)
    return MenuChange(moments.short(event.at, now), event.at.isoformat(), WRITERS[event.name](event.data), small)


def _changed(data: dict[str, Any]) -> str:
    was, becomes = data.get("was", {}), data.get("becomes", {})
    parts = []
    for name in data["fields"]:
        values = {"field": _(FIELDS[name]), "was": _shown(name, was.get(name)), "becomes": _shown(name, becomes.get(name))}
        parts.append(_("%(field)s：%(was)s → %(becomes)s") % values)
    return _("；").join(parts)


def _menu_changed(data: dict[str, Any]) -> str:
    parts = [_("这个社区提供") if data["is_offered"] else _("这个社区不提供")]
    if data.get("minutes"):
        parts.append(_("在这里 %(n)d 分钟") % {"n": data["minutes"]})
    if data.get("note"):
        parts.append(data["note"])
    return _("；").join(parts)


WRITERS: dict[str, Callable[[dict[str, Any]], str]] = {
    events.SERVICE_ADDED: lambda data: _("放上菜单"),
    events.SERVICE_CHANGED: _changed,
    events.SERVICE_RETIRED: lambda data: _("停用"),
    events.SERVICE_RESTORED: lambda data: _("恢复"),
    events.MENU_CHANGED: _menu_changed,
}


def _shown(name: str, value: Any) -> str:
    """A value in words; nothing is a dash."""
    if name in ("required", "useful"):
        return _("、").join(qualification_names(value)) or "—"
    if name == "for_groups":
        return _("、").join(str(FocusGroup(each).label) for each in value) or "—"
    if name == "words":
        return _("、").join(value) or "—"
    if name == "gender_wish":
        return _("可以") if value else _("不可以")
    known = {"category": dict(ServiceCategory.choices), "icon": dict(Icon.choices), "tone": dict(TONES)}.get(name)
    return str(known.get(value, value)) if known is not None else str(value or "—")
