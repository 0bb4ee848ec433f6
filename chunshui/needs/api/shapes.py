"""What goes in and out, shared by the routes of orders."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Path, Query, Schema

from chunshui.kernel.rest import MOST_ID, Count, Flag, Id, Latitude, Line, Lines, Longitude, Moment, Short, aware
from chunshui.needs import queries
from chunshui.needs.states import Channel, Danger, Repeat, UrgentReason, Wish
from chunshui.people.states import FocusGroup

NeedId = Annotated[int, Path(ge=1, le=MOST_ID)]
RowId = Annotated[int, Path(ge=1, le=MOST_ID)]
Cursor = Annotated[str, Query(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=100)]
GenderCode = Literal[0, 1, 2]
LanguageCode = Literal[0, 1, 2, 3, 4, 5, 6]


class NeedOut(Schema):
    """An order. The address is whole only for those who may know it; the service code only for the resident's side and the staff."""

    id: int
    number: str
    state: str
    title: str
    details: str
    service: str
    channel: str
    resident: str
    address: str
    area_id: int
    wish: str
    wish_from: datetime | None
    wish_until: datetime | None
    people_needed: int
    places_filled: int
    priority: int
    placed_at: datetime
    due_at: datetime | None
    level: int
    urgent_reason: str
    urgent_words: str
    series_id: int | None


class Needs(Schema):
    items: list[NeedOut]
    next: str
    previous: str


class HistoryOut(Schema):
    at: datetime
    name: str
    words: str
    who: str
    role: str
    why: str


class ServiceOut(Schema):
    code: str
    name: str
    name_en: str
    category: str
    minutes: int
    note: str
    volunteers: int
    gender_wish: bool
    for_groups: list[str]


class Wanted(Schema):
    """What is asked for. `area_id` is a community or a grid of it."""

    service_code: Short
    area_id: Id
    address: Line
    details: Lines = ""
    wish: Wish = Wish.ANY_TIME
    wish_from: Moment | None = None
    wish_until: Moment | None = None
    repeat: Repeat = Repeat.ONCE
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    focus_groups: list[FocusGroup] = []
    people_needed: Count | None = None
    gender: GenderCode = 0
    language: LanguageCode = 0
    same_volunteer_id: Id | None = None
    dangers: list[Danger] = []
    danger_note: Line = ""
    urgent_reason: UrgentReason | Literal[""] = ""
    urgent_words: Line = ""


class NeedIn(Wanted):
    resident_id: Id
    channel: Literal[Channel.WEB, Channel.PHONE, Channel.DESK, Channel.PROXY, Channel.KIOSK, Channel.API] = Channel.API
    consent_note: Line = ""
    urgent: Flag = False
    keep_address: Flag = False


class ChangeIn(Schema):
    """What is different now; what is left out stays as it is."""

    service_code: Short | None = None
    area_id: Id | None = None
    address: Line = ""
    details: Lines = ""
    wish: Wish = Wish.ANY_TIME
    wish_from: Moment | None = None
    wish_until: Moment | None = None
    repeat: Repeat = Repeat.ONCE
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    focus_groups: list[FocusGroup] = []
    people_needed: Count | None = None
    gender: GenderCode = 0
    language: LanguageCode = 0
    same_volunteer_id: Id | None = None
    dangers: list[Danger] = []
    danger_note: Line = ""
    urgent_reason: UrgentReason | Literal[""] = ""
    urgent_words: Line = ""

    def dict(self, **more: Any) -> dict[str, Any]:
        given: dict[str, Any] = super().dict(**{**more, "exclude_unset": True})
        given = {name: value for name, value in given.items() if value is not None or name not in ("service_code", "area_id")}
        return {name: aware(value) if name in ("wish_from", "wish_until") else value for name, value in given.items()}


class ReasonIn(Schema):
    reason: Line


class DeclineIn(ReasonIn):
    instead: Line


class ReferIn(ReasonIn):
    to: Literal["12345", "street"]


class MergeIn(Schema):
    into_id: Id


class NoteIn(Schema):
    note_to_volunteer: Line


class PriorityIn(ReasonIn):
    priority: Literal[1, 2, 3, 4]


class AcceptIn(Schema):
    priority: Literal[1, 2, 3, 4] | None = None
    people_needed: Count | None = None
    verification: Line = ""
    note_to_volunteer: Line = ""


class RatingIn(Schema):
    stars: Literal[1, 2, 3, 4, 5]
    tags: list[Short] = []
    words: Line = ""
    channel: Literal[Channel.WEB, Channel.PHONE, Channel.DESK, Channel.PROXY, Channel.KIOSK, Channel.API] = Channel.API


class WordsIn(Schema):
    words: Line


class ComplaintIn(WordsIn):
    channel: Literal[Channel.API, Channel.PHONE, Channel.DESK] = Channel.API


def need_out(actor: Any, need: Any) -> NeedOut:
    return NeedOut(
        id=need.pk,
        number=need.number,
        state=str(need.state),
        title=need.title,
        details=need.details,
        service=need.service.code,
        channel=str(need.channel),
        resident=queries.name_for(actor, need),
        address=queries.address_for(actor, need),
        area_id=need.area_id,
        wish=str(need.wish),
        wish_from=need.wish_from,
        wish_until=need.wish_until,
        people_needed=need.people_needed,
        places_filled=need.places_filled,
        priority=need.priority,
        placed_at=need.placed_at,
        due_at=need.due_at,
        level=need.level,
        urgent_reason=str(need.urgent_reason),
        urgent_words=need.urgent_words,
        series_id=need.series_id,
    )


def masked_out(need: Any) -> NeedOut:
    """In lists: no address, a masked name."""
    out = {name: getattr(need, name) for name in NeedOut.model_fields if hasattr(need, name) and name not in {"service", "resident"}}
    return NeedOut(**{**out, "service": need.service.code, "resident": need.resident.masked_name, "address": need.rough_place})
