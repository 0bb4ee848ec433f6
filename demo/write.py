"""Lived orders into tables: rows, history, hours, statistics."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import Count, Sum

from chunshui.hours.models import Record
from chunshui.hours.states import HourKind, RecordState
from chunshui.kernel import crypto, search
from chunshui.kernel.models import Event
from chunshui.needs.models import Assignment, FollowUp, Need, NeedToken, NumberStem, Offer, Rating
from chunshui.people.models import Volunteer
from demo import bulk
from demo.orders import Story
from demo.people import Cast

SKIPPED = {"address", "index", "_from", "_until"}


def write(stories: list[Story], residents: Cast, serial: dict[str, int], first_id: int) -> None:
    """Insert all stories; need ids run from `first_id`."""
    _needs(stories, residents, first_id)
    _offers(stories, first_id)
    _rest(stories, first_id)
    _history(stories, first_id)
    bulk.insert(NumberStem, ("stem", "last"), sorted(serial.items()))
    _totals()


def _needs(stories: list[Story], residents: Cast, first_id: int) -> None:
    columns = [name for name in stories[0].row if name not in SKIPPED]
    rows: list[tuple] = []
    tokens: list[tuple[int, str]] = []
    for offset, story in enumerate(stories):
        uid, key = residents.keys[story.row["resident_id"]]
        sealed = crypto.seal(story.row["address"], key, f"{uid}:need-address")
        rows.append((first_id + offset, *(story.row[name] for name in columns), sealed))
        words = f"{story.row['number']} {story.row['title']} {story.row['details']} {residents.names[story.row['index']]}"
        tokens.extend((first_id + offset, token) for token in sorted(search.index_tokens(words)))
    bulk.insert(Need, ("id", *columns, "address_sealed"), rows)
    bulk.insert(NeedToken, ("need_id", "token"), sorted(tokens, key=lambda row: row[1]))


def _offers(stories: list[Story], first_id: int) -> None:
    offers: list[dict[str, Any]] = []
    assignments: list[dict[str, Any]] = []
    next_id = 1 + (Offer.objects.order_by("-id").values_list("id", flat=True).first() or 0)
    for offset, story in enumerate(stories):
        for offer in story.offers:
            offer["need_id"], offer["id"] = first_id + offset, next_id
            offers.append(offer)
            next_id += 1
        for assignment in story.assignments:
            assignment["need_id"], assignment["offer_id"] = first_id + offset, assignment.pop("offer")["id"]
            assignment.pop("index")
            assignments.append(assignment)
    _dicts(Offer, offers)
    _dicts(Assignment, assignments)


def _dicts(model: type, rows: list[dict[str, Any]]) -> None:
    if rows:
        columns = list(rows[0])
        bulk.insert(model, columns, ([row[name] for name in columns] for row in rows))


def _rest(stories: list[Story], first_id: int) -> None:
    numbered = list(enumerate(stories, start=first_id))
    _dicts(Rating, [{"need_id": pk, **story.rating} for pk, story in numbered if story.rating])
    _dicts(FollowUp, [{"need_id": pk, **story.follow_up} for pk, story in numbered if story.follow_up])
    fixed = {"state": RecordState.EFFECTIVE, "kind": HourKind.CREDIT}
    _dicts(Record, [{**record, **fixed, "source": f"need:{pk}:{record['person_id']}"} for pk, story in numbered for record in story.records])


def _history(stories: list[Story], first_id: int) -> None:
    """Facts in the order in which they happened, all of them told already (no deliveries)."""
    facts = [
        (name, "need", pk, actor, role, story.community.id, at, data)
        for pk, story in enumerate(stories, start=first_id)
        for name, at, actor, role, data in story.events
    ]
    facts.sort(key=lambda fact: fact[6])
    bulk.insert(Event, ("name", "subject", "subject_id", "actor_id", "role", "area_id", "at", "data"), facts)


def _totals() -> None:
    """A volunteer's totals are the sum of the records, nothing else."""
    sums = Record.objects.filter(state=RecordState.EFFECTIVE).values("person_id").annotate(minutes=Sum("minutes"), services=Count("id"))
    by_total: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row in sums:
        by_total[row["minutes"], row["services"]].append(row["person_id"])
    for (minutes, services), people in by_total.items():
        for start in range(0, len(people), 500):
            Volunteer.objects.filter(pk__in=people[start : start + 500]).update(minutes_total=minutes, services_total=services)
