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


def reported(world: World) -> dict[str, Any]:
    line = entries.entry(world.official, world.helper, state="published", area=world.community).lines.get()
    return {"case_id": entries.case(line, opened_by=world.resident, words="那天不在").pk}


def appealed(state: str = "open") -> Any:
    return lambda world: {"appeal_id": entries.appeal(world.helper, state=state).pk}


def barred(world: World) -> dict[str, Any]:
    from tests.factories import hours

    line = entries.entry(world.official, world.helper, state="published", area=world.community).lines.get()
    made = entries.sanction(entries.case(line), world.helper, by=world.worker)
    hours.record(world.helper, hour=1, minutes=600)
    return {"sanction_id": made.pk}


def at(begin: int, end: int, **more: Any) -> Any:
    times = {"started_at": (NOON + timedelta(minutes=begin)).isoformat(), "ended_at": (NOON + timedelta(minutes=end)).isoformat()}
    return {**times, **more}


def recorded(world: World) -> dict[str, Any]:
    """Recorded by its verb, so that the ledger knows it."""
    from chunshui.hours import commands

    times = {"started_at": NOON - timedelta(hours=3), "ended_at": NOON - timedelta(hours=2)}
    values = {"title": "陪同就医", "category": "0017", "area": world.community, "entry_way": "4", "actor": None, **times}
    return {"record_id": commands.record_hours(person_id=world.helper.pk, source="need:1", now=NOON, **values).pk}


CASES = [
    Row("GET /desk/hour-cases", "worker", "people", reported, query={"state": "open"}),
    Row("POST /desk/hour-cases/{case_id}/decide", "worker", "people", reported, {"decision": "cancel", "reason": "看过监控"}),
    Row("GET /hours/appeals", "helper", "read", appealed(), stranger=200),
    Row("GET /desk/hour-appeals", "worker", "people", appealed()),
    Row("POST /hours/{record_id}/appeal", "helper", "serve", recorded, at(-180, -90, words="十点半才走")),
    Row("POST /hours/appeals", "helper", "serve", body=at(-180, -90, words="忘了签到", title="发传单", category="0001"), stranger=409),
    Row("POST /hours/appeals/{appeal_id}/grant", "worker", "people", appealed(), {"answer": "队长证明"}),
    Row("POST /hours/appeals/{appeal_id}/dismiss", "worker", "people", appealed(), {"answer": "那天没有活动"}),
    Row("POST /hours/appeals/{appeal_id}/withdraw", "helper", "serve", appealed()),
    Row("POST /hours/bars/{sanction_id}/repair", "helper", "serve", barred),
]
