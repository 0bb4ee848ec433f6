"""What the clock does to questions, and batch rounds solved in the background."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from chunshui.kernel.background import drain, every
from chunshui.needs import commands, queries


@every("needs.expire_offers", 1)
def expire_offers(now: datetime) -> int:
    return commands.expire_offers(now=now)


@every("needs.first_waves", 1)
def first_waves(now: datetime) -> int:
    return commands.first_waves(now=now)


@every("needs.learn_answers", 1440)
def learn_answers(now: datetime) -> int:
    return commands.learn_answers(now=now)


@drain
def queue_rounds(now: datetime) -> int:
    """Hand every new round to a worker, once: the mark and the task are written together."""
    return sum(_queue(round_id, now) for round_id in queries.rounds_to_solve())


@drain
def send_rounds(now: datetime) -> int:
    """The next orders of every round that is being sent."""
    return sum(commands.continue_round(round_id=round_id, now=now) for round_id in queries.rounds_to_send())


@transaction.atomic
def _queue(round_id: int, now: datetime) -> bool:
    taken = commands.take_up_round(round_id=round_id, now=now)
    if taken:
        solve_round.enqueue(round_id=round_id)
    return taken


@task()
def solve_round(round_id: int) -> None:
    commands.solve_round(round_id=round_id, now=timezone.now())
