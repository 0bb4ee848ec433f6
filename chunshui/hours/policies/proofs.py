"""Who may ask for a proof, issue it, read it, and take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from chunshui.hours.models.proofs import Proof
from chunshui.hours.policies.stars import OWN, SIGN_IN, is_signed_in
from chunshui.kernel.ruling import YES, Ruling, no
from chunshui.people.states import REVIEWERS, RoleKind

if TYPE_CHECKING:
    from chunshui.people.models import Person


def can_view_proof(actor: Person, proof: Proof) -> Ruling:
    """The holder, and the staff of the unit that proves."""
    if actor.pk is not None and (actor.pk == proof.person_id or actor.acting.reaches(proof.area.path)):
        return YES
    return no(_("只有本人和出具单位的工作人员能看。"))


def can_show_proof(actor: Person, proof: Proof) -> Ruling:
    """What strangers read is the holder's choice alone."""
    return YES if actor.pk == proof.person_id else no(_("给别人看什么，只由本人决定。"))


def can_withdraw_proof(actor: Person, proof: Proof) -> Ruling:
    return YES if actor.pk == proof.person_id else no(_("只有本人能撤回。"))


def can_accept_proof(actor: Person, proof: Proof) -> Ruling:
    """Staff of the unit that recorded the services: who records proves; nobody for oneself."""
    if actor.pk == proof.person_id:
        return no(OWN, code="own_case")
    if actor.acting.kind in REVIEWERS and actor.acting.reaches(proof.area.path):
        return YES
    return no(_("由%(area)s出具。") % {"area": proof.area})


def can_issue_proof(actor: Person, proof: Proof) -> Ruling:
    return can_accept_proof(actor, proof)


def can_refuse_proof(actor: Person, proof: Proof) -> Ruling:
    return can_accept_proof(actor, proof)


def can_revoke_proof(actor: Person, proof: Proof) -> Ruling:
    return can_accept_proof(actor, proof)


def can_object_to_proof(actor: Person, proof: Proof) -> Ruling:
    """Anyone who is signed in, but the holder."""
    if not is_signed_in(actor):
        return no(SIGN_IN)
    return no(_("这是您自己的证明。"), code="own_case") if actor.pk == proof.person_id else YES


def can_rotate_signing_key(actor: Person | None) -> Ruling:
    """The operator, or who sits at the machine itself (nobody signed in)."""
    if actor is None or (actor.acting.kind == RoleKind.OPERATOR and actor.acting.confirmed):
        return YES
    return no(_("签名的钥匙由平台运维更换。"))
