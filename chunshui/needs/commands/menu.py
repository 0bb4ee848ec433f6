"""The menu: the district's services, a community's own, and what each community leaves out, notes or does in its own time."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Unpack

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from chunshui.areas import queries as areas
from chunshui.kernel.errors import Refused
from chunshui.kernel.events import emit
from chunshui.needs import events, policies, queries
from chunshui.needs.commands import wishes
from chunshui.needs.commands.service_fields import LEAST_MINUTES, MOST_MINUTES, NECESSARY, ServiceFields, check_range, checked
from chunshui.needs.models import MenuLine, Service

if TYPE_CHECKING:
    from chunshui.areas.models import Area
    from chunshui.people.models import Person

IN_ENGLISH = {"name_en": "name", "spoken_en": "spoken"}


@transaction.atomic
def set_menu_line(
    *, actor: Person, community_id: int, service_code: str, is_offered: bool, note: str = "", minutes: int | None = None, now: datetime
) -> MenuLine:
    """What a community changes in the district's menu."""
    community = wishes.checked_area(community_id)
    policies.can_change_menu(actor, community).or_refuse()
    service = queries.service_named(service_code)
    if service.community_id is not None:
        raise Refused(_("这是社区自己的服务，请直接改它。"), code="own_service")
    note = wishes.checked_text(note, "note", most=120)
    if minutes is not None:
        check_range("minutes", minutes, LEAST_MINUTES, MOST_MINUTES)
    values = {"is_offered": is_offered, "note": note, "minutes": minutes}
    line, _made = MenuLine.objects.update_or_create(community_id=areas.lineage(community).community_id, service=service, defaults=values)
    emit(events.MENU_CHANGED, subject="area", subject_id=community.pk, actor=actor, at=now, area_id=community.pk, service=service.code, **values)
    return line


@transaction.atomic
def add_service(*, actor: Person, service_code: str = "", community_id: int | None = None, now: datetime, **fields: Unpack[ServiceFields]) -> Service:
    """Put a new line on the district's menu; with a community, on that community's alone. English may be left out there."""
    community = wishes.community_of(wishes.checked_area(community_id)) if community_id is not None else None
    policies.can_change_service(actor, community).or_refuse()
    given: dict[str, Any] = dict(fields)
    if community is not None:
        service_code = service_code or queries.next_service_code(community.pk)
        given |= {name: given.get(name) or given.get(source, "") for name, source in IN_ENGLISH.items()}
    _check_code(service_code)
    missing = [name for name in NECESSARY if not given.get(name)]
    if missing:
        wishes.refuse(missing[0], _("请填写。"), "missing")
    service = Service(code=service_code, community=community)
    for name, value in given.items():
        setattr(service, name, checked(name, value))
    service.save()
    _told(events.SERVICE_ADDED, service, actor, now)
    return service


def _check_code(code: str) -> None:
    if not code or slugify(code) != code or len(code) > 30:
        wishes.refuse("service_code", _("代码只能用小写字母、数字和短横线。"), "bad_code")
    if code in queries.service_codes():
        wishes.refuse("service_code", _("这个代码已经有了。"), "taken")


@transaction.atomic
def change_service(*, actor: Person, service_code: str, now: datetime, **fields: Unpack[ServiceFields]) -> Service:
    """Change a line of the menu; what is not named stays, and what it said before is kept in its history."""
    service = _reached(actor, service_code)
    values = {name: checked(name, value) for name, value in fields.items()}
    changed = [name for name, value in values.items() if getattr(service, name) != value]
    if not changed:
        return service
    was = {name: getattr(service, name) for name in changed}
    for name in changed:
        setattr(service, name, values[name])
    service.save(update_fields=changed)
    _told(events.SERVICE_CHANGED, service, actor, now, fields=changed, was=was, becomes={name: values[name] for name in changed})
    return service


@transaction.atomic
def retire_service(*, actor: Person, service_code: str, reason: str, now: datetime) -> Service:
    """Take a line off the menu; orders that were placed go on."""
    service = _reached(actor, service_code)
    if not service.is_offered:
        raise Refused(_("已经停用了。"), code="wrong_state")
    reason = wishes.checked_reason(reason, most=200)
    service.is_offered = False
    service.save(update_fields=["is_offered"])
    _told(events.SERVICE_RETIRED, service, actor, now, reason=reason)
    return service


@transaction.atomic
def restore_service(*, actor: Person, service_code: str, now: datetime) -> Service:
    """Put a retired line back on the menu."""
    service = _reached(actor, service_code)
    if service.is_offered:
        raise Refused(_("没有停用。"), code="wrong_state")
    service.is_offered = True
    service.save(update_fields=["is_offered"])
    _told(events.SERVICE_RESTORED, service, actor, now)
    return service


def _reached(actor: Person, code: str) -> Service:
    """The service, held, for somebody who may change it."""
    service = queries.service_named(code, lock=True)
    policies.can_change_service(actor, service.community).or_refuse()
    return service


def _told(name: str, service: Service, actor: Person, now: datetime, **data: Any) -> None:
    area: Area | None = service.community
    area_id = area.pk if area else None
    emit(name, subject="service", subject_id=service.pk, actor=actor, at=now, area_id=area_id, service=service.code, **data)
