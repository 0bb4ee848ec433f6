"""Who may do what to a person's record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from chunshui.kernel.ruling import YES, Ruling, no
from chunshui.people.models import Credential, Merge, Person, Relation, Volunteer
from chunshui.people.states import REVIEWERS, STAFF, RoleKind

if TYPE_CHECKING:
    from chunshui.areas.models import Area

NOT_YOURS = _("只有本人或本辖区的工作人员可以这样做。")
ONLY_STAFF = _("只有本辖区的工作人员可以这样做。")
ONLY_REVIEWERS = _("只有本辖区的社区、街道和区里的工作人员可以审核。")


def _is_area_staff(actor: Person, person: Person) -> bool:
    return person.area is not None and actor.acting.reaches(person.area.path)


def _is_area_reviewer(actor: Person, person: Person) -> bool:
    return actor.acting.kind in REVIEWERS and _is_area_staff(actor, person)


def is_helper(actor: Person, person: Person) -> bool:
    """Whether the actor may speak for the person: a guardian, family or a neighbour with consent."""
    return Relation.objects.filter(person=person, helper=actor, ended_at=None).exists()


def can_view(actor: Person, person: Person) -> Ruling:
    """The person, who helps the person, and the staff of the area where the person lives."""
    if actor.pk == person.pk or _is_area_staff(actor, person) or is_helper(actor, person):
        return YES
    return no(NOT_YOURS)


def can_list_people(actor: Person, area: Area) -> Ruling:
    return YES if actor.acting.reaches(area.path) else no(ONLY_STAFF)


def can_reveal(actor: Person, person: Person) -> Ruling:
    """Oneself and the staff of the area; a helper knows the values, or asks the person."""
    return YES if actor.pk == person.pk or _is_area_staff(actor, person) else no(ONLY_STAFF)


def can_add_person(actor: Person, area: Area) -> Ruling:
    """The staff of the area; anyone else for a relative or neighbour, who becomes their charge."""
    if actor.acting.kind in STAFF and not actor.acting.reaches(area.path):
        return no(_("这个社区不归您管。"), code="wrong_area")
    return YES


def can_change_person(actor: Person, person: Person) -> Ruling:
    return can_view(actor, person)


def can_set_focus_groups(actor: Person, person: Person) -> Ruling:
    return YES if _is_area_staff(actor, person) else no(ONLY_STAFF)


def can_add_relation(actor: Person, person: Person) -> Ruling:
    """Only the person, or the staff with the person's word; nobody makes themselves a helper."""
    return can_reveal(actor, person)


def can_end_relation(actor: Person, relation: Relation) -> Ruling:
    if actor.pk in (relation.person_id, relation.helper_id):
        return YES
    return can_reveal(actor, relation.person)


def can_register_volunteer(actor: Person, person: Person) -> Ruling:
    return can_view(actor, person)


def can_change_volunteer(actor: Person, volunteer: Volunteer) -> Ruling:
    return can_view(actor, volunteer.person)


def can_review_volunteer(actor: Person, volunteer: Volunteer) -> Ruling:
    if actor.pk == volunteer.person_id:
        return no(_("不能审核自己。"), code="own_case")
    return YES if _is_area_reviewer(actor, volunteer.person) else no(ONLY_REVIEWERS)


def can_add_credential(actor: Person, person: Person) -> Ruling:
    return can_reveal(actor, person)


def can_review_credential(actor: Person, credential: Credential) -> Ruling:
    if actor.pk == credential.person_id:
        return no(_("不能审核自己。"), code="own_case")
    return YES if _is_area_reviewer(actor, credential.person) else no(ONLY_REVIEWERS)


def can_give_consent(actor: Person, person: Person) -> Ruling:
    return can_view(actor, person)


def can_withdraw_consent(actor: Person, person: Person) -> Ruling:
    return can_view(actor, person)


def can_export_volunteers(actor: Person, area: Area) -> Ruling:
    if actor.acting.kind in REVIEWERS and actor.acting.reaches(area.path):
        return YES
    return no(_("只有本辖区的社区、街道和区里的工作人员可以导出。"))


def can_erase(actor: Person, person: Person) -> Ruling:
    """Everyone may erase themselves; the staff at the person's request."""
    if actor.pk == person.pk or _is_area_reviewer(actor, person):
        return YES
    return no(NOT_YOURS)


def can_change_login_phone(actor: Person, person: Person) -> Ruling:
    """Oneself, with the second factor where a staff role hangs on it; for others the staff of the area, below their own level only."""
    roles = list(person.roles.filter(ended_at=None).select_related("area"))
    if actor.pk == person.pk:
        if roles and not (actor.acting.kind in STAFF and actor.acting.confirmed):
            return no(_("您有工作身份，请先切换到工作身份、做二次验证，再换手机号。"), code="second_factor")
        return YES
    if not _is_area_reviewer(actor, person):
        return no(_("只有本人，或本辖区的社区、街道和区里的工作人员可以换登录手机号。"))
    if any(role.area is None or not can_grant_role(actor, role.kind, role.area) for role in roles):
        return no(_("这个人有工作身份，要由能给这个身份的上一级来换。"), code="has_role")
    return YES


MERGERS = frozenset({RoleKind.DISTRICT_OFFICIAL, RoleKind.STREET_OFFICIAL})


def can_merge_people(actor: Person, kept: Person, gone: Person) -> Ruling:
    """Street and district staff who reach both records; nobody merges oneself."""
    if actor.pk in (kept.pk, gone.pk):
        return no(_("不能合并自己的资料。"), code="own_case")
    both = _is_area_staff(actor, kept) and _is_area_staff(actor, gone)
    return YES if actor.acting.kind in MERGERS and both else no(_("只有管得到两边的街道和区级工作人员可以合并。"))


def can_unmerge_people(actor: Person, merge: Merge) -> Ruling:
    """Whoever could merge them."""
    return can_merge_people(actor, merge.kept, merge.gone)


def can_find_duplicates(actor: Person, area: Area) -> Ruling:
    return YES if actor.acting.kind in MERGERS and actor.acting.reaches(area.path) else no(_("只有街道和区级工作人员可以找重复的人。"))


GRANTS = {
    RoleKind.DISTRICT_OFFICIAL: frozenset({RoleKind.DISTRICT_OFFICIAL, RoleKind.STREET_OFFICIAL, RoleKind.COMMUNITY_WORKER, RoleKind.GRID_WORKER}),
    RoleKind.STREET_OFFICIAL: frozenset({RoleKind.COMMUNITY_WORKER, RoleKind.GRID_WORKER}),
    RoleKind.COMMUNITY_WORKER: frozenset({RoleKind.GRID_WORKER}),
}


def can_grant_role(actor: Person, kind: str, area: Area) -> Ruling:
    """Each level names the level below it, inside its own area."""
    allowed = GRANTS.get(RoleKind(actor.acting.kind), frozenset()) if actor.acting.kind in RoleKind.values else frozenset()
    if kind in allowed and actor.acting.reaches(area.path):
        return YES
    return no(_("您不能给这个角色。"))
