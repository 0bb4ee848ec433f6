"""When a person is erased: open orders end, and what an ended order told about the person goes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from chunshui.kernel.steps import can_take
from chunshui.needs import events, queries
from chunshui.needs.commands.orders import end_need, let_go, told, write_tokens
from chunshui.needs.models import Answering, Need, NeedPhoto
from chunshui.needs.states import HOLDING, STEPS, Repeat


def forget_resident(*, resident_id: int, now: datetime) -> int:
    """Cancel what is open and scrub every order of a person, and what was learned of their answers; harmless when repeated."""
    ids = list(Need.objects.filter(resident_id=resident_id).order_by("id").values_list("pk", flat=True))
    for need_id in ids:
        _forget(need_id, now)
    Answering.objects.filter(volunteer_id=resident_id).delete()
    return len(ids)


@transaction.atomic
def _forget(need_id: int, now: datetime) -> None:
    need = queries.locked_need(need_id)
    if can_take(need, STEPS, "cancel"):
        _cancel(need, now)
    need.title, need.details, need.danger_note, need.consent_note, need.note_to_volunteer = need.service.name, "", "", "", ""
    need.address_sealed, need.rough_place = b"", need.community.name
    need.latitude, need.longitude = need.community.latitude, need.community.longitude
    need.focus_groups, need.dangers, need.repeat = [], [], Repeat.ONCE
    need.save()
    _forget_words(need)
    write_tokens(need)


def _cancel(need: Need, now: datetime) -> None:
    reason = _("居民已注销")
    end_need(need, "cancel", reason, now)
    told(events.CANCELLED, need, None, now, reason=reason, **let_go(need, reason, now))


def _forget_words(need: Need) -> None:
    for photo in NeedPhoto.objects.filter(need=need):
        transaction.on_commit(lambda image=photo.image: image.storage.delete(image.name))  # type: ignore[misc]
        photo.delete()
    rating = getattr(need, "rating", None)
    if rating is not None and rating.words:
        rating.words = ""
        rating.save(update_fields=["words"])
    need.follow_ups.filter(by_id=need.resident_id).update(words="")
    need.assignments.filter(state__in=HOLDING).update(words="")
