"""Stars, objections and privileges in JSON."""

from datetime import date, datetime
from typing import Annotated, Any

from django.utils import timezone
from ninja import Path, Query, Router, Schema

from chunshui.hours import commands, queries
from chunshui.kernel.rest import MOST_ID, Day, Done, Flag, Given, Line, Lines, Short, Within, answers, done, in_range, listed, reads, writes

router = Router(tags=["stars"])
StarId = Annotated[int, Path(ge=1, le=MOST_ID)]
ObjectionId = Annotated[int, Path(ge=1, le=MOST_ID)]
PrivilegeId = Annotated[int, Path(ge=1, le=MOST_ID)]
Cursor = Annotated[str, Query(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=100)]
Level = Annotated[int, Within(1, 5)]


class StarOut(Schema):
    """`area_id` decides; `home_id` is where the volunteer lives. Names of others are masked."""

    id: int
    level: int
    state: str
    name: str
    area_id: int
    home_id: int
    minutes_then: int
    applied_at: datetime
    publicity_until: datetime | None
    reason: str


class LevelOut(Schema):
    level: int
    hours: int
    area_id: int
    is_held: bool
    is_reached: bool


class StarsOut(Schema):
    """The level held, the minutes that count, what each level takes, and every application."""

    level: int
    minutes: int
    lines: list[LevelOut]
    stars: list[StarOut]


class Stars(Schema):
    items: list[StarOut]
    next: str
    previous: str


class ObjectionOut(Schema):
    id: int
    state: str
    words: str
    at: datetime
    answer: str


class StarPageOut(StarOut):
    """`waits_for`: days, objection or hours, while a published star cannot be granted."""

    objections: list[ObjectionOut]
    can_object: bool
    can_review: bool
    can_grant: bool
    waits_for: str


class PrivilegeOut(Schema):
    id: int
    level: int
    title: str
    title_en: str
    words: str
    words_en: str
    given_by: str
    since: date
    until: date | None


class Privileges(Schema):
    items: list[PrivilegeOut]


class StarIn(Given):
    level: Level
    deeds: Lines = ""


class StarOpinionIn(Given):
    opinion: Line = ""


class StarReasonIn(Given):
    reason: Line


class ObjectionIn(Given):
    words: Lines


class DecisionIn(Given):
    is_upheld: Flag
    answer: Line


class PrivilegeIn(Given):
    level: Level
    title: Short
    words: Line
    given_by: Short
    since: Day
    until: Day | None = None
    title_en: Short = ""
    words_en: Line = ""


def _star(star: Any, name: str) -> dict[str, Any]:
    names = ("level", "state", "area_id", "home_id", "minutes_then", "applied_at", "publicity_until", "reason")
    return {"id": star.pk, "name": name, **{each: getattr(star, each) for each in names}}


def _masked(page: Any, now: datetime) -> dict[str, Any]:
    names = queries.names_shown(page.rows, now)
    return listed(page, lambda star: _star(star, names[star.person_id]))


@router.get("/stars", response=answers(StarsOut), summary="My stars, and what the next ones take")
@reads()
def my_stars(request: Any) -> Any:
    found = queries.stars_of(request.auth, timezone.now())
    lines = [{**vars(line), "area_id": line.area.pk} for line in found.lines]
    return {"level": found.level, "minutes": found.minutes, "lines": lines, "stars": [_star(star, request.auth.name) for star in found.stars]}


@router.post("/stars", response=answers(Done), summary="Apply for a level above the present one")
@writes("serve")
def apply_for_star(request: Any, star: StarIn) -> Any:
    return done(commands.apply_for_star(actor=request.auth, now=timezone.now(), **star.dict()))


@router.get("/stars/queue", response=answers(Stars), summary="Applications that wait in my area, the oldest first")
@reads("people")
def star_queue(request: Any, cursor: Cursor = "", limit: Limit = 30) -> Any:
    return listed(queries.star_queue(request.auth, cursor, size=limit), lambda star: _star(star, star.person.name))


