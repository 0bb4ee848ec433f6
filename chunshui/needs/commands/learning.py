"""What is learned from answers: every night anew from the questions themselves, so that nothing is remembered that they do not say."""

from __future__ import annotations

from datetime import datetime

from django.core.cache import cache
from django.db import transaction

from chunshui.matching import acceptance
from chunshui.needs.models import AnswerHabit, Answering
from chunshui.needs.queries.dispatch import answers

LEARNED = ("asked", "answered", "accepted", "silent", "first", "yes", "computed_at")


@transaction.atomic
def learn_answers(*, now: datetime) -> int:
    """Reckon everybody's chances anew; who has not been asked for half a year is forgotten. Returns of how many something is remembered."""
    found = answers.counted(now)
    habits = answers.habits_of(found)
    rows = [_row(who, one, habits[one.community_id], now) for who, one in found.items()]
    Answering.objects.bulk_create(rows, update_conflicts=True, unique_fields=["volunteer"], update_fields=LEARNED, batch_size=1000)
    Answering.objects.filter(computed_at__lt=now).delete()
    AnswerHabit.objects.all().delete()
    AnswerHabit.objects.bulk_create(
        [AnswerHabit(community_id=place, first=habit.first, yes=habit.yes, computed_at=now) for place, habit in habits.items()]
    )
    transaction.on_commit(lambda: cache.delete("answer-habits"))
    return len(rows)


def _row(who: int, one: answers.Counted, around: acceptance.Chance[float], now: datetime) -> Answering:
    chance = acceptance.chance(one.counts, around)
    return Answering(
        volunteer_id=who,
        asked=one.asked,
        answered=one.accepted + one.declined,
        accepted=one.accepted,
        silent=one.silent,
        first=chance.first,
        yes=chance.yes,
        computed_at=now,
    )
