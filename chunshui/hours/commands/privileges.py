"""The list of what stars bring, kept by the district."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chunshui.hours import events
from chunshui.hours.models.stars import Privilege
from chunshui.hours.policies import stars as policies
from chunshui.hours.queries import stars as queries
from chunshui.hours.states.stars import LEVELS
from chunshui.kernel.errors import Refused
from chunshui.kernel.events import emit

if TYPE_CHECKING:
    from chunshui.people.models import Person


@transaction.atomic
def offer_privilege(
    *,
    actor: Person,
    level: int,
    title: str,
    words: str,
    given_by: str,
    since: date,
    until: date | None = None,
    title_en: str = "",
    words_en: str = "",
    now: datetime,
) -> Privilege:
    """Put a privilege on the list, for this level and all above it."""
    policies.can_offer_privilege(actor).or_refuse()
    if level not in LEVELS or not title.strip() or not words.strip() or not given_by.strip():
        raise Refused(_("星级、名称、内容和提供单位都要写。"), code="incomplete")
    if until is not None and until < since:
        text = _("结束日期不能早于开始日期。")
        raise Refused(text, code="ends_before_start", fields={"until": text})
    texts = {"title": title.strip(), "words": words.strip(), "given_by": given_by.strip(), "title_en": title_en.strip(), "words_en": words_en.strip()}
    row = Privilege.objects.create(level=level, since=since, until=until, offered_by=actor, offered_at=now, **texts)
    emit(events.PRIVILEGE_OFFERED, subject="privilege", subject_id=row.pk, actor=actor, at=now, level=level, title=row.title)
    return row


@transaction.atomic
def end_privilege(*, actor: Person, privilege_id: int, now: datetime) -> Privilege:
    """Take a privilege off the list from now on."""
    row = queries.visible_privilege(privilege_id, lock=True)
    policies.can_end_privilege(actor).or_refuse()
    row.ended_at = now
    row.save(update_fields=["ended_at"])
    emit(events.PRIVILEGE_ENDED, subject="privilege", subject_id=row.pk, actor=actor, at=now, level=row.level, title=row.title)
    return row
