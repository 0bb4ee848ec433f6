"""Records of people: added by a worker or relative, changed, placed, related, kept apart."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chunshui.areas import queries as areas
from chunshui.kernel import clock, throttle
from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.events import emit
from chunshui.kernel.steps import take
from chunshui.people import events, policies, queries
from chunshui.people.commands import consents
from chunshui.people.commands.records import clean_name, index, make_person, place, seal
from chunshui.people.models import Block, Person, Relation, Volunteer
from chunshui.people.states import (
    SERVING,
    STAFF,
    STEPS,
    Channel,
    ConsentKind,
    FocusGroup,
    RelationKind,
    Sex,
    read_phone,
)

if TYPE_CHECKING:
    from chunshui.areas.models import Area

MOST_RELATIVES_A_DAY = 5
MOST_HELPERS_A_DAY = 50


@transaction.atomic
def add_person(
    *,
    actor: Person,
    name: str,
    phone: str = "",
    area_id: int,
    sex: int = Sex.UNKNOWN,
    born_on: date | None = None,
    address: str = "",
    focus_groups: Iterable[str] = (),
    latitude: float | None = None,
    longitude: float | None = None,
    consent_note: str,
    channel: str,
    now: datetime,
    phone_is_own: bool = False,
    relation: str = RelationKind.FAMILY,
) -> Person:
    """Record someone who has no account; a shared phone never signs in as them. Who is no staff becomes their helper."""
    area = areas.visible_area(area_id)
    policies.can_add_person(actor, area).or_refuse()
    if not consent_note.strip():
        raise _fault("consent_note", _("请写明本人怎么同意的，例如“电话里口头同意”。"), "consent")
    _check_birth(born_on, now)
    number = read_phone(phone) if phone.strip() else ""
    person = make_person(name, number, area, now, signs_in=phone_is_own, sex=sex, born_on=born_on, latitude=latitude, longitude=longitude)
    _describe(person, address, focus_groups)
    emit(events.PERSON_ADDED, subject="person", subject_id=person.pk, actor=actor, at=now, area_id=area.pk, channel=channel, note=consent_note)
    if actor.acting.kind not in STAFF:
        throttle.count(f"add-person:{actor.pk}", now=now, most=MOST_RELATIVES_A_DAY, per=timedelta(days=1))
        _relate(person, actor, relation, actor, now)
    consents.record(person, ConsentKind.PRIVACY, actor, channel, now, consent_note)
    return person


def _describe(person: Person, address: str, focus_groups: Iterable[str]) -> None:
    if address.strip():
        seal(person, "address", address.strip()[:200])
    groups = sorted(set(focus_groups))
    if groups:
        _check_groups(groups)
        person.focus_groups = groups
        person.save(update_fields=["focus_groups"])


def _check_groups(groups: list[str]) -> None:
    if not set(groups) <= set(FocusGroup.values):
        raise _fault("focus_groups", _("没有这个重点人群。"), "focus_groups")


def _check_birth(born_on: date | None, now: datetime) -> None:
    if born_on is not None and not 0 <= queries.age_on(born_on, clock.today(now)) <= 130:
        raise _fault("born_on", _("出生日期不对。"), "born_on")


@transaction.atomic
def change_person(*, actor: Person, person_id: int, now: datetime, **changes: Any) -> Person:
    """Correct a record: name, sex, born_on, language, ui_mode, focus_groups, phone. A volunteer's new name is reviewed again."""
    person = queries.visible_person(actor, person_id, lock=True)
    policies.can_change_person(actor, person).or_refuse()
    unknown = set(changes) - {"name", "sex", "born_on", "language", "ui_mode", "focus_groups", "phone"}
    if unknown:
        raise Refused(_("不能改这一项。"), code="unknown_field", fields={name: _("不能改这一项。") for name in sorted(unknown)})
    if "phone" in changes:
        _change_phone(person, changes.pop("phone"))
    fields = [name for name, value in changes.items() if getattr(person, name) != value]
    if "name" in fields:
        _rename(person, changes["name"])
    if "focus_groups" in fields:
        policies.can_set_focus_groups(actor, person).or_refuse()
        changes["focus_groups"] = sorted(set(changes["focus_groups"]))
        _check_groups(changes["focus_groups"])
    if "born_on" in fields:
        _check_birth(changes["born_on"], now)
    for name in set(fields) - {"name"}:
        setattr(person, name, changes[name])
    if fields:
        person.save(update_fields=fields)
        emit(events.PERSON_CHANGED, subject="person", subject_id=person.pk, actor=actor, at=now, area_id=person.area_id, fields=sorted(fields))
    return person


def _rename(person: Person, name: str) -> None:
    person.name = clean_name(name)
    person.save(update_fields=["name"])
    index(person, queries.opened(person, "phone"))
    volunteer = Volunteer.objects.select_for_update().filter(pk=person.pk, state__in=SERVING).first()
    if volunteer is not None:
        take(volunteer, STEPS, "recheck")
        volunteer.save(update_fields=["state"])


def _change_phone(person: Person, phone: str) -> None:
    """A contact phone; the phone of an account changes only by proving the new one."""
    if person.login_index is not None:
        raise _fault("phone", _("登录用的手机号要用新号码的验证码来换。"), "login_phone")
    number = read_phone(phone) if phone.strip() else ""
    person.phone_index = queries.phone_index(number) if number else ""
    person.save(update_fields=["phone_index"])
    seal(person, "phone", number)
    index(person, number)


