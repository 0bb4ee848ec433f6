"""The menu: the district's services, and what each community leaves out, notes or does in its own time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypedDict, Unpack

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from chunshui.areas import queries as areas
from chunshui.kernel.events import emit
from chunshui.needs import events, policies, queries
from chunshui.needs.commands import wishes
from chunshui.needs.models import MenuLine, Service
from chunshui.people.states import FocusGroup
from chunshui.teams.states import ServiceCategory

if TYPE_CHECKING:
    from chunshui.people.models import Person

LEAST_MINUTES, MOST_MINUTES = 10, 720
MOST_MASK = 2**62
TEXTS = {"name": 30, "name_en": 50, "spoken": 30, "spoken_en": 50, "icon": 20, "tone": 10, "risk_note": 200, "risk_note_en": 300}
OPTIONAL = frozenset({"tone", "risk_note", "risk_note_en"})


class ServiceFields(TypedDict, total=False):
    """What a line of the district's menu says."""

    name: str
    name_en: str
    spoken: str
    spoken_en: str
    category: str
    icon: str
    tone: str
    minutes: int
    required: int
    useful: int
    least_age: int
    gender_wish: bool
    volunteers: int
    for_groups: Sequence[str]
    risk_note: str
    risk_note_en: str
    words: Sequence[str]
    position: int
    is_offered: bool


@transaction.atomic
def set_menu_line(
    *, actor: Person, community_id: int, service_code: str, is_offered: bool, note: str = "", minutes: int | None = None, now: datetime
) -> MenuLine:
    """What a community changes in the district's menu."""
    community = wishes.checked_area(community_id)
    policies.can_change_menu(actor, community).or_refuse()
    service = queries.service_named(service_code)
    note = wishes.checked_text(note, "note", most=120)
    if minutes is not None:
        _check_range("minutes", minutes, LEAST_MINUTES, MOST_MINUTES)
    values = {"is_offered": is_offered, "note": note, "minutes": minutes}
    line, _made = MenuLine.objects.update_or_create(community_id=areas.lineage(community).community_id, service=service, defaults=values)
    emit(events.MENU_CHANGED, subject="area", subject_id=community.pk, actor=actor, at=now, area_id=community.pk, service=service.code, **values)
    return line


@transaction.atomic
def change_service(*, actor: Person, service_code: str, now: datetime, **fields: Unpack[ServiceFields]) -> Service:
    """Change a line of the district's menu; what is not named stays."""
    service = queries.service_named(service_code)
    policies.can_change_service(actor, service).or_refuse()
    return _written(service, actor, dict(fields), now)


@transaction.atomic
def add_service(*, actor: Person, service_code: str, now: datetime, **fields: Unpack[ServiceFields]) -> Service:
    """Put a new line on the district's menu."""
    policies.can_change_service(actor).or_refuse()
    if not service_code or slugify(service_code) != service_code or len(service_code) > 30:
        wishes.refuse("service_code", _("代码只能用小写字母、数字和短横线。"), "bad_code")
    if service_code in queries.service_codes():
        wishes.refuse("service_code", _("这个代码已经有了。"), "taken")
    missing = [name for name in ("name", "name_en", "spoken", "spoken_en", "category", "icon", "minutes") if not fields.get(name)]
    if missing:
        wishes.refuse(missing[0], _("请填写。"), "missing")
    return _written(Service(code=service_code), actor, dict(fields), now)


def _written(service: Service, actor: Person, fields: dict[str, object], now: datetime) -> Service:
    changed = [name for name, value in fields.items() if service.pk is None or getattr(service, name) != value]
    for name, value in fields.items():
        setattr(service, name, _checked(name, value))
    service.save()
    emit(events.SERVICE_CHANGED, subject="service", subject_id=service.pk, actor=actor, at=now, fields=changed, service=service.code)
    return service


RANGES = {
    "minutes": (LEAST_MINUTES, MOST_MINUTES),
    "volunteers": (1, wishes.MOST_PEOPLE),
    "least_age": (0, 99),
    "position": (0, 9999),
    "required": (0, MOST_MASK),
    "useful": (0, MOST_MASK),
}
LISTS: dict[str, Sequence[str] | None] = {"for_groups": FocusGroup.values, "words": None}


def _checked(name: str, value: object) -> object:
    if name in RANGES:
        least, most = RANGES[name]
        return _check_range(name, value, least, most)
    if name in TEXTS:
        text = wishes.checked_text(str(value), name, most=TEXTS[name])
        if not text and name not in OPTIONAL:
            wishes.refuse(name, _("请填写。"), "missing")
        return text
    if name in LISTS:
        return _check_list(name, value, LISTS[name])
    if name == "category" and value not in ServiceCategory.values:
        wishes.refuse(name, _("有不认识的选项，请重新选择。"), "unknown_code")
    return value


def _check_range(name: str, value: object, least: int, most: int) -> int:
    if not isinstance(value, int) or not least <= value <= most:
        wishes.refuse(name, _("要在 %(least)s 和 %(most)s 之间。") % {"least": least, "most": most}, "out_of_range")
    return value


def _check_list(name: str, value: object, known: Sequence[str] | None) -> list[str]:
    values = [str(each) for each in value] if isinstance(value, list | tuple) else []
    if known is not None and any(each not in known for each in values):
        wishes.refuse(name, _("有不认识的选项，请重新选择。"), "unknown_code")
    return [wishes.checked_text(each, name, most=20) for each in values][:60]
