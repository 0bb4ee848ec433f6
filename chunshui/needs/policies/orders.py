"""Who may place, see, review, serve, rate and follow up an order."""

from __future__ import annotations

from math import cos, hypot, inf, radians
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from chunshui.kernel.ruling import YES, Ruling, no
from chunshui.kernel.steps import can_take
from chunshui.needs.models import Assignment, FollowUp, Need
from chunshui.needs.states import BY_STAFF, DISPATCHING, HOLDING, OPEN, STEPS, AssignmentState, Channel, FollowUpKind, OfferState
from chunshui.people.states import REVIEWERS, ConsentKind, RoleKind, VolunteerState

if TYPE_CHECKING:
    from chunshui.areas.models import Area
    from chunshui.people.models import Person

STAFF_ONLY = _("只有本辖区的工作人员可以这样做。")
YOURS_ONLY = _("只有点单的居民、代办人或本辖区的工作人员可以这样做。")
METRES_A_DEGREE = 111_195
BY_SELF = frozenset({Channel.WEB, Channel.KIOSK, Channel.API, Channel.WEEKLY})


def is_staff_of(actor: Person, need: Need) -> bool:
    return actor.acting.reaches(need.area.path)


def is_proxy(actor: Person, resident: Person) -> bool:
    """Someone with an open relation may act for the resident."""
    return actor.helps.filter(person_id=resident.pk, ended_at=None).exists()


def holds_place(actor: Person, need: Need) -> bool:
    return need.assignments.filter(volunteer_id=actor.pk, state__in=HOLDING).exists()


def _is_for(actor: Person, need: Need) -> bool:
    """The resident, whoever placed the order, and the resident's proxies."""
    return actor.pk in (need.resident_id, need.placed_by_id) or is_proxy(actor, need.resident)


def _is_asked(actor: Person, need: Need) -> bool:
    return need.offers.filter(volunteer_id=actor.pk, state=OfferState.OPEN).exists()


def _sees_open_list(actor: Person, need: Need) -> bool:
    """Volunteers of the same street, or within their own reach, see what still waits for someone, masked."""
    volunteer = getattr(actor, "volunteer", None)
    if need.state not in DISPATCHING or actor.acting.kind != RoleKind.VOLUNTEER or volunteer is None or volunteer.state != VolunteerState.ACTIVE:
        return False
    near = actor.street_id == need.street_id or _metres(actor, need) <= volunteer.reach_metres
    return near and not _are_apart(actor, need.resident)


def _metres(actor: Person, need: Need) -> float:
    """From home to the order in a straight line; endless when no home is known."""
    if actor.latitude is None or actor.longitude is None:
        return inf
    east = (actor.longitude - need.longitude) * cos(radians(need.latitude))
    return hypot(actor.latitude - need.latitude, east) * METRES_A_DEGREE


def _are_apart(actor: Person, resident: Person) -> bool:
    return actor.blocks.filter(other_id=resident.pk).exists() or resident.blocks.filter(other_id=actor.pk).exists()


def can_view_need(actor: Person, need: Need) -> Ruling:
    """Who it is for, the staff of the area, and volunteers who are asked, hold a place or may take it from the open list."""
    if _is_for(actor, need) or is_staff_of(actor, need):
        return YES
    if holds_place(actor, need) or _is_asked(actor, need) or _sees_open_list(actor, need):
        return YES
    return no(_("这张单子不在您能看到的范围内。"))


def can_see_address(actor: Person, need: Need) -> Ruling:
    """The address shows after a volunteer accepted, until the order is closed."""
    if _is_for(actor, need) or is_staff_of(actor, need) or (need.state in OPEN and holds_place(actor, need)):
        return YES
    return no(_("接单以后才能看到地址。"))


def can_place_need(actor: Person, resident: Person, area: Area, channel: str) -> Ruling:
    if channel in BY_STAFF:
        return YES if actor.acting.reaches(area.path) else no(_("只有本辖区的工作人员可以代录。"))
    if actor.pk == resident.pk and channel in BY_SELF:
        return YES
    if channel == Channel.API and actor.acting.reaches(area.path):
        return YES
    if channel in (Channel.PROXY, Channel.API) and (is_proxy(actor, resident) or _agreed_to_proxy(resident)):
        return YES
    return no(_("要先登记您和居民的关系，或居民同意请人代办，才能代办。"), code="no_relation")


def _agreed_to_proxy(resident: Person) -> bool:
    return resident.consents.filter(text__kind=ConsentKind.PROXY, withdrawn_at=None).exists()


