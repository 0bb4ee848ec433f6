from __future__ import annotations

from datetime import date, timedelta

import pytest

from chunshui.kernel import choices, clock, masking, throttle
from chunshui.kernel.errors import Refused


@pytest.mark.parametrize(("full", "masked"), [("张三丰", "张**"), ("李四", "李*"), ("Mary Smith", "M***"), ("王", "王*"), ("", "")])
def test_name_keeps_its_first_character(full, masked):
    assert masking.name(full) == masked


@pytest.mark.parametrize(("number", "masked"), [("13883212041", "138****2041"), ("02367890000", "*********00"), ("12", "12"), ("", "")])
def test_phone_keeps_what_its_owner_recognises(number, masked):
    assert masking.phone(number) == masked


@pytest.mark.parametrize(("number", "masked"), [("500105195001011234", "500*************34"), ("E12345678", "E12****78"), ("", "")])
def test_identity_number_keeps_three_and_two(number, masked):
    assert masking.identity(number) == masked


@pytest.mark.parametrize("codes", [[], [1], [1, 5, 36], [24]])
def test_set_of_codes_survives_being_one_integer(codes):
    assert choices.from_mask(choices.to_mask(codes)) == codes


def test_midnight_at_the_end_of_a_day_is_the_next_day():
    assert clock.at(date(2026, 12, 31), 24) == clock.at(date(2027, 1, 1), 0)


def test_days_weeks_and_months_are_those_of_the_district(now):
    late = now.replace(hour=17)  # 1:00 on Wednesday there
    assert clock.today(late) == date(2026, 11, 25)
    assert clock.week_start(now).isoformat() == "2026-11-23T00:00:00+08:00"
    assert clock.month_start(now) == date(2026, 11, 1)


def test_throttle_refuses_what_goes_beyond_and_says_when_to_come_back(db, now):
    for _ in range(3):
        throttle.count("code:138", now=now, most=3, per=timedelta(minutes=10))
    with pytest.raises(Refused, match="请过 10 分钟再试") as refusal:
        throttle.count("code:138", now=now, most=3, per=timedelta(minutes=10))
    assert refusal.value.code == "too_many"


def test_throttle_opens_again_in_the_next_window_and_counts_each_key_alone(db, now):
    for _ in range(3):
        throttle.count("a", now=now, most=3, per=timedelta(minutes=10))
    throttle.count("b", now=now, most=3, per=timedelta(minutes=10))
    throttle.count("a", now=now + timedelta(minutes=10), most=3, per=timedelta(minutes=10))


def test_throttle_of_none_refuses_the_first(db, now):
    with pytest.raises(Refused):
        throttle.count("a", now=now, most=0, per=timedelta(minutes=10))
