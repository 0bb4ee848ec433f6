from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest

from chunshui.kernel import paging
from chunshui.kernel.models import Event

ORDERS = [("id",), ("-id",), ("at", "id"), ("-at", "-id"), ("-at", "id"), ("name", "-at", "id")]


@pytest.fixture
def rows(db, now):
    for number in range(23):
        Event.objects.create(name=f"e{number % 3}", subject="x", subject_id=number, at=now + timedelta(hours=number % 5))
    return Event.objects.all()


@pytest.mark.parametrize("order", ORDERS)
def test_walking_forward_and_back_meets_every_row_once_in_order(rows, order):
    wanted = list(rows.order_by(*order).values_list("id", flat=True))
    cursor, forward, pages = "", [], []
    while True:
        page = paging.page(rows, order, cursor, 5)
        forward += [row.pk for row in page]
        pages.append([row.pk for row in page])
        if not page.next:
            break
        cursor = page.next
    assert forward == wanted
    back = [pages[-1]]
    while page.previous:
        page = paging.page(rows, order, page.previous, 5)
        back.insert(0, [row.pk for row in page])
    assert back == pages


def test_first_and_last_page_say_so(rows):
    first = paging.page(rows, ("id",), size=20)
    last = paging.page(rows, ("id",), first.next, 20)
    assert (bool(first.previous), bool(first.next)) == (False, True)
    assert (bool(last.previous), bool(last.next)) == (True, False)
    assert (len(first), len(last)) == (20, 3)


def test_exactly_one_page_has_no_neighbours(rows):
    page = paging.page(rows, ("id",), size=23)
    assert (len(page), page.next, page.previous) == (23, "", "")


def test_row_added_in_front_does_not_shift_the_next_page(rows, now):
    first = paging.page(rows, ("-id",), size=5)
    Event.objects.create(name="new", subject="x", subject_id=99, at=now)
    second = paging.page(rows, ("-id",), first.next, 5)
    assert second.rows[0].pk == first.rows[-1].pk - 1


def cursor_of(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "%%%",
        "\u4e2d",
        "\x00",
        "=" * 50,
        cursor_of([0]),
        cursor_of([0, "not a time", 1]),
        cursor_of([0, None, 1]),
        cursor_of([0, [1], 1]),
        cursor_of([0, "2026-11-24T00:00:00+00:00", 2**70]),
        cursor_of([0, "2026-11-24T00:00:00+00:00", "x\x00"]),
        cursor_of([0, 5, "'; drop table"]),
        cursor_of([7, "2026-11-24T00:00:00+00:00", 1]),
        cursor_of({"a": 1}),
        cursor_of([0, "99999-01-01T00:00:00+00:00", 1]),
        cursor_of([0, "0001-01-01T00:00:00+14:00", 1]),
        "A" * 20_000,
    ],
)
def test_hostile_cursor_gives_the_first_page(rows, cursor):
    wanted = [row.pk for row in paging.page(rows, ("at", "id"), "", 5)]
    assert [row.pk for row in paging.page(rows, ("at", "id"), cursor, 5)] == wanted


def test_page_costs_one_query(rows, django_assert_num_queries):
    cursor = paging.page(rows, ("-at", "-id"), size=5).next
    with django_assert_num_queries(1):
        paging.page(rows, ("-at", "-id"), cursor, 5)
