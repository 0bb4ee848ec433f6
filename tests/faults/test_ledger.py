"""A short storm on the ledger; `make faults` makes the long one, with the PostgreSQL server killed as well."""

from __future__ import annotations

import random
import time

import pytest
from django.db import connection

from tests.faults.ledger_checker import check
from tests.faults.ledger_control import drop_guards, naive
from tests.faults.ledger_storm import Writers, close_all, send, step

pytestmark = pytest.mark.django_db(transaction=True)
SEED = 20261124


def storm(folder, seconds, many, kills, how=send):
    close_all()
    writers, dice = Writers(folder, SEED, many, how), random.Random(SEED)
    writers.start()
    for _ in range(kills):
        time.sleep(seconds / kills)
        writers.kill_one(dice)
    writers.stop()
    return check(folder, SEED)


def test_a_storm_of_writers_that_are_killed_loses_doubles_and_overdraws_nothing(tmp_path):
    verdict = storm(tmp_path, 1.2, 16, 10)
    assert verdict.counts() == dict.fromkeys(verdict.counts(), 0), f"seed {SEED}: {dict(verdict.found)}"
    assert (verdict.requests > 30, verdict.movements > 100) == (True, True)


def test_control_the_same_storm_without_guards_is_found_out(tmp_path):
    guards = drop_guards()
    verdict = storm(tmp_path, 1, 8, 4, naive)
    with connection.cursor() as cursor:
        for sql in guards:
            cursor.execute(sql)
    assert verdict.counts()["doubled"] > 0
    assert verdict.counts()["drift"] > 0


def test_what_a_writer_does_follows_from_the_seed():
    again = [step(SEED, 3, n) for n in range(200)]
    assert again == [step(SEED, 3, n) for n in range(200)] != [step(SEED + 1, 3, n) for n in range(200)]
