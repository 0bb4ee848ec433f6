"""Running totals of the circle, counted from events; each delivery of an event runs once, so a fact counts once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from chunshui.kernel import clock
from chunshui.redemption import queries
from chunshui.redemption.models import CircleMonth


@transaction.atomic
def count_in_circle(*, area_id: int, at: datetime, **figures: int) -> None:
    """Add figures to the month of `at` in the community of an area."""
    row, _made = CircleMonth.objects.get_or_create(area_id=queries.circle_area(area_id), month=clock.month_start(at))
    CircleMonth.objects.filter(pk=row.pk).update(**{name: F(name) + value for name, value in figures.items()})
