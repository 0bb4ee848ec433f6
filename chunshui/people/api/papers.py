"""Credentials and photos of papers in JSON: handed in, looked at, reviewed."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from ninja import Router, Schema

from chunshui.kernel.rest import Day, Done, Flag, Given, Picture, PictureOut, Short, answers, done, in_range, jpeg, reads, writes
from chunshui.people import commands, queries
from chunshui.people.api.shapes import CredentialCode, PersonId, RowId

router = Router(tags=["volunteers"])


class CredentialOut(Schema):
    id: int
    kind: int
    state: str
    valid_from: date
    valid_until: date | None


class CredentialIn(Given):
    """It counts once it is reviewed, until its last day."""

    kind: CredentialCode
    number: Short
    valid_from: Day
    valid_until: Day | None = None


class CredentialReviewIn(Given):
    approve: Flag


class PaperOut(Schema):
    id: int
    at: datetime


class PaperIn(Given):
    """A JPEG, PNG or WebP of at most 8 MB in base64; drawn anew, so that only the picture stays."""

    photo: Picture


@router.get("/people/{person_id}/credentials", response=answers(list[CredentialOut]), summary="Credentials of a person, newest first")
@reads("people")
def credentials(request: Any, person_id: PersonId) -> Any:
    return list(queries.credentials_held(queries.visible_person(request.auth, person_id)))


@router.post("/people/{person_id}/credentials", response=answers(Done), summary="Hand in a credential")
@writes("people")
def add_credential(request: Any, person_id: PersonId, credential: CredentialIn) -> Any:
    in_range(credential.valid_from, credential.valid_until)
    return done(commands.add_credential(actor=request.auth, person_id=person_id, now=timezone.now(), **credential.dict()))


@router.post("/credentials/{credential_id}/review", response=answers(Done), summary="Say whether a credential is good")
@writes("people")
def review_credential(request: Any, credential_id: RowId, review: CredentialReviewIn) -> Any:
    return done(commands.review_credential(actor=request.auth, credential_id=credential_id, approve=review.approve, now=timezone.now()))


@router.get("/people/{person_id}/papers", response=answers(list[PaperOut]), summary="Photos of papers that wait to be compared by a reviewer")
@reads("people")
def papers(request: Any, person_id: PersonId) -> Any:
    return list(queries.papers_of(queries.visible_person(request.auth, person_id)))


@router.post("/people/{person_id}/papers", response=answers(PaperOut), summary="Hand in a photo of papers")
@writes("people")
def add_paper(request: Any, person_id: PersonId, paper: PaperIn) -> Any:
    return PaperOut.from_orm(commands.add_paper(actor=request.auth, person_id=person_id, content=paper.photo, now=timezone.now()))


@router.get("/people/{person_id}/papers/{paper_id}", response=answers(PictureOut), summary="A photo of papers, for oneself and who reviews them")
@reads("people")
def paper(request: Any, person_id: PersonId, paper_id: RowId) -> Any:
    return jpeg(queries.paper(request.auth, person_id, paper_id).image)