@transaction.atomic
def set_address(
    *, actor: Person, person_id: int, area_id: int, address: str, latitude: float | None, longitude: float | None, now: datetime
) -> Person:
    """Where somebody lives: the community, the sealed address and its point on the map."""
    person = queries.visible_person(actor, person_id, lock=True)
    policies.can_change_person(actor, person).or_refuse()
    area = areas.visible_area(area_id)
    settle(person, area, address, latitude, longitude)
    Volunteer.objects.filter(pk=person.pk).update(street_id=person.street_id, community_id=person.community_id)
    emit(events.PERSON_CHANGED, subject="person", subject_id=person.pk, actor=actor, at=now, area_id=area.pk, fields=["address"])
    return person


@transaction.atomic
def keep_address(*, actor: Person, area_id: int, address: str, latitude: float | None, longitude: float | None, now: datetime) -> Person:
    """Remember one's own address from an order, by a consent of its own; taking the consent back deletes it."""
    consents.record(actor, ConsentKind.ADDRESS, actor, Channel.SELF, now)
    return set_address(actor=actor, person_id=actor.pk, area_id=area_id, address=address, latitude=latitude, longitude=longitude, now=now)


def settle(person: Person, area: Area, address: str, latitude: float | None = None, longitude: float | None = None) -> None:
    """Place somebody at an address: a known door of the community has its own point on the map, anything else the community's."""
    place(person, area)
    known = areas.door(person.community_id, address.strip()) if person.community_id else None
    person.latitude = latitude if latitude is not None else (known.latitude if known else area.latitude)
    person.longitude = longitude if longitude is not None else (known.longitude if known else area.longitude)
    person.save(update_fields=["area", "street", "community", "latitude", "longitude"])
    seal(person, "address", address.strip()[:200])


@transaction.atomic
def add_relation(*, actor: Person, person_id: int, helper_id: int, kind: str, now: datetime) -> Relation:
    """Someone may speak for a person: said by the person, or by the staff with the person's word."""
    person = queries.visible_person(actor, person_id, lock=True)
    policies.can_add_relation(actor, person).or_refuse()
    helper = Person.objects.present().filter(pk=helper_id).first()
    if helper is None:
        raise NotFound
    return _relate(person, helper, kind, actor, now)


@transaction.atomic
def name_helper(*, actor: Person, phone: str, kind: str, now: datetime, person_id: int | None = None) -> Relation:
    """Name a helper by phone, for oneself or (the staff) for somebody; the helper must have signed in here once."""
    person = queries.visible_person(actor, person_id or actor.pk, lock=True)
    policies.can_add_relation(actor, person).or_refuse()
    throttle.count(f"name-helper:{actor.pk}", now=now, most=MOST_HELPERS_A_DAY, per=timedelta(days=1))
    helper = Person.objects.present().filter(login_index=queries.phone_index(read_phone(phone))).first()
    if helper is None:
        raise _fault("phone", _("这个号码还没有在这里登录过。请他先用手机登录一次。"), "no_account")
    return _relate(person, helper, kind, actor, now)


def _relate(person: Person, helper: Person, kind: str, actor: Person, now: datetime) -> Relation:
    if person.pk == helper.pk:
        raise Refused(_("不能把自己设为自己的家人。"), code="oneself")
    if kind not in RelationKind.values:
        raise _fault("kind", _("没有这种关系。"), "kind")
    relation, made = Relation.objects.get_or_create(person=person, helper=helper, ended_at=None, defaults={"kind": kind, "agreed_at": now})
    if made:
        data = {"helper_id": helper.pk, "kind": kind}
        emit(events.RELATION_ADDED, subject="person", subject_id=person.pk, actor=actor, at=now, area_id=person.area_id, **data)
    return relation


@transaction.atomic
def end_relation(*, actor: Person, relation_id: int, now: datetime) -> None:
    """Either side ends it; nothing that was done before changes."""
    relation = queries.visible_relation(actor, relation_id, lock=True)
    policies.can_end_relation(actor, relation).or_refuse()
    relation.ended_at = now
    relation.save(update_fields=["ended_at"])
    emit(events.RELATION_ENDED, subject="person", subject_id=relation.person_id, actor=actor, at=now, helper_id=relation.helper_id)


@transaction.atomic
def block(*, actor: Person, other_id: int, now: datetime) -> Block:
    """Never match me with this person again; nobody is told."""
    if actor.pk == other_id:
        raise Refused(_("不能屏蔽自己。"), code="oneself")
    if not Person.objects.present().filter(pk=other_id).exists():
        raise NotFound
    row, made = Block.objects.get_or_create(person=actor, other_id=other_id, defaults={"at": now})
    if made:
        emit(events.BLOCKED, subject="person", subject_id=actor.pk, actor=actor, at=now, other_id=other_id)
    return row


@transaction.atomic
def unblock(*, actor: Person, other_id: int, now: datetime) -> None:
    """Take a block back."""
    gone, _counts = Block.objects.filter(person=actor, other_id=other_id).delete()
    if gone:
        emit(events.UNBLOCKED, subject="person", subject_id=actor.pk, actor=actor, at=now, other_id=other_id)


def _fault(field: str, text: Any, code: str) -> Refused:
    return Refused(text, code=code, fields={field: text})
