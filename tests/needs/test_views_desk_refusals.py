"""What the desk refuses: the reason is said, what was typed is still there, nothing has changed."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.urls import reverse
from django.utils import timezone

from chunshui.kernel import clock
from chunshui.needs.models import Offer, Tally
from chunshui.needs.states import OfferState, State
from tests.factories import needs as make
from tests.factories import people as cast

pytestmark = pytest.mark.django_db
TYPED = "熟悉那栋楼"


@pytest.fixture
def soon():
    start = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=26)
    return {"wish_from": start, "wish_until": start + timedelta(hours=2), "due_at": timezone.now() + timedelta(hours=3)}


@pytest.fixture
def desk(client, coordinator):
    cast.sign_in(client, coordinator)
    return client


def said(answer):
    """The status, whether the reason stands above the form, and whether the typed words are on the page."""
    page = answer.content.decode()
    return answer.status_code, 'id="errsum"' in page, TYPED in page


def test_by_hand_without_a_volunteer_keeps_the_reason_and_asks_nobody(desk, resident, soon):
    need = make.need(resident, state=State.WAITING, **soon)
    answer = desk.post(reverse("desk_hand", args=[need.pk]), {"hand_reason": TYPED})
    assert (said(answer), Offer.objects.count()) == ((422, True, True), 0)


def test_by_hand_without_a_reason_keeps_the_search_and_the_choice(desk, resident, helper, soon):
    need = make.need(resident, state=State.WAITING, **soon)
    url = reverse("desk_hand", args=[need.pk]) + f"?view=match&hand={helper.name}"
    page = desk.post(url, {"volunteer_id": helper.pk}).content.decode()
    chosen = re.search(rf'name="volunteer_id" value="{helper.pk}" checked', page)
    assert (bool(chosen), Offer.objects.count()) == (True, 0)


def test_cancelling_what_has_ended_says_why_not_and_shows_the_words(desk, resident, soon):
    need = make.need(resident, state=State.RATED, **soon)
    answer = desk.post(reverse("desk_verb", args=[need.pk, "cancel"]), {"reason": TYPED})
    need.refresh_from_db()
    assert (said(answer), need.state) == ((422, True, True), State.RATED)


@pytest.mark.parametrize("verb", ["cancel", "priority"])
def test_a_refused_verb_under_a_fold_stays_unfolded(desk, resident, soon, verb):
    need = make.need(resident, state=State.WAITING, **soon)
    page = desk.post(reverse("desk_verb", args=[need.pk, verb]), {"priority": 3, "reason": ""}).content.decode()
    fold = re.search(rf'<details class="fold" open>(?:(?!</details>).)*/do/{verb}/"', page, re.DOTALL)
    assert fold is not None


@pytest.mark.parametrize("state", [State.SUBMITTED, State.WAITING, State.ACCEPTED, State.SERVING, State.DELIVERED])
def test_every_field_of_the_desk_has_its_own_id(desk, resident, helper, soon, state):
    need = make.need(resident, state=state, **soon)
    make.need(resident, state=State.WAITING, **soon)
    page = desk.get(reverse("desk_need", args=[need.pk]), {"hand": helper.name}).content.decode()
    twice = [name for name, times in Counter(re.findall(r'\sid="([^"]+)"', page)).items() if times > 1]
    assert twice == []


def test_taking_a_question_back_twice_is_refused_kindly_and_changes_nothing(desk, resident, helper, soon):
    need = make.need(resident, state=State.WAITING, **soon)
    desk.post(reverse("desk_offer", args=[need.pk]), {"cand": helper.pk})
    url = reverse("desk_withdraw", args=[Offer.objects.get().pk])
    answers = [desk.post(url).status_code for _turn in range(2)]
    assert (answers, Offer.objects.get().state) == ([302, 409], OfferState.WITHDRAWN)


def test_statistics_are_exported_by_community_and_by_service(desk, community, street):
    service = make.service()
    Tally.objects.create(month=clock.month_start(timezone.now()), community=community, street=street, service=service, placed=7)
    content = b"".join(desk.post(reverse("export_statistics")).streaming_content)
    sheet = ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert [sheet.count(f">{word}<") for word in ("按", str(community), str(service), "7")] == [1, 1, 1, 2]
