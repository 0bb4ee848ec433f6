"""Who may do what to a person's record."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from chunshui.kernel.ruling import YES, Ruling, no
from chunshui.people.models import Person, Volunteer
from chunshui.people.states import REVIEWERS

NOT_YOURS = _("只有本人或本辖区的工作人员可以这样做。")


def _is_area_staff(actor: Person, person: Person) -> bool:
    return person.area is not None and actor.acting.reaches(person.area.path)


def can_view(actor: Person, person: Person) -> Ruling:
    """The person, and the staff of the area where the person lives."""
    if actor.pk == person.pk or _is_area_staff(actor, person):
        return YES
    return no(NOT_YOURS)


def can_reveal(actor: Person, person: Person) -> Ruling:
    return can_view(actor, person)


def can_change_volunteer(actor: Person, volunteer: Volunteer) -> Ruling:
    return can_view(actor, volunteer.person)


def can_review_volunteer(actor: Person, volunteer: Volunteer) -> Ruling:
    if actor.pk == volunteer.person_id:
        return no(_("不能审核自己。"), code="own_case")
    if actor.acting.kind in REVIEWERS and _is_area_staff(actor, volunteer.person):
        return YES
    return no(_("只有本辖区的社区、街道和区里的工作人员可以审核。"))
