"""The menu of a community, and which of its lines a sentence speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import translation

from chunshui.kernel import search
from chunshui.kernel.errors import NotFound
from chunshui.needs import policies
from chunshui.needs.models import MenuLine, Service, ServiceRows
from chunshui.people.states import credentials_of, skills_of

if TYPE_CHECKING:
    from chunshui.areas.models import Area
    from chunshui.people.models import Person


def service_named(code: str, *, lock: bool = False) -> Service:
    """A line of the menu, by its code: the menu is public."""
    rows = Service.objects.select_for_update(of=("self",)) if lock else Service.objects.all()
    service = rows.select_related("community").filter(code=code).first() if code.isascii() and code.isprintable() else None
    if service is None:
        raise NotFound
    return service


def service_codes() -> set[str]:
    return set(Service.objects.values_list("code", flat=True))


def next_service_code(community_id: int) -> str:
    """A code for a service of a community's own, which nobody has to think up."""
    taken = service_codes()
    number = 1
    while f"own-{community_id}-{number}" in taken:
        number += 1
    return f"own-{community_id}-{number}"


def menu(community_id: int) -> list[Service]:
    """The services that a community offers, its own among them, with its notes and durations applied."""
    return [service for service, is_offered in whole_menu(community_id) if is_offered]


def whole_menu(community_id: int) -> list[tuple[Service, bool]]:
    """Every service of the district and the community's own, and whether it is offered there, for the page that maintains the menu."""
    lines = {line.service_id: line for line in MenuLine.objects.filter(community_id=community_id)}
    rows = []
    for service in Service.objects.of(community_id).filter(is_offered=True):
        line = lines.get(service.pk)
        rows.append((with_line(service, line), line is None or line.is_offered))
    return rows


def services_of(community_id: int | None, *, is_offered: bool = True) -> ServiceRows:
    """The district's services, or a community's own; those in force, or the retired."""
    return Service.objects.filter(community_id=community_id, is_offered=is_offered)


def with_line(service: Service, line: MenuLine | None) -> Service:
    if line is not None:
        service.note = line.note
        service.minutes = line.minutes or service.minutes
    return service


def menu_line(community_id: int, service: Service) -> MenuLine | None:
    return MenuLine.objects.filter(community_id=community_id, service=service).first()


def may_change_service(actor: Person, community: Area | None) -> bool:
    return bool(policies.can_change_service(actor, community))


def service_values(service: Service) -> dict[str, Any]:
    """What a line says, in the fields of its form: masks taken apart, words in a row."""
    plain = ("name", "name_en", "spoken", "spoken_en", "category", "icon", "tone", "minutes", "least_age", "gender_wish", "volunteers")
    masks = {
        f"{mask}_{part}": taken(getattr(service, mask))
        for mask in ("required", "useful")
        for part, taken in (("skills", skills_of), ("credentials", credentials_of))
    }
    rest = {"for_groups": service.for_groups, "words": "、".join(service.words), "position": service.position}
    return {name: getattr(service, name) for name in (*plain, "risk_note", "risk_note_en")} | masks | rest


def propose_services(text: str, community_id: int, most: int = 3) -> list[Service]:
    """Services of the menu that a sentence speaks of, the best first: whole key words count more than shared pairs of characters."""
    sentence, pairs = search.normal(text), search.bigrams(text)
    scored = []
    for service in menu(community_id):
        words = [service.name, service.spoken, service.name_en, service.spoken_en, *service.words]
        whole = sum(3 + len(word) for word in words if word and search.normal(word) in sentence)
        shared = len(pairs & set().union(*(search.bigrams(word) for word in words[:2])))
        if whole + shared:
            scored.append((-(whole + shared), service.position, service.pk, service))
    return [row[3] for row in sorted(scored)[:most]]


def service_choices(community_id: int | None = None) -> list[tuple[str, str]]:
    """Codes and names of the district's services, with a community's own: for filters, and for volunteers who would rather not do some of them."""
    english = translation.get_language() == "en"
    rows = Service.objects.of(community_id).filter(is_offered=True).order_by("position", "id")
    return [(row.code, row.name_en if english else row.name) for row in rows]
