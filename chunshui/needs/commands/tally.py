"""Statistics: count a fact, and rebuild everything from the orders."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from chunshui.areas import queries as areas
from chunshui.kernel import clock
from chunshui.needs import queries
from chunshui.needs.models import Need, Tally


@transaction.atomic
def count(*, need: Need, at: datetime, service_code: str = "", area_id: int | None = None, **by: int) -> None:
    """Add to the line of the month, community and service."""
    street_id, community_id = need.street_id, need.community_id
    if area_id is not None and area_id != need.area_id:
        line = areas.lineage(areas.visible_area(area_id))
        street_id, community_id = line.street_id or street_id, line.community_id or community_id
    service = queries.service_named(service_code) if service_code else need.service
    row, _made = Tally.objects.get_or_create(
        month=clock.month_start(at), community_id=community_id, service=service, defaults={"street_id": street_id}
    )
    Tally.objects.filter(pk=row.pk).update(**{name: F(name) + amount for name, amount in by.items()})


@transaction.atomic
def rebuild_tally() -> int:
    """Throw the statistics away and count the orders anew; returns how many lines differed."""
    counted = queries.counted_anew()
    wrong = queries.tally_differences(counted)
    Tally.objects.all().delete()
    rows = [Tally(month=key[0], street_id=key[1], community_id=key[2], service_id=key[3], **values) for key, values in counted.items()]
    Tally.objects.bulk_create(rows, batch_size=1000)
    return len(wrong)
