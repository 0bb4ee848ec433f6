"""People who were recorded twice, in JSON: found, made one, and parted again."""

from datetime import datetime
from typing import Annotated, Any

from django.utils import timezone
from ninja import Query, Router, Schema

from chunshui.areas import queries as areas
from chunshui.kernel.rest import MOST_ID, Given, Id, Line, answers, reads, writes
from chunshui.people import commands, queries
from chunshui.people.api.persons import FoundOut, found_out
from chunshui.people.api.shapes import PersonId, RowId

router = Router(tags=["people"])
AreaId = Annotated[int, Query(ge=1, le=MOST_ID)]


class MergePeopleIn(Given):
    """`gone_id` is the record that is given up; what it has goes to the other."""

    gone_id: Id
    reason: Line


class UnmergeIn(Given):
    reason: Line


class MergeOut(Schema):
    merge_id: int
    kept_id: int
    gone_id: int
    at: datetime
    reason: str
    undone_at: datetime | None
    undo_reason: str


def _merge(row: Any) -> MergeOut:
    plain: dict[str, Any] = {name: getattr(row, name) for name in MergeOut.model_fields if name != "merge_id"}
    return MergeOut(merge_id=row.pk, **plain)


@router.get(
    "/people/duplicates", response=answers(list[list[FoundOut]]), summary="People of the same name and birthday, for street and district staff"
)
@reads("people")
def duplicates(request: Any, area_id: AreaId) -> Any:
    groups = queries.duplicates_in(request.auth, areas.visible_area(area_id))
    return [[found_out(person) for person in group] for group in groups]


@router.get("/people/{person_id}/merges", response=answers(list[MergeOut]), summary="What was merged into a record")
@reads("people")
def merges(request: Any, person_id: PersonId) -> Any:
    return [_merge(row) for row in queries.merges_of(queries.visible_person(request.auth, person_id))]


@router.post("/people/{person_id}/merge", response=answers(MergeOut), summary="One person was recorded twice: this record takes the other over")
@writes("people")
def merge_people(request: Any, person_id: PersonId, merge: MergePeopleIn) -> Any:
    return _merge(commands.merge_people(actor=request.auth, kept_id=person_id, now=timezone.now(), **merge.dict()))


@router.post("/people/merges/{merge_id}/undo", response=answers(MergeOut), summary="They were two people after all")
@writes("people")
def unmerge_people(request: Any, merge_id: RowId, undo: UnmergeIn) -> Any:
    return _merge(commands.unmerge_people(actor=request.auth, merge_id=merge_id, reason=undo.reason, now=timezone.now()))
