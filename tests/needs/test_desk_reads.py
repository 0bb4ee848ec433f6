"""What the desk shows: figures that say of which period they are, searches, the clock wherever an order is listed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from chunshui.needs import commands, queries
from chunshui.needs.models import FollowUp, Need, Proposal, Rating, Round, Tally
from chunshui.needs.queries import desk as reads
from chunshui.needs.queries.dispatch import times
from chunshui.needs.states import FollowUpKind, RoundState, State
from tests.factories import needs as make
from tests.factories import people as cast

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HINT = "只有标点找不到东西"


@pytest.fixture
def desk(client, coordinator):
    return cast.sign_in(client, coordinator)


def rated(resident, stars, at, **more):
    need = make.need(resident, state=State.RATED, **more)
    Rating.objects.create(need=need, stars=stars, by=resident, channel="web", at=at)
    return need


def measures(area, now):
    cache.clear()
    return [(each.label, each.value, each.unit, each.small) for each in reads.figures(area, now).measures]


# --- figures


def test_nothing_is_said_of_a_period_in_which_nothing_happened(community, now):
    assert measures(community, now) == []


def test_todays_figures_are_todays_and_the_months_stand_beside_them(community, street, district, elsewhere, resident, now):
    Tally.objects.create(
        month=now.date().replace(day=1), community=community, street=street, service=make.service(), answered=2, answer_minutes=62, rated=4, pleased=3
    )
    assert measures(community, now) == [("本月平均响应", "31", "分", ""), ("本月满意", "75", "%", "")]
    make.need(resident, state=State.WAITING, placed_at=now - 40 * timedelta(minutes=1), accepted_at=now)
    make.need(resident, state=State.WAITING, placed_at=now - 2 * DAY, accepted_at=now - DAY)
    rated(resident, 5, now)
    rated(resident, 3, now)
    rated(resident, 1, now - DAY)
    todays = [("今天平均响应", "40", "分", "本月 31 分"), ("今天满意", "50", "%", "本月 75%")]
    assert [measures(area, now) for area in (community, street, district)] == [todays] * 3
    assert measures(elsewhere, now) == []


def test_the_desk_shows_the_period_of_each_figure(desk, resident):
    make.need(resident, state=State.WAITING, placed_at=timezone.now(), accepted_at=timezone.now())
    page = desk.get(reverse("desk")).content.decode()
    assert ("今天平均响应" in page, "本月平均响应" in page) == (True, False)


# --- search


@pytest.mark.parametrize("text", ["!", "……", "？！", "😀"])
@pytest.mark.parametrize("name", ["desk", "needs_list", "residents", "volunteers", "my_needs", "desk_intake"])
def test_marks_alone_find_nothing_and_a_hint_says_why(desk, coordinator, helper, name, text):
    make.need(coordinator, state=State.WAITING)
    assert HINT in desk.get(reverse(name), {"q": text}).content.decode()


@pytest.mark.parametrize("name", ["needs_list", "residents", "volunteers"])
def test_words_that_nobody_has_find_nothing_without_the_hint(desk, resident, name):
    make.need(resident)
    page = desk.get(reverse(name), {"q": "无此人"})
    assert (HINT in page.content.decode(), list(page.context["lines"])) == (False, [])


def test_marks_beside_words_do_not_matter(desk, resident):
    need = make.need(resident, details="去医院复查")
    commands.write_tokens(need)
    assert [line.need.pk for line in desk.get(reverse("needs_list"), {"q": "复查！"}).context["lines"]] == [need.pk]


# --- escalation


@pytest.fixture
def late(resident, now):
    """An overdue order of each level, and others that must not be taken for one."""
    make.need(resident, state=State.WAITING, due_at=timezone.now() + DAY)
    make.need(resident, state=State.DELIVERED, due_at=timezone.now() - DAY)
    make.need(resident, state=State.CANCELLED, due_at=timezone.now() - DAY, level=2)
    return [make.need(resident, state=State.WAITING, level=level, due_at=timezone.now() - 5 * HOUR) for level in (0, 1, 2)]


@pytest.mark.parametrize("level", [0, 1, 2])
def test_the_list_is_narrowed_to_a_level_of_escalation(desk, late, level):
    page = desk.get(reverse("needs_list"), {"level": str(level)})
    assert [line.need.pk for line in page.context["lines"]] == [late[level].pk]
    assert page.context["lines"][0].clock.words.startswith("超时 5 小时")


def test_an_unknown_level_narrows_nothing(desk, late):
    assert len(desk.get(reverse("needs_list"), {"level": "9"}).context["lines"]) == 6


def test_the_export_is_narrowed_like_the_page(coordinator, community, late):
    rows = list(reads.needs_to_export(community, reads.Filters(level="2"), timezone.now()))
    assert [(row[0], row[7]) for row in rows] == [(late[2].number, "已升到区")]


def test_an_ended_order_has_no_clock(resident, now):
    need = make.need(resident, state=State.CANCELLED, due_at=now - DAY, level=2)
    assert queries.due_clock(need, now) == reads.DueClock("", "", 0, "")


def _proposed(need, helper, coordinator):
    found = Round.objects.create(area=need.community, state=RoundState.PROPOSED, by=coordinator, at=timezone.now())
    visit = times.minute(timezone.now() + DAY)
    Proposal.objects.create(round=found, need=need, volunteer=helper, reasons=[["at", visit]])
    Proposal.objects.create(round=found, need=need)


def test_the_clock_of_an_escalated_order_stands_wherever_it_is_listed(desk, resident, helper, coordinator):
    Need.objects.all().delete()
    need = make.need(resident, state=State.WAITING, level=1, due_at=timezone.now() - 5 * HOUR)
    other = make.need(resident, state=State.SUBMITTED, due_at=timezone.now() + DAY)
    FollowUp.objects.create(need=need, kind=FollowUpKind.COMPLAINT, opened_at=timezone.now(), due_at=timezone.now())
    _proposed(need, helper, coordinator)
    pages = [reverse("desk"), reverse("desk_need", args=[need.pk]), reverse("desk_need", args=[other.pk])]
    pages += [reverse(name) for name in ("needs_list", "follow_ups", "desk_round")]
    for page in pages:
        text = desk.get(page).content.decode()
        assert ("超时 5 小时" in text, "已升到街道" in text) == (True, True), page


@pytest.mark.parametrize(("level", "words"), [(1, "超时没办，已报到街道"), (2, "超时没办，已报到区里")])
def test_the_resident_reads_of_an_order_that_climbed(client, resident, level, words):
    need = make.need(resident, state=State.WAITING, level=level)
    cast.sign_in(client, resident)
    pages = [client.get(reverse("my_needs")), client.get(reverse("need", args=[need.pk])), client.get(reverse("home"))]
    assert [words in page.content.decode() for page in pages] == [True] * 3


# --- the drawn map


def test_the_map_is_drawn_where_the_area_says_so_whatever_its_name(desk, resident, community):
    need = make.need(resident, state=State.WAITING)
    page = reverse("desk_need", args=[need.pk])
    bare = desk.get(page).content.decode()
    community.drawing = "img/demo-community.geojson"
    community.save()
    assert (community.name, "data-drawn" in bare, "data-drawn" in desk.get(page).content.decode()) == ("黎明社区", False, True)
