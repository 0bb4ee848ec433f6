"""The second factor of staff roles: a time code from an app on the phone."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from chunshui.kernel import throttle
from chunshui.kernel.errors import Refused
from chunshui.kernel.events import emit
from chunshui.people import events, queries
from chunshui.people.models import Person


@transaction.atomic
def begin_second_factor(*, actor: Person, now: datetime) -> TOTPDevice:
    """A secret to enrol, the same until it is confirmed."""
    device = queries.new_second_factor(actor)
    return device or TOTPDevice.objects.create(user=actor, name="app", confirmed=False)


def check_second_factor(*, actor: Person, code: str, now: datetime) -> TOTPDevice:
    """Check a code; the first right one confirms a new second factor. The count of failed tries outlives the refusal."""
    throttle.count(f"second-factor:{actor.pk}", now=now, most=10, per=timedelta(minutes=15))
    device = _verified(actor, code.replace(" ", ""), now)
    if device is None:
        text = _("验证码不对。请看手机上现在的 6 位数字，每 30 秒换一次。")
        raise Refused(text, code="code", fields={"code": text})
    return device


@transaction.atomic
def _verified(actor: Person, code: str, now: datetime) -> TOTPDevice | None:
    rows = TOTPDevice.objects.select_for_update().filter(user=actor)
    device: TOTPDevice | None = rows.order_by("-confirmed", "id").first()
    if device is None or not device.verify_token(code):
        return None
    if not device.confirmed:
        device.confirmed = True
        device.save(update_fields=["confirmed"])
        emit(events.SECOND_FACTOR_CONFIRMED, subject="person", subject_id=actor.pk, actor=actor, at=now)
    return device


@transaction.atomic
def demo_second_factor(*, actor: Person, now: datetime) -> TOTPDevice:
    """In the demonstration a listed account enters its staff role in one click, with a second factor like everybody."""
    if actor.pk not in {account.person_id for account in queries.demo_accounts()}:
        raise Refused(_("只有演示账号可以这样做。"), code="not_demo")
    return queries.second_factor(actor) or TOTPDevice.objects.create(user=actor, name="demo", confirmed=True)
