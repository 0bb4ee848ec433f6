"""What goes in and out, shared by the routes of orders."""

from datetime import datetime
from io import BytesIO
from typing import Annotated, Any, Literal

from ninja import Path, Query, Schema

from chunshui.kernel.rest import MOST_ID, Count, Flag, Given, Id, Latitude, Line, Lines, Longitude, Moment, Picture, Short, Text, aware
from chunshui.needs import policies, queries
from chunshui.needs.states import Channel, Danger, Repeat, UrgentReason, Wish
from chunshui.people.states import FocusGroup, RelationKind

NeedId = Annotated[int, Path(ge=1, le=MOST_ID)]
RowId = Annotated[int, Path(ge=1, le=MOST_ID)]
Cursor = Annotated[str, Query(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=100)]
UrgentWords = Annotated[str, Text(120)]
GenderCode = Literal[0, 1, 2]
OrderChannel = Literal[Channel.WEB, Channel.PHONE, Channel.DESK, Channel.PROXY, Channel.KIOSK, Channel.API]
LanguageCode = Literal[0, 1, 2, 3, 4, 5, 6]


class NeedOut(Schema):
    """An order. The address and the notes are whole only for those who may know them; `reason` says why it was sent back, declined or ended."""

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
    repeat: str
    minutes: int
    people_needed: int
    places_filled: int
    priority: int
    urgent_reason: str
    urgent_words: str
    series_id: int | None
    focus_groups: list[str]
    gender: int
    language: int
    dangers: list[str]
    danger_note: str
    note_to_volunteer: str
    reason: str
    placed_at: datetime
    due_at: datetime | None
    level: int


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


class Wanted(Given):
    """What is asked for. `area_id` is a community or a grid of it; photos are JPEG, PNG or WebP in base64."""

    service_code: Short
    area_id: Id
    address: Line
    title: Short = ""
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
    urgent_words: UrgentWords = ""
    photos: list[Picture] = []

    def arguments(self) -> dict[str, Any]:
        """What the caller wrote, as the command takes it."""
        given = self.named()
        for name in ("wish_from", "wish_until"):
            if name in given:
                given[name] = aware(given[name])
        return {**given, "photos": [BytesIO(each) for each in given.get("photos", [])]}


class NeedIn(Wanted):
    """`urgent` is the word of the staff; a resident says why (`urgent_reason`). `keep_address` is the consent to remember one's first address."""

    resident_id: Id
    channel: OrderChannel = Channel.API
    consent_note: Line = ""
    urgent: Flag = False
    keep_address: Flag = False

    def arguments(self) -> dict[str, Any]:
        return {"channel": self.channel, **super().arguments()}


class NeedForIn(Wanted):
    """For somebody who cannot ask: they are recorded and the order is placed in their name, all of it or nothing."""

    name: Short
    phone: Short = ""
    relation: RelationKind

    def arguments(self) -> dict[str, Any]:
        return {"phone": self.phone, **super().arguments()}


class ChangedIn(Wanted):
    """What is not named stays."""

    service_code: Short = ""
    area_id: Id = 1
    address: Line = ""


class ReasonIn(Given):
    reason: Line


class DeclineIn(ReasonIn):
    instead: Line


class ReferIn(ReasonIn):
    to: Literal["12345", "street"]


class MergeIn(Given):
    into_id: Id


class NoteIn(Given):
    note_to_volunteer: Line


class PriorityIn(ReasonIn):
    priority: Literal[1, 2, 3, 4]


class AcceptIn(Given):
    priority: Literal[1, 2, 3, 4] | None = None
    people_needed: Count | None = None
    verification: Line = ""
    note_to_volunteer: Line = ""


class RatingIn(Given):
    stars: Literal[1, 2, 3, 4, 5]
    tags: list[Short] = []
    words: Line = ""
    channel: OrderChannel = Channel.API


class WordsIn(Given):
    words: Line


class ComplaintIn(WordsIn):
    channel: Literal[Channel.API, Channel.PHONE, Channel.DESK] = Channel.API


HIDDEN = ("danger_note", "urgent_words", "note_to_volunteer", "reason")


def need_out(actor: Any, need: Any) -> NeedOut:
    """An order as the actor may see it."""
    whole = bool(policies.can_see_address(actor, need))
    shown = {"resident": queries.name_for(actor, need), "address": queries.address_for(actor, need)}
    return _out(need, shown if whole else {**shown, **dict.fromkeys(HIDDEN, "")})


def masked_out(need: Any) -> NeedOut:
    """In lists: no address, a masked name, no notes."""
    return _out(need, {"resident": need.resident.masked_name, "address": need.rough_place, **dict.fromkeys(HIDDEN, "")})


def _out(need: Any, shown: dict[str, str]) -> NeedOut:
    plain = {name: getattr(need, name) for name in NeedOut.model_fields if name not in {"service", "resident", "address"}}
    return NeedOut(**{**plain, "service": need.service.code, **shown})
