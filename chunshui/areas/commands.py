"""The verbs of areas."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chunshui.areas import events, policies, queries
from chunshui.areas.models import DayOverride, RuleValue
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
    _check_reason(reason)
    if effective_on < clock.today(now):
        raise Refused(_("生效日期不能早于今天。"), code="in_the_past", fields={"effective_on": _("生效日期不能早于今天。")})
    row, _made = RuleValue.objects.update_or_create(
        area=area, key=key, effective_on=effective_on, defaults={"value": value, "reason": reason.strip(), "set_by_id": actor.pk, "set_at": now}
    )
    transaction.on_commit(lambda: cache.delete(f"rule:{key}"))
    emit(events.RULE_SET, subject="area", subject_id=area.pk, actor=actor, at=now, area_id=area.pk, key=key, value=value, reason=reason)
    return row


@transaction.atomic
def set_day(*, actor: Person, day: date, is_working: bool, reason: str, now: datetime) -> DayOverride:
    """Say that the district works, or rests, on a day against the national calendar; deadlines count by it from then on."""
    policies.can_set_day(actor).or_refuse()
    if day < clock.today(now):
        text = _("过去的日子不能改。")
        raise Refused(text, code="in_the_past", fields={"day": text})
    _check_reason(reason)
    row, _made = DayOverride.objects.update_or_create(day=day, defaults={"is_working": is_working, "reason": reason.strip()[:100]})
    told = {"day": day.isoformat(), "is_working": is_working, "reason": row.reason}
    _tell_day(events.DAY_SET, row.pk, actor, now, **told)
    return row


@transaction.atomic
def clear_day(*, actor: Person, day: date, now: datetime) -> None:
    """Let the national calendar count again on a day."""
    policies.can_clear_day(actor).or_refuse()
    row = queries.day_override(day)
    if day < clock.today(now):
        text = _("过去的日子不能改。")
        raise Refused(text, code="in_the_past", fields={"day": text})
    _tell_day(events.DAY_CLEARED, row.pk, actor, now, day=day.isoformat())
    row.delete()


def _tell_day(name: str, row_id: int, actor: Person, now: datetime, **data: Any) -> None:
    transaction.on_commit(lambda: cache.delete("day-overrides"))
    emit(name, subject="day", subject_id=row_id, actor=actor, at=now, area_id=queries.district().pk, **data)


def _check_reason(reason: str) -> None:
    if not reason.strip():
        text = _("请写明原因。")
        raise Refused(text, code="reason_missing", fields={"reason": text})


def _check(key: str, value: Any) -> None:
    declared = RULES.get(key)
    if declared is None:
        raise Refused(_("没有这条规则。"), code="unknown_rule", fields={"key": _("没有这条规则。")})
    if type(value) is not type(declared.default):
        raise Refused(_("这条规则的值类型不对。"), code="wrong_type", fields={"value": _("这条规则的值类型不对。")})
    if declared.choices and value not in declared.choices:
        text = _("只能是：%(choices)s。") % {"choices": "、".join(declared.choices)}
        raise Refused(text, code="no_choice", fields={"value": text})
    if (declared.least is not None and value < declared.least) or (declared.most is not None and value > declared.most):
        text = _("要在 %(least)s 和 %(most)s 之间。") % {"least": declared.least, "most": declared.most}
        raise Refused(text, code="out_of_range", fields={"value": text})
