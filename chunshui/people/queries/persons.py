"""Getters and lists of people, how they are found, and who stands in which relation to whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from chunshui.areas import queries as areas
from chunshui.kernel import clock, crypto, masking, search
from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.paging import Page, page
from chunshui.people import policies
from chunshui.people.models import Block, Person, PersonRows, PersonToken, Relation, Reveal, VolunteerRows
from chunshui.people.states import COMPANY_UNDER, read_phone

if TYPE_CHECKING:
    from chunshui.areas.models import Area


def visible_person(actor: Person, person_id: int, *, lock: bool = False) -> Person:
    """The one way to reach another person; missing, erased and hidden look the same."""
    rows = Person.objects.select_for_update(of=("self",)) if lock else Person.objects.all()
    person: Person | None = rows.present().select_related("area", "street", "community", "personal_key").filter(pk=person_id).first()
    if person is None or not policies.can_view(actor, person):
        raise NotFound
    return person


def person_told_of(person_id: int) -> Person | None:
    """Somebody to whom a message may go, whoever caused it; None once erased."""
    person: Person | None = Person.objects.present().filter(pk=person_id).first()
    return person


def visible_relation(actor: Person, relation_id: int, *, lock: bool = False) -> Relation:
    rows = Relation.objects.select_for_update(of=("self",)) if lock else Relation.objects.all()
    relation = rows.select_related("person__area").filter(pk=relation_id, ended_at=None).first()
    if relation is None or not policies.can_end_relation(actor, relation):
        raise NotFound
    return relation


def phone_tail_token(phone: str) -> str:
    """The search token of a phone's last four digits: keyed, so that the table does not give them away."""
    return "#" + crypto.blind_index(phone[-4:], "phone-tail")[:11]


def person_tokens(name: str, phone: str) -> set[str]:
    """Everything a person is found by in lists: name bigrams and the last four digits of the phone."""
    tokens = search.index_tokens(name)
    return tokens | {phone_tail_token(phone)} if len(phone) >= 4 else tokens


def phone_index(phone: str) -> str:
    return crypto.blind_index(phone, "phone")


def named(rows: PersonRows | VolunteerRows, text: str, *, key: str = "pk") -> Any:
    """Keep the rows whose person's name holds `text`; `key` is the path to the person id. Marks alone find nobody."""
    if text.strip() and not search.is_searchable(text):
        return rows.none()
    for token in sorted(search.bigrams(text)):
        rows = rows.filter(**{f"{key}__in": PersonToken.objects.filter(token=token).values("person_id")})
    return rows


def matching(rows: Any, text: str, *, key: str = "pk", prefix: str = "") -> Any:
    """Keep the rows that a search box finds: a name (one character is enough), last four digits, a whole phone, a volunteer number."""
    words = text.strip()
    if words.isdigit() and len(words) == 4:
        return rows.filter(**{f"{key}__in": PersonToken.objects.filter(token=phone_tail_token(words)).values("person_id")})
    if words.isdigit() and len(words) == 11:
        return rows.filter(**{f"{prefix}phone_index": phone_index(words)})
    if words and any(character.isdigit() for character in words):
        path = "number" if prefix else "volunteer__number"
        return rows.filter(**{f"{path}__startswith": words.upper()})
    return named(rows, words, key=key)


def people_matching(text: str) -> Any:
    """Ids of the people that a search box finds, for other domains' lists."""
    return matching(Person.objects.present(), text).values("pk")


def inside(rows: Any, area: Area, *, path: str = "area__path") -> Any:
    """Keep the rows of an area, by the denormalised keys that the lists are indexed on."""
    line = areas.lineage(area)
    if line.community_id is not None:
        rows = rows.filter(community_id=line.community_id)
        return rows if area.pk == line.community_id else rows.filter(**{f"{path}__startswith": area.path})
    return rows.filter(street_id=line.street_id) if line.street_id is not None else rows


