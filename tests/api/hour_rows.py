"""Rows of the API of hours entered by hand (see rows.py)."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta
from typing import Any

from tests.api.row import Row, World
from tests.factories import entries, needs, teams
from tests.factories.people import volunteer

NOON = needs.NOON


def entry_of(state: str, by: str = "helper") -> Any:
    return lambda world: {"entry_id": entries.entry(getattr(world, by), world.second, state=state).pk}


def public_line(world: World) -> dict[str, Any]:
    made = entries.entry(world.worker, world.helper, state="published")
    return {"line_id": made.lines.get().pk}


def led_team(world: World) -> dict[str, Any]:
    made = teams.team(world.community, leader=world.helper)
    teams.member(made, world.second)
    return {"team_id": made.pk}


def entered(**more: Any) -> Any:
    """What is sent: one hour of this morning."""

    def body(world: World, ids: dict[str, Any]) -> dict[str, Any]:
        times = {"started_at": (NOON - timedelta(hours=3)).isoformat(), "ended_at": (NOON - timedelta(hours=2)).isoformat()}
        words = {"title": "楼道清洁", "category": "0001", "reason": "手机没电"}
        made = {name: value(world) if callable(value) else value for name, value in more.items()}
        return {**words, "intervals": [times], "evidence": [b64encode(entries.PDF).decode()], **made}

    return body


ENTRIES = [
    Row("GET /hours/entries", "helper", "read", entry_of("waiting"), stranger=200),
    Row("GET /desk/hour-entries", "worker", "people", entry_of("waiting"), query={"state": "waiting"}),
    Row("GET /hours/publicity", "helper", "read", public_line, stranger=200, query={"area_id": "community"}),
    Row("POST /hours/publicity/{line_id}/report", "resident", "serve", public_line, {"words": "那天他不在"}, stranger=200),
    Row("POST /hours/entries", "helper", "serve", body=entered(), stranger=409),
    Row("POST /teams/{team_id}/hours", "helper", "teams", led_team, entered(person_ids=lambda w: [w.second.pk]), stranger=403),
    Row("POST /desk/hour-entries", "worker", "people", body=entered(numbers=lambda w: [f"V{volunteer(w.community).pk:08d}"])),
    Row("POST /hours/entries/{entry_id}/approve", "worker", "people", entry_of("waiting"), {"opinion": "照片看过"}),
    Row("POST /hours/entries/{entry_id}/refuse", "worker", "people", entry_of("waiting"), {"opinion": "那天没有活动"}),
    Row("POST /hours/entries/{entry_id}/withdraw", "helper", "serve", entry_of("waiting")),
]
