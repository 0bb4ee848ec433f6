"""What a merchant gains, counted month by month; the order of lists and the badges; and what becomes of points that it collected."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from chunshui.areas import queries as areas
from chunshui.kernel import clock
from chunshui.kernel.errors import Refused
from chunshui.kernel.events import emit
from chunshui.ledger import commands as ledger
from chunshui.ledger.states import MOST_AMOUNT, RECYCLED, AccountKind, Kind, Line, Place, Unit, issuer
from chunshui.redemption import events, policies, queries
from chunshui.redemption.models import Merchant, MerchantMonth, Recycling
from chunshui.redemption.states import BADGE_RULES, RecycleTo, badge_of, exposure_of

if TYPE_CHECKING:
    from chunshui.people.models import Person


@transaction.atomic
def count_for_merchant(*, merchant_id: int, month: date, **figures: int) -> None:
    """Add figures to a month of a merchant."""
    row, _made = MerchantMonth.objects.get_or_create(merchant_id=merchant_id, month=month.replace(day=1))
    MerchantMonth.objects.filter(pk=row.pk).update(**{name: F(name) + value for name, value in figures.items()})


@transaction.atomic
def rank_merchants(*, now: datetime) -> int:
    """Reckon the order of lists and the badges anew; returns how many changed."""
    day = clock.today(now)
    lately, in_a_year = queries.sums_since(queries.months_back(day, 2)), queries.sums_since(queries.months_back(day, 11))
    changed = []
    for merchant in Merchant.objects.active().select_related("area").order_by("id"):
        customers, given = in_a_year.get(merchant.pk, (0, 0))
        rules = areas.rules_of(BADGE_RULES, merchant.area, now)
        badge = badge_of(customers, given, tuple(rules[rule.key] for rule in BADGE_RULES))
        opened = clock.today(merchant.opened_at or now)
        exposure = exposure_of(*lately.get(merchant.pk, (0, 0)), badge, (day - opened).days)
        if (merchant.badge, merchant.exposure) != (badge, exposure):
            merchant.badge, merchant.exposure = badge, exposure
            changed.append(merchant)
    Merchant.objects.bulk_update(changed, ["badge", "exposure"], batch_size=500)
    return len(changed)


@transaction.atomic
def recycle_points(*, actor: Person, merchant_id: int, points: int, to: str, reason: str, now: datetime) -> Recycling:
    """Take points that a merchant collected out of use, or back to the community, as the residents decided."""
    merchant = queries.visible_merchant(actor, merchant_id, lock=True)
    policies.can_recycle_points(actor, merchant).or_refuse()
    fault = _fault(points, to, reason)
    if fault:
        raise Refused(next(iter(fault.values())), code="invalid", fields=fault)
    row = Recycling.objects.create(merchant=merchant, points=points, to=to, reason=reason.strip()[:200], by=actor, at=now)
    goes_to = RECYCLED if to == RecycleTo.RECYCLED else issuer(merchant.area_id)
    line = Line(Kind.RECYCLE, Place(AccountKind.MERCHANT, merchant.pk), goes_to, Unit.POINTS, points, area_id=merchant.area_id)
    ledger.move(key=f"recycling:{row.pk}", lines=[line], at=now, memo=row.reason)
    told = {"points": points, "to": to, "reason": row.reason}
    emit(events.POINTS_RECYCLED, subject="merchant", subject_id=merchant.pk, actor=actor, at=now, area_id=merchant.area_id, **told)
    return row


def _fault(points: int, to: str, reason: str) -> dict[str, str]:
    faults = {
        "points": "" if 1 <= points <= MOST_AMOUNT else _("收回几分？请填 1 到 %(most)d。") % {"most": MOST_AMOUNT},
        "to": "" if to in RecycleTo.values else _("请选择收回到哪里。"),
        "reason": "" if reason.strip() else _("请写明居民是怎么商定的。"),
    }
    return {name: str(text) for name, text in faults.items() if text}
