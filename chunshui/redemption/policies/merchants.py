"""Merchants: the question who acts for one is asked of the clerks, not of the acting role, as with the leaders of teams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from chunshui.kernel.ruling import YES, Ruling, no
from chunshui.people.states import REVIEWERS
from chunshui.redemption.models import Clerk, Merchant
from chunshui.redemption.states import MerchantState

if TYPE_CHECKING:
    from chunshui.areas.models import Area
    from chunshui.people.models import Person

ONLY_OWNERS = _("只有店主可以这样做。")
ONLY_STAFF = _("只有本辖区的社区、街道和区里的工作人员可以这样做。")
MOST_WAITING = 3


def is_clerk(actor: Person, merchant: Merchant) -> bool:
    return actor.pk is not None and Clerk.objects.current().filter(merchant=merchant, person_id=actor.pk).exists()


def is_owner(actor: Person, merchant: Merchant) -> bool:
    return actor.pk is not None and Clerk.objects.current().filter(merchant=merchant, person_id=actor.pk, is_owner=True).exists()


def is_staff_of(actor: Person, area: Area) -> bool:
    return actor.acting.kind in REVIEWERS and actor.acting.reaches(area.path)


def can_view_merchant(actor: Person, merchant: Merchant) -> Ruling:
    """Open merchants are public; the others are for who acts for them and for the staff of the area."""
    if merchant.state == MerchantState.ACTIVE or actor.acting.reaches(merchant.area.path) or is_clerk(actor, merchant):
        return YES
    return no(_("这家店没有公开。"))


def can_apply_merchant(actor: Person) -> Ruling:
    waiting = Merchant.objects.waiting().filter(applied_by_id=actor.pk).count()
    return YES if waiting < MOST_WAITING else no(_("您有几家店还在等审核，请等一等再报。"), code="too_many")


def can_change_merchant(actor: Person, merchant: Merchant) -> Ruling:
    if merchant.state in (MerchantState.LEFT, MerchantState.SUSPENDED):
        return no(_("这家店现在不能修改。"), code="wrong_state")
    return YES if is_owner(actor, merchant) else no(ONLY_OWNERS)


def can_review_merchant(actor: Person, merchant: Merchant) -> Ruling:
    """Staff of the area who have nothing to do with the shop."""
    if actor.pk == merchant.applied_by_id or is_clerk(actor, merchant):
        return no(_("不能审核自己的店，请交给同事。"), code="own_case")
    return YES if is_staff_of(actor, merchant.area) else no(ONLY_STAFF)


def can_accept_agreement(actor: Person, merchant: Merchant) -> Ruling:
    if merchant.state not in (MerchantState.APPROVED, MerchantState.ACTIVE):
        return no(_("审核通过以后才签协议。"), code="wrong_state")
    return YES if is_owner(actor, merchant) else no(ONLY_OWNERS)


def can_suspend_merchant(actor: Person, merchant: Merchant) -> Ruling:
    return YES if is_staff_of(actor, merchant.area) else no(ONLY_STAFF)


def can_restore_merchant(actor: Person, merchant: Merchant) -> Ruling:
    return can_suspend_merchant(actor, merchant)


def can_leave_merchant(actor: Person, merchant: Merchant) -> Ruling:
    """The owner at any time; the staff of the area may end it too."""
    return YES if is_owner(actor, merchant) or is_staff_of(actor, merchant.area) else no(ONLY_OWNERS)


def can_add_clerk(actor: Person, merchant: Merchant) -> Ruling:
    if merchant.state == MerchantState.LEFT:
        return no(_("这家店已退出。"), code="wrong_state")
    return YES if is_owner(actor, merchant) else no(ONLY_OWNERS)


def can_end_clerk(actor: Person, clerk: Clerk) -> Ruling:
    """Oneself at any time; the owner anybody."""
    return YES if clerk.person_id == actor.pk or is_owner(actor, clerk.merchant) else no(ONLY_OWNERS)
