"""The weights in force, as the engine takes them, and as the page of the staff shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.cache import cache

from chunshui.areas import queries as areas
from chunshui.kernel import clock
from chunshui.kernel.errors import NotFound
from chunshui.kernel.rules import Rule
from chunshui.matching import Weights
from chunshui.needs import policies
from chunshui.needs.states import HARD_REACH
from chunshui.needs.states import weights as rules

if TYPE_CHECKING:
    from chunshui.areas.models import Area
    from chunshui.people.models import Person

SECONDS = 5


@dataclass(frozen=True)
class Margin:
    """What leaving somebody out costs at least, and the dearest that sending somebody can."""

    empty: int
    dearest: int

    @property
    def holds(self) -> bool:
        return self.empty > self.dearest


def in_force(area: Area, now: datetime) -> Weights:
    """As the rules of an area say; as old as rules may be."""
    key = f"dispatch-weights:{area.pk}:{clock.today(now)}"
    found: Weights | None = cache.get(key)
    if found is None:
        found = weights_of(values(area, now))
        cache.set(key, found, SECONDS)
    return found


def values(area: Area, now: datetime) -> dict[str, int]:
    return areas.rules_of(rules.WEIGHTS, area, now)


def weights_of(given: dict[str, int]) -> Weights:
    """The engine's weights; ValueError when they make no sense together."""
    return Weights(
        distance=given[rules.DISTANCE.key],
        load=given[rules.LOAD.key],
        acceptance=given[rules.ACCEPTANCE.key],
        familiarity=given[rules.FAMILIARITY.key],
        messages=given[rules.MESSAGES.key],
        skill_surplus=given[rules.SKILL_SURPLUS.key],
        newcomer=given[rules.NEWCOMER.key],
        wish_gender=given[rules.WISH_GENDER.key],
        wish_language=given[rules.WISH_LANGUAGE.key],
        day_steps=(0, given[rules.SECOND_VISIT.key], given[rules.THIRD_VISIT.key]),
        unserved=_four(given),
        waiting=given[rules.WAITING.key],
        turnaround_minutes=given[rules.TURNAROUND.key],
    )


def _four(given: dict[str, int]) -> tuple[int, int, int, int]:
    first, second, third, fourth = (given[rule.key] for rule in rules.UNSERVED)
    return first, second, third, fourth


def margin(weights: Weights, area: Area, now: datetime) -> Margin:
    return Margin(weights.unserved[0], weights.dearest_pair(areas.rule(HARD_REACH, area, now)))


def margin_of(area: Area, now: datetime) -> Margin:
    return margin(in_force(area, now), area, now)


def weight(key: str) -> Rule:
    """The weight of this name, or NotFound: other rules have other pages."""
    found = next((rule for rule in rules.WEIGHTS if rule.key == key), None)
    if found is None:
        raise NotFound
    return found


def weight_lines(actor: Person, area: Area, now: datetime) -> list[areas.RuleLine]:
    """Every weight with its value, in the order of the list; for those who may change them."""
    policies.can_set_weight(actor, area).or_refuse()
    lines = {line.rule.key: line for line in areas.rule_lines(area, now, page=rules.PAGE)}
    return [lines[rule.key] for rule in rules.WEIGHTS]


def weight_history(actor: Person, area: Area, key: str) -> list[Any]:
    policies.can_set_weight(actor, area).or_refuse()
    return areas.rule_history(area, key)