@router.get("/stars/published", response=answers(Stars), summary="Stars that are published for objections, names masked")
@reads()
def published_stars(request: Any, cursor: Cursor = "", limit: Limit = 30) -> Any:
    return _masked(queries.published_stars(None, cursor, size=limit), timezone.now())


@router.get("/stars/five", response=answers(Stars), summary="The five-star volunteers; names as each agreed")
@reads()
def five_stars(request: Any, cursor: Cursor = "", limit: Limit = 30) -> Any:
    return _masked(queries.find_five_stars(None, "", cursor, size=limit), timezone.now())


@router.get("/stars/{star_id}", response=answers(StarPageOut), summary="One star as I may see it")
@reads()
def star(request: Any, star_id: StarId) -> Any:
    page = queries.star_page(request.auth, star_id, timezone.now())
    flags = {name: getattr(page, name) for name in ("objections", "can_object", "can_review", "can_grant", "waits_for")}
    return {**_star(page.star, page.name), **flags}


@router.post("/stars/{star_id}/withdraw", response=answers(Done), summary="Take my application back")
@writes("serve")
def withdraw_star(request: Any, star_id: StarId) -> Any:
    return done(commands.withdraw_star(actor=request.auth, star_id=star_id, now=timezone.now()))


@router.post("/stars/{star_id}/review", response=answers(Done), summary="Hours and deeds are in order")
@writes("people")
def review_star(request: Any, star_id: StarId, opinion: StarOpinionIn) -> Any:
    return done(commands.review_star(actor=request.auth, star_id=star_id, opinion=opinion.opinion, now=timezone.now()))


@router.post("/stars/{star_id}/publish", response=answers(Done), summary="Publish for objections, for some working days")
@writes("people")
def publish_star(request: Any, star_id: StarId) -> Any:
    return done(commands.publish_star(actor=request.auth, star_id=star_id, now=timezone.now()))


@router.post("/stars/{star_id}/refuse", response=answers(Done), summary="Not this time, with a reason")
@writes("people")
def refuse_star(request: Any, star_id: StarId, reason: StarReasonIn) -> Any:
    return done(commands.refuse_star(actor=request.auth, star_id=star_id, reason=reason.reason, now=timezone.now()))


@router.post("/stars/{star_id}/grant", response=answers(Done), summary="Grant after the publication, when no objection is open")
@writes("people")
def grant_star(request: Any, star_id: StarId) -> Any:
    return done(commands.grant_star(actor=request.auth, star_id=star_id, now=timezone.now()))


@router.post("/stars/{star_id}/object", response=answers(Done), summary="Object to a star that is published")
@writes("needs")
def object_to_star(request: Any, star_id: StarId, objection: ObjectionIn) -> Any:
    return done(commands.object_to_star(actor=request.auth, star_id=star_id, words=objection.words, now=timezone.now()))


@router.post("/objections/{objection_id}/decide", response=answers(Done), summary="Decide an objection that one is not involved in")
@writes("people")
def decide_objection(request: Any, objection_id: ObjectionId, decision: DecisionIn) -> Any:
    return done(commands.decide_objection(actor=request.auth, objection_id=objection_id, now=timezone.now(), **decision.dict()))


@router.get("/privileges", response=answers(Privileges), summary="What each level is given today")
@reads()
def privileges(request: Any) -> Any:
    return {"items": [row for rows in queries.privileges(timezone.now()).values() for row in rows]}


@router.post("/privileges", response=answers(Done), summary="Put a privilege on the district's list")
@writes("settings")
def offer_privilege(request: Any, privilege: PrivilegeIn) -> Any:
    in_range(privilege.since, privilege.until)
    row = commands.offer_privilege(actor=request.auth, now=timezone.now(), **privilege.dict())
    return Done(id=row.pk, state="offered")


@router.post("/privileges/{privilege_id}/end", response=answers(Done), summary="Take a privilege off the list")
@writes("settings")
def end_privilege(request: Any, privilege_id: PrivilegeId) -> Any:
    row = commands.end_privilege(actor=request.auth, privilege_id=privilege_id, now=timezone.now())
    return Done(id=row.pk, state="ended")
