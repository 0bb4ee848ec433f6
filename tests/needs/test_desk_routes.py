"""走路线: the afternoon of a community or a team, planned, changed by hand, and asked about; nobody is ever sent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chunshui.kernel import clock
from chunshui.kernel.errors import NotFound, Refused
from chunshui.needs import commands, policies, queries
from chunshui.needs.models import Assignment, Offer
from chunshui.needs.queries.dispatch import times
from chunshui.needs.queries.routes import board as boards
from chunshui.needs.queries.routes.plan import Question
from chunshui.needs.states import DAY_LIMIT, State
from tests.factories import needs as make
from tests.factories import people as cast
from tests.factories import teams
from tests.needs.snapshot import snapshot

pytestmark = pytest.mark.django_db
DEGREE = 111_195
TOMORROW = clock.today(make.NOON) + timedelta(days=1)


def waiting(resident, wish=(14, 17), *, north=0, day=TOMORROW, minutes=30, **more):
    """An order of tomorrow afternoon that waits for somebody, so many metres north of the community's middle."""
    times_ = {"wish_from": clock.at(day, wish[0]), "wish_until": clock.at(day, wish[1])} if wish else {"wish_from": None, "wish_until": None}
    place = {"latitude": resident.community.latitude + north / DEGREE, "longitude": resident.community.longitude}
    return make.need(resident, state=State.WAITING, minutes=minutes, **times_, **place, **more)


def promised(resident, helper, hour, *, minutes=60, day=TOMORROW, **more):
    need = waiting(resident, (hour, hour + 2), minutes=minutes, day=day, **more)
    need.state = State.ACCEPTED
    need.save()
    return make.assignment(need, helper, planned_from=clock.at(day, hour), planned_until=clock.at(day, hour) + timedelta(minutes=minutes))


def home(person, north):
    """Live so many metres north of the community's middle."""
    type(person).objects.filter(pk=person.pk).update(latitude=person.community.latitude + north / DEGREE, longitude=person.community.longitude)
    return person


def routes(found):
    return {walker.person_id: [halt.need.pk if halt.need else None for halt in walker.halts] for walker in found.walkers}


@pytest.fixture
def question(community):
    return Question(community, TOMORROW, 1)


@pytest.fixture
def people_(helper, second_helper):
    """One lives in the south, one 2,000 metres north."""
    return home(helper, 0), home(second_helper, 2000)


def test_board_sends_each_to_the_orders_near_home_in_one_way(coordinator, question, community, people_, now):
    south, north = people_
    needs = [waiting(cast.person(community), north=metres) for metres in (100, 1900, 200, 1800)]
    found = boards.board(coordinator, question, now)
    assert {who: set(ids) for who, ids in routes(found).items()} == {south.pk: {needs[0].pk, needs[2].pk}, north.pk: {needs[1].pk, needs[3].pk}}
    assert (found.served, found.proposed, list(found.left), found.metres) == (4, 4, [], 2 * 260 + 2 * 260)
    assert all(halt.time >= "14:00" and halt.time <= "16:30" for walker in found.walkers for halt in walker.halts)
    assert Offer.objects.count() == 0


def test_board_keeps_promises_and_puts_the_rest_around_them(coordinator, question, community, people_, now):
    _south, north = people_
    place = promised(cast.person(community), north, 14, north=100)
    near = waiting(cast.person(community), (15, 17), north=150)
    found = boards.board(coordinator, question, now)
    assert routes(found)[north.pk][0] == place.need_id
    halt = next(halt for walker in found.walkers for halt in walker.halts if halt.is_agreed)
    assert (halt.time, halt.place, halt.choices) == ("14:00", "莺花巷 27 号 3 单元 5-2", [])
    proposed = next(halt for walker in found.walkers for halt in walker.halts if not halt.is_agreed)
    assert (proposed.need.pk, proposed.place) == (near.pk, "莺花巷")


def test_board_never_gives_a_day_more_visits_than_the_rule(coordinator, question, community, helper, now):
    needs = [waiting(cast.person(community), north=10 * n) for n in range(4)]
    found = boards.board(coordinator, question, now)
    assert [len(ids) for ids in routes(found).values()] == [DAY_LIMIT.default]
    assert len(found.left) == len(needs) - DAY_LIMIT.default
    assert {each.why for each in found.left} == {"合适的人都排到别的单子了。"}


