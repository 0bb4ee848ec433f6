"""Reads of the area tree, its rules and its calendar."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import holidays
from django.core.cache import cache

from chunshui.areas.models import Area, AreaRows, DayOverride, Place, RuleValue
from chunshui.areas.states import AreaKind, PlaceKind
from chunshui.kernel import clock
from chunshui.kernel.errors import NotFound
from chunshui.kernel.rules import RULES, Rule

RuleValues = list[tuple[int, date, Any]]
"""Area, first day, value."""


@dataclass(frozen=True)
class Lineage:
    """The street and community of an area, as the denormalised keys that lists are indexed by. None above that level."""

    street_id: int | None
    community_id: int | None


def visible_area(area_id: int) -> Area:
    """Areas are public; raises NotFound if there is none."""
    area = Area.objects.filter(pk=area_id).first()
    if area is None:
        raise NotFound
    return area


def district() -> Area:
    area = Area.objects.filter(kind=AreaKind.DISTRICT).order_by("id").first()
    if area is None:
        raise NotFound
    return area


def lineage(area: Area) -> Lineage:
    ids = area.lineage
    return Lineage(ids[1] if len(ids) > 1 else None, ids[2] if len(ids) > 2 else None)


def areas_below(area: Area, kind: str | None = None) -> AreaRows:
    rows = Area.objects.below(area)
    return rows.filter(kind=kind) if kind else rows


def streets() -> AreaRows:
    return Area.objects.filter(kind__in=[AreaKind.STREET, AreaKind.TOWN])


def communities(street_id: int | None = None) -> AreaRows:
    rows = Area.objects.communities()
    return rows.filter(parent_id=street_id) if street_id else rows


def children(area: Area) -> AreaRows:
    return Area.objects.filter(parent=area)


def ancestors(area: Area) -> AreaRows:
    """From the district down to the area's parent."""
    return Area.objects.filter(pk__in=area.lineage[:-1])


def area_from(text: str) -> Area | None:
    """The area that a cookie or an address names by its id, or None."""
    return Area.objects.filter(pk=int(text)).first() if text.isdecimal() and len(text) < 19 else None


def area_named(code: str) -> Area | None:
    return Area.objects.filter(code=code).first()


def doors(community_id: int) -> list[Place]:
    """Known addresses of a community, for choosing where help is wanted."""
    return list(Place.objects.filter(area_id=community_id, kind=PlaceKind.DOOR).order_by("name")[:500])


def door(community_id: int, name: str) -> Place | None:
    return Place.objects.filter(area_id=community_id, kind=PlaceKind.DOOR, name=name).first()


def rule(declared: Rule, area: Area, now: datetime) -> Any:
    """The value of a rule in an area on the day of `now`: nearest area first, then newest date, else the declared default."""
    return _in_force(declared, _rule_values([declared.key])[declared.key], area.lineage, clock.today(now))


def rules_of(declared: Sequence[Rule], area: Area, now: datetime) -> dict[str, Any]:
    """As `rule` for several, by key; one query at most."""
    found, day = _rule_values([each.key for each in declared]), clock.today(now)
    return {each.key: _in_force(each, found[each.key], area.lineage, day) for each in declared}


def rules_along(declared: Sequence[Rule], paths: Iterable[str], now: datetime) -> list[tuple[Any, ...]]:
    """The values of these rules in the areas of these paths, without reading the areas."""
    found, day = _rule_values([each.key for each in declared]), clock.today(now)
    lines = ([int(part) for part in path.split("/") if part] for path in paths)
    return [tuple(_in_force(each, found[each.key], line, day) for each in declared) for line in lines]


def _in_force(declared: Rule, values: RuleValues, lineage: Sequence[int], day: date) -> Any:
    for area_id in reversed(lineage):
        dated = [value for value in values if value[0] == area_id and value[1] <= day]
        if dated:
            return max(dated, key=lambda value: value[1])[2]
    return declared.default


def _rule_values(keys: Sequence[str]) -> dict[str, RuleValues]:
    """Every value that was set for these rules. When one is not known any more, all are read anew: they are few, and a page asks for many."""
    kept: dict[str, RuleValues] = cache.get_many([f"rule:{key}" for key in keys])
    if len(kept) == len(set(keys)):
        return {key: kept[f"rule:{key}"] for key in keys}
    found: dict[str, RuleValues] = {key: [] for key in (*RULES, *keys)}
    for key, area_id, effective_on, value in RuleValue.objects.values_list("key", "area_id", "effective_on", "value"):
        found.setdefault(key, []).append((area_id, effective_on, value))
    cache.set_many({f"rule:{key}": values for key, values in found.items()}, 5)
    return found


