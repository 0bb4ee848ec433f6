from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from chunshui.areas import commands, policies, queries
from chunshui.areas.models import DayOverride, RuleValue
from chunshui.hours.states import DAY_CAP
from chunshui.kernel import clock
from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.models import Event
from chunshui.ledger.states import SHORTFALL
from tests.factories import people
from tests.factories.api import Caller
from tests.factories.people import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def tomorrow(now):
    return clock.today(now) + timedelta(days=1)


def value(area, now, number, *, days=0, key=DAY_CAP.key):
    day = clock.today(now) + timedelta(days=days)
    return RuleValue.objects.create(area=area, key=key, value=number, effective_on=day, reason="试", set_by_id=1, set_at=now)


def line_of(area, now, key=DAY_CAP.key):
    return next(line for line in queries.rule_lines(area, now) if line.rule.key == key)


def test_a_rule_line_says_what_is_in_force_where_it_was_set_and_what_comes(district, street, community, now):
    value(district, now, 400, days=-9)
    value(district, now, 420, days=-2)
    value(street, now, 300, days=-5)
    value(street, now, 360, days=3)
    line = line_of(street, now)
    assert (line.value, line.set_in, line.coming) == (300, street, (clock.today(now) + timedelta(days=3), 360))
    assert (line_of(community, now).value, line_of(district, now).value, line_of(community, now).coming) == (300, 420, None)


def test_a_rule_that_nobody_set_shows_its_default(community, now):
    line = line_of(community, now)
    assert (line.value, line.set_in, line.coming) == (480, None, None)


def test_rule_lines_agree_with_the_rule_that_commands_ask(district, street, community, now):
    value(district, now, 400)
    value(street, now, 300, days=1)
    assert [line_of(area, now).value for area in (district, street, community)] == [
        queries.rule(DAY_CAP, area, now) for area in (district, street, community)
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_rule_lines_are_two_queries_however_many_values_there_are(street, now, rows, django_assert_num_queries):
    for n in range(rows):
        value(street, now, 300 + n, days=-n)
    with django_assert_num_queries(2):
        assert line_of(street, now).value == 300


def test_set_day_makes_a_day_count_and_clear_day_undoes_it(district_official, tomorrow, now, django_capture_on_commit_callbacks):
    assert queries.is_working_day(tomorrow) is True
    with django_capture_on_commit_callbacks(execute=True):
        commands.set_day(actor=district_official, day=tomorrow, is_working=False, reason="停水", now=now)
    assert queries.is_working_day(tomorrow) is False
    with django_capture_on_commit_callbacks(execute=True):
        commands.clear_day(actor=district_official, day=tomorrow, now=now)
    assert queries.is_working_day(tomorrow) is True
    assert list(Event.objects.order_by("id").values_list("name", flat=True)) == ["areas.day_set", "areas.day_cleared"]


@pytest.mark.parametrize("who", ["stranger", "coordinator", "street_official", "helper"])
def test_the_calendar_is_changed_by_the_district_only(district, tomorrow, now, who, request):
    actor = request.getfixturevalue(who)
    DayOverride.objects.create(day=tomorrow, is_working=False, reason="停水")
    for act in (
        lambda: commands.set_day(actor=actor, day=tomorrow + timedelta(days=1), is_working=False, reason="越权", now=now),
        lambda: commands.clear_day(actor=actor, day=tomorrow, now=now),
    ):
        with pytest.raises(Refused):
            act()
    assert (DayOverride.objects.count(), Event.objects.count()) == (1, 0)


@pytest.mark.parametrize(("days", "reason", "field"), [(-1, "停水", "day"), (1, " ", "reason")])
def test_a_day_of_the_past_or_without_a_reason_is_refused_and_changes_nothing(district_official, now, days, reason, field):
    with pytest.raises(Refused) as refusal:
        commands.set_day(actor=district_official, day=clock.today(now) + timedelta(days=days), is_working=False, reason=reason, now=now)
    assert (list(refusal.value.fields), DayOverride.objects.count()) == ([field], 0)


def test_clearing_a_day_that_is_no_exception_is_not_found_and_of_the_past_refused(district_official, tomorrow, now):
    with pytest.raises(NotFound):
        commands.clear_day(actor=district_official, day=tomorrow, now=now)
    past = DayOverride.objects.create(day=clock.today(now) - timedelta(days=1), is_working=False, reason="停水")
    with pytest.raises(Refused):
        commands.clear_day(actor=district_official, day=past.day, now=now)
    assert DayOverride.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "rules", "days"),
    [
        ("street_official", True, False),
        ("district_official", True, True),
        ("coordinator", False, False),
        ("far_coordinator", False, False),
        ("stranger", False, False),
    ],
)
def test_who_sets_rules_of_the_street_and_days(street, who, rules, days, request):
    actor = request.getfixturevalue(who)
    allowed = [bool(policies.can_set_rule(actor, street)), bool(policies.can_set_day(actor)), bool(policies.can_clear_day(actor))]
    assert allowed == [rules, days, days]


def test_an_official_of_another_street_or_without_second_factor_sets_nothing(street, elsewhere, district_official):
    from dataclasses import replace

    other = people.staff(elsewhere.parent, "street_official")
    district_official.acting = replace(district_official.acting, confirmed=False)
    assert not policies.can_set_rule(other, street)
    assert not policies.can_set_rule(district_official, street)
    assert not policies.can_set_day(district_official)


