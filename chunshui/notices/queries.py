"""Reads of the inbox, the outgoing queue and the quiet hours."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Case, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from chunshui.areas import queries as areas
from chunshui.kernel import clock, paging
from chunshui.kernel.errors import NotFound
from chunshui.notices import policies
from chunshui.notices.models import Message, SentText
from chunshui.notices.states import QUIET_FROM, QUIET_UNTIL, SendState

if TYPE_CHECKING:
    from chunshui.areas.models import Area
    from chunshui.people.models import Person


def visible_message(actor: Person, message_id: int, *, lock: bool = False) -> Message:
    """The one way to reach a message; missing and someone else's look the same."""
    rows = Message.objects.select_for_update(of=("self",)) if lock else Message.objects.all()
    message = rows.filter(pk=message_id).first()
    if message is None or not policies.can_view_message(actor, message):
        raise NotFound
    return message


def inbox(actor: Person, cursor: str = "", size: int = 30) -> paging.Page[Message]:
    """The actor's messages: unread first, newest first."""
    seen = Case(When(read_at=None, then=Value(0)), default=Value(1))
    return paging.page(Message.objects.filter(person=actor).annotate(seen=seen), ["seen", "-id"], cursor, size)


def unread_count(actor: Person) -> int:
    """How many messages wait to be read; 0 for anyone who is not signed in."""
    return Message.objects.filter(person_id=actor.pk, read_at=None).count() if actor.pk else 0


def due_messages(now: datetime) -> QuerySet[Message]:
    return Message.objects.filter(state=SendState.QUEUED, not_before__lte=now).order_by("not_before", "id")


def after_quiet(moment: datetime, area: Area | None) -> datetime:
    """`moment` itself, or the end of the quiet hours that it falls into."""
    if area is None:
        return moment
    begin, end = areas.rule(QUIET_FROM, area, moment), areas.rule(QUIET_UNTIL, area, moment)
    local = clock.local(moment)
    quiet = begin <= local.hour < end if begin <= end else local.hour >= begin or local.hour < end
    if not quiet:
        return moment
    morning = clock.at(local.date(), end)
    return morning if morning > local else clock.at(local.date() + timedelta(days=1), end)


def sent_texts(phone_index: str = "", limit: int = 20) -> QuerySet[SentText]:
    """What the null gateway kept, newest first: of one phone, or of all."""
    rows = SentText.objects.filter(Q(phone_index=phone_index) if phone_index else Q())
    return rows.order_by("-id")[:limit]


def belongings(person_id: int) -> list[tuple[str, int]]:
    """What a person has here, for the preview of a merge."""
    return [(_("消息"), Message.objects.filter(person_id=person_id).count())]
