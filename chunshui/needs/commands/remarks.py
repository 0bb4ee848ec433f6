"""What the volunteer says after the service."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chunshui.kernel.errors import Refused
from chunshui.needs import events, policies, queries
from chunshui.needs.commands import wishes
from chunshui.needs.commands.opening import open_follow_up
from chunshui.needs.commands.orders import told
from chunshui.needs.models import Assignment
from chunshui.needs.states import (
    AssignmentState,
    FollowUpKind,
    PersonChange,
)

if TYPE_CHECKING:
    from chunshui.people.models import Person


@transaction.atomic
def remark(*, actor: Person, assignment_id: int, change: str, words: str, now: datetime) -> Assignment:
    """What the volunteer says after the service: thanks, or a report that someone not involved looks into."""
    need = queries.visible_need(actor, queries.need_of_assignment(assignment_id), lock=True)
    place = queries.place_of(need, assignment_id)
    policies.can_remark(actor, place).or_refuse()
    if change not in PersonChange.values:
        wishes.refuse("change", _("有不认识的选项，请重新选择。"), "unknown_code")
    if place.state != AssignmentState.DONE:
        raise Refused(_("签退以后再说。"), code="wrong_state")
    if place.change:
        raise Refused(_("已经说过了。"), code="already_said")
    words = wishes.checked_text(words, "words", most=300)
    if change == PersonChange.REPORT and not words:
        wishes.refuse("words", _("请写明情况。"), "no_words")
    place.change, place.words = change, words
    place.save(update_fields=["change", "words"])
    if change == PersonChange.REPORT:
        open_follow_up(need, FollowUpKind.REPORT, words, actor, now)
    else:
        told(events.THANKED, need, actor, now, volunteer_id=place.volunteer_id)
    return place
