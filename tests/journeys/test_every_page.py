"""Every page of the product, found through the URLconf so that none can be forgotten, held up in every mode: axe, sizes, no sideways scroll."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.browser import AXE, faults
from tests.factories import people as cast
from tests.journeys import world as worlds

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ROLES = ("anyone", "resident", "volunteer", "staff", "street", "district")
SKIPPED_APPS = ("api/v1/", "static/")
#: not pages: they answer with a file, a picture, JSON, or only ever lead on
NO_PAGES = {"healthz", "readyz", "need_qr", "need_photo", "paper", "scan", "place_need", "register", "sign_in_code", "kiosk", "my_data", "export_own",
            "check_need", "need_placed", "register_done", "register_guardian_code", "register_step", "call_volunteer", "call_resident", "export_hours", "hour_file", "export_teams", "register_for", "decide_member", "decide_team",
            "prove_login_phone", "give_login_phone_code",
            "offer_photo", "export_shops", "export_offers", "decide_shop", "step_offer",
            "export_statement", "export_fund", "fund_receipt", "decide_entry", "my_fund"}  # fmt: skip
NO_PAGES |= {"export_five_stars", "proof_file", "proof_qr", "proof_keys", "revoked_proofs", "did_document", "verifier", "checked_proof",
             "decide_star", "decide_proof"}  # fmt: skip
NO_PAGES |= {"voucher_qr", "export_points", "export_vouchers", "export_counter_vouchers", "export_disputes", "export_circle", "circle_here"}
WORDS = {
    "page": "what",
    "kind": "privacy",
    "verb": "accept",
    "token": "x",
    "shell": "staff",
    "key": "needs.review_within",
    "weight": "needs.weight.distance",
    "code": "escort",
    "number": "ZM202600000002",
    "name": "paper.pdf",
}
MODES = [("std", "zh-hans", 390), ("elder", "zh-hans", 390), ("xl", "zh-hans", 390), ("std", "en", 390), ("std", "zh-hans", 1440)]


def routes(resolver=None, prefix: str = "") -> list[tuple[str, str, dict[str, object]]]:
    """(name, path pattern, converters) of every route that is not the API's."""
    found = []
    for each in (resolver or get_resolver()).url_patterns:
        pattern = prefix + str(each.pattern)
        if pattern.startswith(SKIPPED_APPS):
            continue
        if isinstance(each, URLResolver):
            found += routes(each, pattern)
        elif isinstance(each, URLPattern) and each.name:
            found.append((each.name, pattern, each.pattern.converters))
    return found


def path_of(pattern: str, converters: dict[str, object], ids: dict[str, int]) -> str:
    path = "/" + pattern
    for name in converters:
        kind = next(part for part in pattern.split("<") if part.split(">")[0].split(":")[-1] == name).split(">")[0]
        path = path.replace(f"<{kind}>", str(ids.get(name, WORDS.get(name, 1))))
    return path


def path_in(world: worlds.World, name: str, pattern: str, converters: dict[str, object]) -> str:
    special = {}
    if name in {"register_for", "take_order", "resident", "change_address", "change_groups", "twins"}:
        special["person_id"] = world.people["pending"].pk
    if name in {"accept_for_team", "decline_for_team"}:
        special["need_id"] = world.needs["offered"].pk
    if name in {"shop_offer", "change_offer", "drop_offer_photo", "take_offer"}:
        special["offer_id"] = world.ids["shop_offer_id"]
    if name == "fund_entry":
        special["entry_id"] = world.ids["fund_entry_id"]
    if name in {"counter_voucher", "refund_voucher"}:
        special["voucher_id"] = world.ids["settled_id"]
    return path_of(pattern, converters, {**world.ids, **special})


#: route → the first role for which a GET shows a page ("" for a door that only takes a POST or leads on): asked once in each process
SHOWN: dict[tuple[str, str], str] = {}


def ask_every_route(world: worlds.World, clients: dict[str, Client]) -> None:
    """Find out who sees which route; every one must be a page for somebody, a POST door, or stand in NO_PAGES."""
    lost = []
    for name, pattern, converters in routes():
        if name in NO_PAGES:
            continue
        path, statuses = path_in(world, name, pattern, converters), {}
        for role in ROLES:
            answer = clients[role].get(path)
            statuses[role] = answer.status_code
            if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
                SHOWN[name, pattern] = role
                break
        else:
            SHOWN[name, pattern] = ""
            if set(statuses.values()) - {405, 302} and 405 not in statuses.values():
                lost.append((name, path, statuses))
    if lost:
        SHOWN.clear()
    assert not lost, "\n".join(str(each) for each in lost)


def pages(world: worlds.World, clients: dict[str, Client], role: str) -> list[str]:
    """Paths of the pages that this role is the first to see."""
    if not SHOWN:
        ask_every_route(world, clients)
    return [path_in(world, name, pattern, converters) for name, pattern, converters in routes() if SHOWN.get((name, pattern)) == role]


@pytest.fixture
def world(db):
    return worlds.build()


@pytest.fixture
def clients(world):
    made = {role: Client() for role in ROLES}
    for role in ROLES[1:]:
        cast.sign_in(made[role], world.people[role])
    for each in made.values():
        each.cookies["place"] = str(world.ids["area_id"])
        each.cookies["area"] = str(world.ids["area_id"])
    return made


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("ui", "lang", "width"), MODES)
def test_every_page_of_a_role_stands_up(visit, live_server, world, clients, role, ui, lang, width):
    page = visit("/healthz", ui=ui, lang=lang, width=width)
    cookies = {name: morsel.value for name, morsel in clients[role].cookies.items()} | {"ui": ui, "lang": lang}
    page.context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items() if value])
    page.context.add_init_script(AXE)
    found = {}
    for path in pages(world, clients, role):
        answer = page.goto(f"{live_server.url}{path}")
        assert answer.status == 200, path
        found[path] = faults(page)
    assert {path: wrong for path, wrong in found.items() if wrong} == {}
