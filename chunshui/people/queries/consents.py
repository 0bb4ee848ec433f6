"""Texts that are agreed to, in the version of the day, and who agreed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import translation

from chunshui.kernel import clock
from chunshui.people.models import Consent, ConsentText, Person
from chunshui.people.states import FIRST_ON, FIRST_TEXTS, ConsentKind


def text_in_force(kind: str, day: date) -> ConsentText:
    """The newest version that is in force; the first one may not be in a row yet."""
    row = ConsentText.objects.filter(kind=kind, effective_on__lte=day).order_by("-version").first()
    return row or first_text(kind)


def first_text(kind: str) -> ConsentText:
    words = FIRST_TEXTS[ConsentKind(kind)]
    return ConsentText(kind=kind, version=1, body=words.body, body_en=words.body_en, effective_on=FIRST_ON)


def texts_in_force(day: date) -> dict[str, ConsentText]:
    """The text of every kind, in one query."""
    found: dict[str, ConsentText] = {kind.value: first_text(kind) for kind in ConsentKind}
    for row in ConsentText.objects.filter(effective_on__lte=day).order_by("version"):
        found[row.kind] = row
    return found


def has_consent(person_id: int, kind: str, now: datetime) -> bool:
    """Whether the person agrees to the text that is in force now."""
    text = ConsentText.objects.filter(kind=kind, effective_on__lte=clock.today(now)).order_by("-version").values("pk")[:1]
    return Consent.objects.filter(person_id=person_id, text_id__in=text, withdrawn_at=None).exists()


def who_agree(person_ids: Collection[int], kind: str, now: datetime) -> set[int]:
    """Those of several people who agree to the text that is in force now."""
    text = ConsentText.objects.filter(kind=kind, effective_on__lte=clock.today(now)).order_by("-version").values("pk")[:1]
    rows = Consent.objects.filter(person_id__in=person_ids, text_id__in=text, withdrawn_at=None)
    return set(rows.values_list("person_id", flat=True))


@dataclass(frozen=True)
class ConsentLine:
    """One kind of consent as its owner sees it."""

    kind: str
    label: str
    body: str
    version: int
    given: Consent | None


def consent_lines(person: Person, now: datetime) -> list[ConsentLine]:
    given = {consent.text_id: consent for consent in Consent.objects.filter(person=person, withdrawn_at=None).select_related("given_by")}
    lines = []
    for kind, text in texts_in_force(clock.today(now)).items():
        lines.append(ConsentLine(kind, str(ConsentKind(kind).label), words_of(text), text.version, given.get(text.pk) if text.pk else None))
    return lines


def words_of(text: ConsentText) -> str:
    return text.body_en if translation.get_language() == "en" else text.body
