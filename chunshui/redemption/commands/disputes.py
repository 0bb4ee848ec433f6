"""The verbs of disputes: the volunteer says what went wrong at a counter, the community decides."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chunshui.areas import queries as areas
from chunshui.kernel.errors import Refused
from chunshui.kernel.events import emit
from chunshui.kernel.steps import take
from chunshui.redemption import events, policies, queries
from chunshui.redemption.commands.points import hold_wallets
from chunshui.redemption.commands.vouchers import give_back
from chunshui.redemption.models import Dispute
from chunshui.redemption.states import DISPUTE_DAYS, DISPUTE_STEPS

if TYPE_CHECKING:
    from chunshui.people.models import Person


@transaction.atomic
def open_dispute(*, actor: Person, voucher_id: int, words: str, now: datetime) -> Dispute:
    """Say that a redemption went wrong; once for each voucher."""
    voucher = queries.visible_voucher(actor, voucher_id, lock=True)
    days = areas.rule(DISPUTE_DAYS, voucher.merchant.area, now)
    policies.can_open_dispute(actor, voucher, until=(voucher.settled_at or now) + timedelta(days=days), now=now).or_refuse()
    words = words.strip()[:500]
    if not words:
        text = _("请写下发生了什么。")
        raise Refused(text, code="words_missing", fields={"words": text})
    dispute, is_new = Dispute.objects.get_or_create(
        voucher=voucher, defaults={"area_id": voucher.merchant.area_id, "by": actor, "words": words, "opened_at": now}
    )
    if not is_new:
        raise Refused(_("这次兑换已经申诉过了。"), code="disputed_already")
    told = {"voucher_id": voucher.pk, "merchant_id": voucher.merchant_id}
    emit(events.DISPUTED, subject="dispute", subject_id=dispute.pk, actor=actor, at=now, area_id=dispute.area_id, **told)
    return dispute


@transaction.atomic
def decide_dispute(*, actor: Person, dispute_id: int, is_upheld: bool, result: str, now: datetime) -> Dispute:
    """Somebody of the community, not involved, decides with a reason: the points go back, or stay."""
    hold_wallets(queries.payers_of(queries.visible_dispute(actor, dispute_id).voucher), now)
    dispute = queries.visible_dispute(actor, dispute_id, lock=True)
    voucher = dispute.voucher
    policies.can_decide_dispute(actor, dispute, serves=queries.serves(actor, voucher.merchant_id)).or_refuse()
    result = result.strip()[:200]
    if not result:
        text = _("请写明决定的理由。")
        raise Refused(text, code="reason_missing", fields={"result": text})
    take(dispute, DISPUTE_STEPS, "uphold" if is_upheld else "dismiss")
    dispute.decided_by, dispute.decided_at, dispute.result = actor, now, result
    dispute.save(update_fields=["state", "decided_by", "decided_at", "result"])
    if is_upheld:
        give_back(queries.settled_voucher(voucher.pk), actor, result, now)
    told = {"voucher_id": voucher.pk, "merchant_id": voucher.merchant_id, "by_id": dispute.by_id, "state": dispute.state, "result": result}
    emit(events.DISPUTE_DECIDED, subject="dispute", subject_id=dispute.pk, actor=actor, at=now, area_id=dispute.area_id, **told)
    return dispute
