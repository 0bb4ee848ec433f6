"""Reads of points: whose, how many, until when, what they came from and where they went."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import F, QuerySet, Sum

from chunshui.areas import queries as areas
from chunshui.kernel import clock, paging
from chunshui.ledger import queries as ledger
from chunshui.ledger.states import Unit
from chunshui.redemption.models import Award, HouseholdMember, Lot, Wallet
from chunshui.redemption.states import (
    DAY_CAP,
    LIFE,
    MONTH_CAP,
    NOTICE,
    PER_HOUR,
    PERCENT,
    AwardState,
    HouseholdPlace,
    capped,
    points_for,
)
from chunshui.teams.states import ServiceCategory

if TYPE_CHECKING:
    from chunshui.hours.models import Record
    from chunshui.people.models import Person


@dataclass(frozen=True)
class Earning:
    """What a record earns by the rules of its area and day, before and after the caps, and until when it is good."""

    per_hour: int
    percent: int
    uncapped: int
    points: int
    expires_on: date


@dataclass(frozen=True)
class Points:
    """A person's points: what is there, what the household adds, what is on hold or owed, and what ends next."""

    balance: int
    household: int
    held: int
    owed: int
    ending: int
    ending_on: date | None

    @property
    def usable(self) -> int:
        return self.balance + self.household


def earning_of(record: Record) -> Earning:
    """By the rules in force in the record's area on the day of service; the caps count what the person has earned before."""
    area, served = record.area, record.started_at
    percent = PERCENT.get(record.category, PERCENT[ServiceCategory.OTHER.value])
    found = areas.rules_of([PER_HOUR, percent, DAY_CAP, MONTH_CAP, LIFE], area, served)
    per_hour, by_category = found[PER_HOUR.key], found[percent.key]
    uncapped = points_for(record.minutes, per_hour, by_category)
    day = clock.today(served)
    had_today, had_month = _had(record.person_id, day, day), _had(record.person_id, day.replace(day=1), _month_end(day))
    points = capped(uncapped, had_today, had_month, found[DAY_CAP.key], found[MONTH_CAP.key])
    return Earning(per_hour, by_category, uncapped, points, months_later(day, found[LIFE.key]))


