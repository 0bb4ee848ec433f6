"""The bar from manual entry and its repair."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chunshui.areas import queries as areas
from chunshui.hours import events, policies, queries
from chunshui.hours.models import Case, Sanction
from chunshui.hours.states import BAR_MONTHS, REPAIR_MINUTES
from chunshui.kernel.errors import Refused
from chunshui.kernel.events import emit

if TYPE_CHECKING:
    from chunshui.people.models import Person

MONTH = timedelta(days=365) / 12


def bar(*, case: Case, person_id: int, actor: Person, now: datetime) -> Sanction:
    """Nothing may be entered by hand by this person or for this person for so many months; check-ins count as ever."""
    months: int = areas.rule(BAR_MONTHS, case.area, now)
    made = Sanction.objects.create(case=case, person_id=person_id, since=now, until=now + months * MONTH, reason=case.reason, by=actor)
    data = {"person_id": person_id, "until": made.until.isoformat(), "reason": made.reason}
    emit(events.BARRED, subject="sanction", subject_id=made.pk, actor=actor, at=now, area_id=case.area_id, **data)
    return made


@transaction.atomic
def repair_sanction(*, actor: Person, sanction_id: int, now: datetime) -> Sanction:
    """Ten hours of service, checked in on the spot since the bar began, lift it; once in a volunteer's life."""
    sanction = queries.visible_sanction(actor, sanction_id, lock=True)
    policies.can_repair_sanction(actor, sanction).or_refuse()
    if sanction.repaired_at is not None or sanction.until <= now:
        raise Refused(_("这次停止已经结束了。"), code="wrong_state")
    if queries.has_repaired(actor.pk):
        raise Refused(_("资格只能修复一次，您已经修复过了。"), code="repaired_before")
    wanted, served = areas.rule(REPAIR_MINUTES, sanction.case.area, now), queries.served_since(actor.pk, sanction.since)
    if served < wanted:
        text = _("还差 %(minutes)d 分钟现场签到的服务。") % {"minutes": wanted - served}
        raise Refused(text, code="too_little_service")
    sanction.repaired_at = now
    sanction.save(update_fields=["repaired_at"])
    data = {"person_id": actor.pk, "minutes": served}
    emit(events.BAR_REPAIRED, subject="sanction", subject_id=sanction.pk, actor=actor, at=now, area_id=sanction.case.area_id, **data)
    return sanction


def refuse_if_barred(person_ids: set[int], now: datetime) -> None:
    for person_id in sorted(person_ids):
        sanction = queries.sanction_of(person_id, now)
        if sanction is not None:
            text = _("这个人的补录资格停到 %(day)s，现场签到的照样计。") % {"day": f"{sanction.until:%Y-%m-%d}"}
            raise Refused(text, code="barred")
