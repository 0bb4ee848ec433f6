"""派单权重: change what counts how much when people are chosen."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from chunshui.areas import commands as area_commands
from chunshui.areas import queries as areas
from chunshui.kernel import clock
from chunshui.kernel.errors import Refused
from chunshui.kernel.events import emit
from chunshui.needs import events, policies
from chunshui.needs.queries.dispatch import weights

if TYPE_CHECKING:
    from chunshui.areas.models import Area
    from chunshui.people.models import Person


@transaction.atomic
def set_weight(*, actor: Person, area_id: int, key: str, value: int, effective_on: date, reason: str, now: datetime) -> None:
    """Give a weight a value from a day on, with the reason; refused when somebody would be left out because sending anybody is dearer."""
    area = areas.visible_area(area_id)
    policies.can_set_weight(actor, area).or_refuse()
    rule = weights.weight(key)
    then = max(now, datetime.combine(effective_on, time(12), tzinfo=clock.zone()))
    before = weights.values(area, then)
    _check(area, {**before, rule.key: value}, then)
    area_commands.set_rule(area_id=area.pk, key=key, value=value, effective_on=effective_on, reason=reason.strip(), actor=actor, now=now)
    told = {"key": key, "value": value, "was": before[key], "effective_on": effective_on.isoformat(), "reason": reason.strip()}
    emit(events.WEIGHT_SET, subject="area", subject_id=area.pk, actor=actor, at=now, area_id=area.pk, **told)


def _check(area: Area, given: dict[str, int], then: datetime) -> None:
    try:
        found = weights.weights_of(given)
    except ValueError:
        _refuse(_("越急的单、当天越靠后的单，数字不能比前面的小。"), "ladder_falls")
    margin = weights.margin(found, area, then)
    if not margin.holds:
        text = _("“没人去”的代价（%(empty)d）要高于最贵的一次派单（%(dearest)d），不然会有人明明派得到却没人去。")
        _refuse(text % {"empty": margin.empty, "dearest": margin.dearest}, "dearer_than_empty")


def _refuse(text: str, code: str) -> None:
    raise Refused(text, code=code, fields={"value": text})
