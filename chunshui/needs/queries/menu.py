"""The menu of a community, and which of its lines a sentence speaks of."""

from __future__ import annotations

from django.utils import translation

from chunshui.kernel import search
from chunshui.kernel.errors import NotFound
from chunshui.needs.models import MenuLine, Service


def service_named(code: str) -> Service:
    service = Service.objects.filter(code=code).first() if code.isascii() and code.isprintable() else None
    if service is None:
        raise NotFound
    return service


def service_codes() -> set[str]:
    return set(Service.objects.values_list("code", flat=True))


def menu(community_id: int) -> list[Service]:
    """The services that a community offers, with its own notes and durations applied."""
    lines = {line.service_id: line for line in MenuLine.objects.filter(community_id=community_id)}
    offered = []
    for service in Service.objects.filter(is_offered=True):
        line = lines.get(service.pk)
        if line is None or line.is_offered:
            offered.append(with_line(service, line))
    return offered


def whole_menu(community_id: int) -> list[tuple[Service, bool]]:
    """Every service of the district and whether the community offers it, for the page that maintains the menu."""
    lines = {line.service_id: line for line in MenuLine.objects.filter(community_id=community_id)}
    rows = []
    for service in Service.objects.filter(is_offered=True):
        line = lines.get(service.pk)
        rows.append((with_line(service, line), line is None or line.is_offered))
    return rows


def with_line(service: Service, line: MenuLine | None) -> Service:
    if line is not None:
        service.note = line.note
        service.minutes = line.minutes or service.minutes
    return service


def menu_line(community_id: int, service: Service) -> MenuLine | None:
    return MenuLine.objects.filter(community_id=community_id, service=service).first()


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


def service_choices() -> list[tuple[str, str]]:
    """Codes and names of the district's services, for volunteers who would rather not do some of them."""
    english = translation.get_language() == "en"
    rows = Service.objects.filter(is_offered=True).order_by("position", "id")
    return [(row.code, row.name_en if english else row.name) for row in rows]
