"""Points that somebody has, and vouchers, through the commands: the ledger keeps no rows that were not moved."""

from __future__ import annotations

from datetime import datetime, timedelta

from chunshui.hours import commands as hour_commands
from chunshui.hours.models import Record
from chunshui.people.models import Person
from chunshui.redemption import commands
from chunshui.redemption.models import Award, Offer, Voucher
from tests.factories import hours
from tests.factories.needs import NOON


def earn(person: Person, points: int, *, at: datetime = NOON, days_ago: int = 1, **more: object) -> Award | None:
    """A record of hours (its table only) that earns so many points, awarded as the worker awards it: 10 an hour, no coefficient; 120 a day."""
    values = {"category": "0001", "hour": 0.5 - 24 * days_ago, "minutes": points * 6, **more}
    return commands.award_points(source=hours.record(person, **values).source, now=at)


def serve(person: Person, points: int, *, days_ago: int = 1, category: str = "0001") -> Record:
    """Hours recorded as they are in life, so that they can be cancelled; their event waits for the worker."""
    start = NOON.replace(hour=1) - timedelta(days=days_ago)
    return hour_commands.record_hours(
        person_id=person.pk, source=f"serve:{person.pk}:{days_ago}", title="陪同就医", category=category, area=person.area, started_at=start,
        ended_at=start + timedelta(minutes=points * 6), entry_way="4", actor=None, now=NOON,
    )  # fmt: skip


def held(person: Person, of: Offer, now: datetime = NOON) -> Voucher:
    return commands.take_offer(actor=person, offer_id=of.pk, now=now)
