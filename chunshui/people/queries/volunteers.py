"""Getters and lists of volunteers and their credentials."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Q, QuerySet

from chunshui.kernel.errors import NotFound
from chunshui.kernel.paging import Page, page
from chunshui.people import policies
from chunshui.people.models import Credential, IdentityPaper, Person, Volunteer, VolunteerRows
from chunshui.people.queries.persons import inside, matching
from chunshui.people.states import CredentialState, Filters, VolunteerState

if TYPE_CHECKING:
    from chunshui.areas.models import Area


def visible_volunteer(actor: Person, person_id: int, *, lock: bool = False) -> Volunteer:
    rows = Volunteer.objects.select_for_update(of=("self",)) if lock else Volunteer.objects.all()
    rows = rows.select_related("person__area", "person__personal_key", "street", "community")
    volunteer = rows.filter(pk=person_id, person__erased_at=None).first()
    if volunteer is None or not policies.can_view(actor, volunteer.person):
        raise NotFound
    return volunteer


def volunteer_of(person: Person) -> Volunteer | None:
    """The person's own registration, whatever its state."""
    return Volunteer.objects.filter(pk=person.pk).select_related("community").first()


def active_volunteers(*, lock: bool = False) -> VolunteerRows:
    """Volunteers who may be sent to someone: rows for matching, narrowed by the caller; `lock` holds them to the end of the command."""
    rows = Volunteer.objects.select_for_update(of=("self",)) if lock else Volunteer.objects.all()
    return rows.active().filter(person__erased_at=None)


def active_in(communities: Collection[int]) -> dict[int, int]:
    """How many active volunteers each of these communities has, read from the index alone (who is erased has left)."""
    rows = Volunteer.objects.active().filter(community_id__in=communities).order_by().values_list("community_id").annotate(Count("pk"))
    return {**dict.fromkeys(communities, 0), **dict(rows)}


def filtered(area: Area, filters: Filters) -> Any:
    """Who is erased has left; an exclusion of states, and people fetched after the page, leave the order to the index."""
    rows = inside(Volunteer.objects.all(), area, path="person__area__path")
    gone = [VolunteerState.LEFT, VolunteerState.REFUSED]
    rows = rows.filter(state=filters.state, person__erased_at=None) if filters.state else rows.exclude(state__in=gone)
    for column, bit in (
        ("qualifications", filters.skill),
        ("free_time", filters.slot),
        ("qualifications", filters.credential and 24 + filters.credential),
    ):
        if bit:
            rows = rows.annotate(**{f"has_{column}_{bit}": F(column).bitand(1 << (bit - 1))}).filter(**{f"has_{column}_{bit}__gt": 0})
    return matching(rows, filters.text, key="pk", prefix="person__")


def volunteers_of(actor: Person, area: Area, filters: Filters | None = None, cursor: str = "", *, size: int = 30) -> Page[Volunteer]:
    """The volunteers of an area, for its staff; newest first."""
    policies.can_list_people(actor, area).or_refuse()
    rows = filtered(area, filters or Filters()).select_related("community").prefetch_related("person__personal_key")
    return page(rows, ("-person_id",), cursor, size)


def waiting_volunteers(actor: Person, area: Area, cursor: str = "", *, size: int = 30) -> Page[Volunteer]:
    """Registrations that wait for a review, the longest waiting first."""
    policies.can_list_people(actor, area).or_refuse()
    rows = inside(Volunteer.objects.filter(state=VolunteerState.PENDING, person__erased_at=None), area, path="person__area__path")
    return page(rows.select_related("person__personal_key", "community"), ("registered_at", "person_id"), cursor, size)


def volunteers_to_export(actor: Person, area: Area, filters: Filters) -> Iterator[Volunteer]:
    """All that the list shows, for a masked workbook."""
    policies.can_export_volunteers(actor, area).or_refuse()
    rows = filtered(area, filters).select_related("person__personal_key", "community", "street").order_by("-person_id")
    return iter(rows.iterator(chunk_size=500))


def visible_credential(actor: Person, credential_id: int, *, lock: bool = False) -> Credential:
    rows = Credential.objects.select_for_update(of=("self",)) if lock else Credential.objects.all()
    credential = rows.select_related("person__area").filter(pk=credential_id, person__erased_at=None).first()
    if credential is None or not policies.can_view(actor, credential.person):
        raise NotFound
    return credential


def credentials_held(person: Person) -> QuerySet[Credential]:
    """Every credential of a person, newest first."""
    return Credential.objects.filter(person=person).order_by("-valid_from", "-id")


def valid_kinds(person_id: int, day: date) -> list[int]:
    """The kinds of credential that count on a day."""
    rows = Credential.objects.filter(person_id=person_id, state=CredentialState.VALID, valid_from__lte=day)
    return sorted(set(rows.filter(Q(valid_until=None) | Q(valid_until__gte=day)).values_list("kind", flat=True)))


def paper(actor: Person, person_id: int, paper_id: int) -> IdentityPaper:
    """A photo of papers, for those who review them."""
    found = IdentityPaper.objects.select_related("person__area").filter(pk=paper_id, person_id=person_id, person__erased_at=None).first()
    if found is None or not policies.can_reveal(actor, found.person):
        raise NotFound
    return found


def papers_of(person: Person) -> QuerySet[IdentityPaper]:
    return IdentityPaper.objects.filter(person=person).order_by("-id")
