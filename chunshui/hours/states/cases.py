"""Things about hours that a person has to look at: reports, spot checks and signals. They accuse nobody."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from chunshui.kernel.steps import Step


class CaseKind(models.TextChoices):
    REPORT = "report", _("有人反映")
    SPOT_CHECK = "spot_check", _("抽查")
    SIGNAL = "signal", _("值得看一看")


class CaseState(models.TextChoices):
    OPEN = "open", _("待核实")
    CLOSED = "closed", _("已核实")


class Decision(models.TextChoices):
    CLEAR = "clear", _("没有问题")
    CORRECT = "correct", _("更正时间")
    CANCEL = "cancel", _("不计这些时长")
    SANCTION = "sanction", _("不计，并停止补录资格")


CASE_STEPS = {"decide": Step(frozenset({CaseState.OPEN}), CaseState.CLOSED, _("写下核实结果"))}
