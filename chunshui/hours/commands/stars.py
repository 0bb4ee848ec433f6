"""The verbs of stars: applied for, reviewed, published, granted; taken back when the hours that carried them are struck."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chunshui.hours import events
from chunshui.hours.models.stars import Objection, Star
from chunshui.hours.policies import stars as policies
from chunshui.hours.queries import stars as queries
from chunshui.hours.states.stars import LEVELS, OPEN_STARS, STAR_STEPS, ObjectionState
from chunshui.kernel import clock
from chunshui.kernel.errors import Refused, Text
from chunshui.kernel.events import emit
from chunshui.kernel.steps import take
from chunshui.people import commands as people

if TYPE_CHECKING:
    from chunshui.people.models import Person


@transaction.atomic
def apply_for_star(*, actor: Person, level: int, deeds: str, now: datetime) -> Star:
    """A volunteer asks for a level above the present one, with the hours for it."""
    policies.can_apply_for_star(actor).or_refuse()
    people.add_minutes(person_id=actor.pk, minutes=0, services=0, now=now)  # holds the volunteer's row: one application at a time
    home = actor.community or actor.area
    if home is None or level not in LEVELS:
        raise _fault("level", _("请选一个星级。"), "no_such_level")
    if Star.objects.open().filter(person=actor).exists():
        raise Refused(_("您有一份申请还在办，办完再申请。"), code="one_at_a_time")
    held, minutes = queries.star_level(actor.pk), queries.counting_minutes(actor.pk)
    if level <= held:
        raise _fault("level", _("您已经是 %(held)d 星，只能申请更高的。") % {"held": held}, "not_above")
    needed = queries.hours_of_levels(home, now)[level]
    if minutes < 60 * needed:
        words = {"needed": needed, "hours": minutes // 60}
        raise _fault("level", _("这一级要满 %(needed)d 小时，您现在是 %(hours)d 小时。") % words, "too_few_hours")
    values = {"minutes_then": minutes, "deeds": deeds.strip()[:500], "applied_at": now}
    star = Star.objects.create(person=actor, level=level, area=queries.deciding_area(home, level, now), home=home, **values)
    _tell(events.STAR_APPLIED, star, actor, now)
    return star


@transaction.atomic
def withdraw_star(*, actor: Person, star_id: int, now: datetime) -> Star:
    """The volunteer takes the application back before it is decided."""
    star = queries.visible_star(actor, star_id, lock=True)
    policies.can_withdraw_star(actor, star).or_refuse()
    take(star, STAR_STEPS, "withdraw")
    star.decided_at = now
    star.save(update_fields=["state", "decided_at"])
    _tell(events.STAR_WITHDRAWN, star, actor, now)
    return star


@transaction.atomic
def review_star(*, actor: Person, star_id: int, opinion: str, now: datetime) -> Star:
    """The unit finds hours and deeds in order; the publication comes next."""
    star = queries.visible_star(actor, star_id, lock=True)
    policies.can_review_star(actor, star).or_refuse()
    _check_hours(star, now)
    take(star, STAR_STEPS, "review")
    star.reviewed_by, star.reviewed_at, star.opinion = actor, now, opinion.strip()[:200]
    star.save(update_fields=["state", "reviewed_by", "reviewed_at", "opinion"])
    _tell(events.STAR_REVIEWED, star, actor, now)
    return star


@transaction.atomic
def publish_star(*, actor: Person, star_id: int, now: datetime) -> Star:
    """Hold it up to everybody for some working days, so that who knows better can object."""
    star = queries.visible_star(actor, star_id, lock=True)
    policies.can_publish_star(actor, star).or_refuse()
    take(star, STAR_STEPS, "publish")
    star.published_at, star.publicity_until = now, queries.publicity_end(star, now)
    star.save(update_fields=["state", "published_at", "publicity_until"])
    _tell(events.STAR_PUBLISHED, star, actor, now, until=clock.today(star.publicity_until).isoformat())
    return star


@transaction.atomic
def refuse_star(*, actor: Person, star_id: int, reason: str, now: datetime) -> Star:
    """Not this time, with a reason that the volunteer reads."""
    star = queries.visible_star(actor, star_id, lock=True)
    policies.can_refuse_star(actor, star).or_refuse()
    reason = _written(reason)
    take(star, STAR_STEPS, "refuse")
    return _ended(events.STAR_REFUSED, star, actor, reason, now)


@transaction.atomic
def grant_star(*, actor: Person, star_id: int, now: datetime) -> Star:
    """Give the star once the days of publicity are over, no objection is open and the hours still stand."""
    star = queries.visible_star(actor, star_id, lock=True)
    policies.can_grant_star(actor, star).or_refuse()
    take(star, STAR_STEPS, "grant")
    if star.publicity_until is None or now < star.publicity_until:
        raise Refused(_("公示期还没有满。"), code="publicity_running")
    if star.objections.filter(state=ObjectionState.OPEN).exists():
        raise Refused(_("有异议还没有处理。"), code="objection_open")
    _check_hours(star, now)
    star.decided_by, star.decided_at = actor, now
    star.save(update_fields=["state", "decided_by", "decided_at"])
    _tell(events.STAR_GRANTED, star, actor, now)
    return star


@transaction.atomic
def revoke_unearned_stars(*, person_id: int, now: datetime) -> int:
    """Hours were struck: stars that the rest does not carry any more are taken back; returns how many."""
    minutes, many = queries.counting_minutes(person_id), 0
    for star in Star.objects.granted().select_for_update(of=("self",)).filter(person_id=person_id).select_related("home", "area", "person"):
        needed = queries.hours_of_levels(star.home, now)[star.level]
        if minutes < 60 * needed:
            take(star, STAR_STEPS, "revoke")
            words = {"hours": minutes // 60, "needed": needed}
            _ended(events.STAR_REVOKED, star, None, gettext("有时长作废，现在 %(hours)d 小时，不满 %(needed)d 小时。") % words, now)
            many += 1
    return many


@transaction.atomic
def object_to_star(*, actor: Person, star_id: int, words: str, now: datetime) -> Objection:
    """Say that a star in publicity is not right; who objects is not told to the volunteer."""
    star = queries.visible_star(actor, star_id, lock=True)
    policies.can_object_to_star(actor, star).or_refuse()
    if not queries.is_in_publicity(star, now):
        raise Refused(_("现在不在公示期。"), code="wrong_state")
    if star.objections.filter(by_id=actor.pk, state=ObjectionState.OPEN).exists():
        raise Refused(_("您提过了，正在处理。"), code="one_at_a_time")
    row = Objection.objects.create(star=star, by=actor, words=_written(words, "words")[:500], at=now)
    _tell(events.STAR_OBJECTED, star, actor, now, objection_id=row.pk)
    return row


def close_stars_of(*, person_id: int, now: datetime) -> int:
    """Who leaves or is erased applies for nothing any more; returns how many applications ended."""
    return Star.objects.filter(person_id=person_id, state__in=OPEN_STARS).update(state=STAR_STEPS["withdraw"].target, decided_at=now, deeds="")


def _check_hours(star: Star, now: datetime) -> None:
    needed = queries.hours_of_levels(star.home, now)[star.level]
    if queries.counting_minutes(star.person_id) < 60 * needed:
        raise Refused(_("有效时长已不满 %(needed)d 小时。") % {"needed": needed}, code="too_few_hours")


def _ended(name: str, star: Star, actor: Person | None, reason: str, now: datetime) -> Star:
    star.decided_by, star.decided_at, star.reason = actor, now, reason[:200]
    star.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    _tell(name, star, actor, now, reason=star.reason)
    return star


def _written(words: str, field: str = "reason") -> str:
    if not words.strip():
        raise _fault(field, _("请写明理由。"), "reason_missing")
    return words.strip()


def _fault(field: str, text: Text, code: str) -> Refused:
    return Refused(text, code=code, fields={field: text})


def _tell(name: str, star: Star, actor: Person | None, now: datetime, **data: object) -> None:
    about = {"person_id": star.person_id, "level": star.level}
    emit(name, subject="star", subject_id=star.pk, actor=actor, at=now, area_id=star.area_id, **about, **data)
