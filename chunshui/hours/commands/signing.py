"""The keys that sign: made when first needed, rotated, never deleted; and what is signed with them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from chunshui.hours import events
from chunshui.hours.models.proofs import SigningKey
from chunshui.hours.policies import proofs as policies
from chunshui.hours.queries import credentials
from chunshui.hours.queries import proofs as proof_queries
from chunshui.hours.queries import signing as queries
from chunshui.kernel import crypto
from chunshui.kernel.events import emit
from chunshui.verify import keys, signing

if TYPE_CHECKING:
    from chunshui.people.models import Person


@transaction.atomic
def rotate_signing_key(*, actor: Person | None, now: datetime) -> SigningKey:
    """Sign with a new key from now on; what the old one signed stays valid."""
    policies.can_rotate_signing_key(actor).or_refuse()
    old = queries.current_key(lock=True)
    if old is not None:
        old.is_current, old.until = False, now
        old.save(update_fields=["is_current", "until"])
    owner = f"proofs:{uuid.uuid4()}"
    wrapped = crypto.new_wrapped_key(owner)
    name = keys.key_id(crypto.unwrap(wrapped, owner))
    key = SigningKey.objects.create(name=name, owner=owner, wrapped=wrapped, since=now)
    emit(events.SIGNING_KEY_ROTATED, subject="signing_key", subject_id=key.pk, actor=actor, at=now, key=name)
    return key


@transaction.atomic
def signing_key(*, now: datetime) -> SigningKey:
    """The key in use; the first proof makes it."""
    return queries.current_key(lock=True) or rotate_signing_key(actor=None, now=now)


@transaction.atomic
def sign_revocations(*, now: datetime) -> dict[str, Any]:
    """The list of revoked proofs as it stands, signed."""
    key = signing_key(now=now)
    document = credentials.revocation_list(proof_queries.revoked_proofs(), key=key.name, now=now)
    return signing.sign(document, seed=queries.seed_of(key), issuer=document["issuer"], created=now)