def test_board_says_why_an_order_is_left(coordinator, question, community, helper, now):
    waiting(cast.person(community), gender=1)
    found = boards.board(coordinator, question, now)
    assert [each.why for each in found.left] == ["没有合适又有空的人。"]


def test_board_brings_two_to_one_door_at_one_time(coordinator, question, community, people_, now):
    need = waiting(cast.person(community), people_needed=2, north=500)
    found = boards.board(coordinator, question, now)
    assert routes(found) == {person.pk: [need.pk] for person in people_}
    assert len({halt.time for walker in found.walkers for halt in walker.halts}) == 1
    assert all(halt.with_two for walker in found.walkers for halt in walker.halts)


def test_board_of_a_team_asks_its_members_only(coordinator, community, people_, now):
    _south, north = people_
    team = teams.team(community)
    teams.member(team, north)
    need = waiting(cast.person(community), north=10)
    found = boards.board(coordinator, Question(community, TOMORROW, 1, team.pk), now)
    assert routes(found) == {north.pk: [need.pk]}


def test_board_does_not_plan_the_evening_or_yesterday(coordinator, community, people_, now):
    waiting(cast.person(community))
    assert boards.board(coordinator, Question(community, TOMORROW, 2), now).walkers == []
    assert boards.board(coordinator, Question(community, clock.today(now) - timedelta(days=1), 1), now).walkers == []


def test_board_shows_a_promise_elsewhere_without_telling_whose(coordinator, question, community, elsewhere, helper, now):
    promised(cast.person(elsewhere, "远方的人"), helper, 14)
    waiting(cast.person(community))
    found = boards.board(coordinator, question, now)
    halt = next(halt for walker in found.walkers for halt in walker.halts if halt.is_agreed)
    assert (halt.need, halt.title, halt.resident, halt.place) == (None, "别处已经约好的", "", "")


def test_move_gives_an_order_to_somebody_else_and_says_what_it_costs(coordinator, question, community, people_, now):
    south, north = people_
    need = waiting(cast.person(community), north=100)
    before = boards.board(coordinator, question, now)
    assert routes(before) == {south.pk: [need.pk]}
    moved = boards.board(coordinator, Question(community, TOMORROW, 1, 0, ((need.pk, north.pk),)), now)
    assert routes(moved) == {north.pk: [need.pk]}
    assert moved.change.metres == 2 * round(1.3 * 1900) - 2 * round(1.3 * 100)
    assert (moved.change.lost, moved.change.won) == ([], [])


def test_move_says_whom_it_leaves_without_anybody(coordinator, community, helper, now):
    first = waiting(cast.person(community), (14, 15), minutes=60, priority=3)
    second = waiting(cast.person(community), (14, 15), minutes=60, priority=2)
    found = boards.board(coordinator, Question(community, TOMORROW, 1, 0, ((second.pk, helper.pk),)), now)
    assert routes(found) == {helper.pk: [second.pk]}
    assert [each.need.pk for each in found.left] == [first.pk]
    assert (list(found.change.lost), list(found.change.won)) == (["陪同就医"], ["陪同就医"])


def test_move_to_somebody_who_may_not_go_is_refused_in_words(coordinator, community, helper, now):
    need = waiting(cast.person(community))
    strange = cast.volunteer(community, "不做的", refuses=["escort"])
    found = boards.board(coordinator, Question(community, TOMORROW, 1, 0, ((need.pk, strange.pk),)), now)
    assert list(found.refused) == ["不能派给不做的：本人说过不做“陪同就医”。"]
    assert routes(found) == {helper.pk: [need.pk]}


def test_board_is_for_the_staff_of_the_area(question, helper, resident, far_coordinator, now):
    for actor in (helper, resident, far_coordinator):
        with pytest.raises(Refused):
            boards.board(actor, question, now)


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("coordinator", True),
        ("street_official", True),
        ("district_official", True),
        ("far_coordinator", False),
        ("helper", False),
        ("resident", False),
    ],
)
def test_can_plan_routes(who, may, community, request):
    assert bool(policies.can_plan_routes(request.getfixturevalue(who), community)) is may


