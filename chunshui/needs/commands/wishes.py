"""What an order may ask for: each rule is a small check that passes or names what to mend."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn

from django.utils.translation import gettext_lazy as _

from chunshui.areas import queries as areas
from chunshui.kernel import clock
from chunshui.kernel.errors import NotFound, Refused, Text
from chunshui.needs import queries
from chunshui.needs.models import Need, Service
from chunshui.needs.states import AHEAD_DAYS, OPEN_ORDERS, Channel, Danger, Priority, Repeat, Wish
from chunshui.people.states import FocusGroup, Language, Sex

if TYPE_CHECKING:
    from chunshui.areas.models import Area
    from chunshui.people.models import Person

MOST_PEOPLE = 20
MOST_HOURS = 12
FAR_AWAY = 30_000
NEED_CONSENT = frozenset({Channel.PHONE, Channel.DESK})


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is asked for, as it came from a door."""

    service_code: str
    area_id: int
    address: str
    details: str = ""
    title: str = ""
    wish: str = Wish.ANY_TIME
    wish_from: datetime | None = None
    wish_until: datetime | None = None
    repeat: str = Repeat.ONCE
    latitude: float | None = None
    longitude: float | None = None
    focus_groups: Sequence[str] = ()
    people_needed: int | None = None
    gender: int = 0
    language: int = 0
    same_volunteer_id: int | None = None
    dangers: Sequence[str] = ()
    danger_note: str = ""
    urgent_reason: str = ""
    urgent_words: str = ""

    def changed_by(self, **more: Any) -> Wanted:
        """The same with other values; a new address or community forgets the old spot on the map."""
        moved = more.get("address", self.address) != self.address or more.get("area_id", self.area_id) != self.area_id
        here = {"latitude": None, "longitude": None} if moved else {}
        return replace(self, **{**here, **more})

    def differs_from(self, other: Wanted) -> list[str]:
        """Names of what differs, as the history says them."""
        changed = [each.name for each in fields(self) if _plain(getattr(self, each.name)) != _plain(getattr(other, each.name))]
        return list(dict.fromkeys(NAMES.get(name, name) for name in changed))


NAMES = {"service_code": "service", "area_id": "area", "latitude": "place", "longitude": "place", "same_volunteer_id": "same_volunteer",
         "urgent_reason": "urgent", "urgent_words": "urgent"}  # fmt: skip


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, list | tuple | set | frozenset) else value


def of(need: Need, address: str) -> Wanted:
    """What an order asks for now; a title that only says the service follows the service."""
    return Wanted(
        service_code=need.service.code,
        area_id=need.area_id,
        address=address,
        details=need.details,
        title="" if need.title == need.service.name else need.title,
        wish=need.wish,
        wish_from=need.wish_from,
        wish_until=need.wish_until,
        repeat=need.repeat,
        latitude=need.latitude,
        longitude=need.longitude,
        focus_groups=tuple(need.focus_groups),
        people_needed=need.people_needed,
        gender=need.gender,
        language=need.language,
        same_volunteer_id=need.same_volunteer_id,
        dangers=tuple(need.dangers),
        danger_note=need.danger_note,
        urgent_reason=need.urgent_reason,
        urgent_words=need.urgent_words,
    )


def check(wanted: Wanted, resident: Person, area: Area, now: datetime) -> Service:
    """The service asked for, with the community's duration, if everything asked for can be asked for."""
    service = _offered_service(wanted, area)
    _check_texts(wanted)
    _check_codes(wanted)
    _check_time(wanted, area, now)
    _check_groups(wanted, service, resident)
    _check_people(wanted, service, resident)
    _check_spot(wanted, area)
    return service


def refuse(field: str, text: Text, code: str) -> NoReturn:
    raise Refused(text, code=code, fields={field: text})


def checked_area(area_id: int) -> Area:
    """The community (or a grid in it) where help is wanted."""
    try:
        area = areas.visible_area(area_id)
    except NotFound:
        refuse("area_id", _("请选择社区。"), "no_community")
    if areas.lineage(area).community_id is None:
        refuse("area_id", _("请选到社区。"), "no_community")
    return area


def community_of(area: Area) -> Area:
    community_id = areas.lineage(area).community_id or area.pk
    return area if community_id == area.pk else areas.visible_area(community_id)


def checked_consent(actor: Person, resident: Person, channel: str, note: str) -> str:
    """Who enters an order for another records how that person agreed."""
    note = checked_text(note, "consent_note", most=200)
    if not note and (channel in NEED_CONSENT or (channel == Channel.API and actor.pk != resident.pk)):
        refuse("consent_note", _("请写明居民怎样同意代录的。"), "no_consent")
    return note


def checked_reason(reason: str, field: str = "reason", most: int = 300) -> str:
    reason = checked_text(reason, field, most=most)
    if not reason:
        refuse(field, _("请写明原因。"), "no_reason")
    return reason


def checked_text(text: str, field: str, most: int) -> str:
    """Trimmed, without control characters, not longer than the column."""
    text = text.strip()
    if any(unicodedata.category(character) == "Cc" and character not in "\n\r\t" for character in text):
        refuse(field, _("文字里有看不见的字符，请重新输入。"), "control_characters")
    if any(unicodedata.category(character) == "Cs" for character in text):
        refuse(field, _("文字里有看不见的字符，请重新输入。"), "control_characters")
    if len(text) > most:
        refuse(field, _("最多 %(most)d 个字。") % {"most": most}, "too_long")
    return text


def checked_priority(priority: int) -> int:
    if priority not in Priority.values:
        refuse("priority", _("没有这个级别。"), "unknown_priority")
    return priority


