"""What shows that a volunteer is with the resident: the service code, its QR form, a worker's word, or the place."""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from chunshui.areas import queries as areas
from chunshui.kernel import search
from chunshui.kernel.errors import Refused
from chunshui.needs import policies, queries
from chunshui.needs.commands.wishes import metres_between
from chunshui.needs.models import Assignment, Need
from chunshui.needs.states import CHECK_IN_METRES, CheckWay
from chunshui.people import queries as people
from chunshui.people.states import ConsentKind

if TYPE_CHECKING:
    from chunshui.people.models import Person

Spot = tuple[float | None, float | None]


def check_proof(actor: Person, need: Need, place: Assignment, way: str, code: str, spot: Spot, now: datetime) -> None:
    if way == CheckWay.CODE:
        _check_code(need, code)
    elif way == CheckWay.QR:
        _check_qr(need, code)
    elif way == CheckWay.WORKER:
        _check_worker(actor, need, place)
    elif way == CheckWay.LOCATION:
        _check_location(actor, need, place, spot, now)
    else:
        text = _("请选择签到的方式。")
        raise Refused(text, code="unknown_way", fields={"way": text})


def _check_code(need: Need, code: str) -> None:
    if not hmac.compare_digest(search.normal(code).strip().encode("utf-8", "replace"), need.service_code.encode()):
        text = _("服务码不对，请看居民手里的四位数字。")
        raise Refused(text, code="wrong_code", fields={"code": text})


def _check_qr(need: Need, code: str) -> None:
    if not hmac.compare_digest(code.strip().encode("utf-8", "replace"), queries.qr_text(need).encode()):
        text = _("这个二维码不是这张单子的。")
        raise Refused(text, code="wrong_code", fields={"code": text})


def _check_worker(actor: Person, need: Need, place: Assignment) -> None:
    """A worker who is also the volunteer does not vouch for oneself."""
    if actor.pk == place.volunteer_id or not policies.is_staff_of(actor, need):
        raise Refused(_("要由本辖区的工作人员登记，不能登记自己。"), code="forbidden")


def _check_location(actor: Person, need: Need, place: Assignment, spot: Spot, now: datetime) -> None:
    latitude, longitude = spot
    if actor.pk != place.volunteer_id:
        raise Refused(_("只有志愿者本人能按位置签到。"), code="forbidden")
    if not people.has_consent(actor.pk, ConsentKind.LOCATION, now):
        raise Refused(_("您没有同意读取位置。可以用服务码或二维码签到。"), code="no_consent")
    if latitude is None or longitude is None:
        raise Refused(_("没有读到位置。可以用服务码或二维码签到。"), code="no_spot")
    most = areas.rule(CHECK_IN_METRES, need.area, now)
    if not metres_between(latitude, longitude, need.latitude, need.longitude) <= most:
        raise Refused(_("离服务地点超过 %(metres)d 米。可以用服务码或二维码签到。") % {"metres": most}, code="too_far")