# --- asking


def minute(hour, minutes=0):
    return times.minute(clock.at(TOMORROW, hour, minutes))


def test_ask_routes_asks_and_the_yes_comes_at_the_planned_hour(coordinator, community, helper, now):
    first, second = waiting(cast.person(community)), waiting(cast.person(community))
    offers, skipped = commands.ask_routes(
        actor=coordinator, pairs=[(first.pk, helper.pk, minute(14)), (second.pk, helper.pk, minute(14, 45))], now=now
    )
    assert (len(offers), skipped, Assignment.objects.count()) == (2, [], 0)
    assert [question.order.start for question in queries.offers_of(helper, now)] == [clock.at(TOMORROW, 14), clock.at(TOMORROW, 14, 45)]
    for offer in offers:
        commands.accept_offer(actor=helper, offer_id=offer.pk, now=now)
    assert list(Assignment.objects.order_by("planned_from").values_list("planned_from", flat=True)) == [
        clock.at(TOMORROW, 14),
        clock.at(TOMORROW, 14, 45),
    ]


def test_ask_routes_does_not_mind_that_the_first_asked_comes_later(coordinator, community, helper, now):
    late, early = waiting(cast.person(community)), waiting(cast.person(community))
    offers, skipped = commands.ask_routes(actor=coordinator, pairs=[(late.pk, helper.pk, minute(15)), (early.pk, helper.pk, minute(14))], now=now)
    assert (len(offers), skipped) == (2, [])
    for offer in offers:
        commands.accept_offer(actor=helper, offer_id=offer.pk, now=now)
    assert {place.need_id: place.planned_from for place in Assignment.objects.all()} == {
        late.pk: clock.at(TOMORROW, 15),
        early.pk: clock.at(TOMORROW, 14),
    }


def test_ask_routes_at_an_hour_that_nobody_wished_asks_without_it(coordinator, community, helper, now):
    need = waiting(cast.person(community))
    offers, _skipped = commands.ask_routes(actor=coordinator, pairs=[(need.pk, helper.pk, minute(20))], now=now)
    commands.accept_offer(actor=helper, offer_id=offers[0].pk, now=now)
    assert Assignment.objects.get().planned_from == clock.at(TOMORROW, 14)


def test_ask_routes_passes_over_what_has_changed(coordinator, community, helper, now):
    gone, stays = waiting(cast.person(community)), waiting(cast.person(community))
    type(gone).objects.filter(pk=gone.pk).update(state=State.CANCELLED)
    offers, skipped = commands.ask_routes(actor=coordinator, pairs=[(gone.pk, helper.pk, minute(14)), (stays.pk, helper.pk, minute(15))], now=now)
    assert [offer.need_id for offer in offers] == [stays.pk]
    assert [(each.need_id, each.why) for each in skipped] == [(gone.pk, "单子现在是“已取消”。")]


def test_ask_routes_twice_asks_once(coordinator, community, helper, now):
    need = waiting(cast.person(community))
    pairs = [(need.pk, helper.pk, minute(14))]
    commands.ask_routes(actor=coordinator, pairs=pairs, now=now)
    offers, skipped = commands.ask_routes(actor=coordinator, pairs=pairs, now=now)
    assert (offers, len(skipped), Offer.objects.count()) == ([], 1, 1)


@pytest.mark.parametrize(("who", "error"), [("far_coordinator", NotFound), ("resident", NotFound), ("helper", Refused)])
def test_ask_routes_by_somebody_else_changes_nothing(who, error, request, community, helper, now):
    need = waiting(cast.person(community))
    before = snapshot()
    with pytest.raises(error):
        commands.ask_routes(actor=request.getfixturevalue(who), pairs=[(need.pk, helper.pk, minute(14))], now=now)
    assert snapshot() == before


def test_ask_routes_of_nothing_is_refused(coordinator, now):
    with pytest.raises(Refused) as refusal:
        commands.ask_routes(actor=coordinator, pairs=[], now=now)
    assert refusal.value.code == "nobody"


