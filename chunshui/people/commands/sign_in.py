"""Signing in. What a failed try leaves behind (its count) must outlive the refusal, so these verbs are more than one transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from chunshui.kernel import throttle
from chunshui.kernel.errors import NotFound, Refused, Text
from chunshui.kernel.events import emit
from chunshui.people import adapters, events, queries
from chunshui.people.commands.records import make_person
from chunshui.people.models import Person, SignInCode, SignInSession
from chunshui.people.states import read_mobile

CODE_LIVES = timedelta(minutes=10)
CODE_PAUSE = timedelta(seconds=60)
MOST_TRIES = 5
HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)


def request_code(*, phone: str, now: datetime, address: str) -> None:
    """Send a sign-in code to a phone: six digits, ten minutes, five tries, once; a code a minute, five an hour."""
    number = read_mobile(phone)
    index = queries.phone_index(number)
    last = SignInCode.objects.filter(phone_index=index).order_by("-id").first()
    if last is not None and last.used_at is None and now - last.sent_at < CODE_PAUSE:
        seconds = int((last.sent_at + CODE_PAUSE - now).total_seconds()) + 1
        raise _fault("phone", _("验证码刚发过，请过 %(seconds)d 秒再要。") % {"seconds": seconds}, "too_soon")
    throttle.count(f"code-phone:{index}", now=now, most=5, per=HOUR)
    throttle.count(f"code-address:{address}", now=now, most=60, per=HOUR)
    _send_code(number, index, now)


@transaction.atomic
def _send_code(number: str, index: str, now: datetime) -> None:
    SignInCode.objects.filter(phone_index=index, used_at=None).update(expires_at=now)
    row = SignInCode(phone_index=index, sent_at=now, expires_at=now + CODE_LIVES)
    code = queries.code_of(row)
    row.code_hash = _hash(index, code)
    row.save()
    emit(events.CODE_REQUESTED, subject="sign_in_code", subject_id=row.pk, actor=None, at=now)
    body = _("【%(site)s】验证码 %(code)s，10 分钟内有效。别告诉任何人。") % {"site": settings.SITE_NAME, "code": code}
    transaction.on_commit(lambda: adapters.text_gateway().send(number, body))


def sign_in_by_code(*, phone: str, code: str, name: str = "", now: datetime) -> Person:
    """Sign in with the code that was sent; the first time makes the person."""
    number = read_mobile(phone)
    spend_code(phone=number, code=code, now=now)
    return _person_of_phone(number, name, now)


def spend_code(*, phone: str, code: str, now: datetime, field: str = "code") -> None:
    """Use up a code that was sent to a phone; raises `Refused`, and counts the try, when it does not fit."""
    problem = _try_code(queries.phone_index(phone), code.strip(), now)
    if problem:
        raise _fault(field, problem, "code")


@transaction.atomic
def _try_code(index: str, code: str, now: datetime) -> str:
    """Empty when the code fits (it is then used up), else what is wrong."""
    row = SignInCode.objects.select_for_update().filter(phone_index=index, used_at=None, expires_at__gt=now).order_by("-id").first()
    if row is None:
        return _("没有有效的验证码，请再要一个。")
    if row.tries >= MOST_TRIES:
        return _("试了 5 次都不对，请再要一个验证码。")
    if constant_time_compare(row.code_hash, _hash(index, code)):
        row.used_at = now
        row.save(update_fields=["used_at"])
        return ""
    row.tries += 1
    row.save(update_fields=["tries"])
    return _("验证码不对，还可以试 %(left)d 次。") % {"left": MOST_TRIES - row.tries}


@transaction.atomic
def _person_of_phone(number: str, name: str, now: datetime) -> Person:
    index = queries.phone_index(number)
    person: Person | None = Person.objects.present().filter(login_index=index).first()
    if person is None:
        person = make_person(name.strip() or _("用户 %(tail)s") % {"tail": number[-4:]}, number, None, now, signs_in=True)
        emit(events.PERSON_ADDED, subject="person", subject_id=person.pk, actor=person, at=now, channel="self")
    emit(events.SIGNED_IN, subject="person", subject_id=person.pk, actor=person, at=now, way="code")
    return person


def sign_in_by_password(*, phone: str, password: str, now: datetime, address: str) -> Person:
    """Sign in with a password; ten tries in a quarter of an hour lock the phone, a hundred the address."""
    number = read_mobile(phone)
    index = queries.phone_index(number)
    throttle.count(f"password-phone:{index}", now=now, most=10, per=QUARTER)
    throttle.count(f"password-address:{address}", now=now, most=100, per=QUARTER)
    person: Person | None = Person.objects.present().filter(login_index=index).first()
    if person is None:
        make_password(password)  # a phone that nobody has takes just as long
    if person is None or not person.check_password(password):
        raise _fault("password", _("手机号或密码不对。"), "password")
    emit(events.SIGNED_IN, subject="person", subject_id=person.pk, actor=person, at=now, way="password")
    return person


@transaction.atomic
def set_password(*, actor: Person, password: str, now: datetime) -> None:
    """Choose a password; every other browser is signed out."""
    try:
        validate_password(password, actor)
    except ValidationError as error:
        raise _fault("password", "".join(error.messages), "password") from error
    person = Person.objects.select_for_update().get(pk=actor.pk)
    person.set_password(password)
    person.save(update_fields=["password"])
    actor.password = person.password
    SignInSession.objects.filter(person=person).delete()
    emit(events.PERSON_CHANGED, subject="person", subject_id=person.pk, actor=actor, at=now, fields=["password"])


@transaction.atomic
def demo_sign_in(*, person_id: int, now: datetime) -> Person:
    """Enter as one of the listed accounts of the demonstration; there are none elsewhere."""
    if person_id not in {account.person_id for account in queries.demo_accounts()}:
        raise NotFound
    person: Person = Person.objects.get(pk=person_id)
    emit(events.SIGNED_IN, subject="person", subject_id=person.pk, actor=person, at=now, way="demo")
    return person


@transaction.atomic
def start_session(*, actor: Person, session_key: str, device: str, address: str, now: datetime) -> SignInSession:
    """Remember a browser that signed in, so that its owner can see and end it."""
    SignInSession.objects.filter(session_key=session_key).delete()
    return SignInSession.objects.create(person=actor, session_key=session_key, device=device[:120], address=address[:45], at=now)


@transaction.atomic
def end_session(*, actor: Person, session_id: int, now: datetime) -> None:
    """Sign a browser out from afar."""
    row = SignInSession.objects.select_for_update().filter(pk=session_id, person=actor).first()
    if row is None:
        raise NotFound
    SessionStore(row.session_key).delete()
    row.delete()


@transaction.atomic
def forget_session(*, session_key: str) -> None:
    """A browser signed itself out."""
    SignInSession.objects.filter(session_key=session_key).delete()


def _hash(index: str, code: str) -> str:
    return salted_hmac("people.code", f"{index}:{code}", algorithm="sha256").hexdigest()


def _fault(field: str, text: Text, code: str) -> Refused:
    return Refused(text, code=code, fields={field: text})
