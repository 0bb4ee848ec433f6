"""Minors: from what age, and with whose consent (the guardian proves it by a code on the guardian's own phone, or at the desk)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from chunshui.areas import queries as areas
from chunshui.kernel.errors import Refused
from chunshui.people import queries
from chunshui.people.commands import consents, sign_in
from chunshui.people.commands.records import make_person
from chunshui.people.models import Person, Relation
from chunshui.people.states import GUARDIAN_UNDER, MIN_AGE, OWN_INCOME_FROM, Channel, ConsentKind, RelationKind, read_mobile

if TYPE_CHECKING:
    from chunshui.areas.models import Area


def check_age(actor: Person, person: Person, area: Area, guardian: Mapping[str, Any] | None, now: datetime) -> Person | None:
    """The guardian of a minor, checked; None when none is needed. `guardian` has name and phone, and the code sent to that phone."""
    years = queries.age(person, now)
    if years is None:
        raise _fault("born_on", _("请填出生日期。"), "born_on")
    least = areas.rule(MIN_AGE, area, now)
    if years < least:
        raise _fault("born_on", _("满 %(least)d 岁才能注册志愿者。") % {"least": least}, "too_young")
    if years >= areas.rule(GUARDIAN_UNDER, area, now) or _earns(guardian, years, area, now):
        return None
    return _guardian(actor, person, guardian or {}, area, now)


def _earns(guardian: Mapping[str, Any] | None, years: int, area: Area, now: datetime) -> bool:
    return bool(guardian and guardian.get("own_income")) and years >= areas.rule(OWN_INCOME_FROM, area, now)


def _guardian(actor: Person, person: Person, guardian: Mapping[str, Any], area: Area, now: datetime) -> Person:
    name, phone = str(guardian.get("name", "")).strip(), str(guardian.get("phone", ""))
    if not name:
        raise _fault("guardian_name", _("未满 18 岁，请填监护人的姓名。"), "guardian")
    try:
        number = read_mobile(phone)
    except Refused as refusal:
        raise _fault("guardian_phone", refusal.message, refusal.code) from refusal
    own = queries.phone_index(number)
    if own == person.login_index:
        raise _fault("guardian_phone", _("要填监护人自己的手机号。"), "guardian_phone")
    if actor.pk == person.pk:
        sign_in.spend_code(phone=number, code=str(guardian.get("code", "")), now=now, field="guardian_code")
    keeper = Person.objects.present().filter(login_index=own).first()
    return keeper or make_person(name, number, area, now, signs_in=True)


def record(person: Person, keeper: Person | None, actor: Person, now: datetime, note: str) -> None:
    """The guardian's consent and relation, in the guardian's name."""
    if keeper is None:
        return
    defaults = {"kind": RelationKind.GUARDIAN, "agreed_at": now}
    Relation.objects.update_or_create(person=person, helper=keeper, ended_at=None, defaults=defaults)
    channel = Channel.GUARDIAN if actor.pk in (person.pk, keeper.pk) else Channel.DESK
    consents.record(person, ConsentKind.GUARDIAN, keeper, channel, now, note)


def _fault(field: str, text: Any, code: str) -> Refused:
    return Refused(text, code=code, fields={field: text})
