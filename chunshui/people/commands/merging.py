"""Two records of one person become one, with a note from which it can be undone; domains above move what is theirs when they hear of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from chunshui.kernel import moving
from chunshui.kernel.errors import Refused
from chunshui.kernel.events import emit
from chunshui.people import events, policies, queries
from chunshui.people.commands import merged_volunteers
from chunshui.people.commands.login_phone import close_ways_in
from chunshui.people.commands.merged_doubles import give_back_what_says_more, keep_what_says_more
from chunshui.people.commands.merged_fields import fill, put_back, taken_down
from chunshui.people.commands.records import index
from chunshui.people.models import Block, Consent, Credential, IdentityPaper, Merge, Person, PersonToken, Relation, Reveal, Role

OWN_PART, DOUBLES = "people", "doubles"


def _moves(*ids: int) -> moving.Moves:
    """What of this domain belongs to a person. What holds between the two records stays: nobody is one's own relative."""
    relations, blocks = Relation.objects.exclude(person__in=ids, helper__in=ids), Block.objects.exclude(person__in=ids, other__in=ids)
    whole = (Consent, "person"), (Consent, "given_by"), (Credential, "person"), (IdentityPaper, "person"), (Reveal, "person"), (Role, "person")
    both = [(relations, "person"), (relations, "helper"), (blocks, "person"), (blocks, "other")]
    return [*both, *((model._default_manager.all(), column) for model, column in whole)]


@transaction.atomic
def merge_people(*, actor: Person, kept_id: int, gone_id: int, reason: str, now: datetime) -> Merge:
    """One person was recorded twice: `kept` takes over what `gone` has and knows; two different identity numbers never become one."""
    kept, gone = _held(actor, kept_id, gone_id)
    policies.can_merge_people(actor, kept, gone).or_refuse()
    queries.hindrance(kept, gone).or_refuse()
    merge = Merge(kept=kept, gone=gone, by=actor, at=now, reason=_checked(reason))
    merge.was = {"kept": taken_down(kept), "gone": taken_down(gone)}
    _end_between(kept, gone, now)
    merge.moved = {OWN_PART: moving.move(_moves(kept.pk, gone.pk), gone.pk, kept.pk)}
    merge.moved[DOUBLES] = keep_what_says_more(kept.pk, gone.pk)
    merge.was |= merged_volunteers.join(kept, gone, now)
    close_ways_in(gone, now)
    TOTPDevice.objects.filter(user=gone).delete()
    PersonToken.objects.filter(person=gone).delete()
    fill(kept, gone, now)
    merged_volunteers.settle(kept)
    index(kept, queries.opened(kept, "phone"))
    merge.became = taken_down(kept)
    merge.save()
    data = {"gone_id": gone.pk, "merge_id": merge.pk, "reason": merge.reason}
    emit(events.MERGED, subject="person", subject_id=kept.pk, actor=actor, at=now, area_id=kept.area_id, **data)
    return merge


def _held(actor: Person, kept_id: int, gone_id: int) -> tuple[Person, Person]:
    """Both records, held in the order of their keys, so that two merges never wait for each other."""
    held = {pk: queries.visible_person(actor, pk, lock=True) for pk in sorted({kept_id, gone_id})}
    return held[kept_id], held[gone_id]


def _end_between(kept: Person, gone: Person, now: datetime) -> None:
    both = [kept.pk, gone.pk]
    Relation.objects.filter(person__in=both, helper__in=both, ended_at=None).update(ended_at=now)


@transaction.atomic
def note_moved(*, merge_id: int, part: str, moved: moving.Moved) -> None:
    """A domain above says what it moved; saying it twice loses nothing."""
    merge = Merge.objects.select_for_update(of=("self",)).get(pk=merge_id)
    merge.moved[part] = moving.joined(merge.moved.get(part, {}), moved)
    merge.save(update_fields=["moved"])


@transaction.atomic
def unmerge_people(*, actor: Person, merge_id: int, reason: str, now: datetime) -> Merge:
    """They were two people after all: each gets back what was theirs; what came since stays with the record that was kept."""
    merge = queries.visible_merge(actor, merge_id, lock=True)
    held = {row.pk: row for row in Person.objects.select_for_update(of=("self",)).filter(pk__in=[merge.kept_id, merge.gone_id]).order_by("pk")}
    kept, gone = held[merge.kept_id], held[merge.gone_id]
    policies.can_unmerge_people(actor, merge).or_refuse()
    if merge.undone_at is not None or gone.merged_into_id != kept.pk:
        raise Refused(_("已经拆开了。"), code="wrong_state")
    if kept.erased_at is not None or not merge.was:
        raise Refused(_("留下的那条资料已经不在了，拆不开。"), code="gone")
    merge.undone_by, merge.undone_at, merge.undo_reason = actor, now, _checked(reason)
    merge.save(update_fields=["undone_by", "undone_at", "undo_reason"])
    give_back_what_says_more(queries.moved_in(merge, DOUBLES))
    moving.give_back(_moves(), queries.moved_in(merge, OWN_PART), gone.pk, kept.pk)
    merged_volunteers.part(kept, gone, merge.was, now)
    put_back(kept, gone, merge)
    merged_volunteers.settle(kept)
    merged_volunteers.settle(gone)
    for person in (kept, gone):
        index(person, queries.opened(person, "phone"))
    data = {"gone_id": gone.pk, "merge_id": merge.pk, "reason": merge.undo_reason}
    emit(events.UNMERGED, subject="person", subject_id=kept.pk, actor=actor, at=now, area_id=kept.area_id, **data)
    return merge


def forget_merges(person: Person) -> list[Person]:
    """For who is erased: notes of merges are emptied; the records that were merged into this one are given to be erased too."""
    found, rest = [], [person]
    while rest:
        rest = list(Person.objects.filter(merged_into__in=rest))
        found += rest
    Merge.objects.filter(kept__in=[person, *found]).update(was={}, became={})
    return found


def _checked(reason: str) -> str:
    if len(reason.strip()) < 2:
        text: Any = _("请写明原因。")
        raise Refused(text, code="reason", fields={"reason": text})
    return reason.strip()[:200]