def _had(person_id: int, first: date, last: date) -> int:
    rows = Award.objects.filter(person_id=person_id, served_on__gte=first, served_on__lte=last, state=AwardState.GIVEN)
    return rows.aggregate(total=Sum("points"))["total"] or 0


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def months_later(day: date, months: int) -> date:
    """The same day of the month so many months later, or the last one that this month has."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def award_of(record_id: int) -> Award | None:
    return Award.objects.filter(record_id=record_id).first()


def award_told_of(award_id: int) -> Award:
    return Award.objects.select_related("person", "area").get(pk=award_id)


def lots_left(person_id: int) -> list[Lot]:
    return list(Lot.objects.filter(person_id=person_id, left__gt=0).select_related("award").order_by("id"))


def lots_of(person: Person) -> list[Lot]:
    """What is left to a person, first to expire first."""
    return list(Lot.objects.of(person).select_related("award")[:200])


def payers(person: Person) -> list[int]:
    """Who pays when this person redeems: the person, then the others of the household."""
    return [person.pk, *household_of(person.pk)]


def household_of(person_id: int) -> list[int]:
    """The other members of the household, in the order of their joining."""
    mine = HouseholdMember.objects.filter(person_id=person_id, state=HouseholdPlace.MEMBER).values("household_id")
    rows = HouseholdMember.objects.filter(household_id__in=mine, state=HouseholdPlace.MEMBER).exclude(person_id=person_id)
    return list(rows.order_by("changed_at", "id").values_list("person_id", flat=True))


def lots_to_use(payer_ids: Collection[int], points: int, day: date) -> list[tuple[Lot, int]]:
    """Which lots give how much for so many points: the own ones first, in each account what expires first. Less, if there is less."""
    rank = {person_id: at for at, person_id in enumerate(payer_ids)}
    rows = Lot.objects.filter(person_id__in=payer_ids, left__gt=0, expires_on__gte=day)
    return taken_from(sorted(rows, key=lambda lot: (rank[lot.person_id], lot.expires_on, lot.pk)), points)


def taken_from(lots: Iterable[Lot], points: int) -> list[tuple[Lot, int]]:
    """First in, first out, until so many points are together."""
    found: list[tuple[Lot, int]] = []
    for lot in lots:
        if points <= 0:
            break
        part = min(lot.left, points)
        found.append((lot, part))
        points -= part
    return found


def left_of(person_ids: Collection[int], day: date) -> dict[int, int]:
    """Points that can be used today, by person; one query."""
    rows = Lot.objects.filter(person_id__in=person_ids, left__gt=0, expires_on__gte=day).order_by().values_list("person_id")
    return dict(rows.annotate(Sum("left")))


def people_with_expired(day: date, limit: int) -> list[int]:
    """People who have points whose last day is over."""
    rows = Lot.objects.filter(left__gt=0, expires_on__lt=day).order_by("expires_on", "person_id")
    return list(dict.fromkeys(rows.values_list("person_id", flat=True)[:limit]))


def expired_lots(person_id: int, day: date) -> list[Lot]:
    return list(Lot.objects.filter(person_id=person_id, left__gt=0, expires_on__lt=day).select_related("award").order_by("id"))


def lots_to_remind_of(now: datetime, limit: int) -> list[Lot]:
    """Lots that end soon, of which nobody has been told; how soon, the rule of the award's community says."""
    day, most = clock.today(now), NOTICE.most or 0
    rows = Lot.objects.filter(left__gt=0, expires_on__gte=day, expires_on__lte=day + timedelta(days=most), reminded_at=None)
    lots = list(rows.select_related("award__area").order_by("expires_on", "person_id")[:limit])
    days = areas.rules_along([NOTICE], [lot.award.area.path for lot in lots], now)
    return [lot for lot, (ahead,) in zip(lots, days, strict=True) if lot.expires_on <= day + timedelta(days=ahead)]


def award_page(person: Person, cursor: str = "", size: int = 20) -> paging.Page[Award]:
    """What each record of a person's hours earned, newest first."""
    return paging.page(awards_of(person), ["-id"], cursor, size)


def awards_of(person: Person) -> QuerySet[Award]:
    return Award.objects.filter(person=person).exclude(state=AwardState.VOID).select_related("lot").order_by("-id")


def held_points(person_id: int) -> int:
    """Points of this person's own that wait at a counter."""
    from_uses = Lot.objects.filter(person_id=person_id, uses__voucher__state="held").aggregate(total=Sum(F("uses__points")))
    return from_uses["total"] or 0


def wallets(person_ids: Collection[int]) -> list[Wallet]:
    """Held one after the other in the same order everywhere, so that two who pay for each other never wait for each other."""
    return list(Wallet.objects.select_for_update().filter(person_id__in=person_ids).order_by("person_id"))


def points_of(person: Person, now: datetime) -> Points:
    """The head of the page of points."""
    day, others = clock.today(now), household_of(person.pk)
    left = left_of([person.pk, *others], day)
    first = Lot.objects.of(person).filter(expires_on__gte=day).first()
    ending = Lot.objects.of(person).filter(expires_on=first.expires_on) if first else Lot.objects.none()
    return Points(
        balance=left.get(person.pk, 0),
        household=sum(left.get(other, 0) for other in others),
        held=held_points(person.pk),
        owed=owed_by(person.pk),
        ending=ending.aggregate(total=Sum("left"))["total"] or 0,
        ending_on=first.expires_on if first else None,
    )


def owed_by(person_id: int) -> int:
    """Points that were taken back after they had been spent, and are paid back from the next ones."""
    return ledger.owed(person_id, Unit.POINTS)
