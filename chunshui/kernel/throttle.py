"""Counts of attempts that every process shares: sign-in, codes, look-ups."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from chunshui.kernel.errors import Refused
from chunshui.kernel.models import Attempt


def count(key: str, *, now: datetime, most: int, per: timedelta) -> None:
    """Count one attempt at `key`; raises `Refused` (code too_many) beyond `most` in the window of length `per`.

    Called before the transaction of the command that may refuse: what that transaction rolls back must not be the count.
    """
    window = datetime.fromtimestamp(now.timestamp() // per.total_seconds() * per.total_seconds(), tz=now.tzinfo)
    with transaction.atomic():
        attempt, made = Attempt.objects.get_or_create(key=key[:120], window=window, defaults={"count": 1})
        if not made:
            Attempt.objects.filter(pk=attempt.pk).update(count=F("count") + 1)
            attempt.refresh_from_db(fields=["count"])
    if attempt.count > most:
        minutes = math.ceil((window + per - now).total_seconds() / 60)
        raise Refused(_("试得太多了，请过 %(minutes)d 分钟再试。") % {"minutes": minutes}, code="too_many")
