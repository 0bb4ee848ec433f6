from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from chunshui.kernel.errors import NotFound
from chunshui.notices import policies, queries
from tests.factories import notices

pytestmark = pytest.mark.django_db


def test_the_inbox_shows_unread_messages_first_and_newest_first(resident, helper, now):
    old_read = notices.message(resident, read_at=now)
    old, new = notices.message(resident), notices.message(resident)
    new_read = notices.message(resident, read_at=now)
    notices.message(helper)
    assert [each.pk for each in queries.inbox(resident)] == [new.pk, old.pk, new_read.pk, old_read.pk]


def test_the_inbox_pages_forward_and_back_over_read_and_unread(resident, now):
    made = [notices.message(resident, read_at=now if n < 3 else None).pk for n in range(5)]
    wanted = list(reversed(made))
    first = queries.inbox(resident, size=2)
    second = queries.inbox(resident, first.next, size=2)
    third = queries.inbox(resident, second.next, size=2)
    assert [[each.pk for each in page] for page in (first, second, third)] == [wanted[:2], wanted[2:4], wanted[4:]]
    assert [each.pk for each in queries.inbox(resident, third.previous, size=2)] == wanted[2:4]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_inbox_is_one_query_whatever_its_length(resident, rows, django_assert_num_queries):
    for _ in range(rows):
        notices.message(resident)
    with django_assert_num_queries(1):
        assert len(list(queries.inbox(resident))) == rows


def test_unread_count_counts_ones_own_unread_messages(resident, helper, now):
    notices.message(resident)
    notices.message(resident, read_at=now)
    notices.message(helper)
    assert queries.unread_count(resident) == 1


def test_unread_count_of_nobody_is_zero(db):
    assert queries.unread_count(AnonymousUser()) == 0


@pytest.mark.parametrize(("who", "allowed"), [("resident", True), ("stranger", False), ("coordinator", False), ("district_official", False)])
def test_only_the_addressee_may_view_a_message_and_mark_it_read(resident, who, allowed, request):
    message = notices.message(resident)
    actor = request.getfixturevalue(who)
    assert (bool(policies.can_view_message(actor, message)), bool(policies.can_mark_read(actor, message))) == (allowed, allowed)


def test_a_message_of_someone_else_looks_like_one_that_does_not_exist(resident, stranger):
    message = notices.message(resident)
    for message_id in (message.pk, message.pk + 1000):
        with pytest.raises(NotFound):
            queries.visible_message(stranger, message_id)


def test_a_moment_outside_quiet_hours_is_left_as_it_is(resident, now):
    assert queries.after_quiet(now + timedelta(minutes=1), resident.area) == now + timedelta(minutes=1)
