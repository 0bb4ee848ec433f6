"""Who acts for a merchant: an owner invites, a person accepts, anybody may go."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chunshui.areas import queries as areas
from chunshui.kernel.errors import Refused
from chunshui.kernel.events import emit
from chunshui.redemption import events, policies, queries
from chunshui.redemption.models import Clerk
from chunshui.redemption.states import MOST_CLERKS

if TYPE_CHECKING:
    from chunshui.people.models import Person

INVITED_FOR = timedelta(hours=24)


def invite_clerk(*, actor: Person, merchant_id: int, counter: str, now: datetime) -> str:
    """An invitation for a new clerk at a counter, good for a day; nothing is written until somebody accepts it."""
    merchant = queries.own_merchant(actor, merchant_id)
    policies.can_add_clerk(actor, merchant).or_refuse()
    if not counter.strip():
        text = _("请写明在哪个柜台。")
        raise Refused(text, code="invalid", fields={"counter": text})
    return queries.invitation_text(actor, merchant, counter.strip()[:30], now + INVITED_FOR)


@transaction.atomic
def add_clerk(*, actor: Person, invitation: str, now: datetime) -> Clerk:
    """Accept an invitation to stand at a counter; a second time changes the counter."""
    told = queries.invitation(invitation, now)
    if queries.clerk_of(actor, told.merchant) is None and len(queries.clerks_of(told.merchant)) >= areas.rule(MOST_CLERKS, told.merchant.area, now):
        raise Refused(_("这家店的店员已经够多了，请店主先减一位。"), code="too_many")
    values = {"counter": told.counter, "since": now}
    clerk, made = Clerk.objects.get_or_create(merchant=told.merchant, person=actor, ended_at=None, defaults=values)
    if not made:
        clerk.counter = told.counter
        clerk.save(update_fields=["counter"])
    _tell(events.CLERK_ADDED, clerk, actor, now)
    return clerk


@transaction.atomic
def end_clerk(*, actor: Person, clerk_id: int, now: datetime) -> Clerk:
    """Take somebody off the counter, or go; a shop keeps at least one owner."""
    clerk = queries.visible_clerk(actor, clerk_id, lock=True)
    policies.can_end_clerk(actor, clerk).or_refuse()
    owners = Clerk.objects.current().filter(merchant_id=clerk.merchant_id, is_owner=True).exclude(pk=clerk.pk)
    if clerk.is_owner and not owners.exists():
        raise Refused(_("至少留一位店主；要关店请点“退出”。"), code="last_owner")
    clerk.ended_at = now
    clerk.save(update_fields=["ended_at"])
    _tell(events.CLERK_ENDED, clerk, actor, now)
    return clerk


def _tell(name: str, clerk: Clerk, actor: Person, now: datetime) -> None:
    data = {"person_id": clerk.person_id, "counter": clerk.counter, "is_owner": clerk.is_owner}
    emit(name, subject="merchant", subject_id=clerk.merchant_id, actor=actor, at=now, area_id=clerk.merchant.area_id, **data)
