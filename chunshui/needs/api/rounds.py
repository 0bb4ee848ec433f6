"""一起派 in JSON: a whole area dispatched at once, corrected, and sent."""

from datetime import datetime
from typing import Any, Literal

from django.utils import timezone
from ninja import Router, Schema

from chunshui.kernel.rest import Done, Given, Id, answers, done, reads, writes
from chunshui.needs import commands, queries
from chunshui.needs.api.dispatch import ReasonOut
from chunshui.needs.api.shapes import RowId
from chunshui.needs.queries import desk

router = Router(tags=["rounds"])
PAIR_VERBS = {"lock": commands.lock_pair, "forbid": commands.forbid_pair, "free": commands.free_pair}
VERBS = {"again": commands.solve_again, "send": commands.send_round, "discard": commands.discard_round}


class PairIn(Given):
    need_id: Id
    volunteer_id: Id


class PairOut(Schema):
    """`volunteer_id` null: nobody can go, `why` says the reason."""

    need_id: int
    volunteer_id: int | None
    reasons: list[ReasonOut]
    why: str
    locked: bool


class RoundLineOut(Schema):
    id: int
    state: str
    area_id: int
    at: datetime
    done: int
    total: int


class RoundOut(Schema):
    id: int
    state: str
    area_id: int
    done: int
    total: int
    pairs: list[PairOut]


@router.post("/rounds", response=answers(Done), summary="Start a round over the staff's area")
@writes("dispatch")
def start_round(request: Any) -> Any:
    return done(commands.start_round(actor=request.auth, area_id=desk.staff_area(request.auth).pk, now=timezone.now()))


@router.get("/rounds", response=answers(list[RoundLineOut]), summary="The last rounds of the staff's area, newest first")
@reads("dispatch")
def list_rounds(request: Any) -> Any:
    return queries.rounds_of(desk.staff_area(request.auth))


@router.get("/rounds/{round_id}", response=answers(RoundOut), summary="A round: progress, then what it proposes")
@reads("dispatch")
def get_round(request: Any, round_id: RowId) -> Any:
    found = queries.visible_round(request.auth, round_id)
    lines = queries.proposals(found, timezone.now())
    pairs = [
        {
            "need_id": each.need.pk,
            "volunteer_id": each.person.pk if each.person else None,
            "reasons": each.reasons,
            "why": each.why_unserved,
            "locked": each.locked,
        }
        for each in lines
    ]
    return {"id": found.pk, "state": found.state, "area_id": found.area_id, "done": found.done, "total": found.total, "pairs": pairs}


@router.post("/rounds/{round_id}/pairs/{verb}", response=answers(Done), summary="Lock, forbid or free a pair")
@writes("dispatch")
def change_pair(request: Any, round_id: RowId, verb: Literal["lock", "forbid", "free"], pair: PairIn) -> Any:
    return done(PAIR_VERBS[verb](actor=request.auth, round_id=round_id, now=timezone.now(), **pair.dict()))


@router.post("/rounds/{round_id}/do/{verb}", response=answers(Done), summary="Solve again, send, or discard")
@writes("dispatch")
def change_round(request: Any, round_id: RowId, verb: Literal["again", "send", "discard"]) -> Any:
    return done(VERBS[verb](actor=request.auth, round_id=round_id, now=timezone.now()))
