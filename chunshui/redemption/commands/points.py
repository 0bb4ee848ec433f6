"""Points come from confirmed hours, live as lots that expire first in, first out, and go back when the hours are cancelled.

Ledger and lots move in one transaction under the person's wallet, so the points left of all lots are always the balance of the account.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F

from chunshui.areas import queries as areas
from chunshui.hours import queries as hours
from chunshui.hours.states import HourKind, RecordState
from chunshui.kernel import clock
from chunshui.kernel.events import emit
from chunshui.kernel.steps import take
from chunshui.ledger import commands as ledger
from chunshui.ledger import states as places
from chunshui.ledger.states import FORGIVE, SHORTFALL, Kind, Line, Unit
from chunshui.redemption import events, queries
from chunshui.redemption.models import Award, Lot, Wallet
from chunshui.redemption.states import AWARD_STEPS, AwardState

if TYPE_CHECKING:
    from chunshui.hours.models import Record

POINTS = Unit.POINTS


def hold_wallets(person_ids: Collection[int], now: datetime) -> None:
    """Nobody else moves points of these people until this transaction ends."""
    Wallet.objects.bulk_create([Wallet(person_id=person_id, opened_at=now) for person_id in person_ids], ignore_conflicts=True)
    queries.wallets(person_ids)


@transaction.atomic
def award_points(*, source: str, now: datetime) -> Award | None:
    """A record of hours that counts earns points by the rules of its day, once; what is owed is paid back first."""
    record = hours.record_from(source)
    if record is None or record.state != RecordState.EFFECTIVE or record.kind != HourKind.CREDIT or not record.minutes:
        return None
    hold_wallets([record.person_id], now)
    if queries.award_of(record.pk) is not None:
        return None
    award, expires_on = _award(record, now)
    if award.points:
        issuer = places.issuer(award.area_id, award.team_id)
        line = Line(Kind.EARN, issuer, places.person(award.person_id), POINTS, award.points, area_id=award.area_id)
        ledger.move(key=f"points:record:{record.pk}", lines=[line], at=now, memo=award.title)
        repaid = _settle_debt(award, record, f"points:record:{record.pk}:repay", now)
        Lot.objects.create(
            award=award,
            person_id=award.person_id,
            points=award.points,
            left=award.points - repaid,
            earned_on=award.served_on,
            expires_on=expires_on,
        )
        told = {"points": award.points, "minutes": award.minutes, "repaid": repaid, "title": award.title}
        emit(events.AWARDED, subject="award", subject_id=award.pk, actor=None, at=now, area_id=award.area_id, person_id=award.person_id, **told)
    return award


@transaction.atomic
def take_back_points(*, record_id: int, now: datetime) -> Award | None:
    """The hours are cancelled, so what they earned goes back, once; what is spent already is owed, or forgiven where the rule says so."""
    record = hours.record_told_of(record_id)
    hold_wallets([record.person_id], now)
    award = queries.award_of(record_id)
    if award is None:
        _award(record, now, is_void=True)
        return None
    if award.state != AwardState.GIVEN:
        return None
    take(award, AWARD_STEPS, "take_back")
    award.taken_back_at = now
    award.save(update_fields=["state", "taken_back_at"])
    owed = _reverse(award, record, now) if award.points else 0
    told = {"points": award.points, "owed": owed, "title": award.title}
    emit(events.TAKEN_BACK, subject="award", subject_id=award.pk, actor=None, at=now, area_id=award.area_id, person_id=award.person_id, **told)
    return award


def _award(record: Record, now: datetime, *, is_void: bool = False) -> tuple[Award, date]:
    earning = queries.earning_of(record)
    points = 0 if is_void else earning.points
    award = Award.objects.create(
        record_id=record.pk,
        person_id=record.person_id,
        account_id=record.person_id,
        area_id=areas.lineage(record.area).community_id or record.area_id,
        team_id=record.team_id,
        title=record.title,
        category=record.category,
        served_on=clock.today(record.started_at),
        minutes=record.minutes,
        per_hour=earning.per_hour,
        percent=earning.percent,
        points=points,
        uncapped=max(points, earning.uncapped),
        state=AwardState.VOID if is_void else AwardState.GIVEN,
        at=now,
    )
    return award, earning.expires_on


def _reverse(award: Award, record: Record, now: datetime) -> int:
    """Take the points from the award's own lot first, then from the others; returns how many are owed because they were spent."""
    key = f"points:record:{award.record_id}"
    lots = sorted(queries.lots_left(award.person_id), key=lambda lot: (lot.award_id != award.pk, lot.expires_on, lot.pk))
    parts = queries.taken_from(lots, award.points)
    use_lots(parts)
    ledger.reverse(key=f"{key}:back", transfers_of=key, at=now, memo=award.title)
    owed = award.points - sum(part for _lot, part in parts)
    if owed and areas.rule(SHORTFALL, record.area, now) == FORGIVE:
        _settle_debt(award, record, f"{key}:forgive", now)
        return 0
    return owed


