"""The staff's pages: each verb goes through, each refusal keeps what was typed and changes nothing, strangers see nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from chunshui.kernel.models import Event
from chunshui.needs import commands
from chunshui.needs.models import Assignment, FollowUp, MenuLine, Need, Offer, Round
from chunshui.needs.states import AssignmentState, FollowUpKind, OfferState, RoundState, State
from chunshui.people.models import Person
from chunshui.portal.templatetags import menus
from tests.factories import needs as make
from tests.factories import people as cast

pytestmark = pytest.mark.django_db
GET_PAGES = ["desk", "desk_intake", "desk_round", "needs_list", "follow_ups", "statistics", "service_menu"]


@pytest.fixture
def soon():
    """A window tomorrow by the real clock, since pages read it."""
    start = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=26)
    return {"wish_from": start, "wish_until": start + timedelta(hours=2), "due_at": timezone.now() + timedelta(hours=3)}


@pytest.fixture
def desk(client, coordinator):
    cast.sign_in(client, coordinator)
    return client


def do(client, need, verb, **data):
    return client.post(reverse("desk_verb", args=[need.pk, verb]), data)


def state(need):
    need.refresh_from_db()
    return need.state


@pytest.mark.parametrize("name", GET_PAGES)
def test_staff_pages_open_for_staff_and_for_nobody_else(client, coordinator, resident, helper, name):
    answers = [client.get(reverse(name)).status_code]
    for person in (resident, helper):
        cast.sign_in(client, person)
        answers.append(client.get(reverse(name)).status_code)
    cast.sign_in(client, coordinator)
    answers.append(client.get(reverse(name)).status_code)
    assert answers == [302, 403, 403, 200]


@pytest.mark.parametrize(
    "made", [State.SUBMITTED, State.RETURNED, State.WAITING, State.OFFERED, State.ACCEPTED, State.SERVING, State.DELIVERED, State.RATED]
)
def test_the_order_of_every_state_has_its_page(desk, resident, soon, made):
    need = make.need(resident, state=made, **soon)
    assert desk.get(reverse("desk_need", args=[need.pk])).status_code == 200


def test_a_worker_of_another_street_finds_no_such_order(client, far_coordinator, resident, soon):
    need = make.need(resident, **soon)
    cast.sign_in(client, far_coordinator)
    answers = [client.get(reverse("desk_need", args=[need.pk])).status_code, do(client, need, "accept", priority=2, people_needed=1).status_code]
    assert (answers, state(need)) == ([404, 404], State.SUBMITTED)


def test_accepting_an_order_sends_it_to_dispatch(desk, resident, soon):
    need = make.need(resident, **soon)
    answer = do(desk, need, "accept", priority=3, people_needed=2, verification="打电话问过")
    need.refresh_from_db()
    assert (answer.status_code, need.state, need.priority, need.people_needed) == (302, State.WAITING, 3, 2)


@pytest.mark.parametrize(
    ("verb", "data", "becomes"),
    [
        ("send_back", {"reason": "请补门牌号"}, State.RETURNED),
        ("decline", {"reason": "要持证单位来做", "instead": "物业 023-1234567"}, State.DECLINED),
        ("refer", {"to": "12345", "reason": "市政管道"}, State.REFERRED),
        ("cancel", {"reason": "居民打电话说不用了"}, State.CANCELLED),
    ],
)
def test_each_verb_of_review_leads_where_the_table_says(desk, resident, soon, verb, data, becomes):
    need = make.need(resident, **soon)
    assert (do(desk, need, verb, **data).status_code, state(need)) == (302, becomes)


@pytest.mark.parametrize("verb", ["send_back", "decline", "refer", "merge", "accept", "cancel"])
def test_a_verb_without_its_words_is_refused_and_nothing_moves(desk, resident, soon, verb):
    need = make.need(resident, **soon)
    before = Event.objects.count()
    answer = do(desk, need, verb)
    assert (answer.status_code, state(need), Event.objects.count() - before) == (422, State.SUBMITTED, 0)


def test_a_refused_form_keeps_what_was_typed(desk, resident, soon):
    need = make.need(resident, **soon)
    answer = do(desk, need, "decline", reason="这件事要持证单位来做", instead="")
    assert "这件事要持证单位来做" in answer.content.decode()


def test_merging_leads_to_the_original(desk, resident, soon):
    first, second = make.need(resident, **soon), make.need(resident, **soon)
    do(desk, second, "merge", into_id=first.pk)
    second.refresh_from_db()
    assert (second.state, second.merged_into_id) == (State.MERGED, first.pk)


def test_an_unknown_verb_is_not_found(desk, resident, soon):
    assert do(desk, make.need(resident, **soon), "explode").status_code == 404


def test_one_click_asks_the_volunteer_chosen(desk, resident, helper, soon):
    need = make.need(resident, state=State.WAITING, **soon)
    page = desk.get(reverse("desk_need", args=[need.pk]))
    assert [each.person_id for each in page.context["candidates"]] == [helper.pk]
    desk.post(reverse("desk_offer", args=[need.pk]), {"cand": helper.pk, "listed": helper.pk})
    assert (state(need), Offer.objects.get().volunteer_id) == (State.OFFERED, helper.pk)


def test_asking_the_first_ones_together_asks_all_of_them(desk, resident, helper, second_helper, soon):
    need = make.need(resident, state=State.WAITING, **soon)
    listed = f"{helper.pk},{second_helper.pk}"
    desk.post(reverse("desk_offer", args=[need.pk]), {"cand": helper.pk, "first": 3, "listed": listed})
    assert sorted(Offer.objects.values_list("volunteer_id", flat=True)) == sorted([helper.pk, second_helper.pk])


def test_asking_nobody_is_refused(desk, resident, soon):
    need = make.need(resident, state=State.WAITING, **soon)
    answer = desk.post(reverse("desk_offer", args=[need.pk]), {})
    assert (answer.status_code, Offer.objects.count()) == (422, 0)


def test_a_question_can_be_taken_back(desk, resident, helper, soon):
    need = make.need(resident, state=State.WAITING, **soon)
    desk.post(reverse("desk_offer", args=[need.pk]), {"cand": helper.pk})
    desk.post(reverse("desk_withdraw", args=[Offer.objects.get().pk]))
    assert (Offer.objects.get().state, state(need)) == (OfferState.WITHDRAWN, State.WAITING)


def test_by_hand_needs_a_reason(desk, resident, helper, soon):
    need = make.need(resident, state=State.WAITING, **soon)
    url = reverse("desk_hand", args=[need.pk])
    refused = desk.post(url, {"volunteer_id": helper.pk}).status_code
    asked = desk.post(url, {"volunteer_id": helper.pk, "hand_reason": "居民点名"}).status_code
    assert (refused, asked, Offer.objects.count()) == (422, 302, 1)


def test_searching_a_volunteer_by_hand_says_what_keeps_them_away(desk, resident, community, soon):
    cast.volunteer(community, "没空的人", free_time=0)
    need = make.need(resident, state=State.WAITING, **soon)
    page = desk.get(reverse("desk_need", args=[need.pk]), {"hand": "没空"})
    assert [(each["person"].name, bool(each["why"])) for each in page.context["hand"]] == [("没空的人", True)]


def test_the_worker_runs_the_visit_for_a_volunteer_without_a_phone(desk, resident, helper, soon):
    start = timezone.now() - timedelta(minutes=30)
    times = {"planned_from": start, "planned_until": start + timedelta(minutes=60), "made_at": start}
    need = make.need(resident, state=State.ACCEPTED, places_filled=1, **{**soon, "wish_from": start, "wish_until": start + timedelta(hours=1)})
    place = Assignment.objects.create(need=need, volunteer=helper, **times)
    desk.post(reverse("desk_place", args=[place.pk, "in"]))
    place.refresh_from_db()
    middle = (place.state, state(need))
    desk.post(reverse("desk_place", args=[place.pk, "out"]))
    place.refresh_from_db()
    assert (middle, place.state, state(need)) == ((AssignmentState.PRESENT, State.SERVING), AssignmentState.DONE, State.DELIVERED)


def test_a_volunteer_who_telephones_is_released_with_the_reason(desk, resident, helper, soon):
    need = make.need(resident, state=State.ACCEPTED, places_filled=1, **soon)
    times = {"planned_from": soon["wish_from"], "planned_until": soon["wish_until"], "made_at": timezone.now()}
    place = Assignment.objects.create(need=need, volunteer=helper, **times)
    refused = desk.post(reverse("desk_place", args=[place.pk, "release"]), {"reason": ""}).status_code
    desk.post(reverse("desk_place", args=[place.pk, "release"]), {"reason": "家里有事"})
    place.refresh_from_db()
    assert (refused, place.state, state(need)) == (422, AssignmentState.RELEASED, State.WAITING)


def test_a_rating_by_telephone_with_few_stars_opens_a_follow_up(desk, resident, helper, soon):
    need = make.need(resident, state=State.DELIVERED, delivered_at=timezone.now(), **soon)
    do(desk, need, "rate", stars=2, words="来晚了")
    assert (state(need), FollowUp.objects.get().kind) == (State.RATED, FollowUpKind.POOR)


def test_a_follow_up_is_closed_by_someone_not_involved_with_a_result(client, coordinator, street_official, resident, soon):
    need = make.need(resident, state=State.RATED, reviewed_by=coordinator, **soon)
    case = FollowUp.objects.create(need=need, kind=FollowUpKind.POOR, opened_at=timezone.now(), due_at=timezone.now() + timedelta(days=2))
    url, typed = reverse("follow_up", args=[case.pk]), {"result": "上门道歉，居民满意。"}
    cast.sign_in(client, coordinator)
    involved = client.post(url, typed)
    case.refresh_from_db()
    kept = (involved.status_code, case.state, "上门道歉，居民满意。" in involved.content.decode())
    cast.sign_in(client, street_official)
    done = client.post(url, typed).status_code
    case.refresh_from_db()
    assert (kept, done, case.state, case.handled_by_id) == ((422, "open", True), 302, "done", street_official.pk)


def test_intake_finds_a_resident_and_places_the_order_for_them(desk, coordinator, resident):
    make.service()
    found = desk.get(reverse("desk_intake"), {"q": "周桂"})
    assert [line["person"].pk for line in found.context["lines"]] == [resident.pk]
    tomorrow = (timezone.localtime() + timedelta(days=1)).date()
    order = {"channel": "phone", "consent_note": "电话里同意", "service": "escort", "details": "膝盖痛", "repeat": "once", "address": "莺花巷 27 号"}
    answer = desk.post(
        reverse("take_order", args=[resident.pk]), {**order, "day": tomorrow, "start": "09:00", "end": "11:00", "gender": "0", "language": "0"}
    )
    need = Need.objects.get()
    assert (answer.url, need.resident_id, need.placed_by_id, need.channel) == (
        reverse("intake_done", args=[need.pk]), resident.pk, coordinator.pk, "phone")  # fmt: skip
    assert need.service_code in desk.get(answer.url).content.decode()


def test_intake_without_consent_is_refused_and_keeps_the_words(desk, resident):
    make.service()
    answer = desk.post(
        reverse("take_order", args=[resident.pk]), {"channel": "phone", "service": "escort", "details": "膝盖痛得很", "repeat": "once"}
    )
    assert (answer.status_code, "膝盖痛得很" in answer.content.decode(), Need.objects.count()) == (422, True, 0)


def test_a_round_is_proposed_corrected_and_sent(desk, community, coordinator, resident, helper, soon):
    need = make.need(resident, state=State.WAITING, **soon)
    desk.post(reverse("start_round"))
    found = Round.objects.get()
    commands.solve_round(round_id=found.pk, now=timezone.now())
    page = desk.get(reverse("desk_round"))
    assert [(each.need.pk, each.person.pk) for each, _clock in page.context["lines"]] == [(need.pk, helper.pk)]
    pair = {"need": need.pk, "volunteer": helper.pk}
    for verb in ("lock", "free"):
        assert desk.post(reverse("round_pair", args=[found.pk, verb]), pair).status_code == 302
    desk.post(reverse("round_verb", args=[found.pk, "send"]))
    desk.post(reverse("round_verb", args=[found.pk, "send"]))
    found.refresh_from_db()
    assert (found.state, Offer.objects.count(), state(need)) == (RoundState.SENT, 1, State.OFFERED)


@pytest.fixture
def planned(desk, community, soon):
    """A round of three orders for which there are two people."""
    names = iter(("甲一", "乙二", "丙三"))
    needs = [make.need(cast.person(community, next(names)), state=State.WAITING, **soon) for _ in range(3)]
    helpers = [cast.volunteer(community, name) for name in ("何素芬", "陈晓雨")]
    desk.post(reverse("start_round"))
    commands.solve_round(round_id=Round.objects.get().pk, now=timezone.now())
    return needs, helpers


@pytest.mark.parametrize(
    ("show", "lines"), [("pairs", 2), ("unserved", 1), ("map", None), ("load", None), ("wanted", None), ("why", None), ("nonsense", 2)]
)
def test_a_proposed_round_is_seen_from_each_side(desk, planned, show, lines):
    page = desk.get(reverse("desk_round"), {"show": show})
    assert page.status_code == 200
    assert lines is None or len(page.context["lines"]) == lines


def test_a_round_is_searched_by_volunteer_resident_and_number(desk, planned):
    by_name = desk.get(reverse("desk_round"), {"q": "何素"}).context["lines"]
    assert [line.person.name for line, _clock in by_name] == ["何素芬"]
    served = by_name[0][0].need
    for text in (served.resident.name, served.number):
        assert [line.need.pk for line, _clock in desk.get(reverse("desk_round"), {"q": text}).context["lines"]] == [served.pk]
    assert list(desk.get(reverse("desk_round"), {"q": "没有"}).context["lines"]) == []


def test_the_map_of_a_round_tells_where_and_not_who(desk, planned):
    dots = desk.get(reverse("desk_round"), {"show": "map"}).context["places"]["dots"]
    assert sorted(dot["served"] for dot in dots) == [False, True, True]
    assert {key for dot in dots for key in dot} == {"order", "at", "from", "served"}


def test_a_round_says_whom_to_recruit_and_where(desk, planned, community):
    page = desk.get(reverse("desk_round"), {"show": "wanted"})
    first = page.context["wanted"][0]
    assert (first.community, first.who, first.orders > 0, first.saves > 0) == (community, "志愿者（不限特长）", True, True)
    assert page.context["places"]["marks"][0] == {"at": [community.latitude, community.longitude], "words": "1"}
    assert page.context["places"]["names"] == [[community.latitude, community.longitude, community.name]]


@pytest.mark.parametrize("show", ["pairs", "unserved", "map", "load", "wanted", "why"])
def test_a_round_asks_the_database_as_often_for_three_as_for_one(desk, community, soon, show, django_assert_num_queries):
    def propose():
        desk.post(reverse("start_round"))
        found = Round.objects.latest("id")
        commands.solve_round(round_id=found.pk, now=timezone.now())
        return found

    for name in ("何素芬", "陈晓雨", "罗建国"):
        cast.volunteer(community, name)
    make.need(cast.person(community), state=State.WAITING, **soon)
    first = propose()
    desk.get(reverse("desk_round"), {"show": show})
    with CaptureQueriesContext(connection) as one:
        desk.get(reverse("desk_round"), {"show": show})
    asked = len(one)
    desk.post(reverse("round_verb", args=[first.pk, "discard"]))
    for _ in range(4):
        make.need(cast.person(community), state=State.WAITING, **soon)
    propose()
    with django_assert_num_queries(asked):
        desk.get(reverse("desk_round"), {"show": show})


def test_a_second_round_over_the_same_area_is_refused_kindly(desk, resident, soon):
    make.need(resident, state=State.WAITING, **soon)
    desk.post(reverse("start_round"), follow=True)
    answer = desk.post(reverse("start_round"), follow=True)
    assert (Round.objects.count(), len(list(answer.context["messages"]))) == (1, 1)


def test_an_official_of_another_street_cannot_touch_a_round(client, desk, far_coordinator, resident, soon):
    make.need(resident, state=State.WAITING, **soon)
    desk.post(reverse("start_round"))
    cast.sign_in(client, far_coordinator)
    answer = client.post(reverse("round_verb", args=[Round.objects.get().pk, "discard"]))
    assert (answer.status_code, Round.objects.get().state) == (404, RoundState.SOLVING)


@pytest.mark.parametrize(("query", "found"), [("周桂", 1), ("医院复查", 1), ("不存在", 0), ("T-", 1)])
def test_the_list_of_orders_is_searched_by_words_and_numbers(desk, resident, soon, query, found):
    need = make.need(resident, details="去医院复查", **soon)
    commands.write_tokens(need)
    answer = desk.get(reverse("needs_list"), {"q": query if query != "T-" else need.number})
    assert len(answer.context["page"].rows) == found


def test_the_queue_finds_an_order_by_the_last_four_digits_of_the_phone(desk, community, soon):
    from chunshui.people import commands as people

    person = people.add_person(
        actor=cast.staff(community),
        name="吴大爷",
        phone="13800138765",
        area_id=community.pk,
        consent_note="电话同意",
        channel="phone",
        now=timezone.now(),
    )
    need = make.need(Person.objects.get(pk=person.pk), state=State.WAITING, **soon)
    answer = desk.get(reverse("desk"), {"q": "8765"})
    assert [row.need.pk for row in answer.context["rows"]] == [need.pk]


@pytest.mark.parametrize("name", ["export_needs", "export_statistics"])
def test_exports_are_workbooks_with_masked_names(desk, resident, soon, name):
    make.need(resident, **soon)
    answer = desk.post(reverse(name))
    content = b"".join(answer.streaming_content)
    assert (answer.status_code, content[:2], resident.name.encode() in content) == (200, b"PK", False)


def test_a_community_leaves_a_service_out_of_its_menu(desk, community):
    service = make.service()
    desk.post(reverse("service_menu"), {"service": service.code, "note": "暂停一周", "minutes": ""})
    line = MenuLine.objects.get()
    assert (line.community_id, line.is_offered, line.note) == (community.pk, False, "暂停一周")


def test_a_wrong_duration_is_refused_and_the_menu_stays(desk):
    make.service()
    answer = desk.post(reverse("service_menu"), {"service": "escort", "is_offered": "on", "minutes": "5"})
    assert (answer.status_code, MenuLine.objects.count()) == (422, 0)


def test_every_place_of_the_menus_has_a_page():
    names = {entry.name for entries in (*menus.TABS.values(), menus.STAFF) for entry in entries}
    assert [name for name in sorted(names) if not menus._exists(name)] == []


@pytest.mark.parametrize("name", ["desk", "needs_list", "follow_ups"])
def test_lists_cost_the_same_number_of_queries_for_one_and_for_three_rows(desk, community, soon, name, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for _turn in range(2):
        for _row in range(1 if not counts else 2):
            need = make.need(cast.person(community), state=State.SUBMITTED, **soon)
            FollowUp.objects.create(need=need, kind=FollowUpKind.POOR, opened_at=timezone.now(), due_at=timezone.now())
        with CaptureQueriesContext(
            connection,
        ) as captured:
            desk.get(reverse(name), {"stage": "1"})
        counts.append(len(captured))
    assert counts[1] <= counts[0]


def test_a_refused_choice_by_hand_keeps_the_search_the_person_and_the_reason(desk, resident, helper, soon):
    need = make.need(resident, state=State.WAITING, **soon)
    data = {"hand": "何素芬", "volunteer_id": helper.pk, "hand_reason": ""}
    answer = desk.post(reverse("desk_hand", args=[need.pk]), data)
    assert (answer.status_code, [each["person"].pk for each in answer.context["hand"]]) == (422, [helper.pk])


def test_a_refused_release_keeps_the_reason(desk, resident, helper, soon):
    need = make.need(resident, state=State.ACCEPTED, **soon)
    place = make.assignment(need, helper, made_at=timezone.now())
    answer = desk.post(reverse("desk_place", args=[place.pk, "release"]), {"reason": "长" * 201})
    assert (answer.status_code, "长" * 201 in answer.content.decode()) == (422, True)


def test_an_order_half_filled_can_still_be_worked_for_who_took_it(desk, resident, helper, soon):
    need = make.need(resident, state=State.WAITING, people_needed=2, **soon)
    place = make.assignment(need, helper, made_at=timezone.now())
    assert reverse("desk_place", args=[place.pk, "release"]) in desk.get(reverse("desk_need", args=[need.pk])).content.decode()


def test_a_search_finds_an_order_of_another_stage(desk, resident, soon):
    need = make.need(resident, state=State.SUBMITTED, **soon)
    commands.write_tokens(need)
    assert [row.need.pk for row in desk.get(reverse("desk"), {"q": need.number}).context["rows"]] == [need.pk]


def test_the_urgency_is_changed_with_a_reason(desk, resident, soon):
    need = make.need(resident, state=State.WAITING, **soon)
    refused = do(desk, need, "priority", priority=4, reason="").status_code
    do(desk, need, "priority", priority=4, reason="水漫到楼下了")
    need.refresh_from_db()
    assert (refused, need.priority) == (422, 4)


def test_a_round_answers_why_somebody_is_not_sent(desk, planned):
    needs, helpers = planned
    found = Round.objects.get()
    sent = {line.need_id: line.volunteer_id for line in found.proposals.filter(volunteer__isnull=False)}
    left = next(need for need in needs if need.pk not in sent)
    answers = why_of(desk, left.number[-3:], "何素芬")
    assert [(each["person"], each["why"].needed_by.pk) for each in answers] == [
        (helpers[0], next(pk for pk, who in sent.items() if who == helpers[0].pk))
    ]
    why = answers[0]["why"]
    assert why.at_least == max(0, why.cost + why.worth - why.price)
    assert (
        why_of(desk, next(need.number for need in needs if sent.get(need.pk) == helpers[0].pk), "何素芬")[0]["why"].words == "这一轮就打算派这位去。"
    )
    desk.post(reverse("round_pair", args=[found.pk, "forbid"]), {"need": left.pk, "volunteer": helpers[1].pk})
    assert why_of(desk, left.number, "陈晓雨")[0]["why"].words == "人工定了：这一轮不派这位去。"


def why_of(desk, order, who):
    return desk.get(reverse("desk_round"), {"show": "why", "order": order, "who": who}).context["why_not"]


def test_a_round_says_the_rule_that_keeps_somebody_away(desk, planned, community):
    needs, _helpers = planned
    cast.volunteer(community, "罗建国", free_time=0)
    assert [(each["why"].words, each["why"].at_least) for each in why_of(desk, needs[0].number, "罗建国")] == [("那个时间没登记有空。", None)]


def test_a_round_asked_for_what_it_does_not_have_says_so(desk, planned):
    assert "这一轮里没有这个单号。" in desk.get(reverse("desk_round"), {"show": "why", "order": "9999999", "who": "何素芬"}).content.decode()
    assert list(why_of(desk, planned[0][0].number, "没有这人")) == []
    assert desk.get(reverse("desk_round"), {"show": "why", "order": "", "who": ""}).status_code == 200
