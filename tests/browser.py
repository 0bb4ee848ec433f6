"""Real Chromium for tests: a page at a size, in a mode and language, and what every page must stand up to.

def test_x(visit):
    page = visit("/components/", ui="elder", width=390)
    assert faults(page) == []
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from urllib.parse import urlencode

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SMALLEST_TEXT = {"std": 13, "elder": 18, "xl": 18}
SMALLEST_TARGET = {"std": 44, "elder": 60, "xl": 60}
DESK_TARGET = 28
RUN_AXE = "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})"
TEXTS = """() => {
  const found = []; const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement, box = e.getBoundingClientRect();
    if (!walk.currentNode.data.trim() || box.width < 3 || box.height < 3 || e.closest('.vh,.skip,script,style,.leaflet-container')) continue;
    found.push([parseFloat(getComputedStyle(e).fontSize), walk.currentNode.data.trim().slice(0, 20)]);
  }
  return found;
}"""
TARGETS = """() => [...document.querySelectorAll('a[href],button,input:not([type=hidden]),textarea,select,summary')].filter(e => {
  const box = e.getBoundingClientRect();
  return box.width > 2 && box.height > 2 && !e.closest('.skip,.leaflet-container') && getComputedStyle(e).visibility !== 'hidden';
}).map(e => {
  const box = (e.matches('input') && e.closest('label') ? e.closest('label') : e).getBoundingClientRect();
  return [Math.min(box.width, box.height), (e.textContent || e.getAttribute('aria-label') || e.id).trim().slice(0, 20)];
})"""
ASIDE = """() => { const limit = document.documentElement.clientWidth; return document.documentElement.scrollWidth <= limit ? [] :
  [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > limit + 1 && e.getBoundingClientRect().width > 0)
    .map(e => e.tagName + '.' + e.getAttribute('class')).slice(0, 6); }"""


@pytest.fixture(scope="session")
def chromium():
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the driver keeps a loop in this thread; the ORM runs beside it, not in it
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=ARGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, live_server):
    """Open a path of the live server; several pages may be open at once."""
    contexts = []

    def open_page(path: str, *, ui: str = "std", lang: str = "zh-hans", width: int = 390, height: int = 844) -> Page:
        phone = width < 600
        context = chromium.new_context(
            viewport={"width": width, "height": height}, is_mobile=phone, has_touch=phone, locale="zh-CN", bypass_csp=False
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto(f"{live_server.url}{path}{'&' if '?' in path else '?'}{urlencode({'ui': ui, 'lang': lang})}")
        return page

    yield open_page
    for context in contexts:
        context.close()


def axe(page: Page) -> list[str]:
    """Violations of WCAG 2.2 A and AA and of good practice, one line each."""
    if page.evaluate("typeof axe") == "undefined":  # who asks of many pages puts it into all of them beforehand, which is quicker
        page.evaluate(AXE)
    found = page.evaluate(RUN_AXE, TAGS)["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


def small(page: Page) -> list[str]:
    """Text and targets below the sizes of the mode."""
    ui, shell = page.evaluate("[document.documentElement.dataset.ui, document.documentElement.dataset.shell]")
    wide = page.viewport_size["width"] >= 768
    least = DESK_TARGET if shell == "desk" and wide and ui == "std" else SMALLEST_TARGET[ui]
    texts = [f"text {size:.1f}: {words}" for size, words in page.evaluate(TEXTS) if size < SMALLEST_TEXT[ui] - 0.05]
    return texts + [f"target {size:.0f}: {words}" for size, words in page.evaluate(TARGETS) if size < least - 0.5]


def sideways(page: Page, width: int | None = None) -> list[str]:
    """What sticks out to the right, at `width` or as it is."""
    before = page.viewport_size
    if width:
        page.set_viewport_size({"width": width, "height": before["height"]})
    found = page.evaluate(ASIDE)
    page.set_viewport_size(before)
    return found


def faults(page: Page) -> list[str]:
    """Everything at once; a phone page must also hold at 320 px."""
    found = axe(page) + small(page) + sideways(page)
    return found + sideways(page, 320) if page.viewport_size["width"] < 600 else found
