"""Moments in words, in both languages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import translation

from chunshui.kernel import clock, moments
from tests.factories.needs import NOON

TOMORROW = clock.today(NOON) + timedelta(days=1)


def plain(words: str) -> str:
    return words.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (9, 11, "明天（周三）上午 9:00–11:00"),
        (8, 12, "明天（周三）上午 8:00–12:00"),
        (11, 14, "明天（周三）上午 11:00–下午 2:00"),
        (19, 21, "明天（周三）晚上 7:00–9:00"),
    ],
)
def test_window_names_the_half_of_the_day_once(start, end, words):
    assert plain(moments.window(clock.at(TOMORROW, start), clock.at(TOMORROW, end), NOON)) == words


def test_window_over_two_days_names_both():
    assert (
        plain(moments.window(clock.at(TOMORROW, 20), clock.at(TOMORROW + timedelta(days=1), 9), NOON))
        == "明天（周三） 晚上 8:00 – 后天（周四） 上午 9:00"
    )


@pytest.mark.parametrize(("hour", "minute", "words"), [(9, 0, "明天上午 9 点"), (14, 5, "明天下午 2 点 05 分")])
def test_spoken_says_it_aloud(hour, minute, words):
    assert moments.spoken(clock.at(TOMORROW, hour, minute), NOON) == words


@pytest.mark.parametrize(("minutes", "words"), [(-5, "还有 0 分钟"), (89, "还有 89 分钟"), (120, "还有 2 小时"), (3 * 1440, "还有 3 天")])
def test_left_counts_in_the_unit_that_one_would_say(minutes, words):
    assert moments.left(NOON + timedelta(minutes=minutes), NOON) == words


@pytest.mark.parametrize(("minutes", "words"), [(45, "45 分钟"), (90, "90 分钟"), (120, "2 小时"), (150, "2 小时 30 分")])
def test_spell_of_minutes(minutes, words):
    assert moments.spell(minutes) == words


def test_far_days_are_named_by_date_and_the_line_never_tears_them():
    assert moments.day_of_month(clock.today(NOON)) == "11\u00a0月\u00a024\u00a0日"


def test_english_begins_with_a_capital_and_says_am_and_pm():
    with translation.override("en"):
        words = plain(moments.window(clock.at(TOMORROW, 9), clock.at(TOMORROW, 11), NOON))
    assert words[:1].isupper()
    assert words.endswith("9:00 am–11:00 am")
