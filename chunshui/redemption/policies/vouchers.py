"""Who may take, see, redeem, give back and dispute a voucher. `serves`: whether the actor stands at the counter of its merchant."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from chunshui.kernel.ruling import YES, Ruling, no
from chunshui.people.states import REVIEWERS, RoleKind
from chunshui.redemption.models import Dispute, Voucher
from chunshui.redemption.states import DisputeState, MerchantState, VoucherState

if TYPE_CHECKING:
    from chunshui.people.models import Person


def can_take_offer(actor: Person) -> Ruling:
    """Only who acts as a volunteer redeems."""
    if actor.acting.kind == RoleKind.VOLUNTEER:
        return YES
    return no(_("只有志愿者能用积分兑换。请先切换到志愿者身份。"))


def can_view_voucher(actor: Person, voucher: Voucher, *, serves: bool) -> Ruling:
    """The volunteer; the merchant once it was presented; the staff of the merchant's area when there is a dispute."""
    if actor.pk == voucher.person_id or (serves and voucher.settled_at is not None):
        return YES
    if actor.acting.reaches(voucher.merchant.area.path) and Dispute.objects.filter(voucher=voucher).exists():
        return YES
    return no(_("只有本人和核销的商家能看这张券。"))


def can_settle_voucher(actor: Person, voucher: Voucher) -> Ruling:
    """Who stands at the counter redeems for others, never for himself."""
    if actor.pk == voucher.person_id:
        return no(_("不能核销自己的兑换码，请另一位店员来。"), code="own_case")
    if voucher.merchant.state != MerchantState.ACTIVE:
        return no(_("这家店现在不能核销。"), code="wrong_state")
    return YES


def can_cancel_voucher(actor: Person, voucher: Voucher) -> Ruling:
    if actor.pk == voucher.person_id:
        return YES
    return no(_("只有本人能取消兑换。"))


def can_refund_voucher(actor: Person, voucher: Voucher, *, serves: bool, until: datetime, now: datetime) -> Ruling:
    """The merchant, for some days; later the community decides."""
    if not serves or actor.pk == voucher.person_id:
        return no(_("只有核销的商家能退回。"))
    if now > until:
        return no(_("已经过了可以直接退回的日子，请志愿者申诉，由社区处理。"), code="too_late")
    return YES


def can_open_dispute(actor: Person, voucher: Voucher, *, until: datetime, now: datetime) -> Ruling:
    if actor.pk != voucher.person_id:
        return no(_("只有本人能申诉。"))
    if voucher.state != VoucherState.SETTLED:
        return no(_("只有已核销的兑换可以申诉。"), code="wrong_state")
    return YES if now <= until else no(_("已经过了可以申诉的日子。"), code="too_late")


def can_view_dispute(actor: Person, dispute: Dispute, *, serves: bool) -> Ruling:
    if actor.pk == dispute.by_id or serves or actor.acting.reaches(dispute.area.path):
        return YES
    return no(_("只有当事双方和本辖区的工作人员能看这条申诉。"))


def can_decide_dispute(actor: Person, dispute: Dispute, *, serves: bool) -> Ruling:
    """A worker of the area who is neither the volunteer nor of the merchant."""
    if dispute.state != DisputeState.OPEN:
        return no(_("这条申诉已经处理了。"), code="wrong_state")
    if actor.pk == dispute.by_id or serves:
        return no(_("不能处理与自己有关的申诉。"), code="own_case")
    if actor.acting.kind in REVIEWERS and actor.acting.reaches(dispute.area.path):
        return YES
    return no(_("只有本辖区的社区、街道和区里的工作人员能处理申诉。"))
