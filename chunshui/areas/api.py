"""Areas in JSON: public, so that an order can say where; their rules and the district's working days."""

from datetime import date
from typing import Annotated, Any

from django.utils import timezone
from ninja import Path, Query, Router, Schema

from chunshui.areas import commands, queries
from chunshui.kernel import clock
from chunshui.kernel.rest import MOST_ID, Day, Flag, Given, Line, Text, Within, answers, in_range, reads, writes

router = Router(tags=["areas"])
AreaId = Annotated[int, Path(ge=1, le=MOST_ID)]
Key = Annotated[str, Path(pattern=r"^[a-z_]{1,30}\.[a-z_0-9]{1,60}$")]
OnDay = Annotated[Day, Path()]
Why = Annotated[str, Text(100)]
Value = Annotated[int, Within(-1_000_000_000, 1_000_000_000)]


class AreaOut(Schema):
    id: int
    kind: str
    code: str
    name: str
    name_en: str
    parent_id: int | None
    latitude: float
    longitude: float


class DoorOut(Schema):
    """A known address."""

    name: str
    latitude: float
    longitude: float


class ComingOut(Schema):
    effective_on: date
    value: bool | int | str


class RuleOut(Schema):
    """A rule with the value in force here; `set_in_id` says in which area it was set, empty: nowhere, it is the proposal of the house."""

    key: str
    label: str
    unit: str
    value: bool | int | str
    default: bool | int | str
    least: int | None
    most: int | None
    choices: list[str]
    set_in_id: int | None
    since: date | None
    coming: ComingOut | None


class RuleValueOut(Schema):
    area_id: int
    effective_on: date
    value: bool | int | str
    reason: str


class RuleIn(Given):
    """From `effective_on` on; the past is never rewritten."""

    value: Flag | Value | Line
    effective_on: Day
    reason: Line


class DayOut(Schema):
    day: date
    is_working: bool
    reason: str


class DayIn(Given):
    is_working: Flag
    reason: Why


@router.get("/areas", response=answers(list[AreaOut]), summary="The parts of an area; without a parent, the district")
@reads()
def list_areas(request: Any, parent_id: Annotated[int | None, Query(ge=1, le=MOST_ID)] = None) -> Any:
    return list(queries.children(queries.visible_area(parent_id)))[:500] if parent_id else [queries.district()]


@router.get("/areas/{area_id}", response=answers(AreaOut), summary="One area")
@reads()
def get_area(request: Any, area_id: AreaId) -> Any:
    return queries.visible_area(area_id)


@router.get("/areas/{area_id}/doors", response=answers(list[DoorOut]), summary="Known addresses of a community")
@reads()
def doors(request: Any, area_id: AreaId) -> Any:
    return queries.doors(queries.visible_area(area_id).pk)


@router.get("/areas/{area_id}/rules", response=answers(list[RuleOut]), summary="Every rule with its value in force in an area")
@reads()
def rules(request: Any, area_id: AreaId) -> Any:
    return [_rule(line) for line in queries.rule_lines(queries.visible_area(area_id), timezone.now())]


def _rule(line: Any) -> RuleOut:
    declared = line.rule
    words: dict[str, Any] = {"label": str(declared.label), "unit": str(declared.unit)}
    bounds = {"default": declared.default, "least": declared.least, "most": declared.most, "choices": list(declared.choices)}
    coming = ComingOut(effective_on=line.coming[0], value=line.coming[1]) if line.coming else None
    where = {"set_in_id": line.set_in.pk if line.set_in else None, "since": line.since}
    return RuleOut(key=declared.key, value=line.value, coming=coming, **words, **bounds, **where)


@router.get("/areas/{area_id}/rules/{key}", response=answers(list[RuleValueOut]), summary="Every value that a rule was given here or above")
@reads()
def rule_history(request: Any, area_id: AreaId, key: Key) -> Any:
    return queries.rule_history(queries.visible_area(area_id), queries.declared_rule(key).key)


@router.post("/areas/{area_id}/rules/{key}", response=answers(RuleValueOut), summary="Give a rule a value from a day on")
@writes("settings")
def set_rule(request: Any, area_id: AreaId, key: Key, rule: RuleIn) -> Any:
    in_range(rule.effective_on)
    declared = queries.declared_rule(key)
    row = commands.set_rule(actor=request.auth, area_id=area_id, key=declared.key, now=timezone.now(), **rule.dict())
    return RuleValueOut(area_id=row.area_id, effective_on=row.effective_on, value=row.value, reason=row.reason)


@router.get("/calendar", response=answers(list[DayOut]), summary="Days on which the district works or rests against the national calendar")
@reads()
def calendar_days(request: Any) -> Any:
    return queries.day_overrides(clock.today(timezone.now()))


@router.post("/calendar/{day}", response=answers(DayOut), summary="Say that the district works, or rests, on a day")
@writes("settings")
def set_day(request: Any, day: OnDay, said: DayIn) -> Any:
    in_range(day)
    row = commands.set_day(actor=request.auth, day=day, now=timezone.now(), **said.dict())
    return DayOut(day=row.day, is_working=row.is_working, reason=row.reason)


@router.post("/calendar/{day}/clear", response=answers(DayOut), summary="Let the national calendar count again on a day")
@writes("settings")
def clear_day(request: Any, day: OnDay) -> Any:
    in_range(day)
    commands.clear_day(actor=request.auth, day=day, now=timezone.now())
    return DayOut(day=day, is_working=queries.is_working_day(day), reason="")
