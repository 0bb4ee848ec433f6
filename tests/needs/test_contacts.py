"""The telephone of somebody one is to meet."""

from __future__ import annotations

import pytest

from chunshui.kernel.errors import NotFound, Refused
from chunshui.needs import commands, policies
from chunshui.needs.states import AssignmentState, State
from chunshui.people.models import Reveal
from tests.factories import needs as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(resident, helper):
    need = make.need(resident, state=State.ACCEPTED, places_filled=1)
    return need.assignments.create(volunteer=helper, made_at=make.NOON)


def test_can_see_phone_only_of_the_other_side(place, resident, helper, second_helper, coordinator):
    def may(actor, whose):
        return bool(policies.can_see_phone(actor, place, place.need, whose))

    assert [may(helper, "resident"), may(resident, "volunteer")] == [True, True]
    assert [may(helper, "volunteer"), may(resident, "resident")] == [False, False]
    assert [may(second_helper, "resident"), may(coordinator, "resident"), may(coordinator, "volunteer")] == [False, False, False]


@pytest.mark.parametrize("state", [State.DELIVERED, State.RATED, State.CANCELLED])
def test_can_see_phone_no_longer_when_the_service_is_over(place, helper, state):
    place.need.state = state
    assert not policies.can_see_phone(helper, place, place.need, "resident")


def test_can_see_phone_no_longer_after_the_place_was_given_up(place, helper):
    place.state = AssignmentState.RELEASED
    assert not policies.can_see_phone(helper, place, place.need, "resident")


def test_see_phone_by_a_stranger_finds_nothing_and_keeps_no_look(place, stranger, now):
    with pytest.raises(NotFound):
        commands.see_phone(actor=stranger, assignment_id=place.pk, whose="resident", now=now)
    assert Reveal.objects.count() == 0


def test_see_phone_that_nobody_left_says_whom_to_call(place, resident, helper, now):
    resident.phone_sealed = b""
    resident.save(update_fields=["phone_sealed"])
    with pytest.raises(Refused, match="打给社区"):
        commands.see_phone(actor=helper, assignment_id=place.pk, whose="resident", now=now)
    assert Reveal.objects.count() == 0


def test_clear_drafts_forgets_photos_nobody_went_on_with(now, settings, tmp_path):
    import os
    from io import BytesIO

    from PIL import Image

    settings.MEDIA_ROOT = tmp_path
    out = BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    names = [commands.keep_photo(file=BytesIO(out.getvalue()), already=0) for _each in range(2)]
    old = now.timestamp() - 2 * 86400
    os.utime(tmp_path / names[0], (old, old))
    os.utime(tmp_path / names[1], (now.timestamp(), now.timestamp()))
    assert commands.clear_drafts(now=now) == 1
    assert [bool(commands.kept_photos([name])) for name in names] == [False, True]