def rules_in_force(area: Area, now: datetime) -> list[tuple[Rule, Any]]:
    return [(declared, rule(declared, area, now)) for declared in sorted(RULES.values(), key=lambda each: each.key)]


@dataclass(frozen=True)
class RuleLine:
    """A rule as the settings page shows it: what is in force here, where that was set, and what comes next."""

    rule: Rule
    value: Any
    set_in: Area | None
    since: date | None
    coming: tuple[date, Any] | None


def declared_rule(key: str) -> Rule:
    """A rule of the page of all rules; those with a page of their own are not set here."""
    declared = RULES.get(key)
    if declared is None or declared.page:
        raise NotFound
    return declared


def rule_lines(area: Area, now: datetime, page: str = "") -> list[RuleLine]:
    """Every rule of a page with its value in force in an area; two queries, however many rules there are."""
    day, ids = clock.today(now), area.lineage
    areas = {each.pk: each for each in Area.objects.filter(pk__in=ids)}
    by_key: dict[str, list[RuleValue]] = {}
    for row in RuleValue.objects.filter(area_id__in=ids).order_by("effective_on"):
        by_key.setdefault(row.key, []).append(row)
    return [_line(RULES[key], by_key.get(key, []), areas, area, day) for key in sorted(RULES) if RULES[key].page == page]


def _line(declared: Rule, values: list[RuleValue], areas: dict[int, Area], area: Area, day: date) -> RuleLine:
    past = [row for row in values if row.effective_on <= day]
    now_row = max(past, key=lambda row: (len(areas[row.area_id].lineage), row.effective_on), default=None)
    coming = next(((row.effective_on, row.value) for row in values if row.effective_on > day and row.area_id == area.pk), None)
    if now_row is None:
        return RuleLine(declared, declared.default, None, None, coming)
    return RuleLine(declared, now_row.value, areas[now_row.area_id], now_row.effective_on, coming)


def rule_history(area: Area, key: str) -> list[RuleValue]:
    """Every value that a rule was given here or above, newest first."""
    rows = RuleValue.objects.filter(area_id__in=area.lineage, key=key).select_related("area")
    return list(rows.order_by("-effective_on", "-id")[:100])


def day_override(day: date) -> DayOverride:
    row = DayOverride.objects.filter(day=day).first()
    if row is None:
        raise NotFound
    return row


def day_overrides(since: date) -> list[DayOverride]:
    return list(DayOverride.objects.filter(day__gte=since).order_by("day")[:400])


@lru_cache(maxsize=8)
def _national(year: int) -> Any:
    return holidays.country_holidays("CN", years=[year])


def is_working_day(day: date) -> bool:
    """The national calendar of China (with its make-up working days), corrected by the district's own overrides."""
    override = _overrides().get(day)
    return override if override is not None else bool(_national(day.year).is_working_day(day))


def is_holiday(day: date) -> bool:
    return day in _national(day.year)


def _overrides() -> dict[date, bool]:
    found: dict[date, bool] | None = cache.get("day-overrides")
    if found is None:
        found = dict(DayOverride.objects.values_list("day", "is_working"))
        cache.set("day-overrides", found, 60)
    return found


OPENS, CLOSES = 9, 18
"""Office hours of a working day."""


def is_working_time(now: datetime) -> bool:
    """Whether the offices of the district are open."""
    return is_working_day(clock.today(now)) and OPENS <= clock.local(now).hour < CLOSES


def working_deadline(start: datetime, minutes: int, opens: int = OPENS, closes: int = CLOSES) -> datetime:
    """`start` plus `minutes` of working time (hours `opens` to `closes` of working days, district time)."""
    moment, left = clock.local(start), timedelta(minutes=minutes)
    while True:
        begin, end = clock.at(moment.date(), opens), clock.at(moment.date(), closes)
        if is_working_day(moment.date()) and moment < end:
            moment = max(moment, begin)
            if moment + left <= end:
                return moment + left
            left -= end - moment
        moment = clock.at(moment.date() + timedelta(days=1), opens)
