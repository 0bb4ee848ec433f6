"""Menus: tab bars of the phone, navigation of the staff pages, the roles one may act in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chunshui.notices import queries as notices
from chunshui.people import queries as people
from chunshui.people.states import STAFF as STAFF_ROLES
from chunshui.people.states import RoleKind

register = template.Library()


@dataclass(frozen=True)
class Entry:
    """One place in a menu: the url name is also its key."""

    name: str
    icon: str
    words: str | Promise
    main: bool = False

    @property
    def url(self) -> str:
        return reverse(self.name)


TABS: dict[str, tuple[Entry, ...]] = {
    "resident": (
        Entry("home", "home", _("首页")),
        Entry("my_needs", "ticket", _("我的单")),
        Entry("place_need", "edit", _("点单"), main=True),
        Entry("inbox", "bell", _("消息")),
        Entry("me", "user", _("我的")),
    ),
    "volunteer": (
        Entry("volunteer_home", "calendar-check", _("今天")),
        Entry("open_list", "heart-hand", _("接单")),
        Entry("my_hours", "clock", _("时长")),
        Entry("inbox", "bell", _("消息")),
        Entry("me", "user", _("我的")),
    ),
    "staff": (
        Entry("home", "home", _("首页")),
        Entry("desk", "inbox", _("调度")),
        Entry("place_need", "edit", _("点单"), main=True),
        Entry("inbox", "bell", _("消息")),
        Entry("me", "user", _("我的")),
    ),
}
#: the elder modes have three tabs; the third is the telephone, which the template adds
BIG_TABS = {"resident": ("home", "my_needs"), "volunteer": ("volunteer_home", "open_list"), "staff": ("home", "desk")}
STAFF = (
    Entry("desk", "inbox", _("调度")),
    Entry("needs_list", "ticket", _("单子")),
    Entry("volunteers", "users", _("志愿者")),
    Entry("residents", "home-care", _("居民")),
    Entry("teams", "flag", _("队伍")),
    Entry("shops_staff", "store", _("商家")),
    Entry("hours_desk", "clock", _("时长")),
    Entry("fund_waiting", "heart", _("基金")),
    Entry("star_queue", "star", _("星级")),
    Entry("proof_queue", "file", _("服务证明")),
    Entry("follow_ups", "chat-heart", _("回访")),
    Entry("service_menu", "grid", _("服务")),
    Entry("statistics", "chart", _("统计")),
    Entry("settings_rules", "settings", _("规则")),
)


def _standing(entries: tuple[Entry, ...]) -> list[Entry]:
    """Without the places that this installation has no page for."""
    return [entry for entry in entries if _exists(entry.name)]


def _kind_of(context: Context) -> str:
    acting = getattr(getattr(context.get("request"), "user", None), "acting", None)
    if acting is not None and acting.kind in STAFF_ROLES:
        return "staff"
    return "volunteer" if acting is not None and acting.kind == RoleKind.VOLUNTEER else "resident"


def _exists(name: str) -> bool:
    try:
        reverse(name)
    except NoReverseMatch:
        return False
    return True


@register.simple_tag(takes_context=True)
def tabs(context: Context, kind: str = "") -> list[Entry]:
    """The tab bar of the role one acts in, unless the page says which; fewer in the elder modes."""
    kind = kind or _kind_of(context)
    entries = TABS[kind]
    if context.get("elder"):
        entries = tuple(entry for entry in entries if entry.name in BIG_TABS[kind])
    return _standing(entries)


@register.simple_tag
def staff_menu() -> list[Entry]:
    """The navigation of the staff pages."""
    return _standing(STAFF)


@register.simple_tag(takes_context=True)
def unread(context: Context) -> int:
    """How many messages the signed-in person has not read."""
    person = getattr(context.get("request"), "user", None)
    return notices.unread_count(person) if person is not None and person.is_authenticated else 0


@register.simple_tag(takes_context=True)
def roles_to_act_in(context: Context) -> list[people.RoleChoice]:
    """The roles of the signed-in person, the present one marked."""
    person = context["request"].user
    return people.roles_to_act_in(person) if person.is_authenticated else []


@register.simple_tag
def url_if(name: str, *args: Any) -> str:
    """A link to a page that this installation may not have; empty then."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
