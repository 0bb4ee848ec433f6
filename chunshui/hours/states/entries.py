"""Hours that a person writes down instead of a check-in: how they come to count, and the rules of manual entry."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from chunshui.hours.states.records import MINUTE, RecordState
from chunshui.kernel.rules import rule
from chunshui.kernel.steps import Step


class EntryState(models.TextChoices):
    """Nothing counts before its publicity has passed: waiting (second approver) → published (masked list) → counted."""

    WAITING = "waiting", _("待复核")
    PUBLISHED = "published", _("公示中")
    COUNTED = "counted", _("公示结束")
    REFUSED = "refused", _("未通过")
    WITHDRAWN = "withdrawn", _("已撤回")


ENTRY_STEPS = {
    "approve": Step(frozenset({EntryState.WAITING}), EntryState.PUBLISHED, _("同意并公示")),
    "refuse": Step(frozenset({EntryState.WAITING}), EntryState.REFUSED, _("不同意")),
    "withdraw": Step(frozenset({EntryState.WAITING, EntryState.PUBLISHED}), EntryState.WITHDRAWN, _("撤回")),
    "count": Step(frozenset({EntryState.PUBLISHED}), EntryState.COUNTED, _("公示期满")),
}
#: a line is one person's one stretch, in the national status codes: applying → effective, or refused, failed, deleted (withdrawn)
LINE_STEPS = {
    "count": Step(frozenset({RecordState.APPLYING}), RecordState.EFFECTIVE, _("计入时长")),
    "refuse": Step(frozenset({RecordState.APPLYING}), RecordState.REFUSED, _("不计入")),
    "fail": Step(frozenset({RecordState.APPLYING}), RecordState.FAILED, _("计不进去")),
    "withdraw": Step(frozenset({RecordState.APPLYING}), RecordState.DELETED, _("撤回")),
}

MOST_INTERVALS = 10
MOST_PEOPLE = 200
MOST_FILES = 4
DAYS = _("天")
ENTRY_AGE = rule("hours.entry_age_days", 30, DAYS, _("补录最多补多久以前的"), "P", least=1, most=400)
SECOND_ABOVE = rule("hours.entry_second_minutes", 480, MINUTE, _("一次补录合计超过多少要第二人复核"), "P", least=0, most=100_000)
PUBLIC_DAYS = rule("hours.entry_public_days", 7, DAYS, _("补录公示几天"), "民发〔2015〕149号", least=1, most=60)
SPOT_SHARE = rule("hours.entry_spot_percent", 10, "%", _("补录抽查的比例"), "P", least=0, most=100)
