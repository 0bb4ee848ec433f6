"""The life of a volunteer: registered, reviewed, paused, resumed, left."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from chunshui.areas import queries as areas
from chunshui.kernel import choices, clock
from chunshui.kernel.errors import NotFound, Refused, Text
from chunshui.kernel.events import emit
from chunshui.kernel.steps import take
from chunshui.people import events, policies, queries
from chunshui.people.commands import consents as consent_commands
from chunshui.people.commands import guardians, persons
from chunshui.people.commands.records import clean_name, index, place, seal
from chunshui.people.models import Person, Volunteer
from chunshui.people.states import (
    NECESSARY,
    STEPS,
    Channel,
    ConsentKind,
    FreeTime,
    IdKind,
    Language,
    Skill,
    VolunteerState,
    qualification_mask,
    read_paper,
    read_resident_id,
    volunteer_number,
)

if TYPE_CHECKING:
    from chunshui.areas.models import Area

LIMITS = {"reach_metres": (100, 50000), "week_limit": (1, 21), "offers_a_week": (1, 50)}


@transaction.atomic
def register_volunteer(
    *,
    actor: Person,
    person_id: int,
    id_kind: str,
    id_number: str,
    name: str,
    sex: int,
    born_on: date | None,
    area_id: int,
    skills: Sequence[int],
    free_time: Sequence[int],
    languages: Sequence[int],
    reach_metres: int,
    week_limit: int,
    refuses: Sequence[str],
    consents: Sequence[str],
    guardian: Mapping[str, Any] | None = None,
    now: datetime,
    introduction: str = "",
    consent_note: str = "",
    address: str = "",
) -> Volunteer:
    """Register somebody as a volunteer, to be reviewed; minors need a guardian, others register with a note of the consent."""
    person = queries.visible_person(actor, person_id, lock=True)
    policies.can_register_volunteer(actor, person).or_refuse()
    volunteer = _may_register(person)
    area = areas.visible_area(area_id)
    _identify(person, id_kind, id_number, sex, born_on, now)
    _check_consents(actor, person, consents, consent_note)
    keeper = guardians.check_age(actor, person, area, guardian, now)
    person.name = clean_name(name)
    place(person, area)
    person.save(update_fields=["name", "sex", "born_on", "id_kind", "id_index", "area", "street", "community"])
    index(person, queries.opened(person, "phone"))
    if address.strip():
        persons.settle(person, area, address)
    wishes = {"free_time": free_time, "languages": languages, "reach_metres": reach_metres, "week_limit": week_limit, "refuses": refuses}
    volunteer = _write(volunteer, person, actor, area, {"skills": skills, "introduction": introduction, **wishes}, now)
    channel = Channel.SELF if actor.pk == person.pk else Channel.DESK
    for kind in dict.fromkeys([*consents]):
        consent_commands.record(person, kind, actor, channel, now, consent_note)
    guardians.record(person, keeper, actor, now, consent_note)
    emit(events.VOLUNTEER_REGISTERED, subject="person", subject_id=person.pk, actor=actor, at=now, area_id=area.pk)
    return volunteer


def _may_register(person: Person) -> Volunteer | None:
    volunteer = Volunteer.objects.select_for_update().filter(pk=person.pk).first()
    if volunteer is not None and volunteer.state not in STEPS["reapply"].sources:
        raise Refused(_("已经注册过了，志愿者编号 %(number)s。") % {"number": volunteer.number}, code="registered")
    return volunteer


def _identify(person: Person, id_kind: str, id_number: str, sex: int, born_on: date | None, now: datetime) -> None:
    if id_kind not in IdKind.values:
        raise _fault("id_kind", _("请选证件种类。"), "id_kind")
    if id_kind == IdKind.RESIDENT:
        identity = read_resident_id(id_number, clock.today(now))
        if sex and sex != identity.sex:
            raise _fault("sex", _("性别和身份证号对不上：号码里是“%(sex)s”。") % {"sex": identity.sex.label}, "sex_differs")
        if born_on and born_on != identity.born_on:
            raise _fault("born_on", _("出生日期和身份证号对不上：号码里是 %(day)s。") % {"day": identity.born_on}, "birth_differs")
        number, sex, born_on = identity.number, int(identity.sex), identity.born_on
    else:
        number = read_paper(id_kind, id_number)
        if born_on is None or born_on > clock.today(now):
            raise _fault("born_on", _("请填出生日期。"), "born_on")
        if not person.papers.exists():
            raise _fault("photo", _("请拍一张证件照片，由社区人工核对。"), "photo")
    key = queries.identity_index(id_kind, number)
    if Person.objects.filter(id_index=key).exclude(pk=person.pk).exists():
        raise _fault("id_number", _("这个证件号码已经注册过。如果不是您注册的，请打电话给我们。"), "id_taken")
    person.id_kind, person.id_index, person.sex, person.born_on = id_kind, key, sex, born_on
    seal(person, "id", number)


def _check_consents(actor: Person, person: Person, consents: Iterable[str], note: str) -> None:
    given = set(consents)
    if not given <= set(ConsentKind.values):
        raise _fault("consents", _("没有这种同意书。"), "consents")
    missing = [kind for kind in NECESSARY if kind not in given]
    if missing:
        names = "、".join(f"“{kind.label}”" for kind in missing)
        raise _fault("consents", _("还要同意%(names)s，才能注册。") % {"names": names}, "consents")
    if actor.pk != person.pk and not note.strip():
        raise _fault("consent_note", _("请写明本人怎么同意的，例如“电话里口头同意”。"), "consent_note")


def _write(volunteer: Volunteer | None, person: Person, actor: Person, area: Area, wishes: Mapping[str, Any], now: datetime) -> Volunteer:
    if volunteer is None:
        volunteer = Volunteer(person=person, number=_new_number(area), state=VolunteerState.PENDING, registered_at=now)
    else:
        take(volunteer, STEPS, "reapply")
        volunteer.registered_at = now
    volunteer.registered_by = actor
    volunteer.street_id, volunteer.community_id = person.street_id, person.community_id
    set_wishes(volunteer, wishes, clock.today(now))
    volunteer.save()
    return volunteer


def _new_number(area: Area) -> str:
    prefix = areas.ancestors(area).first()
    while True:
        number = volunteer_number(prefix.code if prefix else area.code, secrets.randbelow(10**9))
        if not Volunteer.objects.filter(number=number).exists():
            return number


def set_wishes(volunteer: Volunteer, wishes: Mapping[str, Any], day: date) -> None:
    """Check and set what a volunteer offers; the caller saves."""
    for name, codes in (("skills", Skill.values), ("free_time", FreeTime.values), ("languages", Language.values)):
        _check_codes(name, wishes.get(name, ()), codes)
    if "skills" in wishes:
        volunteer.qualifications = qualification_mask(wishes["skills"], queries.valid_kinds(volunteer.person_id, day))
    if "free_time" in wishes:
        volunteer.free_time = choices.to_mask(wishes["free_time"])
    if "languages" in wishes:
        volunteer.languages = choices.to_mask(wishes["languages"]) or 1
    if "refuses" in wishes:
        volunteer.refuses = sorted({str(code)[:40] for code in wishes["refuses"]})
    if "introduction" in wishes:
        volunteer.introduction = str(wishes["introduction"]).strip()[:200]
    _set_limits(volunteer, wishes)


def _set_limits(volunteer: Volunteer, wishes: Mapping[str, Any]) -> None:
    for name, (least, most) in LIMITS.items():
        if name in wishes:
            if not least <= wishes[name] <= most:
                raise _fault(name, _("要在 %(least)s 和 %(most)s 之间。") % {"least": least, "most": most}, "out_of_range")
            setattr(volunteer, name, wishes[name])


def _check_codes(field: str, codes: Iterable[int], known: Iterable[int]) -> None:
    if not set(codes) <= set(known):
        raise _fault(field, _("没有这个选项。"), field)


@transaction.atomic
def review_volunteer(*, actor: Person, person_id: int, approve: bool, reason: str, now: datetime) -> Volunteer:
    """Let a volunteer serve, or say why not."""
    volunteer = queries.visible_volunteer(actor, person_id, lock=True)
    policies.can_review_volunteer(actor, volunteer).or_refuse()
    if not approve and not reason.strip():
        raise _fault("reason", _("请写明不通过的原因，本人看得到。"), "reason")
    take(volunteer, STEPS, "approve" if approve else "refuse")
    volunteer.reviewed_by, volunteer.reviewed_at, volunteer.review_reason = actor, now, reason.strip()[:200]
    volunteer.save(update_fields=["state", "reviewed_by", "reviewed_at", "review_reason"])
    _tell(events.VOLUNTEER_REVIEWED, volunteer, actor, now, state=volunteer.state, reason=volunteer.review_reason)
    return volunteer


@transaction.atomic
def change_volunteer(*, actor: Person, person_id: int, now: datetime, **wishes: Any) -> Volunteer:
    """Change what a volunteer offers: skills, free_time, languages, reach_metres, week_limit, offers_a_week, refuses, introduction."""
    volunteer = _mine(actor, person_id)
    unknown = set(wishes) - {"skills", "free_time", "languages", "reach_metres", "week_limit", "offers_a_week", "refuses", "introduction"}
    if unknown:
        raise Refused(_("不能改这一项。"), code="unknown_field", fields={name: _("不能改这一项。") for name in sorted(unknown)})
    set_wishes(volunteer, wishes, clock.today(now))
    columns = {"qualifications" if name == "skills" else name for name in wishes}
    volunteer.save(update_fields=sorted(columns))
    _tell(events.VOLUNTEER_CHANGED, volunteer, actor, now, fields=sorted(wishes))
    return volunteer


@transaction.atomic
def pause(*, actor: Person, person_id: int, now: datetime, until: date | None = None) -> Volunteer:
    """No offers for a while, or until said otherwise; nothing is lost."""
    volunteer = _mine(actor, person_id)
    if until is not None and until <= clock.today(now):
        raise _fault("until", _("要选明天以后的日子。"), "in_the_past")
    take(volunteer, STEPS, "pause")
    volunteer.paused_until = until
    volunteer.save(update_fields=["state", "paused_until"])
    _tell(events.VOLUNTEER_PAUSED, volunteer, actor, now, until=until.isoformat() if until else "")
    return volunteer


@transaction.atomic
def resume(*, actor: Person, person_id: int, now: datetime) -> Volunteer:
    """Offers may come again."""
    volunteer = _mine(actor, person_id)
    _resume(volunteer, actor, now)
    return volunteer


def _resume(volunteer: Volunteer, actor: Person | None, now: datetime) -> None:
    take(volunteer, STEPS, "resume")
    volunteer.paused_until = None
    volunteer.save(update_fields=["state", "paused_until"])
    _tell(events.VOLUNTEER_RESUMED, volunteer, actor, now)


@transaction.atomic
def resume_due(*, now: datetime, limit: int = 500) -> int:
    """End the pauses whose day has come."""
    rows = Volunteer.objects.select_for_update(of=("self",)).select_related("person").order_by("pk")
    due = list(rows.filter(state=VolunteerState.PAUSED, paused_until__lte=clock.today(now))[:limit])
    for volunteer in due:
        _resume(volunteer, None, now)
    return len(due)


@transaction.atomic
def leave(*, actor: Person, person_id: int, now: datetime) -> Volunteer:
    """Stop being a volunteer; hours and number stay."""
    volunteer = _mine(actor, person_id)
    take(volunteer, STEPS, "leave")
    volunteer.save(update_fields=["state"])
    _tell(events.VOLUNTEER_LEFT, volunteer, actor, now)
    return volunteer


@transaction.atomic
def add_minutes(*, person_id: int, minutes: int, services: int, now: datetime) -> None:
    """Raise (or with negative figures lower) a volunteer's totals; called by hours when a record counts or is taken back."""
    changed = Volunteer.objects.filter(pk=person_id).update(minutes_total=F("minutes_total") + minutes, services_total=F("services_total") + services)
    if not changed:
        raise NotFound


def _mine(actor: Person, person_id: int) -> Volunteer:
    volunteer = queries.visible_volunteer(actor, person_id, lock=True)
    policies.can_change_volunteer(actor, volunteer).or_refuse()
    return volunteer


def _tell(name: str, volunteer: Volunteer, actor: Person | None, now: datetime, **data: Any) -> None:
    emit(name, subject="person", subject_id=volunteer.person_id, actor=actor, at=now, area_id=volunteer.person.area_id, **data)


def _fault(field: str, text: Text, code: str) -> Refused:
    return Refused(text, code=code, fields={field: text})
