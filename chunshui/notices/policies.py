"""Who may read a message: the person it was written to, and nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from chunshui.kernel.ruling import YES, Ruling, no
from chunshui.notices.models import Message

if TYPE_CHECKING:
    from chunshui.people.models import Person


def can_view_message(actor: Person, message: Message) -> Ruling:
    return YES if actor.pk == message.person_id else no(_("这条消息不是发给您的。"))


def can_mark_read(actor: Person, message: Message) -> Ruling:
    return can_view_message(actor, message)