def can_complete_need(actor: Person, need: Need) -> Ruling:
    return YES if _is_for(actor, need) or is_staff_of(actor, need) else no(YOURS_ONLY)


can_change_need = can_complete_need
can_stop_series = can_complete_need


def can_review_need(actor: Person, need: Need) -> Ruling:
    """Community, street and district staff review; a grid worker does not, and nobody reviews an order for oneself."""
    if need.resident_id == actor.pk:
        return no(_("不能审核自己的单子。"), code="own_case")
    if actor.acting.kind in REVIEWERS and is_staff_of(actor, need):
        return YES
    return no(STAFF_ONLY)


can_accept_need = can_review_need
can_set_priority = can_review_need


def can_change_note(actor: Person, need: Need) -> Ruling:
    return YES if _is_for(actor, need) or is_staff_of(actor, need) else no(YOURS_ONLY)


def can_cancel_need(actor: Person, need: Need) -> Ruling:
    """Who it is for and the staff, until the service begins: then the volunteer is already there."""
    if not (_is_for(actor, need) or is_staff_of(actor, need)):
        return no(YOURS_ONLY)
    if need.assignments.filter(state__in=(AssignmentState.PRESENT, AssignmentState.DONE)).exists():
        return can_take(need, STEPS, "cancel") and no(_("志愿者已经到了，不能取消。"), code="being_served")
    return can_take(need, STEPS, "cancel")


def can_check_in(actor: Person, assignment: Assignment, need: Need) -> Ruling:
    if actor.pk == assignment.volunteer_id or is_staff_of(actor, need):
        return YES
    return no(_("只有这位志愿者本人或本辖区的工作人员可以签到签退。"))


def can_mark_absent(actor: Person, need: Need) -> Ruling:
    if actor.acting.kind in REVIEWERS | {RoleKind.GRID_WORKER} and is_staff_of(actor, need):
        return YES
    return no(STAFF_ONLY)


def can_confirm_delivery(actor: Person, need: Need) -> Ruling:
    return YES if _is_for(actor, need) or is_staff_of(actor, need) else no(YOURS_ONLY)


def can_remark(actor: Person, assignment: Assignment) -> Ruling:
    return YES if actor.pk == assignment.volunteer_id else no(_("只有去服务的志愿者可以说。"))


def can_rate_need(actor: Person, need: Need) -> Ruling:
    """Not by someone who served it: nobody praises one's own work."""
    if need.assignments.filter(volunteer_id=actor.pk, state__in=HOLDING).exists():
        return no(_("去服务的志愿者不能替居民评价。"), code="involved")
    return YES if _is_for(actor, need) or is_staff_of(actor, need) else no(YOURS_ONLY)


def can_complain(actor: Person, need: Need, channel: str = Channel.WEB) -> Ruling:
    """The resident's side; by telephone or at the counter the staff of the area take it down, whatever their part: others follow it up."""
    if channel in BY_STAFF:
        return YES if is_staff_of(actor, need) and actor.pk != need.resident_id else no(STAFF_ONLY)
    return YES if _is_for(actor, need) else no(_("只有点单的居民和代办人可以投诉。"))


def can_close_follow_up(actor: Person, follow_up: FollowUp, need: Need) -> Ruling:
    """Staff of the area who had no part in the order; a complaint about the community goes to the street or the district too."""
    if actor.acting.kind not in REVIEWERS or not is_staff_of(actor, need):
        return no(STAFF_ONLY)
    if is_involved(actor, need) or (follow_up.kind != FollowUpKind.POOR and actor.pk in (follow_up.by_id, follow_up.entered_by_id)):
        return no(_("您经手过这张单子，要由没参与的人来处理。"), code="involved")
    return YES


def is_involved(actor: Person, need: Need) -> bool:
    """Placed it, lives it, reviewed it, offered it, or served it."""
    if actor.pk in (need.resident_id, need.placed_by_id, need.reviewed_by_id):
        return True
    return need.offers.filter(sent_by_id=actor.pk).exists() or need.assignments.filter(volunteer_id=actor.pk).exists()


def can_change_menu(actor: Person, community: Area) -> Ruling:
    if actor.acting.kind in REVIEWERS and actor.acting.reaches(community.path):
        return YES
    return no(_("只有本社区、街道和区里的工作人员可以改菜单。"))


def can_change_service(actor: Person, community: Area | None = None) -> Ruling:
    """The district's services: the district. A community's own: who maintains its menu."""
    if community is not None:
        return can_change_menu(actor, community)
    if actor.acting.kind == RoleKind.DISTRICT_OFFICIAL and actor.acting.confirmed:
        return YES
    return no(_("只有区级工作人员可以改全区的服务项目。"))
