"""Stars: applied for with the hours, decided by the right unit, published, objected to, granted, taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chunshui.hours import commands, policies, queries
from chunshui.hours.models import Objection, Star
from chunshui.hours.states import StarState
from chunshui.kernel import clock, events
from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.models import Event
from chunshui.people import commands as people_commands
from tests.factories import hours, people, proofs

pytestmark = pytest.mark.django_db


@pytest.fixture
def hundred(helper):
    """The helper has 101 hours."""
    hours.record(helper, hour=-200, minutes=6060)
    return helper


def applied(helper, now, level=1):
    return commands.apply_for_star(actor=helper, level=level, deeds="每周陪诊", now=now)


def published(helper, official, now, level=1):
    star = applied(helper, now, level)
    commands.review_star(actor=official, star_id=star.pk, opinion="属实", now=now)
    return commands.publish_star(actor=official, star_id=star.pk, now=now)


def code_of(refusal):
    return refusal.value.code


def test_apply_for_star_goes_to_the_street_for_two_stars_and_to_the_district_above(helper, street, district, now):
    hours.record(helper, hour=-2000, minutes=60 * 1600)
    low = applied(helper, now, 2)
    assert (low.area, low.state, low.minutes_then) == (street, StarState.APPLIED, 96000)
    commands.withdraw_star(actor=helper, star_id=low.pk, now=now)
    assert applied(helper, now, 3).area == district
    assert [event.name for event in Event.objects.order_by("pk")] == ["hours.star_applied", "hours.star_withdrawn", "hours.star_applied"]


@pytest.mark.parametrize(("level", "code"), [(2, "too_few_hours"), (0, "no_such_level"), (6, "no_such_level"), (-1, "no_such_level")])
def test_apply_for_star_without_the_hours_or_the_level_is_refused(hundred, now, level, code):
    with pytest.raises(Refused) as refusal:
        applied(hundred, now, level)
    assert (code_of(refusal), Star.objects.count()) == (code, 0)


def test_apply_for_star_counts_only_records_in_force(helper, now):
    hours.record(helper, hour=-200, minutes=6000, state="3")
    with pytest.raises(Refused) as refusal:
        applied(helper, now)
    assert code_of(refusal) == "too_few_hours"


def test_apply_for_star_again_or_not_above_is_refused(hundred, now):
    first = applied(hundred, now)
    with pytest.raises(Refused) as refusal:
        applied(hundred, now)
    assert code_of(refusal) == "one_at_a_time"
    Star.objects.filter(pk=first.pk).update(state=StarState.GRANTED)
    with pytest.raises(Refused) as refusal:
        applied(hundred, now)
    assert code_of(refusal) == "not_above"


def test_can_apply_for_star_is_for_volunteers(resident, coordinator):
    assert [policies.can_apply_for_star(each).code for each in (resident, coordinator)] == ["not_a_volunteer"] * 2


def test_a_star_goes_its_whole_way(hundred, street_official, now):
    star = published(hundred, street_official, now)
    assert star.publicity_until == clock.at(clock.today(now) + timedelta(days=7), 18)  # Tuesday: the fifth working day after it is next Tuesday
    with pytest.raises(Refused) as refusal:
        commands.grant_star(actor=street_official, star_id=star.pk, now=star.publicity_until - timedelta(minutes=1))
    assert code_of(refusal) == "publicity_running"
    commands.grant_star(actor=street_official, star_id=star.pk, now=star.publicity_until)
    assert (queries.star_level(hundred.pk), queries.star_levels([hundred.pk, street_official.pk])) == (1, {hundred.pk: 1, street_official.pk: 0})


@pytest.mark.parametrize("verb", ["review_star", "publish_star", "grant_star", "refuse_star"])
def test_only_the_unit_that_decides_decides(
    hundred, coordinator, far_coordinator, street_official, district_official, stranger, second_helper, now, verb
):
    """can_review_star, can_publish_star, can_grant_star, can_refuse_star: the community sees it, the street decides; strangers see nothing."""
    star = proofs.star(
        hundred, state={"review_star": "applied", "publish_star": "reviewed", "grant_star": "published", "refuse_star": "applied"}[verb]
    )
    ask = getattr(policies, f"can_{verb}")
    assert [bool(ask(each, star)) for each in (street_official, district_official, coordinator, far_coordinator, second_helper, hundred)] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]
    more = {"review_star": {"opinion": ""}, "refuse_star": {"reason": "不实"}}.get(verb, {})
    for somebody, kind in ((coordinator, Refused), (stranger, Refused if verb == "grant_star" else NotFound)):
        with pytest.raises(kind):
            getattr(commands, verb)(actor=somebody, star_id=star.pk, now=now, **more)
    assert Star.objects.get().state == star.state


def test_staff_cannot_review_their_own_star(street, now):
    official = people.volunteer(street, "李街道")
    official.acting = people.queries.acting_in(
        people.Role.objects.create(person=official, kind="street_official", area=street, granted_at=now), verified=True
    )
    star = Star.objects.create(person=official, level=1, area=street, home=street, minutes_then=6000, applied_at=now)
    assert policies.can_review_star(official, star).code == "own_case"


def test_withdraw_star_is_the_volunteers_own(hundred, street_official, now):
    star = applied(hundred, now)
    assert [bool(policies.can_withdraw_star(each, star)) for each in (hundred, street_official)] == [True, False]
    with pytest.raises(Refused):
        commands.withdraw_star(actor=street_official, star_id=star.pk, now=now)


def test_refuse_star_wants_a_reason(hundred, street_official, now):
    star = applied(hundred, now)
    with pytest.raises(Refused) as refusal:
        commands.refuse_star(actor=street_official, star_id=star.pk, reason=" ", now=now)
    assert (code_of(refusal), Star.objects.get().state) == ("reason_missing", StarState.APPLIED)
    assert commands.refuse_star(actor=street_official, star_id=star.pk, reason="照片对不上", now=now).reason == "照片对不上"


def test_a_star_is_seen_by_strangers_only_in_publicity_and_after(hundred, stranger, coordinator, now):
    """can_view_star."""
    star = applied(hundred, now)
    assert [bool(policies.can_view_star(each, star)) for each in (hundred, coordinator, stranger)] == [True, True, False]
    star.state = StarState.PUBLISHED
    assert policies.can_view_star(stranger, star)


def test_an_open_objection_holds_the_grant_and_a_colleague_decides(hundred, stranger, street, street_official, now):
    star = published(hundred, street_official, now)
    row = commands.object_to_star(actor=stranger, star_id=star.pk, words="那天他不在", now=now)
    after = star.publicity_until
    with pytest.raises(Refused) as refusal:
        commands.grant_star(actor=street_official, star_id=star.pk, now=after)
    assert code_of(refusal) == "objection_open"
    assert policies.can_decide_objection(street_official, row).code == "involved"
    with pytest.raises(Refused):
        commands.decide_objection(actor=street_official, objection_id=row.pk, is_upheld=False, answer="查过了", now=now)
    colleague = people.staff(street, "street_official", "王同事")
    commands.decide_objection(actor=colleague, objection_id=row.pk, is_upheld=False, answer="有签到记录", now=now)
    assert commands.grant_star(actor=street_official, star_id=star.pk, now=after).state == StarState.GRANTED


def test_an_objection_that_holds_ends_the_application(hundred, stranger, street, street_official, far_coordinator, now):
    star = published(hundred, street_official, now)
    row = commands.object_to_star(actor=stranger, star_id=star.pk, words="那天他不在", now=now)
    with pytest.raises(NotFound):
        commands.decide_objection(actor=far_coordinator, objection_id=row.pk, is_upheld=True, answer="x", now=now)
    colleague = people.staff(street, "street_official", "王同事")
    commands.decide_objection(actor=colleague, objection_id=row.pk, is_upheld=True, answer="确实不在", now=now)
    star.refresh_from_db()
    assert (star.state, star.reason, Objection.objects.get().state) == (StarState.REFUSED, "确实不在", "upheld")


def test_nobody_objects_to_the_own_star_twice_or_out_of_time(hundred, stranger, street_official, now):
    """can_object_to_star."""
    star = published(hundred, street_official, now)
    assert policies.can_object_to_star(hundred, star).code == "own_case"
    commands.object_to_star(actor=stranger, star_id=star.pk, words="那天他不在", now=now)
    with pytest.raises(Refused) as refusal:
        commands.object_to_star(actor=stranger, star_id=star.pk, words="还有", now=now)
    assert (code_of(refusal), Objection.objects.count()) == ("one_at_a_time", 1)
    Star.objects.update(state=StarState.GRANTED)
    with pytest.raises(Refused):
        commands.object_to_star(actor=street_official, star_id=star.pk, words="晚了", now=now)


def test_hours_that_are_struck_take_the_star_back(helper, coordinator, now):
    hours.record(helper, hour=-300, minutes=6000)
    extra = hours.record(helper, hour=9, minutes=60)
    people_commands.add_minutes(person_id=helper.pk, minutes=6060, services=2, now=now)
    star = proofs.star(helper, state=StarState.GRANTED)
    commands.cancel_record(actor=coordinator, record_id=extra.pk, reason="重复", now=now)
    events.settle(now)
    assert queries.star_level(helper.pk) == 1
    first = helper.records.order_by("pk").first()
    commands.cancel_record(actor=coordinator, record_id=first.pk, reason="不实", now=now)
    events.settle(now)
    star.refresh_from_db()
    assert (queries.star_level(helper.pk), star.state, "不满 100 小时" in star.reason) == (0, StarState.REVOKED, True)
    assert commands.revoke_unearned_stars(person_id=helper.pk, now=now) == 0


def test_star_queue_is_of_the_area(hundred, coordinator, street_official, far_coordinator, stranger, now):
    star = applied(hundred, now)
    assert [[row.pk for row in queries.star_queue(each)] for each in (coordinator, street_official, far_coordinator)] == [[star.pk], [star.pk], []]
    with pytest.raises(NotFound):
        queries.star_queue(stranger)


def test_five_star_names_are_masked_unless_agreed(helper, second_helper, now):
    for each in (helper, second_helper):
        proofs.star(each, 5, state=StarState.GRANTED)
    people_commands.publish_text(kind="publish", now=now)
    people_commands.give_consent(actor=helper, person_id=helper.pk, kind="publish", channel="self", now=now)
    rows = queries.find_five_stars(None).rows
    assert queries.names_shown(rows, now) == {helper.pk: "何素芬", second_helper.pk: "陈**"}
    assert [row.person_id for row in queries.find_five_stars(None, helper.volunteer.number).rows] == [helper.pk]
    assert [row.person_id for row in queries.find_five_stars(None, "何素芬").rows] == []


def test_privileges_are_kept_by_the_district(district_official, street_official, helper, now):
    """can_offer_privilege, can_end_privilege, can_export_five_stars."""
    values = {"level": 5, "title": "景区免费", "words": "全年", "given_by": "区文旅委", "since": now.date(), "now": now}
    with pytest.raises(Refused):
        commands.offer_privilege(actor=street_official, **values)
    row = commands.offer_privilege(actor=district_official, **values)
    assert [len(rows) for rows in queries.privileges(now).values()] == [0, 0, 0, 0, 1]
    with pytest.raises(Refused):
        commands.end_privilege(actor=helper, privilege_id=row.pk, now=now)
    commands.end_privilege(actor=district_official, privilege_id=row.pk, now=now)
    assert queries.privileges(now)[5] == []
    assert [bool(policies.can_export_five_stars(each)) for each in (street_official, helper)] == [True, False]


@pytest.mark.parametrize(
    ("change", "code"), [({"level": 9}, "incomplete"), ({"title": " "}, "incomplete"), ({"until_days": -1}, "ends_before_start")]
)
def test_offer_privilege_refuses_what_makes_no_sense(district_official, now, change, code):
    days = change.pop("until_days", 1)
    values = {"level": 5, "title": "景区免费", "words": "全年", "given_by": "区文旅委", "since": now.date(), **change}
    with pytest.raises(Refused) as refusal:
        commands.offer_privilege(actor=district_official, until=now.date() + timedelta(days=days), now=now, **values)
    assert code_of(refusal) == code


def test_who_is_erased_applies_for_nothing(hundred, now):
    star = applied(hundred, now)
    assert (commands.close_stars_of(person_id=hundred.pk, now=now), Star.objects.get(pk=star.pk).state) == (1, StarState.WITHDRAWN)
