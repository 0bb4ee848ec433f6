"""Dispatch weights: what counts how much when people are chosen; for street and district staff."""

from datetime import date
from typing import Annotated, Any

from django.utils import timezone
from ninja import Path, Router, Schema

from chunshui.areas import queries as areas
from chunshui.kernel.rest import MOST_ID, Day, Given, Line, Within, answers, in_range, reads, writes
from chunshui.needs import commands, queries

router = Router(tags=["dispatch"])
AreaId = Annotated[int, Path(ge=1, le=MOST_ID)]
Name = Annotated[str, Path(pattern=r"^[a-z_0-9]{1,30}$")]
PREFIX = "needs.weight."


class WeightOut(Schema):
    """`set_in_id` says in which area it was set, empty: nowhere, it is the default that won in the simulation."""

    name: str
    label: str
    unit: str
    value: int
    default: int
    least: int | None
    most: int | None
    set_in_id: int | None
    since: date | None


class WeightIn(Given):
    """From `effective_on` on. Refused when leaving somebody out would cost less than the dearest visit."""

    value: Annotated[int, Within(0, 1_000_000)]
    effective_on: Day
    reason: Line


@router.get(
    "/areas/{area_id}/dispatch-weights", response=answers(list[WeightOut]), summary="Every dispatch weight with its value in force in an area"
)
@reads()
def dispatch_weights(request: Any, area_id: AreaId) -> Any:
    return _weights(request, area_id)


@router.post("/areas/{area_id}/dispatch-weights/{name}", response=answers(list[WeightOut]), summary="Give a dispatch weight a value from a day on")
@writes("settings")
def set_weight(request: Any, area_id: AreaId, name: Name, weight: WeightIn) -> Any:
    in_range(weight.effective_on)
    commands.set_weight(actor=request.auth, area_id=area_id, key=PREFIX + name, now=timezone.now(), **weight.dict())
    return _weights(request, area_id)


def _weights(request: Any, area_id: int) -> list[WeightOut]:
    return [_weight(line) for line in queries.weight_lines(request.auth, areas.visible_area(area_id), timezone.now())]


def _weight(line: Any) -> WeightOut:
    rule = line.rule
    words = {"label": str(rule.label), "unit": str(rule.unit), "name": rule.key.removeprefix(PREFIX)}
    numbers = {"value": line.value, "default": rule.default, "least": rule.least, "most": rule.most}
    return WeightOut(**words, **numbers, set_in_id=line.set_in.pk if line.set_in else None, since=line.since)
