"""The verbs of areas."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chunshui.areas import events, policies, queries
from chunshui.areas.models import RuleValue
from chunshui.kernel import clock
from chunshui.kernel.errors import Refused
from chunshui.kernel.events import emit
from chunshui.kernel.rules import RULES

if TYPE_CHECKING:
    from chunshui.people.models import Person


@transaction.atomic
def set_rule(*, area_id: int, key: str, value: Any, effective_on: date, reason: str, actor: Person, now: datetime) -> RuleValue:
    """Give a rule a value in an area from a day on; the past is never rewritten."""
    area = queries.visible_area(area_id)
    policies.can_set_rule(actor, area).or_refuse()
    _check(key, value)
    if effective_on < clock.today(now):
        raise Refused(_("生效日期不能早于今天。"), code="in_the_past", fields={"effective_on": _("生效日期不能早于今天。")})
    row, _made = RuleValue.objects.update_or_create(
        area=area, key=key, effective_on=effective_on, defaults={"value": value, "reason": reason, "set_by_id": actor.pk, "set_at": now}
    )
    transaction.on_commit(lambda: cache.delete(f"rule:{key}"))
    emit(events.RULE_SET, subject="area", subject_id=area.pk, actor=actor, at=now, area_id=area.pk, key=key, value=value, reason=reason)
    return row


def _check(key: str, value: Any) -> None:
    declared = RULES.get(key)
    if declared is None:
        raise Refused(_("没有这条规则。"), code="unknown_rule", fields={"key": _("没有这条规则。")})
    if type(value) is not type(declared.default):
        raise Refused(_("这条规则的值类型不对。"), code="wrong_type", fields={"value": _("这条规则的值类型不对。")})
    if (declared.least is not None and value < declared.least) or (declared.most is not None and value > declared.most):
        text = _("要在 %(least)s 和 %(most)s 之间。") % {"least": declared.least, "most": declared.most}
        raise Refused(text, code="out_of_range", fields={"value": text})
