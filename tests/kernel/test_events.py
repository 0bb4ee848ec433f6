from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from chunshui.kernel import events
from chunshui.kernel.models import Delivery, Event

HAPPENED = "kerneltest.happened"
FOLLOWED = "kerneltest.followed"
seen: list[tuple[str, int]] = []
failing: set[int] = set()


@events.on(HAPPENED)
def notice_it(event: Event) -> None:
    seen.append(("notice", event.subject_id))
    if event.subject_id in failing:
        raise ValueError("not today")


@events.on(HAPPENED)
def follow_it(event: Event) -> None:
    events.emit(FOLLOWED, subject="thing", subject_id=event.subject_id, actor=None, at=event.at)


@events.on(FOLLOWED)
def end_it(event: Event) -> None:
    seen.append(("end", event.subject_id))


@pytest.fixture(autouse=True)
def _nothing_seen():
    seen.clear()
    failing.clear()


def happen(number, at):
    return events.emit(HAPPENED, subject="thing", subject_id=number, actor=None, at=at, words="好")


def test_emit_writes_the_fact_with_the_role_in_which_the_actor_acted(db, coordinator, now):
    event = events.emit(HAPPENED, subject="thing", subject_id=7, actor=coordinator, at=now, area_id=3, minutes=120)
    kept = Event.objects.get(pk=event.pk)
    assert (kept.name, kept.subject, kept.subject_id, kept.area_id, kept.at) == (HAPPENED, "thing", 7, 3, now)
    assert (kept.actor_id, kept.role, kept.data) == (coordinator.pk, "community_worker", {"minutes": 120})


def test_event_without_reactions_leaves_no_deliveries(db, now):
    events.emit("kerneltest.nobody_cares", subject="thing", subject_id=1, actor=None, at=now)
    assert not Delivery.objects.exists()


def test_reactions_run_once_each_however_often_one_delivers(db, now):
    happen(1, now)
    assert seen == []
    events.deliver(now)
    events.deliver(now)
    assert seen.count(("notice", 1)) == 1


def test_settle_also_delivers_what_reactions_emit(db, now):
    happen(1, now)
    events.settle(now)
    assert sorted(seen) == [("end", 1), ("notice", 1)]
    assert not Delivery.objects.filter(done_at=None).exists()


def test_event_that_becomes_visible_late_is_still_delivered(db, now):
    """Its id is lower than that of an event already delivered: a cursor would have stepped over it."""
    late = Event.objects.create(pk=10**9, name=HAPPENED, subject="thing", subject_id=1, at=now)
    happened = Event.objects.create(pk=10**9 + 1, name=HAPPENED, subject="thing", subject_id=2, at=now)
    key = f"{notice_it.__module__}.notice_it"
    Delivery.objects.create(event=happened, reaction=key, due_at=now)
    events.deliver(now)
    Delivery.objects.create(event=late, reaction=key, due_at=now)
    events.deliver(now)
    assert seen == [("notice", 2), ("notice", 1)]


def test_delivery_that_is_not_yet_due_waits(db, now):
    happen(1, now + timedelta(minutes=5))
    assert events.deliver(now) == 0
    assert events.deliver(now + timedelta(minutes=5)) == 2


def test_failed_reaction_is_rolled_back_alone_and_tried_again_later(db, now):
    failing.add(1)
    happen(1, now)
    events.settle(now)
    delivery = Delivery.objects.get(done_at=None)
    assert (delivery.attempts, delivery.due_at, delivery.error) == (1, now + timedelta(seconds=2), "ValueError('not today')")
    assert ("end", 1) in seen
    failing.clear()
    events.deliver(now + timedelta(seconds=2))
    assert not Delivery.objects.filter(done_at=None).exists()


def test_reaction_that_always_fails_ends_as_a_dead_letter_and_can_be_revived(db, now):
    from chunshui.kernel import background

    failing.add(1)
    happen(1, now)
    for attempt in range(20):
        events.deliver(now + timedelta(hours=attempt))
    delivery = Delivery.objects.get(done_at=None)
    assert (delivery.attempts, delivery.dead_at is None) == (events.MOST_ATTEMPTS, False)
    assert seen.count(("notice", 1)) == events.MOST_ATTEMPTS
    failing.clear()
    assert background.revive(now) == 1
    events.deliver(now)
    assert Delivery.objects.get(pk=delivery.pk).done_at == now


def test_unknown_reaction_is_kept_and_not_counted_as_done(db, now):
    event = happen(1, now)
    Delivery.objects.filter(event=event).delete()
    Delivery.objects.create(event=event, reaction="chunshui.gone.reactions.gone", due_at=now)
    events.deliver(now)
    assert Delivery.objects.get().done_at is None
    assert Delivery.objects.get().attempts == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_run_each_delivery_once(now):
    for number in range(12):
        happen(number, now)

    def work():
        events.settle(now)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    events.settle(now)
    assert sorted(seen) == sorted([("notice", n) for n in range(12)] + [("end", n) for n in range(12)])
