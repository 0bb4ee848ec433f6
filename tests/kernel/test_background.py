from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from chunshui.kernel import background
from chunshui.kernel.models import ApiAnswer, Attempt, Delivery, Event, Slot, Worker

ran: list[datetime] = []


@pytest.fixture
def only_job(monkeypatch):
    ran.clear()
    monkeypatch.setattr(background, "_jobs", {"test.job": (15, ran.append)})
    monkeypatch.setattr(background, "_slots_seen", {})


def another_process(monkeypatch):
    monkeypatch.setattr(background, "_slots_seen", {})


def test_slots_are_counted_from_the_midnight_of_the_district():
    moment = datetime(2026, 11, 24, 4, 7, 9, tzinfo=UTC)  # 12:07:09 there
    assert background.slot_of(moment, 15).isoformat() == "2026-11-24T12:00:00+08:00"
    assert background.slot_of(moment, 1).isoformat() == "2026-11-24T12:07:00+08:00"
    assert background.slot_of(moment, 24 * 60).isoformat() == "2026-11-24T00:00:00+08:00"


def test_job_is_enqueued_once_for_its_slot_whoever_asks(db, only_job, now, monkeypatch):
    assert background.enqueue_due(now) == 1
    assert background.enqueue_due(now) == 0
    another_process(monkeypatch)
    assert background.enqueue_due(now) == 0
    assert background.enqueue_due(now + timedelta(minutes=15)) == 1
    assert DBTaskResult.objects.count() == Slot.objects.count() == 2


def test_enqueued_job_calls_the_function_with_the_time(db, only_job):
    background.run_job.call("test.job")
    assert len(ran) == 1


def test_job_that_no_longer_exists_is_passed_over(db, only_job):
    background.run_job.call("test.gone")
    assert ran == []


def test_drains_are_called_and_one_that_fails_holds_nothing_back(db, now, monkeypatch, caplog):
    def broken(now):
        raise ValueError

    monkeypatch.setattr(background, "_drains", [broken, lambda moment: 3])
    assert background.run_drains(now) == 3
    assert "drain failed" in caplog.text


def running(now, **more):
    result = background.run_job.enqueue("test.job").db_result
    values = {"status": "RUNNING", "started_at": now - timedelta(minutes=5), "worker_ids": ["lost"], **more}
    DBTaskResult.objects.filter(pk=result.pk).update(**values)
    return DBTaskResult.objects.get(pk=result.pk)


def test_task_of_a_silent_worker_is_put_back(db, now):
    background.beat("lost", "host:1", now - timedelta(seconds=31))
    task = running(now)
    assert background.reap(now) == 1
    task.refresh_from_db()
    assert (task.status, task.started_at, task.worker_ids) == ("READY", None, ["lost"])


def test_task_of_a_worker_that_beats_is_left_alone(db, now):
    background.beat("lost", "host:1", now - timedelta(seconds=29))
    task = running(now)
    assert background.reap(now) == 0
    task.refresh_from_db()
    assert task.status == "RUNNING"


def test_task_that_was_only_just_taken_is_left_alone(db, now):
    running(now, started_at=now - timedelta(seconds=5))
    assert background.reap(now) == 0


def test_task_lost_five_times_fails_and_says_why_and_can_be_revived(db, now):
    task = running(now, worker_ids=["a", "b", "c", "d", "lost"])
    background.reap(now)
    task.refresh_from_db()
    assert (task.status, task.exception_class_path) == ("FAILED", "chunshui.kernel.background.WorkerLost")
    assert background.revive(now) == 1
    task.refresh_from_db()
    assert (task.status, task.worker_ids) == ("READY", [])


def test_worker_that_signs_off_leaves_no_heartbeat(db, now):
    background.beat("me", "host:1", now)
    background.beat("me", "host:1", now + timedelta(seconds=5))
    assert Worker.objects.get().seen_at == now + timedelta(seconds=5)
    background.sign_off("me")
    assert not Worker.objects.exists()


def test_trim_deletes_what_nobody_asks_for_and_nothing_else(db, now):
    event = Event.objects.create(name="kerneltest.old", subject="thing", subject_id=1, at=now - timedelta(days=400))
    for days in (40, 1):
        then = now - timedelta(days=days)
        Slot.objects.create(name="x", slot=then, at=then)
        Attempt.objects.create(key="x", window=then)
        ApiAnswer.objects.create(key=f"x{days}", body_hash="", at=then)
        Delivery.objects.create(event=event, reaction=f"done{days}", due_at=then, done_at=then)
        Delivery.objects.create(event=event, reaction=f"waiting{days}", due_at=then)
        running(now, status="SUCCESSFUL", finished_at=then)
        background.beat(f"worker{days}", "host:1", then + timedelta(hours=1))
    assert background.trim(now) == 6
    assert sorted(Delivery.objects.values_list("reaction", flat=True)) == ["done1", "waiting1", "waiting40"]
    assert [row.objects.count() for row in (Event, Slot, Attempt, ApiAnswer, DBTaskResult, Worker)] == [1, 1, 1, 1, 1, 1]


def test_trim_is_scheduled_once_a_day():
    assert background._jobs["kernel.trim"] == (24 * 60, background.trim)
