"""Everything that an order is made of, so that a refusal can be shown to have changed nothing."""

from __future__ import annotations

from chunshui.hours.models import Record
from chunshui.kernel.models import Event
from chunshui.needs.models import Assignment, FollowUp, MenuLine, Need, NeedPhoto, NeedToken, Offer, Rating, Service, Tally

TABLES = (Need, NeedToken, NeedPhoto, Offer, Assignment, Rating, FollowUp, Tally, MenuLine, Service, Record)


def snapshot() -> dict[str, object]:
    rows = {model.__name__: [tuple(map(_plain, row)) for row in model.objects.order_by("pk").values_list()] for model in TABLES}
    return {**rows, "events": Event.objects.count()}


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value
