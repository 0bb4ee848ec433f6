from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SendState(models.TextChoices):
    INBOX = "inbox", _("站内")
    QUEUED = "queued", _("待发送")
    SENT = "sent", _("已发送")
    FAILED = "failed", _("没发出去")
