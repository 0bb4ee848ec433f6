"""The volunteer's pages, through the client."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from chunshui.kernel.models import Event
from chunshui.needs import queries
from chunshui.needs.models import Assignment, Need
from chunshui.needs.states import AssignmentState, OfferState, State
from tests.factories import needs as make

pytestmark = pytest.mark.django_db
ADDRESS = "莺花巷 27 号 3 单元 5-2"


def signed_in(client, person):
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def tomorrow(now):
    start = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    return {"wish_from": start, "wish_until": start + timedelta(hours=2)}


@pytest.fixture
def offer(resident, helper, tomorrow):
    need = make.need(resident, state=State.OFFERED, **tomorrow)
    return make.offer(need, helper, answer_by=timezone.now() + timedelta(hours=1))


@pytest.fixture
def place(resident, helper):
    """A service of this hour."""
    start = timezone.now() - timedelta(minutes=5)
    end = start + timedelta(hours=2)
    need = make.need(resident, state=State.ACCEPTED, places_filled=1, wish_from=start, wish_until=end)
    return Assignment.objects.create(need=need, volunteer=helper, planned_from=start, planned_until=end, made_at=start)


def test_offer_shows_roughly_where_and_never_the_address(client, offer, helper):
    page = signed_in(client, helper).get(f"/volunteer/offers/{offer.pk}/").content.decode()
    assert "莺花巷" in page
    assert "27 号" not in page
    assert "周桂芳" not in page


def test_accept_offer_gives_the_address(client, offer, helper):
    answer = signed_in(client, helper).post(f"/volunteer/offers/{offer.pk}/accept/")
    place = Assignment.objects.get()
    assert answer.url == f"/volunteer/tasks/{place.pk}/"
    assert ADDRESS in client.get(answer.url).content.decode()


def test_accept_offer_after_the_place_is_gone_answers_kindly_and_changes_nothing(client, offer, helper):
    offer.state = OfferState.FILLED
    offer.save()
    answer = signed_in(client, helper).post(f"/volunteer/offers/{offer.pk}/accept/")
    assert answer.status_code == 422
    assert "谢谢您愿意来" in answer.content.decode()
    assert Assignment.objects.count() == 0


def test_accept_offer_by_get_is_not_allowed(client, offer, helper):
    assert signed_in(client, helper).get(f"/volunteer/offers/{offer.pk}/accept/").status_code == 405


def test_decline_offer_takes_a_word_or_none(client, offer, helper):
    answer = signed_in(client, helper).post(f"/volunteer/offers/{offer.pk}/decline/", {"note": "要带孩子"})
    assert answer.url == "/volunteer/"
    offer.refresh_from_db()
    assert (offer.state, offer.answer_note) == (OfferState.DECLINED, "要带孩子")


def test_decline_offer_too_wordy_keeps_the_words(client, offer, helper):
    answer = signed_in(client, helper).post(f"/volunteer/offers/{offer.pk}/decline/", {"note": "忙" * 201})
    assert answer.status_code == 422
    assert "忙" * 201 in answer.content.decode()
    offer.refresh_from_db()
    assert offer.state == OfferState.OPEN


@pytest.mark.parametrize("name", ["offer", "decline_offer"])
def test_stranger_reading_an_offer_finds_nothing(client, offer, second_helper, name):
    assert signed_in(client, second_helper).get(reverse(name, args=[offer.pk])).status_code == 404


@pytest.mark.parametrize("name", ["accept_offer", "decline_offer"])
def test_stranger_answering_an_offer_finds_nothing_and_changes_nothing(client, offer, second_helper, name):
    assert signed_in(client, second_helper).post(reverse(name, args=[offer.pk])).status_code == 404
    offer.refresh_from_db()
    assert (offer.state, Event.objects.filter(subject="need").count()) == (OfferState.OPEN, 0)


@pytest.mark.parametrize("name", ["task", "release_assignment", "remark"])
def test_stranger_reading_a_task_finds_nothing(client, place, second_helper, name):
    assert signed_in(client, second_helper).get(reverse(name, args=[place.pk])).status_code == 404


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("check_in", {"code": "4827"}),
        ("check_out", {"code": "4827"}),
        ("call_resident", {}),
        ("release_assignment", {"why": "ill"}),
        ("remark", {"change": "thank", "words": "好"}),
    ],
)
def test_stranger_posting_to_a_task_finds_nothing_and_changes_nothing(client, place, stranger, name, data):
    assert signed_in(client, stranger).post(reverse(name, args=[place.pk]), data).status_code == 404
    place.refresh_from_db()
    assert (place.state, Event.objects.filter(subject="need").count()) == (AssignmentState.PLANNED, 0)


def test_check_in_with_the_code(client, place, helper):
    assert signed_in(client, helper).post(f"/volunteer/tasks/{place.pk}/in/", {"code": "4827"}).url == f"/volunteer/tasks/{place.pk}/"
    place.refresh_from_db()
    assert (place.state, place.check_in_way, Need.objects.get().state) == (AssignmentState.PRESENT, "code", State.SERVING)


def test_check_in_with_a_wrong_code_keeps_it_and_changes_nothing(client, place, helper):
    answer = signed_in(client, helper).post(f"/volunteer/tasks/{place.pk}/in/", {"code": "1111"})
    assert answer.status_code == 422
    assert 'value="1111"' in answer.content.decode()
    place.refresh_from_db()
    assert place.state == AssignmentState.PLANNED


def test_check_in_by_place_without_consent_is_refused(client, place, helper):
    answer = signed_in(client, helper).post(f"/volunteer/tasks/{place.pk}/in/", {"way": "location", "latitude": "29.6", "longitude": "106.6"})
    assert answer.status_code == 422
    assert "没有同意读取位置" in answer.content.decode()


def test_scan_shows_the_task_and_checks_in_only_by_a_tap(client, place, helper):
    url = reverse("scan", args=[queries.qr_text(place.need)])
    assert signed_in(client, helper).get(url).status_code == 200
    assert Assignment.objects.get().state == AssignmentState.PLANNED
    assert client.post(url).url == f"/volunteer/tasks/{place.pk}/"
    assert Assignment.objects.get().check_in_way == "qr"


def test_scan_of_a_home_made_code_is_refused(client, place, helper):
    answer = signed_in(client, helper).post(reverse("scan", args=[f"CS{place.need_id}-4827:forged"]))
    assert answer.status_code == 422
    assert Assignment.objects.get().state == AssignmentState.PLANNED


@pytest.mark.parametrize("token", ["nonsense", "CS999999-1234:x"])
def test_scan_of_something_else_finds_nothing(client, place, helper, token):
    assert signed_in(client, helper).get(f"/s/{token}/").status_code == 404


def test_scan_by_somebody_without_a_place_finds_nothing(client, place, second_helper):
    assert signed_in(client, second_helper).get(reverse("scan", args=[queries.qr_text(place.need)])).status_code == 404


def test_call_resident_shows_the_number_and_keeps_the_look(client, place, helper, resident):
    from chunshui.people import queries as people

    page = signed_in(client, helper).post(f"/volunteer/tasks/{place.pk}/call/").content.decode()
    assert people.opened(resident, "phone") in page
    assert resident.reveals.get().actor == helper


def test_release_assignment_puts_the_order_back(client, resident, helper, tomorrow):
    need = make.need(resident, state=State.ACCEPTED, places_filled=1, **tomorrow)
    place = Assignment.objects.create(need=need, volunteer=helper, made_at=make.NOON, planned_from=need.wish_from, planned_until=need.wish_until)
    signed_in(client, helper).post(f"/volunteer/tasks/{place.pk}/release/", {"why": "ill", "words": "发烧"})
    place.refresh_from_db()
    assert (place.state, place.release_reason, Need.objects.get().state) == (AssignmentState.RELEASED, "身体不舒服：发烧", State.WAITING)


def test_release_assignment_without_a_reason_keeps_the_words(client, place, helper):
    answer = signed_in(client, helper).post(f"/volunteer/tasks/{place.pk}/release/", {"words": "发烧"})
    assert answer.status_code == 422
    assert 'value="发烧"' in answer.content.decode()
    assert Assignment.objects.get().state == AssignmentState.PLANNED


def test_remark_thanks_after_the_service(client, place, helper):
    Assignment.objects.update(state=AssignmentState.DONE)
    assert signed_in(client, helper).post(f"/volunteer/tasks/{place.pk}/remark/", {"change": "thank", "words": "热情"}).url == "/volunteer/services/"
    place.refresh_from_db()
    assert (place.change, place.words) == ("thank", "热情")


def test_remark_without_words_is_refused(client, place, helper):
    Assignment.objects.update(state=AssignmentState.DONE)
    answer = signed_in(client, helper).post(f"/volunteer/tasks/{place.pk}/remark/", {"change": "thank"})
    assert answer.status_code == 422
    assert Assignment.objects.get().change == ""


def test_claim_need_from_the_open_list(client, resident, helper, tomorrow):
    need = make.need(resident, state=State.WAITING, **tomorrow)
    page = signed_in(client, helper).get("/volunteer/open/").content.decode()
    assert "莺花巷" in page
    assert "27 号" not in page
    assert client.post(f"/volunteer/open/{need.pk}/claim/").url == f"/volunteer/tasks/{Assignment.objects.get().pk}/"


def test_claim_need_after_somebody_else_answers_kindly(client, resident, helper, second_helper, tomorrow):
    need = make.need(resident, state=State.WAITING, **tomorrow)
    signed_in(client, second_helper).post(f"/volunteer/open/{need.pk}/claim/")
    answer = signed_in(client, helper).post(f"/volunteer/open/{need.pk}/claim/")
    assert answer.status_code in (404, 422)
    assert Assignment.objects.get().volunteer == second_helper


def test_volunteer_home_shows_the_task_of_today_first(client, place, offer, helper):
    page = signed_in(client, helper).get("/volunteer/").content.decode()
    assert page.index("到了") < page.index("接不了")


def test_volunteer_home_of_a_resident_invites_to_register(client, resident):
    assert "/register/" in signed_in(client, resident).get("/volunteer/").content.decode()


@pytest.mark.parametrize("url", ["/volunteer/services/", "/volunteer/open/"])
def test_lists_cost_the_same_for_one_and_three(client, resident, helper, tomorrow, url):
    signed_in(client, helper)
    counts = []
    for many in (1, 2):
        for _each in range(many):
            make.need(resident, state=State.WAITING, **tomorrow)
            done = make.need(resident, state=State.RATED, places_filled=1)
            Assignment.objects.create(need=done, volunteer=helper, state=AssignmentState.DONE, made_at=make.NOON)
        client.get(url)  # rules and calendar are read once
        with CaptureQueriesContext(connection) as caught:
            client.get(url)
        counts.append(len(caught))
    assert counts[0] == counts[1]
