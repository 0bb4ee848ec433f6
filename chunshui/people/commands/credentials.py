"""Credentials and photos of papers: handed in, reviewed, expired."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import BytesIO

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from chunshui.kernel import clock
from chunshui.kernel.errors import Refused, Text
from chunshui.kernel.events import emit
from chunshui.people import events, policies, queries
from chunshui.people.models import Credential, IdentityPaper, Person, Volunteer
from chunshui.people.states import CredentialKind, CredentialState, qualification_mask, skills_of

MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2000
FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PAPERS = 6


@transaction.atomic
def add_paper(*, actor: Person, person_id: int, content: bytes, now: datetime) -> IdentityPaper:
    """Keep a photo of papers, drawn anew so that nothing but the picture stays."""
    person = queries.visible_person(actor, person_id, lock=True)
    policies.can_add_credential(actor, person).or_refuse()
    if person.papers.count() >= MOST_PAPERS:
        raise _fault("photo", _("最多留 6 张照片。"), "too_many")
    paper = IdentityPaper(person=person, at=now)
    paper.image.save(f"{person.uid}.jpg", ContentFile(redrawn(content)), save=False)
    paper.save()
    return paper


def redrawn(content: bytes) -> bytes:
    """The picture as a plain JPEG without metadata; raises `Refused` for what is too big or no picture."""
    if len(content) > MOST_BYTES:
        raise _fault("photo", _("照片太大，最多 8 MB。"), "photo_size")
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise _fault("photo", _("照片尺寸太大，请重新拍一张。"), "photo_pixels")
            picture = ImageOps.exif_transpose(image).convert("RGB")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError, SyntaxError, ValueError) as error:
        raise _fault("photo", _("看不出这是照片。请用 JPG、PNG 或 WebP。"), "photo_format") from error
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    out = BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()


@transaction.atomic
def add_credential(*, actor: Person, person_id: int, kind: int, number: str, valid_from: date, valid_until: date | None, now: datetime) -> Credential:
    """Hand in a credential; it counts once it is reviewed, until its last day."""
    person = queries.visible_person(actor, person_id)
    policies.can_add_credential(actor, person).or_refuse()
    if kind not in CredentialKind.values:
        raise _fault("kind", _("没有这种证书。"), "kind")
    if valid_until is not None and valid_until < max(valid_from, clock.today(now)):
        raise _fault("valid_until", _("证书已经过期，或日期写反了。"), "expired")
    values = {"number": number.strip()[:40], "valid_until": valid_until, "state": CredentialState.PENDING, "at": now, "reviewed_by": None}
    credential, _made = Credential.objects.update_or_create(person=person, kind=kind, valid_from=valid_from, defaults=values)
    recount(person.pk, clock.today(now))
    emit(events.CREDENTIAL_ADDED, subject="person", subject_id=person.pk, actor=actor, at=now, area_id=person.area_id, kind=kind)
    return credential


@transaction.atomic
def review_credential(*, actor: Person, credential_id: int, approve: bool, now: datetime) -> Credential:
    """Say whether a credential is good; what it qualifies for follows at once."""
    credential = queries.visible_credential(actor, credential_id, lock=True)
    policies.can_review_credential(actor, credential).or_refuse()
    if credential.state != CredentialState.PENDING:
        raise Refused(_("已经审核过了。"), code="wrong_state")
    credential.state = CredentialState.VALID if approve else CredentialState.REFUSED
    credential.reviewed_by = actor
    credential.save(update_fields=["state", "reviewed_by"])
    recount(credential.person_id, clock.today(now))
    area_id = credential.person.area_id
    data = {"kind": credential.kind, "state": credential.state}
    emit(events.CREDENTIAL_REVIEWED, subject="person", subject_id=credential.person_id, actor=actor, at=now, area_id=area_id, **data)
    return credential


def recount(person_id: int, day: date) -> None:
    """Renew the qualification mask from the skills and the credentials that count on a day."""
    volunteer = Volunteer.objects.select_for_update().filter(pk=person_id).first()
    if volunteer is None:
        return
    mask = qualification_mask(skills_of(volunteer.qualifications), queries.valid_kinds(person_id, day))
    if mask != volunteer.qualifications:
        volunteer.qualifications = mask
        volunteer.save(update_fields=["qualifications"])


@transaction.atomic
def expire_credentials(*, now: datetime) -> int:
    """Every night: credentials whose last day has passed, or whose first has come, change the masks; returns how many people."""
    today = clock.today(now)
    week_ago = today - timedelta(days=7)
    ended = Credential.objects.filter(valid_until__gte=week_ago, valid_until__lt=today, state=CredentialState.VALID)
    begun = Credential.objects.filter(valid_from__gt=week_ago, valid_from__lte=today, state=CredentialState.VALID)
    people = sorted({*ended.values_list("person_id", flat=True), *begun.values_list("person_id", flat=True)})
    for person_id in people:
        recount(person_id, today)
    return len(people)


def _fault(field: str, text: Text, code: str) -> Refused:
    return Refused(text, code=code, fields={field: text})
