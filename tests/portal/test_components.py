"""The shells and components, as the components page draws them."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.template import engines
from django.test import RequestFactory
from django.urls import reverse

from chunshui.kernel.errors import Refused
from chunshui.kernel.http import YEAR, AnswerMiddleware
from chunshui.notices import commands as notices
from chunshui.portal.templatetags import menus
from tests import browser
from tests.factories import people

PAGES = ["/components/", "/components/staff/", "/components/desk/", "/components/kiosk/", "/offline/"]
TEMPLATES = sorted((Path(__file__).resolve().parents[2] / "chunshui").rglob("templates/**/*.html"))


class Marks(HTMLParser):
    """Start tags with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def ids(self) -> list[str]:
        return [str(attrs["id"]) for _, attrs in self.tags if "id" in attrs]

    def with_id(self, wanted: str) -> tuple[str, dict[str, str | None]]:
        return next(mark for mark in self.tags if mark[1].get("id") == wanted)


def marks(client, path: str = "/components/") -> Marks:
    return Marks(client.get(path).content.decode())


@pytest.fixture
def page(client, db) -> Marks:
    return marks(client)


@pytest.mark.django_db
@pytest.mark.parametrize("path", [path for path in PAGES if "kiosk" not in path])
@pytest.mark.parametrize(("query", "expected"), [("", "std"), ("?ui=elder", "elder"), ("?ui=xl", "xl"), ("?ui=huge", "std")])
def test_mode_is_on_the_root_from_the_first_byte(client, path, query, expected):
    tag, attrs = marks(client, path + query).tags[0]
    assert (tag, attrs["data-ui"], attrs.get("class", None)) == ("html", expected, None if expected == "std" else "big")


@pytest.mark.django_db
@pytest.mark.parametrize(("query", "expected"), [("", "xl"), ("?ui=elder", "elder")])
def test_kiosk_is_large_for_everyone(client, query, expected):
    attrs = marks(client, f"/components/kiosk/{query}").tags[0][1]
    assert (attrs["data-ui"], attrs["class"]) == (expected, "big")


@pytest.mark.django_db
def test_mode_and_language_stay_for_a_year(client):
    answer = client.get("/components/?ui=elder&lang=en")
    assert [(name, answer.cookies[name].value, answer.cookies[name]["max-age"]) for name in ("ui", "lang")] == [
        ("ui", "elder", YEAR),
        ("lang", "en", YEAR),
    ]
    attrs = marks(client).tags[0][1]
    assert (attrs["data-ui"], attrs["lang"]) == ("elder", "en")


def test_mode_of_the_account_counts_on_a_new_device(client, resident):
    type(resident).objects.filter(pk=resident.pk).update(ui_mode="xl", language="en")
    client.force_login(resident)
    attrs = marks(client).tags[0][1]
    assert (attrs["data-ui"], attrs["lang"]) == ("xl", "en")


def test_choice_by_link_is_kept_on_the_account(client, resident):
    client.force_login(resident)
    client.get("/components/?ui=elder&lang=en")
    resident.refresh_from_db()
    assert (resident.ui_mode, resident.language) == ("elder", "en")


def test_pages_without_a_choice_leave_the_account_alone(client, resident):
    type(resident).objects.filter(pk=resident.pk).update(ui_mode="xl")
    client.force_login(resident)
    client.get("/components/?ui=huge")
    resident.refresh_from_db()
    assert (resident.ui_mode, resident.language) == ("xl", "zh-hans")


@pytest.mark.django_db
@pytest.mark.parametrize(("demo", "shown"), [(True, True), (False, False)])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_whether_it_is_a_demonstration(client, settings, path, demo, shown):
    settings.DEMO = demo
    text = client.get(path).content.decode()
    assert bool(re.search(r'<(aside|span) class="(d-)?demo"[^>]*>(<b>)?演示<', text)) is shown


def test_ids_are_unique(page):
    assert sorted(page.ids()) == sorted(set(page.ids()))


def test_every_described_control_points_at_words_that_exist(page):
    pointed = {word for _, attrs in page.tags for word in str(attrs.get("aria-describedby") or "").split()}
    assert pointed - set(page.ids()) == set()
    assert {"id_phone_helptext", "id_wrong-phone_helptext", "id_wrong-phone_error", "id_wrong-day_error"} <= pointed


