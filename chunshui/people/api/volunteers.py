"""Volunteers in JSON: registered, reviewed, changed, resting, leaving."""

from typing import Annotated, Any, Literal

from django.utils import timezone
from ninja import Query, Router, Schema

from chunshui.kernel import choices
from chunshui.kernel.rest import Day, Done, Flag, Given, Id, Line, Short, answers, done, in_range, listed, reads, writes
from chunshui.people import commands, queries
from chunshui.people.api.shapes import Cursor, LanguageCode, Limit, Offers, PersonId, Reach, Search, SexCode, SkillCode, SlotCode, Weekly
from chunshui.people.states import ConsentKind, CredentialKind, Filters, FreeTime, IdKind, Skill, VolunteerState, credentials_of, skills_of

router = Router(tags=["volunteers"])


class VolunteerOut(Schema):
    """The name and phone are masked; `skills`, `free_time`, `languages` and `credentials` are national codes."""

    id: int
    number: str
    name: str
    phone: str
    state: str
    community_id: int | None
    skills: list[int]
    credentials: list[int]
    free_time: list[int]
    languages: list[int]
    reach_metres: int
    week_limit: int
    offers_a_week: int
    services_total: int
    minutes_total: int


class Volunteers(Schema):
    items: list[VolunteerOut]
    next: str
    previous: str


class GuardianIn(Given):
    """For minors. `code` was sent to the guardian's phone; staff who register somebody need none."""

    name: Short = ""
    phone: Short = ""
    code: Short = ""
    own_income: Flag = False


class VolunteerIn(Given):
    """A registration; each consent is named separately (PIPL art. 14, 29). For somebody else, `consent_note` says how they agreed."""

    person_id: Id
    id_kind: IdKind
    id_number: Short
    name: Short
    sex: SexCode = 0
    born_on: Day | None = None
    area_id: Id
    address: Line = ""
    skills: list[SkillCode]
    free_time: list[SlotCode]
    languages: list[LanguageCode]
    reach_metres: Reach = 2000
    week_limit: Weekly = 3
    refuses: list[Short] = []
    introduction: Line = ""
    consents: list[ConsentKind]
    consent_note: Line = ""
    guardian: GuardianIn | None = None


class WishesIn(Given):
    """What is not named stays. `refuses` are services never to be asked for, by their codes."""

    skills: list[SkillCode] = []
    free_time: list[SlotCode] = []
    languages: list[LanguageCode] = []
    reach_metres: Reach = 2000
    week_limit: Weekly = 3
    offers_a_week: Offers = 5
    refuses: list[Short] = []
    introduction: Line = ""


class ReviewIn(Given):
    approve: Flag
    reason: Line = ""


class PauseIn(Given):
    until: Day | None = None


def _volunteer(row: Any) -> VolunteerOut:
    plain = ("number", "community_id", "reach_metres", "week_limit", "offers_a_week", "services_total", "minutes_total")
    codes: dict[str, Any] = {"skills": skills_of(row.qualifications), "credentials": credentials_of(row.qualifications)}
    masks: dict[str, Any] = {name: choices.from_mask(getattr(row, name)) for name in ("free_time", "languages")}
    shown: dict[str, Any] = {"name": row.person.masked_name, "phone": queries.contact_of(row.person), "state": str(row.state)}
    return VolunteerOut(id=row.pk, **{name: getattr(row, name) for name in plain}, **codes, **masks, **shown)


@router.get("/volunteers", response=answers(Volunteers), summary="Volunteers of the staff's area, newest first")
@reads("people")
def list_volunteers(
    request: Any,
    q: Search = "",
    state: Annotated[VolunteerState | None, Query()] = None,
    skill: Annotated[int, Query(ge=0, le=len(Skill))] = 0,
    free_time: Annotated[int, Query(ge=0, le=len(FreeTime))] = 0,
    credential: Annotated[int, Query(ge=0, le=len(CredentialKind))] = 0,
    cursor: Cursor = "",
    limit: Limit = 30,
) -> Any:
    filters = Filters(text=q, state=state.value if state else "", skill=skill, slot=free_time, credential=credential)
    return listed(queries.volunteers_of(request.auth, queries.staff_area(request.auth), filters, cursor, size=limit), _volunteer)


@router.get("/volunteers/waiting", response=answers(Volunteers), summary="Registrations that wait for a review, the longest waiting first")
@reads("people")
def waiting_volunteers(request: Any, cursor: Cursor = "", limit: Limit = 30) -> Any:
    return listed(queries.waiting_volunteers(request.auth, queries.staff_area(request.auth), cursor, size=limit), _volunteer)


@router.get("/volunteers/{person_id}", response=answers(VolunteerOut), summary="One volunteer")
@reads("people")
def get_volunteer(request: Any, person_id: PersonId) -> Any:
    return _volunteer(queries.visible_volunteer(request.auth, person_id))


@router.post("/volunteers", response=answers(Done), summary="Register a volunteer")
@writes("people")
def register_volunteer(request: Any, volunteer: VolunteerIn) -> Any:
    in_range(volunteer.born_on)
    return done(commands.register_volunteer(actor=request.auth, now=timezone.now(), **volunteer.dict()))


@router.post("/volunteers/{person_id}/change", response=answers(VolunteerOut), summary="Change what a volunteer offers")
@writes("people")
def change_volunteer(request: Any, person_id: PersonId, wishes: WishesIn) -> Any:
    return _volunteer(commands.change_volunteer(actor=request.auth, person_id=person_id, now=timezone.now(), **wishes.named()))


@router.post("/volunteers/{person_id}/review", response=answers(Done), summary="Approve or refuse a registration")
@writes("people")
def review_volunteer(request: Any, person_id: PersonId, review: ReviewIn) -> Any:
    return done(commands.review_volunteer(actor=request.auth, person_id=person_id, now=timezone.now(), **review.dict()))


@router.post("/volunteers/{person_id}/pause", response=answers(Done), summary="Take no orders for a while")
@writes("people")
def pause(request: Any, person_id: PersonId, pause: PauseIn) -> Any:
    in_range(pause.until)
    return done(commands.pause(actor=request.auth, person_id=person_id, now=timezone.now(), until=pause.until))


VERBS = {"resume": commands.resume, "leave": commands.leave}


@router.post("/volunteers/{person_id}/do/{verb}", response=answers(Done), summary="Take orders again, or leave")
@writes("people")
def change_state(request: Any, person_id: PersonId, verb: Literal["resume", "leave"]) -> Any:
    return done(VERBS[verb](actor=request.auth, person_id=person_id, now=timezone.now()))
