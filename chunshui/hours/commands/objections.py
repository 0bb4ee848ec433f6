"""An objection is decided by somebody who is not involved; what is upheld ends the star or the proof."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chunshui.hours import events
from chunshui.hours.commands.proofs import end_proof
from chunshui.hours.commands.stars import _ended, _written
from chunshui.hours.models.stars import Objection
from chunshui.hours.policies import stars as policies
from chunshui.hours.queries import proofs as proof_queries
from chunshui.hours.queries import stars as queries
from chunshui.hours.states.proofs import PROOF_STEPS
from chunshui.hours.states.stars import OBJECTION_STEPS, STAR_STEPS
from chunshui.kernel.errors import Refused
from chunshui.kernel.events import emit
from chunshui.kernel.steps import can_take, take

if TYPE_CHECKING:
    from chunshui.people.models import Person


@transaction.atomic
def decide_objection(*, actor: Person, objection_id: int, is_upheld: bool, answer: str, now: datetime) -> Objection:
    """Say with a reason whether an objection holds; who made it hears the answer."""
    row = queries.visible_objection(actor, objection_id, lock=True)
    policies.can_decide_objection(actor, row).or_refuse()
    row.answer = _written(answer, "answer")[:200]
    take(row, OBJECTION_STEPS, "uphold" if is_upheld else "dismiss")
    row.decided_by, row.decided_at = actor, now
    row.save(update_fields=["state", "answer", "decided_by", "decided_at"])
    about = {"by_id": row.by_id, "is_upheld": is_upheld, "answer": row.answer, "star_id": row.star_id, "proof_id": row.proof_id}
    thing = row.star or row.proof
    assert thing is not None
    emit(events.OBJECTION_DECIDED, subject="objection", subject_id=row.pk, actor=actor, at=now, area_id=thing.area_id, **about)
    if is_upheld:
        _end(row, actor, now)
    return row


def _end(row: Objection, actor: Person, now: datetime) -> None:
    """What was objected to falls: a published star is refused, a granted one revoked, a proof taken back."""
    if row.proof_id is not None:
        proof = proof_queries.visible_proof(actor, row.proof_id, lock=True)
        if can_take(proof, PROOF_STEPS, "revoke"):
            end_proof(proof, "revoke", actor, row.answer, now)
        return
    assert row.star_id is not None
    star = queries.visible_star(actor, row.star_id, lock=True)
    verb = next((verb for verb in ("refuse", "revoke") if can_take(star, STAR_STEPS, verb)), "")
    if not verb:
        raise Refused(_("这份申请已经结束了。"), code="wrong_state")
    take(star, STAR_STEPS, verb)
    _ended(events.STAR_REFUSED if verb == "refuse" else events.STAR_REVOKED, star, actor, row.answer, now)