def test_wrong_field_is_marked_and_tied_to_its_label(page):
    tag, attrs = page.with_id("id_wrong-phone")
    assert (tag, attrs["aria-invalid"], attrs["aria-describedby"]) == ("input", "true", "id_wrong-phone_helptext id_wrong-phone_error")
    assert [attrs for tag, attrs in page.tags if tag == "label" and attrs.get("for") == "id_wrong-phone"]


def test_error_summary_links_to_each_field_with_the_words_at_the_field(client, db):
    text = client.get("/components/").content.decode()
    summary = re.search(r'<div class="errsum".*?</div>', text, re.DOTALL)[0]
    links = re.findall(r'<a href="#([^"]+)">([^<]+)</a>', summary)
    assert links == [
        ("id_wrong-day_0", "请选哪一天"),
        ("id_wrong-place_0", "请选在哪里"),
        ("id_wrong-name", "请写姓名"),
        ("id_wrong-phone", "请写 11 位手机号"),
        ("id_wrong-code", "请写短信里的 6 位数字"),
        ("id_wrong-kind", "请选证件种类"),
        ("id_wrong-stars_0", "请选几颗星"),
        ("id_wrong-agree", "要您同意，志愿者才找得到门"),
    ]
    assert {target for target, _ in links} <= set(Marks(text).ids())
    assert "<title>组件 · " in text
    assert "有 8 处要改" in summary
    assert all(text.count(words) == 2 for _, words in links)


def test_refused_form_answers_422_with_what_was_typed_and_says_so_in_the_title(client, db):
    answer = client.post("/components/", {"name": "周桂芳", "day": "2"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>请改正：组件 · " in text
    assert Marks(text).with_id("id_name")[1]["value"] == "周桂芳"
    assert "checked" in Marks(text).with_id("id_day_2")[1]


def test_grid_of_free_time_has_eight_kinds_of_day_and_three_times(page):
    boxes = [attrs for tag, attrs in page.tags if tag == "input" and attrs.get("name") == "free"]
    assert [attrs["value"] for attrs in boxes] == [str(slot) for slot in range(1, 25)]
    assert [attrs["value"] for attrs in boxes if "checked" in attrs] == ["1", "4", "22"]


def test_headers_of_a_table_sort_and_turn_round(client, db):
    text = client.get("/components/staff/?sort=due&q=x").content.decode()
    assert 'aria-sort="ascending"' in text
    assert "q=x&amp;sort=-due" in text or "sort=-due&amp;q=x" in text
    assert "sort=resident" in text


def test_pages_of_a_list_keep_the_other_values(client, db):
    text = client.get("/components/staff/?q=x").content.decode()
    assert 'href="?q=x&amp;cursor=next"' in text


def test_menu_leaves_out_what_this_installation_does_not_have(monkeypatch):
    monkeypatch.setitem(menus.TABS, "resident", (menus.Entry("home", "home", "首页"), menus.Entry("nowhere", "user", "没有")))
    assert [entry.name for entry in menus.tabs({"elder": False}, "resident")] == ["home"]


def test_tab_bar_is_that_of_the_role_one_acts_in(client, monkeypatch, resident, helper, coordinator):
    for kind in menus.TABS:
        monkeypatch.setitem(menus.TABS, kind, (menus.Entry("home", "home", f"tabs of {kind}"),))
    seen = []
    for person in (resident, helper, coordinator):
        text = people.sign_in(client, person).get("/components/").content.decode()
        seen += re.findall(r"tabs of (\w+)", text)
    assert seen == ["resident", "volunteer", "staff"]


def test_tab_bar_counts_unread_messages(client, monkeypatch, resident, now):
    monkeypatch.setitem(menus.TABS, "resident", (menus.Entry("inbox", "bell", "消息"),))
    monkeypatch.setattr(menus, "_exists", lambda name: True)
    monkeypatch.setattr(menus.Entry, "url", "/x/")
    for key in ("a", "b"):
        notices.notify(person_id=resident.pk, key=key, kind="news", title="有人接单了", at=now)
    text = people.sign_in(client, resident).get("/components/").content.decode()
    assert '<span class="dot">2<' in text


def test_role_menu_lists_the_roles_and_marks_the_present_one(client, coordinator):
    text = people.sign_in(client, coordinator).get("/components/staff/").content.decode()
    menu = re.search(r'<details class="d-role">.*?</details>', text, re.DOTALL)[0]
    assert re.findall(r'name="acting" value="(\w+)"( aria-current="true")?', re.sub(r"\s+", " ", menu)) == [
        ("resident", ""),
        (str(coordinator.acting.role_id), ' aria-current="true"'),
    ]
    assert f'action="{reverse("switch_role")}"' in menu


def test_elder_tab_bar_ends_with_the_telephone(client, db):
    text = client.get("/components/?ui=elder").content.decode()
    bar = re.search(r'<nav class="tabbar".*?</nav>', text, re.DOTALL)[0]
    links = re.findall(r'<a href="([^"]+)"', bar)
    assert (links[0], links[-1][:4]) == ("/", "tel:")


@pytest.mark.django_db
def test_pages_for_what_went_wrong(client):
    assert [client.get("/nowhere/").status_code, client.get("/components/nothing/").status_code] == [404, 404]
    text = client.get("/nowhere/").content.decode()
    assert "没找到这一页" in text
    assert "tel:" in text


@pytest.mark.parametrize(("part", "status"), [(False, 409), (True, 422)])
def test_refusal_is_a_page_or_a_message_at_the_top_of_the_page(rf: RequestFactory, part, status):
    request = rf.post("/")
    request.htmx, request.ui = part, "std"
    answer = AnswerMiddleware(lambda _: HttpResponse()).process_exception(request, Refused("名额满了"))
    assert (answer.status_code, "名额满了" in answer.content.decode(), "<html" in answer.content.decode()) == (status, True, not part)
    assert answer.headers.get("HX-Retarget") == ("#flash" if part else None)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_inline_style_or_script(path):
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"\sstyle=|<style|\son\w+=\"|<script(?![^>]*\bsrc=)", text) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_compile_and_are_short(path):
    name = path.as_posix().split("/templates/")[1]
    assert engines["django"].get_template(name)
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 120


def test_icons_that_templates_name_are_in_the_sprite():
    sprite = (Path(menus.__file__).resolve().parents[1] / "static" / "img" / "icons.svg").read_text(encoding="utf-8")
    there = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    texts = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES)
    named = set(re.findall(r"{% icon '([\w-]+)'", texts)) | set(re.findall(r'\b(?:chip)?icon="([\w-]+)"', texts))
    named |= {entry.icon for entries in (*menus.TABS.values(), menus.STAFF) for entry in entries}
    assert named - there == set()


