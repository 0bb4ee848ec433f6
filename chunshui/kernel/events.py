"""emit() writes a fact and its deliveries; on() registers a reaction; deliver() runs what is pending.

The queue and the history are the same rows. A delivery row per reaction (and not a cursor over event ids) is used because
PostgreSQL commits out of id order, so a cursor could step over an event that becomes visible later.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from chunshui.kernel.models import Delivery, Event

if TYPE_CHECKING:
    from chunshui.people.models import Person

Reaction = Callable[[Event], None]
MOST_ATTEMPTS = 8
log = logging.getLogger(__name__)
_by_event: dict[str, list[str]] = defaultdict(list)
_by_name: dict[str, Reaction] = {}


def on(*names: str) -> Callable[[Reaction], Reaction]:
    """Register a reaction to the events named. It runs after commit, in its own transaction, and must be harmless when replayed."""

    def register(reaction: Reaction) -> Reaction:
        key = f"{reaction.__module__}.{reaction.__name__}"
        _by_name[key] = reaction
        for name in names:
            if key not in _by_event[name]:
                _by_event[name].append(key)
        return reaction

    return register


def emit(name: str, *, subject: str, subject_id: int, actor: Person | None, at: datetime, area_id: int | None = None, **data: Any) -> Event:
    """Append a fact in the caller's transaction, with the role in which the actor acted."""
    acting = getattr(actor, "acting", None)
    event = Event.objects.create(
        name=name,
        subject=subject,
        subject_id=subject_id,
        actor=actor,
        role=acting.kind if acting else "",
        area_id=area_id,
        at=at,
        data=data,
    )
    reactions = _by_event.get(name, [])
    if reactions:
        Delivery.objects.bulk_create([Delivery(event=event, reaction=key, due_at=at) for key in reactions])
        if settings.EVENTS_INLINE:
            transaction.on_commit(lambda: settle(timezone.now()))
    return event


def latest() -> int:
    """The id of the last event that is visible, 0 for none."""
    return Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def deliver(now: datetime, limit: int = 200) -> int:
    """Run up to `limit` pending deliveries, oldest first; returns how many were tried."""
    pending = Delivery.objects.filter(done_at=None, dead_at=None, due_at__lte=now).order_by("due_at", "id").values_list("id", flat=True)
    ids = list(pending[:limit])
    for delivery_id in ids:
        _deliver_one(delivery_id, now)
    return len(ids)


def settle(now: datetime) -> None:
    """Deliver until nothing is pending, also what reactions themselves emit."""
    while deliver(now):
        pass


def _deliver_one(delivery_id: int, now: datetime) -> None:
    try:
        with transaction.atomic():
            rows = Delivery.objects.select_for_update(skip_locked=True, of=("self",)).select_related("event__actor")
            delivery = rows.filter(pk=delivery_id, done_at=None, dead_at=None).first()
            if delivery is None:
                return
            _by_name[delivery.reaction](delivery.event)
            delivery.done_at = now
            delivery.save(update_fields=["done_at"])
    except Exception as error:
        log.exception("reaction failed: delivery %s", delivery_id)
        _put_off(delivery_id, now, repr(error))


def _put_off(delivery_id: int, now: datetime, error: str) -> None:
    delivery = Delivery.objects.get(pk=delivery_id)
    delivery.attempts += 1
    delivery.error = error[:2000]
    delivery.due_at = now + timedelta(seconds=2**delivery.attempts)
    delivery.dead_at = now if delivery.attempts >= MOST_ATTEMPTS else None
    delivery.save(update_fields=["attempts", "error", "due_at", "dead_at"])
