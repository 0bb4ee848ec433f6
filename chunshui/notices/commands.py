"""The verbs of notices."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from chunshui.kernel import moving
from chunshui.kernel.crypto import Unreadable
from chunshui.notices import adapters, policies, queries
from chunshui.notices.models import Message
from chunshui.notices.states import FIRST_WAIT_MINUTES, LEASE_MINUTES, MOST_ATTEMPTS, SendState
from chunshui.people import commands as person_commands
from chunshui.people import queries as people

if TYPE_CHECKING:
    from chunshui.people.models import Person

NO_PHONE = "no phone"
PART = "notices"


@transaction.atomic
def notify(
    *,
    person_id: int,
    key: str,
    kind: str,
    title: str,
    body: str = "",
    url: str = "",
    sms: bool = False,
    at: datetime,
    not_before: datetime | None = None,
) -> None:
    """Put a message into a person's inbox, once per key, and queue it as a text message when `sms` is set."""
    values = {
        "person_id": person_id,
        "kind": kind,
        "title": title[:120],
        "body": body,
        "url": url,
        "sms": sms,
        "state": SendState.QUEUED if sms else SendState.INBOX,
        "at": at,
        "not_before": max(not_before or at, at),
    }
    Message.objects.get_or_create(key=key, defaults=values)


@transaction.atomic
def mark_read(*, actor: Person, message_id: int | None = None, now: datetime) -> int:
    """Mark one message read, or all of the actor's; returns how many changed."""
    rows = Message.objects.filter(person_id=actor.pk, read_at=None)
    if message_id is not None:
        message = queries.visible_message(actor, message_id, lock=True)
        policies.can_mark_read(actor, message).or_refuse()
        rows = rows.filter(pk=message.pk)
    return rows.update(read_at=now)


def send_due(*, now: datetime, limit: int = 100) -> int:
    """Send the text messages that are due; returns how many went out.

    Each is claimed in one short transaction and sent outside it, so that a slow gateway locks nothing. A worker that dies in
    between leaves a lease that runs out; the gateway gets the same key again and drops the repeat.
    """
    ids = list(queries.due_messages(now).values_list("id", flat=True)[:limit])
    return sum(_send(message_id, now) for message_id in ids)


def _send(message_id: int, now: datetime) -> bool:
    message = _claim(message_id, now)
    if message is None:
        return False
    try:
        phone = people.opened(message.person, "phone")
    except Unreadable:
        phone = ""
    if not phone:
        Message.objects.filter(pk=message.pk).update(state=SendState.FAILED, error=NO_PHONE)
        return False
    try:
        adapters.gateway().send(phone, _text(message), key=message.key, at=now)
    except adapters.NotSent as refusal:
        _put_off(message, now, str(refusal))
        return False
    Message.objects.filter(pk=message.pk).update(state=SendState.SENT, sent_at=now, error="")
    return True


@transaction.atomic
def _claim(message_id: int, now: datetime) -> Message | None:
    """Take a due message for this worker, or put it off to the end of the quiet hours."""
    rows = queries.due_messages(now).select_for_update(skip_locked=True, of=("self",))
    message = rows.select_related("person__area").filter(pk=message_id).first()
    if message is None:
        return None
    waits_until = queries.after_quiet(now, message.person.area)
    is_quiet = waits_until > now
    message.not_before = waits_until if is_quiet else now + timedelta(minutes=LEASE_MINUTES)
    message.attempts += 0 if is_quiet else 1
    message.save(update_fields=["not_before", "attempts"])
    return None if is_quiet else message


def _put_off(message: Message, now: datetime, error: str) -> None:
    """Try again later, waiting twice as long each time; give up after the last attempt."""
    is_last = message.attempts >= MOST_ATTEMPTS
    Message.objects.filter(pk=message.pk).update(
        state=SendState.FAILED if is_last else SendState.QUEUED,
        not_before=now + timedelta(minutes=FIRST_WAIT_MINUTES * 2 ** (message.attempts - 1)),
        error=error[:200],
    )


def _text(message: Message) -> str:
    name = settings.SITE_NAME_EN if message.person.language == "en" else settings.SITE_NAME
    link = f" {settings.SITE_URL}{message.url}" if settings.SITE_URL and message.url else ""
    return f"【{name}】{message.title}{' ' + message.body if message.body else ''}{link}"


@transaction.atomic
def forget_person(*, person_id: int) -> None:
    """Drop every message to a person who was erased."""
    Message.objects.filter(person_id=person_id).delete()


@transaction.atomic
def take_over_messages(*, merge_id: int) -> None:
    """The messages of a duplicate go to the person it was merged into."""
    merge = people.merge_told_of(merge_id)
    if merge.undone_at is None:
        person_commands.note_moved(merge_id=merge_id, part=PART, moved=moving.move(_moves(), merge.gone_id, merge.kept_id))


@transaction.atomic
def give_back_messages(*, merge_id: int) -> None:
    """They were two people after all: each reads the own messages again."""
    merge = people.merge_told_of(merge_id)
    moving.give_back(_moves(), people.moved_in(merge, PART), merge.gone_id, merge.kept_id)


def _moves() -> moving.Moves:
    return [(Message.objects.all(), "person")]
