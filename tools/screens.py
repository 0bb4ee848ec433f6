"""Pictures of the main pages into docs/screens: the demonstration district, loaded into a folder of its own and served, seen in Chromium.

The district comes from a fixed seed; only the days move with the calendar, since the pages name them as people do.
`python tools/screens.py 10 11` takes only these.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "screens"
SEED = "20251206"
PHONE, WIDE = (390, 844), (1440, 900)
RESIDENT, VOLUNTEER, WORKER, STREET = "周桂芳", "何素芬", "周敏", "李明远"
PATIENCE = 180


def nothing(page: Page) -> None:
    """The page as it opens."""


def ask(page: Page) -> None:
    """Step 2 of the standard form, half filled in."""
    page.locator("input[name=day]").nth(1).check(force=True)
    page.locator("input[name=half]").nth(0).check(force=True)


def first_order(page: Page) -> None:
    """The resident's order that somebody comes for, else the newest."""
    tickets = page.locator(".ticket a[href^='/needs/']")
    coming = page.locator(".ticket:has(.who) a[href^='/needs/']")
    (coming if coming.count() else tickets).first.click()


def first_offer(page: Page) -> None:
    page.locator("a[href^='/volunteer/offers/']").first.click()


def first_waiting(page: Page) -> None:
    """The first order of the queue that several suit."""
    links = [link.get_attribute("href") for link in page.locator(".q ol a").all()[:8]]
    for link in links:
        page.goto(page.url.split("/desk/")[0] + str(link))
        if page.locator(".cd").count() >= 3:
            break
    page.wait_for_timeout(600)


def a_round(page: Page) -> None:
    """A proposal, solved by the worker."""
    button = page.locator("form[action='/desk/round/start/'] button")
    if button.count():
        button.click()
    page.wait_for_selector("text=打算这样派", timeout=PATIENCE * 1000)


def whom_to_recruit(page: Page) -> None:
    a_round(page)
    page.goto(f"{page.url.split('?')[0]}?show=wanted")
    page.wait_for_timeout(600)


#: number-name → who, path, mode, language, size, what is done there
SHOTS: dict[str, tuple[str, str, str, str, tuple[int, int], Callable[[Page], None]]] = {
    "01-home": (RESIDENT, "/", "std", "zh-hans", PHONE, nothing),
    "02-home-elder": (RESIDENT, "/", "elder", "zh-hans", PHONE, nothing),
    "03-home-largest": (RESIDENT, "/", "xl", "zh-hans", PHONE, nothing),
    "04-home-english": (RESIDENT, "/", "std", "en", PHONE, nothing),
    "05-ask": (RESIDENT, "/ask/?service=escort", "std", "zh-hans", PHONE, ask),
    "06-ask-elder": (RESIDENT, "/ask/?service=escort", "elder", "zh-hans", PHONE, nothing),
    "07-order": (RESIDENT, "/needs/", "std", "zh-hans", PHONE, first_order),
    "08-volunteer": (VOLUNTEER, "/volunteer/", "std", "zh-hans", PHONE, nothing),
    "09-offer": (VOLUNTEER, "/volunteer/", "std", "zh-hans", PHONE, first_offer),
    "10-desk": (WORKER, "/desk/?stage=2", "std", "zh-hans", WIDE, first_waiting),
    "11-round": (WORKER, "/desk/round/", "std", "zh-hans", WIDE, a_round),
    "12-volunteers": (WORKER, "/volunteers/", "std", "zh-hans", WIDE, nothing),
    "13-statistics": (WORKER, "/desk/statistics/", "std", "zh-hans", WIDE, nothing),
    "14-register": (RESIDENT, "/register/", "std", "zh-hans", PHONE, nothing),
    "15-recruit": (STREET, "/desk/round/", "std", "zh-hans", WIDE, whom_to_recruit),
    "16-my-route": (VOLUNTEER, "/volunteer/route/", "std", "zh-hans", PHONE, nothing),
    "17-routes": (WORKER, "/desk/routes/", "std", "zh-hans", WIDE, nothing),
    "18-weights": (STREET, "/desk/weights/", "std", "zh-hans", WIDE, nothing),
}


@contextmanager
def district() -> Iterator[str]:
    """The demonstration, served on a free port from a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "DATA_DIR": folder, "DATABASE_URL": "", "DEMO": "1"}
        manage = [sys.executable, "manage.py"]
        subprocess.run([*manage, "migrate", "-v0"], cwd=ROOT, env=env, check=True)
        subprocess.run([*manage, "demo", "--seed", SEED, "-v0"], cwd=ROOT, env=env, check=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        server = subprocess.Popen(
            [*manage, "serve", "--host", "127.0.0.1", "--port", str(port)], cwd=ROOT, env=env, stdout=subprocess.DEVNULL, start_new_session=True
        )
        try:
            yield _answering(f"http://127.0.0.1:{port}")
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(30)


def _answering(url: str) -> str:
    for _second in range(PATIENCE):
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=5).close()
            return url
        except (urllib.error.URLError, OSError):
            time.sleep(1)
    raise SystemExit("the server does not answer")


def signed_in(browser: Browser, url: str, who: str, size: tuple[int, int]) -> Page:
    """A page on which a demonstration account has signed in by its button."""
    phone = size[0] < 600
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, device_scale_factor=2 if phone else 1, is_mobile=phone, has_touch=phone, locale="zh-CN"
    )
    page = context.new_page()
    page.goto(f"{url}/sign-in/")
    page.locator("button[name=person]", has_text=who).first.click()
    page.wait_for_load_state()
    return page


def shoot(browser: Browser, url: str, name: str) -> Path:
    who, path, ui, lang, size, act = SHOTS[name]
    page = signed_in(browser, url, who, size)
    page.goto(f"{url}{path}{'&' if '?' in path else '?'}ui={ui}&lang={lang}")
    page.wait_for_load_state("networkidle") if path != "/desk/round/" else None
    act(page)
    page.wait_for_load_state()
    page.wait_for_timeout(300)
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    page.context.close()
    target = OUT / f"{name}.png"
    picture.quantize(160, dither=Image.Dither.NONE).save(target, optimize=True)
    return target


def main(wanted: Sequence[str]) -> int:
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    OUT.mkdir(parents=True, exist_ok=True)
    names = [name for name in SHOTS if not wanted or name[:2] in wanted]
    with district() as url, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        for name in names:
            target = shoot(browser, url, name)
            print(f"{target.relative_to(ROOT)}  {target.stat().st_size // 1024} KiB", flush=True)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
