"""The community fund: whoever enters money never confirms it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from chunshui.kernel.ruling import YES, Ruling, no
from chunshui.redemption.models import FundEntry, Merchant
from chunshui.redemption.policies.merchants import ONLY_OWNERS, ONLY_STAFF, is_clerk, is_owner, is_staff_of
from chunshui.redemption.states import PUBLIC_STATES, MerchantState

if TYPE_CHECKING:
    from chunshui.areas.models import Area
    from chunshui.people.models import Person


def can_pledge(actor: Person, merchant: Merchant) -> Ruling:
    if merchant.state != MerchantState.ACTIVE:
        return no(_("开了店才能承诺反哺。"), code="wrong_state")
    return YES if is_owner(actor, merchant) else no(ONLY_OWNERS)


def can_give_back(actor: Person, merchant: Merchant) -> Ruling:
    """An owner, also when the shop has been suspended: what is owed can always be given."""
    if merchant.state not in (MerchantState.ACTIVE, MerchantState.SUSPENDED):
        return no(_("开了店才能反哺。"), code="wrong_state")
    return YES if is_owner(actor, merchant) else no(ONLY_OWNERS)


def can_declare_entry(actor: Person, area: Area) -> Ruling:
    """Other money in, and everything that goes out, is entered by the staff of the community."""
    return YES if is_staff_of(actor, area) else no(ONLY_STAFF)


def can_view_entry(actor: Person, entry: FundEntry) -> Ruling:
    """What is booked is public to the last fen; what waits is for who entered it and the staff."""
    if entry.state in PUBLIC_STATES or actor.acting.reaches(entry.area.path):
        return YES
    if actor.pk is not None and (entry.entered_by_id == actor.pk or (entry.merchant is not None and is_clerk(actor, entry.merchant))):
        return YES
    return no(_("这一笔还没有公开。"))


def can_confirm_entry(actor: Person, entry: FundEntry) -> Ruling:
    """A second person of the staff, who has nothing to do with the shop."""
    if not is_staff_of(actor, entry.area):
        return no(ONLY_STAFF)
    if actor.pk == entry.entered_by_id or (entry.merchant is not None and is_clerk(actor, entry.merchant)):
        return no(_("自己录的账要由另一位同事核对。"), code="own_case")
    return YES


def can_refuse_entry(actor: Person, entry: FundEntry) -> Ruling:
    return can_confirm_entry(actor, entry)


def can_reverse_entry(actor: Person, entry: FundEntry) -> Ruling:
    return can_confirm_entry(actor, entry)


def can_recycle_points(actor: Person, merchant: Merchant) -> Ruling:
    if is_clerk(actor, merchant):
        return no(_("不能处理自己店里的积分，请交给同事。"), code="own_case")
    return YES if is_staff_of(actor, merchant.area) else no(ONLY_STAFF)