def find_by_phone(actor: Person, phone: str) -> list[Person]:
    """People with this phone that the actor may see; the number is typed in full."""
    try:
        index = phone_index(read_phone(phone))
    except Refused:
        return []
    rows = Person.objects.present().filter(Q(phone_index=index) | Q(login_index=index)).select_related("area", "community", "personal_key")
    return [person for person in rows.order_by("id")[:20] if policies.can_view(actor, person)]


def find_people(actor: Person, text: str, cursor: str = "", *, size: int = 20) -> Page[Person]:
    """People within the actor's reach: for staff their area, for others themselves and whom they help."""
    return page(matching(_reachable(actor), text), ("-id",), cursor, size)


def residents_of(actor: Person, area: Area, text: str = "", focus: str = "", cursor: str = "", *, size: int = 30) -> Page[Person]:
    """The people of an area, for its staff."""
    policies.can_list_people(actor, area).or_refuse()
    rows = inside(Person.objects.present().select_related("community", "personal_key", "volunteer"), area)
    if focus:
        rows = rows.filter(focus_groups__icontains=f'"{focus}"')
    return page(matching(rows, text), ("-id",), cursor, size)


def _reachable(actor: Person) -> Any:
    rows = Person.objects.present().select_related("area", "community", "personal_key")
    if actor.acting.area_id is not None and actor.acting.reaches(actor.acting.area_path):
        return inside(rows, areas.visible_area(actor.acting.area_id))
    helped = Relation.objects.filter(helper=actor, ended_at=None).values("person_id")
    return rows.filter(Q(pk=actor.pk) | Q(pk__in=helped))


def relations_of(person: Person) -> QuerySet[Relation]:
    """Who may speak for the person."""
    return Relation.objects.filter(person=person, ended_at=None).select_related("helper").order_by("id")


def helped_by(person: Person) -> QuerySet[Relation]:
    """For whom the person may speak."""
    return Relation.objects.filter(helper=person, ended_at=None, person__erased_at=None).select_related("person").order_by("id")


def is_helper(helper_id: int, person_id: int) -> bool:
    return Relation.objects.filter(helper_id=helper_id, person_id=person_id, ended_at=None).exists()


def blocked_ids(person_id: int) -> set[int]:
    """Everyone who is never to meet this person, whichever side said so."""
    rows = Block.objects.filter(Q(person_id=person_id) | Q(other_id=person_id)).values_list("person_id", "other_id")
    return {other if own == person_id else own for own, other in rows}


def blocked_among(person_ids: Collection[int]) -> dict[int, set[int]]:
    """The same for several people at once; who is in nobody's way is left out."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = Block.objects.filter(Q(person_id__in=person_ids) | Q(other_id__in=person_ids)).values_list("person_id", "other_id")
    for own, other in rows:
        found[own].add(other)
        found[other].add(own)
    return found


def age_on(born_on: date, day: date) -> int:
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def age(person: Person, now: datetime) -> int | None:
    """Completed years; None when the birthday is not known."""
    return age_on(person.born_on, clock.today(now)) if person.born_on else None


def needs_company(person: Person, now: datetime) -> bool:
    """Whether the person is so young that a grown-up must come along."""
    years = age(person, now)
    return years is not None and person.area is not None and years < areas.rule(COMPANY_UNDER, person.area, now)


def reveals_of(person: Person, cursor: str = "", *, size: int = 30) -> Page[Reveal]:
    """Who saw which of the person's values, newest first."""
    return page(Reveal.objects.filter(person=person).select_related("actor"), ("-id",), cursor, size)


def short_name(person: Person) -> str:
    """The masked name, for lists that others read."""
    return masking.name(person.name)


def identity_index(id_kind: str, number: str) -> str:
    """Finds an identity paper again; each paper belongs to one person."""
    return crypto.blind_index(f"{id_kind}:{number}", "identity")
