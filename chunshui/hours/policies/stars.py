"""Who may apply for stars, review, publish, object and decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from chunshui.hours.models.stars import Objection, Star
from chunshui.hours.states.stars import StarState
from chunshui.kernel.ruling import YES, Ruling, no
from chunshui.people import queries as people
from chunshui.people.states import REVIEWERS, RoleKind, VolunteerState

if TYPE_CHECKING:
    from chunshui.people.models import Person

OWN = _("不能办理自己的事，请交给同事。")
NOT_THE_UNIT = _("这一级由%(area)s审批。")
SIGN_IN = _("请先登录。")


def is_signed_in(actor: Person) -> bool:
    return bool(actor.pk)


def _decides(actor: Person, star: Star) -> bool:
    return actor.acting.kind in REVIEWERS and actor.acting.reaches(star.area.path)


def can_view_star(actor: Person, star: Star) -> Ruling:
    """The volunteer and the staff of the area; while it is published and once granted, everybody who is signed in."""
    if not is_signed_in(actor):
        return no(SIGN_IN)
    is_staff = actor.acting.reaches(star.home.path) or actor.acting.reaches(star.area.path)
    if is_staff or actor.pk == star.person_id or star.state in (StarState.PUBLISHED, StarState.GRANTED):
        return YES
    return no(_("这份星级申请没有公开。"))


def can_apply_for_star(actor: Person) -> Ruling:
    volunteer = people.volunteer_of(actor) if actor.pk else None
    if volunteer is None or volunteer.state not in (VolunteerState.ACTIVE, VolunteerState.PAUSED):
        return no(_("登记的志愿者才能申请星级。"), code="not_a_volunteer")
    return YES


def can_withdraw_star(actor: Person, star: Star) -> Ruling:
    return YES if actor.pk == star.person_id else no(_("只有本人能撤回。"))


def can_review_star(actor: Person, star: Star) -> Ruling:
    """Staff of the unit that decides on this level, never on one's own."""
    if actor.pk == star.person_id:
        return no(OWN, code="own_case")
    return YES if _decides(actor, star) else no(NOT_THE_UNIT % {"area": star.area})


def can_publish_star(actor: Person, star: Star) -> Ruling:
    return can_review_star(actor, star)


def can_refuse_star(actor: Person, star: Star) -> Ruling:
    return can_review_star(actor, star)


def can_grant_star(actor: Person, star: Star) -> Ruling:
    """As for the review; somebody who objected does not decide."""
    if star.pk and Objection.objects.filter(star=star, by_id=actor.pk).exists():
        return no(_("您提过异议，请交给同事。"), code="involved")
    return can_review_star(actor, star)


def can_object_to_star(actor: Person, star: Star) -> Ruling:
    """Anyone who is signed in, but the volunteer."""
    if not is_signed_in(actor):
        return no(SIGN_IN)
    return no(_("这是您自己的申请。"), code="own_case") if actor.pk == star.person_id else YES


def can_decide_objection(actor: Person, objection: Objection) -> Ruling:
    """Staff of the unit who are not involved: neither the holder, nor who objects, nor who reviewed or issued."""
    thing = objection.star or objection.proof
    assert thing is not None
    handled = {objection.star.reviewed_by_id} if objection.star else {thing.accepted_by_id, thing.issued_by_id}  # type: ignore[union-attr]
    if actor.pk in {thing.person_id, objection.by_id, *handled}:
        return no(_("您和这件事有关，请交给没有经手的同事。"), code="involved")
    if actor.acting.kind in REVIEWERS and actor.acting.reaches(thing.area.path):
        return YES
    return no(_("由%(area)s处理。") % {"area": thing.area})


def can_offer_privilege(actor: Person) -> Ruling:
    """The district keeps the list of privileges."""
    if actor.acting.kind == RoleKind.DISTRICT_OFFICIAL and actor.acting.confirmed:
        return YES
    return no(_("礼遇由区里维护。"))


def can_end_privilege(actor: Person) -> Ruling:
    return can_offer_privilege(actor)


def can_export_five_stars(actor: Person) -> Ruling:
    if actor.acting.kind in REVIEWERS and actor.acting.confirmed:
        return YES
    return no(_("名单由工作人员导出。"))