SCENES = [
    (path, ui, lang, width)
    for path, width in [
        ("/components/", 390),
        ("/components/staff/", 390),
        ("/components/staff/", 1440),
        ("/components/kiosk/", 390),
        ("/components/desk/", 390),
        ("/components/desk/", 1440),
    ]
    for ui, lang in [("std", "zh-hans"), ("elder", "zh-hans"), ("xl", "zh-hans"), ("std", "en")]
] + [
    ("/components/desk/?view=detail", "std", "zh-hans", 390),
    ("/components/", "std", "zh-hans", 1440),
    ("/offline/", "elder", "zh-hans", 390),
    ("/nowhere/", "std", "en", 390),
]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("path", "ui", "lang", "width"), SCENES)
def test_page_is_readable_reachable_and_never_scrolls_sideways(visit, path, ui, lang, width):
    page = visit(path, ui=ui, lang=lang, width=width, height=900 if width > 600 else 844)
    assert browser.faults(page) == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_what_belongs_to_a_choice_shows_when_it_is_made(visit):
    page = visit("/components/")
    assert page.is_hidden("#elsewhere")
    page.check("#id_place_1", force=True)
    assert page.is_visible("#elsewhere")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_draft_is_kept_on_the_device_until_the_confirmation(visit):
    page = visit("/offline/")
    page.goto(page.url.split("/offline/")[0] + reverse("components"))
    assert page.evaluate("localStorage.getItem('draft:components')") is None
    page.fill("#id_name", "周桂芳")
    page.fill("#id_code", "123456")
    kept = page.evaluate("JSON.parse(localStorage.getItem('draft:components'))")
    assert (kept["name"], "code" in kept) == (["周桂芳"], False)
    page.reload()
    assert page.evaluate("localStorage.getItem('draft:components')") is None
