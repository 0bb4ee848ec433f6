"""Registrations of two records that are one person: moved, or added up and given back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chunshui.kernel import clock
from chunshui.kernel.steps import can_take, take
from chunshui.people import queries
from chunshui.people.models import Person, Volunteer
from chunshui.people.states import STEPS, qualification_mask, skills_of

SUMS = ("minutes_total", "services_total")


def join(kept: Person, gone: Person, now: datetime) -> dict[str, Any]:
    """One registration of two; what each was is said, for the note. The certificates have moved already."""
    other = Volunteer.objects.select_for_update().filter(pk=gone.pk).first()
    if other is None:
        return {}
    own = Volunteer.objects.select_for_update().filter(pk=kept.pk).first()
    if own is None:
        Volunteer.objects.filter(pk=gone.pk).update(person_id=kept.pk)
        return {"volunteer_moved": True}
    was = {"own": {"qualifications": own.qualifications}, "other": {"state": other.state, **{name: getattr(other, name) for name in SUMS}}}
    skills = {*skills_of(own.qualifications), *skills_of(other.qualifications)}
    own.qualifications = qualification_mask(skills, queries.valid_kinds(kept.pk, clock.today(now)))
    _add(own, other, 1)
    own.save(update_fields=["qualifications", *SUMS])
    if can_take(other, STEPS, "leave"):
        take(other, STEPS, "leave")
    other.minutes_total = other.services_total = 0
    other.save(update_fields=["state", *SUMS])
    return {"volunteers": was}


def _add(own: Volunteer, other: Volunteer, sign: int) -> None:
    for name in SUMS:
        setattr(own, name, max(0, getattr(own, name) + sign * getattr(other, name)))


def settle(person: Person) -> None:
    """A registration lies where its person lives."""
    Volunteer.objects.filter(pk=person.pk).update(street_id=person.street_id, community_id=person.community_id)


def part(kept: Person, gone: Person, was: dict[str, Any], now: datetime) -> None:
    """The opposite of `join`; the certificates have gone back already."""
    if was.get("volunteer_moved"):
        Volunteer.objects.filter(pk=kept.pk).update(person_id=gone.pk)
    if "volunteers" not in was:
        return
    own = Volunteer.objects.select_for_update().get(pk=kept.pk)
    other = Volunteer.objects.select_for_update().get(pk=gone.pk)
    for name, value in was["volunteers"]["other"].items():
        setattr(other, name, value)
    other.save(update_fields=["state", *SUMS])
    _add(own, other, -1)
    own.qualifications = was["volunteers"]["own"]["qualifications"]
    own.save(update_fields=["qualifications", *SUMS])
