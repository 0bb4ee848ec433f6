"""The phone that signs in, changed: proven by a code on the new phone, told to the old one, and every other way in is closed.

What a failed try leaves behind (its count) must outlive the refusal, so these verbs are more than one transaction.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from chunshui.kernel import throttle
from chunshui.kernel.errors import Refused
from chunshui.kernel.events import emit
from chunshui.people import adapters, events, policies, queries
from chunshui.people.commands.records import index, seal
from chunshui.people.commands.sign_in import spend_code
from chunshui.people.models import AccessToken, Person, SignInCode, SignInSession
from chunshui.people.states import read_mobile

DAY = timedelta(days=1)
MOST_OWN, MOST_ASSISTED = 3, 30


def change_login_phone(*, actor: Person, phone: str, code: str, session_key: str = "", now: datetime) -> Person:
    """Sign in with another phone from now on; `session_key` is the browser that may stay signed in."""
    number = _new_number(actor, actor.pk, phone)
    throttle.count(f"login-phone:{actor.pk}", now=now, most=MOST_OWN, per=DAY)
    spend_code(phone=number, code=code, now=now)
    return _change(actor, actor.pk, number, "own", "", session_key, now)


def give_login_phone(*, actor: Person, person_id: int, phone: str, code: str, reason: str, now: datetime) -> Person:
    """A worker changes the phone for somebody who lost the old one and shows the code on the new; the reason is kept and shown to them."""
    number = _new_number(actor, person_id, phone)
    if actor.pk == person_id:
        raise Refused(_("换自己的手机号，请到“我的”里换。"), code="own_case")
    if len(reason.strip()) < 2:
        raise _fault("reason", _("请写明为什么要换、怎么核对的本人。"), "reason")
    throttle.count(f"give-login-phone:{actor.pk}", now=now, most=MOST_ASSISTED, per=DAY)
    spend_code(phone=number, code=code, now=now)
    return _change(actor, person_id, number, "assisted", reason.strip()[:200], "", now)


def _new_number(actor: Person, person_id: int, phone: str) -> str:
    """The number, when the actor may change it and it is another one."""
    person = queries.visible_person(actor, person_id)
    policies.can_change_login_phone(actor, person).or_refuse()
    number = read_mobile(phone)
    if queries.phone_index(number) == person.login_index:
        raise _fault("phone", _("现在就是用这个号码登录的。"), "same_phone")
    return number


@transaction.atomic
def _change(actor: Person, person_id: int, number: str, way: str, reason: str, session_key: str, now: datetime) -> Person:
    person = queries.visible_person(actor, person_id, lock=True)
    policies.can_change_login_phone(actor, person).or_refuse()
    old, old_index = (queries.opened(person, "phone"), person.login_index) if person.login_index else ("", "")
    _take(person, number)
    close_ways_in(person, now, keep=session_key)
    SignInCode.objects.filter(phone_index=old_index, used_at=None).update(expires_at=now)
    emit(events.LOGIN_PHONE_CHANGED, subject="person", subject_id=person.pk, actor=actor, at=now, area_id=person.area_id, way=way, reason=reason)
    if old:
        transaction.on_commit(lambda: _tell_old(old, number, person.language))
    return person


def _take(person: Person, number: str) -> None:
    """The new phone signs in, is called, and finds the person; refused when it already signs in as somebody else."""
    person.login_index = person.phone_index = queries.phone_index(number)
    taken = _fault("phone", _("这个号码已经登录着另一个账号。如果两个都是您的，请到社区合并。"), "taken")
    if Person.objects.filter(login_index=person.login_index).exclude(pk=person.pk).exists():
        raise taken
    try:
        with transaction.atomic():
            person.save(update_fields=["login_index", "phone_index"])
    except IntegrityError as error:  # taken in the same instant
        raise taken from error
    seal(person, "phone", number)
    index(person, number)


def close_ways_in(person: Person, now: datetime, *, keep: str = "") -> None:
    """End every browser's session but one, and every token."""
    for session in SignInSession.objects.filter(person=person).exclude(session_key=keep):
        SessionStore(session.session_key).delete()
        session.delete()
    AccessToken.objects.filter(person=person, ended_at=None).update(ended_at=now)


def _tell_old(old: str, number: str, language: str) -> None:
    with override(language):
        values = {"site": settings.SITE_NAME, "tail": number[-4:], "hotline": settings.HOTLINE}
        body = _("【%(site)s】您的登录手机号已换成尾号 %(tail)s 的号码。不是您本人换的，请马上打 %(hotline)s。") % values
    adapters.text_gateway().send(old, body)


def _fault(field: str, text: Any, code: str) -> Refused:
    return Refused(text, code=code, fields={field: text})
