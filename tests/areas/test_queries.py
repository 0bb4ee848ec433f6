from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from chunshui.areas import commands, queries
from chunshui.areas.models import DayOverride, RuleValue
from chunshui.kernel.errors import Refused
from chunshui.needs.states import REVIEW_WITHIN

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


def test_a_rule_without_a_value_has_its_declared_default(community, now):
    assert queries.rule(REVIEW_WITHIN, community, now) == 480


def test_the_nearest_area_decides_the_value_of_a_rule(community, street, elsewhere, street_official, now, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        commands.set_rule(area_id=street.pk, key=REVIEW_WITHIN.key, value=240, effective_on=TODAY, reason="试行", actor=street_official, now=now)
    assert [queries.rule(REVIEW_WITHIN, area, now) for area in (community, street, elsewhere)] == [240, 240, 480]


def test_a_rule_set_by_another_street_is_refused_and_changes_nothing(community, elsewhere, street_official, now):
    with pytest.raises(Refused):
        commands.set_rule(area_id=elsewhere.pk, key=REVIEW_WITHIN.key, value=240, effective_on=TODAY, reason="越界", actor=street_official, now=now)
    assert RuleValue.objects.count() == 0


@pytest.mark.parametrize(("key", "value"), [("needs.unknown", 5), (REVIEW_WITHIN.key, "5"), (REVIEW_WITHIN.key, 1), (REVIEW_WITHIN.key, True)])
def test_a_value_that_does_not_fit_the_rule_is_refused(street, street_official, now, key, value):
    with pytest.raises(Refused):
        commands.set_rule(area_id=street.pk, key=key, value=value, effective_on=TODAY, reason="试", actor=street_official, now=now)
    assert RuleValue.objects.count() == 0


def test_a_working_deadline_skips_the_night_the_weekend_and_the_holiday(db):
    friday_five = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
    assert queries.working_deadline(friday_five, 120) == datetime(2026, 11, 30, 2, 0, tzinfo=UTC)


def test_a_day_that_the_district_overrides_counts_as_it_says(db):
    DayOverride.objects.create(day=TODAY, is_working=False, reason="停水")
    from django.core.cache import cache

    cache.clear()
    assert queries.is_working_day(TODAY) is False
