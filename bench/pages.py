"""The bars of the field: queries, CPU and bytes of a list, a new order and a claim, and a race for single places. Writes orders."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier
from typing import Any

import config  # noqa: F401

ORDERS, RIVALS, PLACES = 100, 24, 20


def run() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    import django

    django.setup()
    from django.db import connection

    print(f"{connection.vendor}; CPU of one thread of Python, the database's own included for SQLite")
    print(f"{'what':34}{'queries':>9}{'CPU ms':>9}{'a second':>10}{'kB':>7}")
    bars = [_list(), _create(), _claim()]
    overbooked = _race()
    print(f"{PLACES} single places, {RIVALS} rivals each: {overbooked} taken twice")
    return int(overbooked > 0 or not all(bars))


def _told(name: str, work: Callable[[int], int], times: int, most_queries: int, least: float) -> bool:
    """Measure `work(number) -> bytes`; whether it keeps to so many queries and reaches so many a second of CPU."""
    from django.db import connection

    asked: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    work(0)
    with connection.execute_wrapper(count):
        size = work(1)
    began = time.process_time()
    for number in range(2, 2 + times):
        work(number)
    spent = (time.process_time() - began) / times
    print(f"{name:34}{len(asked):>9}{spent * 1000:>9.1f}{1 / spent:>10.0f}{size / 1024:>7.0f}")
    return len(asked) <= most_queries and 1 / spent >= least


def _list() -> bool:
    from django.test import Client
    from django.urls import reverse

    from bench.people import browsers

    client = Client(HTTP_HOST="127.0.0.1")
    client.cookies["sessionid"] = next(each.cookie for each in browsers() if each.kind == "district")
    return _told("orders of the district, a page", lambda _n: len(client.get(reverse("needs_list")).content), 20, 12, 20)


def _create() -> bool:
    from django.utils import timezone

    from chunshui.needs import commands
    from chunshui.people.models import Person

    residents = list(Person.objects.filter(community__isnull=False, volunteer=None, erased_at=None).select_related("community").order_by("-pk")[:200])

    def place(number: int) -> int:
        who = Person.objects.get(pk=residents[number % len(residents)].pk)
        fields: Any = {"service_code": "escort", "wish": "any", "area_id": who.community_id, "address": f"{number} 号 1-1"}
        commands.place_need(actor=who, resident_id=who.pk, channel="api", now=timezone.now(), **fields)
        return 0

    return _told("a resident's order", place, ORDERS, 15, 100)


def _claim() -> bool:
    from django.utils import timezone

    from chunshui.kernel.errors import Refused
    from chunshui.needs import commands

    pairs = _claimable(ORDERS + 2)

    def claim(number: int) -> int:
        person, need_id = pairs[number]
        with suppress(Refused):  # not free that week: refused after the same reads
            commands.claim_need(actor=person, need_id=need_id, now=timezone.now())
        return 0

    return _told("a volunteer takes an order", claim, ORDERS, 20, 100)


def _claimable(many: int) -> list[tuple[Any, int]]:
    """Volunteers, each with an order of their own community that waits and that anybody may take."""
    from django.utils import timezone

    from chunshui.kernel.errors import Refused
    from chunshui.needs import commands
    from chunshui.needs.models import Need
    from chunshui.needs.states import State
    from chunshui.people.models import Person

    people = Person.objects.filter(volunteer__state="active", volunteer__free_time__gt=0, community__isnull=False, born_on__lt="2000-01-01")
    found = []
    for person in people.select_related("community").order_by("pk")[: 3 * many]:
        fields: Any = {"service_code": "company", "wish": "any", "area_id": person.community_id, "address": "1 号", "details": f"{person.pk}"}
        resident = Person.objects.filter(community=person.community, volunteer=None, erased_at=None).exclude(pk=person.pk).order_by("-pk").first()
        if resident is None:
            continue
        try:
            need = commands.place_need(actor=resident, resident_id=resident.pk, channel="api", now=timezone.now(), **fields)
        except Refused:  # has ordered enough for now
            continue
        Need.objects.filter(pk=need.pk).update(state=State.WAITING)
        found.append((_volunteer(person.pk), need.pk))
        if len(found) == many:
            break
    return found


def _volunteer(pk: int) -> Any:
    """The person afresh, acting as the volunteer they are."""
    from chunshui.people import queries as people
    from chunshui.people.models import Person

    found: Any = Person.objects.select_related("community", "volunteer").get(pk=pk)
    found.acting = people.acting_as(found, "volunteer", verified=False)
    return found


def _race() -> int:
    """How many single places were given to more than one of the rivals."""
    from django.db import connection
    from django.utils import timezone

    from chunshui.kernel.errors import NotFound, Refused
    from chunshui.needs import commands
    from chunshui.needs.models import Assignment, Need
    from chunshui.people.models import Person

    twice = 0
    for first, need_id in _claimable(PLACES):
        near = Person.objects.filter(volunteer__state="active", community=first.community).order_by("pk").values_list("pk", flat=True)[:RIVALS]
        rivals = [_volunteer(pk) for pk in near]
        start = Barrier(len(rivals))

        def rival(person: Person, need_id: int = need_id, start: Barrier = start) -> None:
            start.wait()
            try:
                commands.claim_need(actor=person, need_id=need_id, now=timezone.now())
            except (Refused, NotFound):
                pass
            finally:
                connection.close()

        with ThreadPoolExecutor(len(rivals)) as pool:
            list(pool.map(rival, rivals))
        need = Need.objects.get(pk=need_id)
        twice += Assignment.objects.filter(need_id=need_id).count() > 1 or need.places_filled > 1
    return twice
