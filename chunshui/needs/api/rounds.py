"""一起派 in JSON: a whole area dispatched at once, corrected, and sent."""

from datetime import datetime
from typing import Any, Literal

from django.utils import timezone
from ninja import Router, Schema

from chunshui.kernel.rest import Done, Given, Id, answers, done, listed, reads, writes
from chunshui.needs import commands, queries
from chunshui.needs.api.dispatch import ReasonOut
from chunshui.needs.api.shapes import Cursor, NeedId, RowId
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


class RoundOut(RoundLineOut):
    """`served`, `unserved`: orders; `pairs`: questions that sending would ask; `gap`: per cent that the best plan could be better at most."""

    orders: int
    served: int
    unserved: int
    pairs: int
    gap: float
    is_proven: bool


class WhyNotHereOut(Schema):
    """`at_least` = `cost` of the pair + `worth` of the volunteer's time elsewhere − `price` of the order as it is served; null where a rule excludes."""

    why: str
    cost: int | None
    worth: int | None
    price: int | None
    at_least: int | None
    needed_by: int | None


class PairsOut(Schema):
    items: list[PairOut]
    next: str
    previous: str


@router.post("/rounds", response=answers(Done), summary="Start a round over the staff's area")
@writes("dispatch")
def start_round(request: Any) -> Any:
    return done(commands.start_round(actor=request.auth, area_id=desk.staff_area(request.auth).pk, now=timezone.now()))


@router.get("/rounds", response=answers(list[RoundLineOut]), summary="The last rounds of the staff's area, newest first")
@reads("dispatch")
def list_rounds(request: Any) -> Any:
    return queries.rounds_of(desk.staff_area(request.auth))


@router.get("/rounds/{round_id}", response=answers(RoundOut), summary="A round: its progress, and in figures what it proposes")
@reads("dispatch")
def get_round(request: Any, round_id: RowId) -> Any:
    found = queries.visible_round(request.auth, round_id)
    plain = {name: getattr(found, name) for name in ("id", "state", "area_id", "at", "done", "total")}
    said = {name: found.summary.get(name, 0) for name in ("orders", "served", "unserved", "pairs", "gap")}
    return {**plain, **said, "is_proven": bool(found.summary.get("proven"))}


@router.get("/rounds/{round_id}/pairs", response=answers(PairsOut), summary="The pairs that a round proposes")
@reads("dispatch")
def list_pairs(request: Any, round_id: RowId, cursor: Cursor = "") -> Any:
    page, lines = queries.pairs(queries.visible_round(request.auth, round_id), timezone.now(), cursor=cursor)
    return {**listed(page), "items": [_pair(line) for line in lines]}


@router.get("/rounds/{round_id}/unserved", response=answers(PairsOut), summary="The orders of a round for which somebody is missing, and why")
@reads("dispatch")
def list_unserved(request: Any, round_id: RowId, cursor: Cursor = "") -> Any:
    page, lines = queries.unserved(queries.visible_round(request.auth, round_id), timezone.now(), cursor)
    return {**listed(page), "items": [_pair(line) for line in lines]}


def _pair(line: queries.ProposalLine) -> dict[str, Any]:
    who = line.person.pk if line.person else None
    return {"need_id": line.need.pk, "volunteer_id": who, "reasons": line.reasons, "why": line.why_unserved, "locked": line.locked}


@router.get(
    "/rounds/{round_id}/orders/{need_id}/why-not/{person_id}",
    response=answers(WhyNotHereOut),
    summary="Why a round does not send a volunteer to an order, in numbers",
)
@reads("dispatch")
def why_not_here(request: Any, round_id: RowId, need_id: NeedId, person_id: RowId) -> Any:
    found = queries.visible_round(request.auth, round_id)
    said = queries.why_not_here(found, queries.need_in(found, need_id), person_id, timezone.now())
    numbers = {name: getattr(said, name) for name in ("cost", "worth", "price", "at_least")}
    return {**numbers, "why": said.words, "needed_by": said.needed_by.pk if said.needed_by else None}


@router.post("/rounds/{round_id}/pairs/{verb}", response=answers(Done), summary="Lock, forbid or free a pair")
@writes("dispatch")
def change_pair(request: Any, round_id: RowId, verb: Literal["lock", "forbid", "free"], pair: PairIn) -> Any:
    return done(PAIR_VERBS[verb](actor=request.auth, round_id=round_id, now=timezone.now(), **pair.dict()))


@router.post("/rounds/{round_id}/do/{verb}", response=answers(Done), summary="Solve again, send, or discard")
@writes("dispatch")
def change_round(request: Any, round_id: RowId, verb: Literal["again", "send", "discard"]) -> Any:
    return done(VERBS[verb](actor=request.auth, round_id=round_id, now=timezone.now()))
