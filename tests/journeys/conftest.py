"""People in front of real browsers: each has a phone or a desk, a mode and a language, and does everything through the pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from chunshui.needs import commands
from chunshui.people import commands as people_commands
from chunshui.people.states import ConsentKind
from tests.factories import areas
from tests.factories import needs as make
from tests.factories import people as cast

PHONE, DESK = (390, 844), (1440, 900)
#: size, mode, language: every story walks through several of them, together through each value
LOOKS = {
    "phone": (PHONE, "std", "zh-hans"),
    "elder": (PHONE, "elder", "zh-hans"),
    "english": (PHONE, "std", "en"),
    "wide": (DESK, "std", "zh-hans"),
    "wide-english": (DESK, "std", "en"),
    "elder-english": (PHONE, "elder", "en"),
    "wide-elder": (DESK, "elder", "zh-hans"),
}
RESIDENTS = pytest.mark.parametrize("look", ["elder", "wide-english"])
EVERYONES = pytest.mark.parametrize("look", ["phone", "wide-elder", "elder-english"])
STAFFS = pytest.mark.parametrize("look", ["wide", "elder-english"])


class Someone:
    """One person's browser."""

    def __init__(self, page: Page, base: str, language: str, ui: str) -> None:
        self.page, self.base, self.english, self.ui = page, base, language == "en", ui

    def opens(self, path: str) -> Someone:
        self.page.goto(f"{self.base}{path}")
        return self

    def says(self, chinese: str, english: str) -> str:
        return english if self.english else chinese

    def sees(self, chinese: str, english: str) -> Someone:
        expect(self.page.locator("body")).to_contain_text(self.says(chinese, english))
        return self

    def misses(self, words: str) -> Someone:
        expect(self.page.locator("body")).not_to_contain_text(words)
        return self

    def picks(self, name: str, value: str) -> Someone:
        self.page.locator(f"input[name={name}][value='{value}']").check(force=True)
        return self

    def fills(self, name: str, words: str) -> Someone:
        self.page.locator(f"[name={name}]:visible").first.fill(words)
        return self

    def unfolds(self, action: str) -> Someone:
        """Opens the fold in which the form with this action stands."""
        fold = self.page.locator(f"details:has(form[action$='{action}'])").last
        if fold.count() and fold.get_attribute("open") is None:
            fold.locator("summary").first.click()
        return self

    def sends(self, action: str, button: str = "button") -> Someone:
        """Presses the button of the form whose address ends so; the page that answers is loaded when this returns."""
        with self.page.expect_navigation():
            self.page.locator(f"form[action$='{action}'] {button}").first.click()
        return self

    def presses(self, action: str) -> Someone:
        """Presses the button of the form whose address ends so, and does not wait for an answer."""
        self.page.locator(f"form[action$='{action}'] button").first.click(no_wait_after=True)
        return self

    def goes_on(self) -> Someone:
        """The large button at the foot of a form."""
        with self.page.expect_navigation():
            self.page.locator(".actionbar button.btn--primary").last.click()
        return self

    def tabs_to(self, selector: str) -> Someone:
        """Presses the tabulator until what is wanted has the focus."""
        for _press in range(60):
            if self.page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
                return self
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{selector} is out of reach for the keyboard")

    def is_at(self, pattern: str) -> Someone:
        expect(self.page).to_have_url(re.compile(pattern))
        return self


def at_one_instant(monkeypatch: pytest.MonkeyPatch, command: str, *asking: tuple[Someone, str]) -> None:
    """Everybody presses; the requests leave the browsers together, and at the server none goes on before all have arrived at the command."""
    meeting, real, held = Barrier(len(asking)), getattr(commands, command), []

    def all_there(**arguments: Any) -> Any:
        meeting.wait(timeout=20)
        return real(**arguments)

    monkeypatch.setattr(commands, command, all_there)
    for who, action in asking:
        who.page.route(f"**{action}", lambda route: held.append(route))
        who.presses(action)
    while len(held) < len(asking):
        asking[0][0].page.wait_for_timeout(10)
    for route in held:
        route.continue_()
    for who, action in asking:
        who.page.wait_for_load_state("load")
        who.page.unroute(f"**{action}")
    assert meeting.n_waiting == 0


class Clock:
    """The clock of the doors: it stands at noon until a story lets time pass, or lets it run."""

    def __init__(self, real: Callable[[], datetime]) -> None:
        self.now, self.real, self.ahead = make.NOON, real, timedelta()
        self.is_running = False

    def __call__(self) -> datetime:
        return self.real() + self.ahead if self.is_running else self.now

    def passes(self, **time: float) -> datetime:
        self.now += timedelta(**time)
        self.ahead += timedelta(**time)
        return self()

    def runs(self) -> None:
        """By the clock of the machine, as a second factor must."""
        self.is_running = True


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock_of_doors = Clock(timezone.now)
    monkeypatch.setattr(timezone, "now", clock_of_doors)
    return clock_of_doors


@pytest.fixture(autouse=True)
def _as_it_runs(settings: Any, transactional_db: Any, hands: Clock) -> None:
    """Reactions run at once, as the worker runs them a moment later; texts to agree to are published."""
    settings.EVENTS_INLINE = True
    for kind in ConsentKind.values:
        people_commands.publish_text(kind=kind, now=timezone.now() - timedelta(days=1))


@pytest.fixture
def someone(chromium: Browser, live_server: Any) -> Any:
    """Gives a person a browser: `someone(resident, "elder")`; None is nobody yet."""
    contexts = []

    def give(person: Any = None, look: str = "phone", *, scripts: bool = True, place: Any = None) -> Someone:
        (width, height), ui, language = LOOKS[look]
        context = chromium.new_context(
            viewport={"width": width, "height": height}, is_mobile=width < 600, has_touch=width < 600, locale="zh-CN", java_script_enabled=scripts
        )
        contexts.append(context)
        cookies = {"ui": ui, "lang": language}
        if place is not None:
            cookies["place"] = str(place.pk)
        if person is not None:
            type(person).objects.filter(pk=person.pk).update(ui_mode=ui, language=language)
            cookies["sessionid"] = cast.sign_in(Client(), person).cookies["sessionid"].value
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])
        page = context.new_page()
        page.set_default_timeout(10_000)
        return Someone(page, live_server.url, language, ui)

    yield give
    for context in contexts:
        context.close()


@pytest.fixture
def order(resident: Any) -> Callable[..., Any]:
    """An order of the resident in the state asked for."""

    def made(state: str = "submitted", who: Any = None, **more: Any) -> Any:
        return make.need(who or resident, state=state, **more)

    return made


@pytest.fixture
def menu(community: Any) -> Any:
    """The menu has one service, the community one known door."""
    areas.door(community)
    return make.service()


def fresh(row: Any) -> Any:
    row.refresh_from_db()
    return row