def check_not_too_many(resident: Person, area: Area, now: datetime) -> None:
    most = areas.rule(OPEN_ORDERS, area, now)
    if queries.open_count(resident.pk) >= most:
        raise Refused(_("还有 %(most)d 张单子没办结，请等办完再点。") % {"most": most}, code="too_many_open")


def where(wanted: Wanted, resident: Person, area: Area) -> tuple[float, float]:
    """The spot given, else the known door, else the middle of the community."""
    if wanted.latitude is not None and wanted.longitude is not None:
        return wanted.latitude, wanted.longitude
    community = community_of(area)
    door = areas.door(community.pk, wanted.address.strip())
    return (door.latitude, door.longitude) if door else (area.latitude, area.longitude)


def _offered_service(wanted: Wanted, area: Area) -> Service:
    try:
        service = queries.service_named(wanted.service_code)
    except NotFound:
        refuse("service_code", _("没有这项服务。"), "unknown_service")
    line = queries.menu_line(community_of(area).pk, service)
    elsewhere = service.community_id not in (None, community_of(area).pk)
    if elsewhere or not service.is_offered or (line is not None and not line.is_offered):
        refuse("service_code", _("这个社区暂时没有这项服务。"), "not_offered")
    return queries.with_line(service, line)


def _check_texts(wanted: Wanted) -> None:
    if not checked_text(wanted.address, "address", most=120):
        refuse("address", _("请写地址。"), "no_address")
    checked_text(wanted.details, "details", most=500)
    checked_text(wanted.title, "title", most=40)
    checked_text(wanted.danger_note, "danger_note", most=200)
    if Danger.OTHER in wanted.dangers and not wanted.danger_note.strip():
        refuse("danger_note", _("选了“其他”风险，请写明是什么。"), "no_danger_note")


def _check_codes(wanted: Wanted) -> None:
    """Every code comes from its list."""
    known: tuple[tuple[str, Sequence[Any], Sequence[Any]], ...] = (
        ("wish", [wanted.wish], Wish.values),
        ("repeat", [wanted.repeat], Repeat.values),
        ("gender", [wanted.gender], Sex.values),
        ("language", [wanted.language], [0, *Language.values]),
        ("focus_groups", wanted.focus_groups, FocusGroup.values),
        ("dangers", wanted.dangers, Danger.values),
    )
    for field, given, codes in known:
        if any(value not in codes for value in given):
            refuse(field, _("有不认识的选项，请重新选择。"), "unknown_code")


def _check_time(wanted: Wanted, area: Area, now: datetime) -> None:
    if wanted.wish == Wish.ANY_TIME:
        if wanted.repeat == Repeat.WEEKLY:
            refuse("wish", _("每周一次的单子要约定时间。"), "no_window")
        return
    if wanted.wish_from is None or wanted.wish_until is None:
        refuse("wish_from", _("请选开始和结束时间。"), "no_window")
    if wanted.wish_until <= wanted.wish_from:
        refuse("wish_until", _("结束时间要晚于开始时间。"), "window_order")
    if wanted.wish_from < now:
        refuse("wish_from", _("这个时间已经过了，请选以后的时间。"), "window_past")
    most = areas.rule(AHEAD_DAYS, area, now)
    if wanted.wish_from > now + timedelta(days=most):
        refuse("wish_from", _("最多提前 %(most)d 天点单。") % {"most": most}, "too_far_ahead")
    if wanted.wish_until - wanted.wish_from > timedelta(hours=MOST_HOURS) or clock.today(wanted.wish_from) != clock.today(wanted.wish_until):
        refuse("wish_until", _("一张单子要在同一天内，最长 %(most)d 小时。") % {"most": MOST_HOURS}, "window_too_long")


def _check_groups(wanted: Wanted, service: Service, resident: Person) -> None:
    groups = set(wanted.focus_groups) | set(resident.focus_groups)
    if service.for_groups and not groups & set(service.for_groups):
        names = "、".join(str(FocusGroup(group).label) for group in service.for_groups)
        refuse("focus_groups", _("这项服务只面向：%(groups)s。") % {"groups": names}, "groups_only")


def _check_people(wanted: Wanted, service: Service, resident: Person) -> None:
    if wanted.people_needed is not None and not 1 <= wanted.people_needed <= MOST_PEOPLE:
        refuse("people_needed", _("需要的人数是 1 到 %(most)d 人。") % {"most": MOST_PEOPLE}, "people_needed")
    if wanted.gender and not service.gender_wish:
        refuse("gender", _("这项服务不能指定志愿者的性别。"), "no_gender_wish")
    same = wanted.same_volunteer_id
    if same is not None and (not queries.has_served(same, resident.pk) or queries.are_apart(same, resident.pk)):
        refuse("same_volunteer_id", _("这位志愿者没有为您服务过，不能指定。"), "not_the_same")


def _check_spot(wanted: Wanted, area: Area) -> None:
    if (wanted.latitude is None) != (wanted.longitude is None):
        refuse("latitude", _("地图上的位置不完整，请重新点选。"), "no_spot")
    if wanted.latitude is None or wanted.longitude is None:
        return
    if metres_between(wanted.latitude, wanted.longitude, area.latitude, area.longitude) > FAR_AWAY:
        refuse("latitude", _("地图上的位置离这个社区太远了。"), "spot_too_far")


def metres_between(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Straight distance on the ground; exact enough inside a city. Not a number counts as infinitely far."""
    north = (latitude - other_latitude) * 111_195
    east = (longitude - other_longitude) * 111_195 * math.cos(math.radians(other_latitude))
    metres = math.hypot(north, east)
    return math.inf if math.isnan(metres) else metres
