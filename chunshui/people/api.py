"""People in JSON: oneself, volunteers, residents of the staff's area; masked like the pages."""

from typing import Annotated, Any, Literal

from django.utils import timezone
from ninja import Path, Query, Router, Schema

from chunshui.areas import queries as areas
from chunshui.kernel.rest import MOST_ID, Count, Day, Done, Flag, Id, Line, Short, Within, answers, done, in_range, reads, writes
from chunshui.people import commands, queries
from chunshui.people.states import Channel, ConsentKind, Filters, FocusGroup, FreeTime, IdKind, Language, RevealField, Skill, skills_of

router = Router(tags=["people"])
PersonId = Annotated[int, Path(ge=1, le=MOST_ID)]
Cursor = Annotated[str, Query(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=100)]
SexCode = Literal[0, 1, 2]
SkillCode = Annotated[int, Within(1, len(Skill))]
SlotCode = Annotated[int, Within(1, len(FreeTime))]
LanguageCode = Annotated[int, Within(1, len(Language))]
Reach = Annotated[int, Within(100, 50000)]


class Me(Schema):
    id: int
    name: str
    phone: str
    area_id: int | None
    role: str
    is_volunteer: bool


class VolunteerOut(Schema):
    """The name and phone are masked; `skills` are national codes."""

    id: int
    number: str
    name: str
    phone: str
    state: str
    community_id: int | None
    skills: list[int]
    reach_metres: int
    week_limit: int
    services_total: int
    minutes_total: int


class Volunteers(Schema):
    items: list[VolunteerOut]
    next: str
    previous: str


class VolunteerIn(Schema):
    """A registration; each consent is named separately (PIPL art. 14, 29)."""

    person_id: Id
    id_kind: IdKind
    id_number: Short
    name: Short
    sex: SexCode = 0
    born_on: Day | None = None
    area_id: Id
    skills: list[SkillCode]
    free_time: list[SlotCode]
    languages: list[LanguageCode]
    reach_metres: Reach = 2000
    week_limit: Count = 3
    refuses: list[Short] = []
    consents: list[ConsentKind]


class ReviewIn(Schema):
    approve: Flag
    reason: Line = ""


class PauseIn(Schema):
    until: Day | None = None


class PersonIn(Schema):
    """Someone recorded by a worker or a relative, without an account."""

    name: Short
    phone: Short = ""
    area_id: Id
    sex: SexCode = 0
    born_on: Day | None = None
    address: Line = ""
    focus_groups: list[FocusGroup] = []
    consent_note: Line
    channel: Channel = Channel.PHONE


class PersonOut(Schema):
    id: int
    name: str
    phone: str


class UndoMergeIn(Schema):
    reason: Line


class MergePeopleIn(UndoMergeIn):
    gone_id: Id


class Merged(Schema):
    merge_id: int


class RevealIn(Schema):
    field: RevealField
    reason: Line


class Revealed(Schema):
    value: str


def _volunteer(row: Any) -> VolunteerOut:
    person = row.person
    return VolunteerOut(
        id=row.pk,
        number=row.number,
        name=person.masked_name,
        phone=queries.contact_of(person),
        state=str(row.state),
        community_id=row.community_id,
        skills=[int(code) for code in skills_of(row.qualifications)],
        reach_metres=row.reach_metres,
        week_limit=row.week_limit,
        services_total=row.services_total,
        minutes_total=row.minutes_total,
    )


@router.get("/me", response=answers(Me), summary="The token's person and role")
@reads()
def me(request: Any) -> Any:
    person = request.auth
    phone = queries.contact_of(person)
    return Me(id=person.pk, name=person.name, phone=phone, area_id=person.area_id, role=person.acting.kind, is_volunteer=queries.is_volunteer(person))


@router.get("/me/export", response=answers(dict[str, Any]), summary="Everything kept about me (PIPL art. 45)")
@reads("people")
def export_own(request: Any) -> Any:
    import json

    from django.core.serializers.json import DjangoJSONEncoder

    return json.loads(json.dumps(commands.export_own(actor=request.auth, now=timezone.now()), cls=DjangoJSONEncoder))


@router.get("/volunteers", response=answers(Volunteers), summary="Volunteers of the staff's area, newest first")
@reads("people")
def list_volunteers(request: Any, q: Annotated[str, Query(max_length=40)] = "", cursor: Cursor = "", limit: Limit = 30) -> Any:
    area = areas.visible_area(request.auth.acting.area_id or 0)
    page = queries.volunteers_of(request.auth, area, Filters(text=q.replace("\0", "")), cursor, size=limit)
    return {"items": [_volunteer(row) for row in page.rows], "next": page.next, "previous": page.previous}


@router.get("/volunteers/{person_id}", response=answers(VolunteerOut), summary="One volunteer")
@reads("people")
def get_volunteer(request: Any, person_id: PersonId) -> Any:
    return _volunteer(queries.visible_volunteer(request.auth, person_id))


@router.post("/volunteers", response=answers(Done), summary="Register a volunteer")
@writes("people")
def register_volunteer(request: Any, volunteer: VolunteerIn) -> Any:
    in_range(volunteer.born_on)
    return done(commands.register_volunteer(actor=request.auth, now=timezone.now(), **volunteer.dict()))


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


@router.post("/people", response=answers(PersonOut), summary="Record a resident who has no account")
@writes("people")
def add_person(request: Any, person: PersonIn) -> Any:
    in_range(person.born_on)
    given: dict[str, Any] = person.dict()
    made = commands.add_person(actor=request.auth, now=timezone.now(), **given)
    return PersonOut(id=made.pk, name=made.name, phone=queries.contact_of(made))


@router.get("/people/duplicates", response=answers(list[list[PersonOut]]), summary="People of one name and birthday in one community, group by group")
@reads("people")
def duplicates(request: Any, area_id: Annotated[int, Query(ge=1, le=MOST_ID)]) -> Any:
    groups = queries.duplicates_in(request.auth, areas.visible_area(area_id))
    return [[PersonOut(id=each.pk, name=each.masked_name, phone=queries.contact_of(each)) for each in group] for group in groups]


@router.post("/people/{person_id}/merge", response=answers(Merged), summary="Merge a duplicate into a person; never two identity numbers")
@writes("people")
def merge_people(request: Any, person_id: PersonId, merge: MergePeopleIn) -> Any:
    made = commands.merge_people(actor=request.auth, kept_id=person_id, gone_id=merge.gone_id, reason=merge.reason, now=timezone.now())
    return Merged(merge_id=made.pk)


@router.post("/people/merges/{merge_id}/undo", response=answers(Merged), summary="They were two people after all: each gets back what was theirs")
@writes("people")
def unmerge_people(request: Any, merge_id: PersonId, undo: UndoMergeIn) -> Any:
    undone = commands.unmerge_people(actor=request.auth, merge_id=merge_id, reason=undo.reason, now=timezone.now())
    return Merged(merge_id=undone.pk)


@router.post("/people/{person_id}/reveal", response=answers(Revealed), summary="Read one sealed value; logged, and visible to the person")
@writes("people")
def reveal(request: Any, person_id: PersonId, reveal: RevealIn) -> Any:
    return Revealed(value=commands.reveal(actor=request.auth, person_id=person_id, now=timezone.now(), **reveal.dict()))