def test_the_rules_page_shows_label_unit_source_and_value(client, street, street_official, now):
    value(street, now, 333, days=-400)
    shown = sign_in(client, street_official).get("/settings/rules/").content.decode()
    assert [word in shown for word in ("每人每天最多记", "分钟", "平台建议", "333")] == [True] * 4


def test_setting_a_rule_on_the_page_keeps_a_history(client, street, street_official):
    day = clock.today(timezone.now()) + timedelta(days=2)
    form = {"value": "300", "effective_on": day.isoformat(), "reason": "试行"}
    answer = sign_in(client, street_official).post(f"/settings/rules/{DAY_CAP.key}/", form)
    assert (answer.status_code, answer.url) == (302, "/settings/rules/")
    row = RuleValue.objects.get()
    assert (row.area, row.value, row.effective_on, row.reason, row.set_by_id) == (street, 300, day, "试行", street_official.pk)
    assert "试行" in client.get(f"/settings/rules/{DAY_CAP.key}/").content.decode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"value": "三百"}, "这条规则的值类型不对。"),
        ({"value": "1"}, "要在 60 和 1440 之间。"),
        ({"effective_on": "2026-01-01"}, "生效日期不能早于今天。"),
    ],
)
def test_a_wrong_value_comes_back_with_what_was_typed(client, street, street_official, change, words):
    form = {"value": "300", "effective_on": "2099-01-01", "reason": "试行", **change}
    answer = sign_in(client, street_official).post(f"/settings/rules/{DAY_CAP.key}/", form)
    shown = answer.content.decode()
    assert (answer.status_code, words in shown, 'value="试行"' in shown, RuleValue.objects.count()) == (422, True, True, 0)


@pytest.mark.parametrize("path", ["/settings/rules/", f"/settings/rules/{DAY_CAP.key}/", "/settings/calendar/"])
def test_settings_are_refused_to_others(client, coordinator, path):
    assert sign_in(client, coordinator).get(path).status_code == 409


def test_a_rule_that_does_not_exist_is_not_found(client, street_official):
    assert sign_in(client, street_official).get("/settings/rules/needs.nothing/").status_code == 404


def test_the_calendar_page_adds_and_clears_a_day(client, district_official):
    client = sign_in(client, district_official)
    assert client.post("/settings/calendar/", {"day": "2099-01-01", "is_working": "1", "reason": "调班"}).status_code == 302
    assert "调班" in client.get("/settings/calendar/").content.decode()
    assert client.post("/settings/calendar/clear/", {"day": "2099-01-01"}).status_code == 302
    assert DayOverride.objects.count() == 0


@pytest.mark.parametrize("form", [{}, {"day": "2020-01-01", "is_working": "1", "reason": "调班"}])
def test_a_wrong_day_comes_back(client, district_official, form):
    assert sign_in(client, district_official).post("/settings/calendar/", form).status_code == 422
    assert DayOverride.objects.count() == 0


def test_clearing_without_a_day_is_not_found(client, district_official):
    assert sign_in(client, district_official).post("/settings/calendar/clear/", {}).status_code == 404


def test_choosing_an_area_goes_from_street_to_community_and_is_remembered(client, street, community, elsewhere):
    shown = client.get("/area/").content.decode()
    assert ("五里店街道" in shown, "黎明社区" in shown) == (True, False)
    shown = client.get(f"/area/?street={street.pk}").content.decode()
    assert ("黎明社区" in shown, "远方社区" in shown) == (True, False)
    answer = client.post("/area/", {"area": community.pk, "next": "/area/"})
    assert (answer.url, answer.cookies["area"].value) == ("/area/", str(community.pk))
    assert "现在选的是：黎明社区" in client.get("/area/").content.decode()


@pytest.mark.parametrize("area", ["", "x", "999999", "9" * 30])
def test_choosing_no_known_area_shows_the_choice_again(client, community, area):
    answer = client.post("/area/", {"area": area})
    assert (answer.status_code, "area" in answer.cookies) == (200, False)


def test_choosing_an_area_never_leads_to_another_site(client, community):
    assert client.post("/area/", {"area": community.pk, "next": "https://evil.example/"}).url == "/"


def test_a_rule_of_words_takes_one_of_its_words(district, district_official, now):
    values = {
        "area_id": district.pk,
        "key": SHORTFALL.key,
        "effective_on": clock.today(now),
        "reason": "议定",
        "actor": district_official,
        "now": now,
    }
    with pytest.raises(Refused) as caught:
        commands.set_rule(value="ask", **values)
    assert (caught.value.code, RuleValue.objects.count(), Event.objects.count()) == ("no_choice", 0, 0)
    commands.set_rule(value="forgive", **values)
    assert queries.rule(SHORTFALL, district, now) == "forgive"


def test_rules_of_numbers_of_yes_and_no_and_of_words_are_told_through_the_api(community, resident):
    told = {line["key"]: (line["default"], line["choices"]) for line in Caller(resident).get(f"/areas/{community.pk}/rules").json()}
    assert (told[SHORTFALL.key], told[DAY_CAP.key]) == (("repay", ["repay", "forgive"]), (DAY_CAP.default, []))