def _settle_debt(award: Award, record: Record, key: str, now: datetime) -> int:
    """What the person owes from before is paid out of what is there, or forgiven; returns how many points that took."""
    rule = areas.rule(SHORTFALL, record.area, now)
    issuer = places.issuer(award.area_id, award.team_id)
    made = ledger.repay(key=key, person_id=award.person_id, unit=POINTS, rule=rule, issuer=issuer, at=now, area_id=award.area_id)
    return sum(each.amount for each in made if each.kind == Kind.REPAY)


def use_lots(parts: Sequence[tuple[Lot, int]]) -> None:
    """Take so much from each lot; a lot that has less is refused by its constraint."""
    for lot, part in parts:
        Lot.objects.filter(pk=lot.pk).update(left=F("left") - part)


def move_between(old_id: int, new_id: int, points: int, key: str, now: datetime) -> None:
    """Two records of one person have one purse: the account in the ledger that was credited then is not always the one of today."""
    if old_id != new_id and points:
        line = Line(Kind.MERGE, places.person(old_id), places.person(new_id), POINTS, points)
        ledger.move(key=key, lines=[line], at=now)


@transaction.atomic
def expire_points_of(*, person_id: int, now: datetime, is_leaving: bool = False) -> int:
    """Points whose last day is over go to the account of expired points; all of them, when the person leaves for good."""
    hold_wallets([person_id], now)
    lots = queries.lots_left(person_id) if is_leaving else queries.expired_lots(person_id, clock.today(now))
    if not lots:
        return 0
    by_area: dict[str, int] = {}
    for lot in lots:
        by_area[str(lot.award.area_id)] = by_area.get(str(lot.award.area_id), 0) + lot.left
    person = places.person(person_id)
    lines = [Line(Kind.EXPIRE, person, places.EXPIRED, POINTS, points, area_id=int(area_id)) for area_id, points in by_area.items()]
    ledger.move(key=f"points:expire:{person_id}:{clock.today(now)}:{lots[-1].pk}", lines=lines, at=now)
    use_lots([(lot, lot.left) for lot in lots])
    total = sum(by_area.values())
    emit(events.EXPIRED, subject="wallet", subject_id=person_id, actor=None, at=now, person_id=person_id, points=total, by_area=by_area)
    return total


def expire_points(*, now: datetime, limit: int = 500) -> int:
    """Every night: whose points are over; one transaction for each person."""
    people = queries.people_with_expired(clock.today(now), limit)
    for person_id in people:
        expire_points_of(person_id=person_id, now=now)
    return len(people)


@transaction.atomic
def remind_of_expiry(*, now: datetime, limit: int = 2000) -> int:
    """Say once of every lot that its end is near; one message for what a person has that ends together."""
    lots = queries.lots_to_remind_of(now, limit)
    by_person: dict[int, list[Lot]] = {}
    for lot in lots:
        by_person.setdefault(lot.person_id, []).append(lot)
    Lot.objects.filter(pk__in=[lot.pk for lot in lots]).update(reminded_at=now)
    for person_id, ending in by_person.items():
        first, points = min(lot.expires_on for lot in ending), sum(lot.left for lot in ending)
        told: dict[str, Any] = {"person_id": person_id, "points": points, "first": first.isoformat()}
        emit(events.EXPIRING, subject="wallet", subject_id=person_id, actor=None, at=now, **told)
    return len(by_person)


def give_points_back(parts: Sequence[tuple[Lot, int]], now: datetime, grace_days: int | None) -> None:
    """What was used returns to its lots. After a refund it is good for some days at least; who only cancels gains no day by it."""
    for lot, part in parts:
        ends = lot.expires_on if grace_days is None else max(lot.expires_on, clock.today(now) + timedelta(days=grace_days))
        Lot.objects.filter(pk=lot.pk).update(left=F("left") + part, expires_on=ends)