# --- the page


@pytest.fixture
def desk(client, coordinator):
    return cast.sign_in(client, coordinator)


def day_after():
    return clock.today(timezone.now()) + timedelta(days=2)


def url(community, **more):
    asked = {"day": day_after(), "part": 1, "community": community.pk, "team": 0, **more}
    return "/desk/routes/?" + "&".join(f"{name}={value}" for name, value in asked.items())


def test_page_shows_the_routes_and_asks_on_agreement(desk, community, helper):
    need = waiting(cast.person(community, "周桂芳"), day=day_after())
    page = desk.get(url(community)).content.decode()
    assert "何素芬" in page
    assert "周桂芳" not in page
    assert 'class="rmap__pin r0"' in page
    pair = f"{need.pk}:{helper.pk}:{times.minute(clock.at(day_after(), 14))}"
    assert f'value="{pair}"' in page
    answer = desk.post("/desk/routes/ask/", {"pair": pair, "day": day_after(), "part": 1, "community": community.pk, "team": 0})
    assert answer.status_code == 302
    assert Offer.objects.get().volunteer == helper


def test_page_says_nothing_of_health_or_hardship(desk, community, helper):
    waiting(cast.person(community), day=day_after(), details="膝盖换过关节", dangers=["infection"], danger_note="认不得人", focus_groups=["poor"])
    page = desk.get(url(community)).content.decode()
    assert not any(words in page for words in ("膝盖", "传染病", "认不得人", "困难"))


def test_page_takes_a_change_by_hand_and_back(desk, community, people_):
    _south, north = people_
    need = waiting(cast.person(community), day=day_after(), north=100)
    page = desk.get(url(community, move=f"{need.pk}:{north.pk}")).content.decode()
    assert "换了以后" in page
    assert "人工定的" in page
    assert "撤回上一步" in page


def test_page_with_nothing_to_ask_says_so_and_stays(desk, community):
    answer = desk.post("/desk/routes/ask/", {"pair": "x:y", "day": day_after(), "part": 1, "community": community.pk, "team": 0})
    assert answer.status_code == 422
    assert "没有要问的" in answer.content.decode()


@pytest.mark.parametrize("wrong", ["day=x", "day=2001-01-01", "part=9", "community=999999", "team=77777", "move=1:2:3", "move=a:b", "move=999999:1"])
def test_page_with_nonsense_in_its_address_is_answered_kindly(desk, community, helper, wrong):
    waiting(cast.person(community), day=day_after())
    assert desk.get(f"/desk/routes/?{wrong}").status_code == 200


def test_page_of_another_community_is_not_offered(desk, elsewhere, helper):
    waiting(cast.person(elsewhere), day=day_after())
    page = desk.get(url(elsewhere)).content.decode()
    assert "rmap" not in page.split("<body>")[1]


def test_page_of_the_street_offers_its_communities(client, street_official, community, elsewhere, helper):
    waiting(cast.person(community), day=day_after())
    page = cast.sign_in(client, street_official).get(url(community)).content.decode()
    assert "何素芬" in page
    assert "远方社区" not in page


@pytest.mark.parametrize("who", ["helper", "resident"])
def test_page_is_not_for_others(client, request, community, who):
    signed = cast.sign_in(client, request.getfixturevalue(who))
    assert signed.get("/desk/routes/").status_code == 403
    assert signed.post("/desk/routes/ask/").status_code == 403


def test_page_in_english(desk, community, helper):
    waiting(cast.person(community), day=day_after())
    page = desk.get(url(community, lang="en"), follow=True).content.decode()
    assert "Everybody’s route" in page
    assert "每个人的路线" not in page


def test_page_costs_the_same_for_one_and_three(desk, community, helper, second_helper):
    counts = []
    for many in (1, 2):
        for _each in range(many):
            waiting(cast.person(community), day=day_after())
            promised(cast.person(community), second_helper, 14, day=day_after())
        desk.get(url(community))
        with CaptureQueriesContext(connection) as caught:
            desk.get(url(community))
        counts.append(len(caught))
    assert counts[0] == counts[1]
