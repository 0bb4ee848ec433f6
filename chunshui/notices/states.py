"""The life of a message, and the hours in which no telephone should buzz."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from chunshui.kernel.rules import rule


class SendState(models.TextChoices):
    INBOX = "inbox", _("站内")
    QUEUED = "queued", _("待发送")
    SENT = "sent", _("已发送")
    FAILED = "failed", _("没发出去")


O_CLOCK = _("点")
QUIET_FROM = rule("notices.quiet_from", 21, O_CLOCK, _("晚上几点以后不发短信"), "P", least=0, most=24)
QUIET_UNTIL = rule("notices.quiet_until", 8, O_CLOCK, _("早上几点以前不发短信"), "P", least=0, most=24)

MOST_ATTEMPTS = 6
FIRST_WAIT_MINUTES = 2  # doubles with each attempt
LEASE_MINUTES = 5  # how long one worker keeps a message that it is sending
