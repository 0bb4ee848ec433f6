"""What a line of the menu says, each value checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict

from django.utils.translation import gettext_lazy as _

from chunshui.needs.commands import wishes
from chunshui.needs.states import TONES, Icon
from chunshui.people.states import FocusGroup
from chunshui.teams.states import ServiceCategory

LEAST_MINUTES, MOST_MINUTES = 10, 720
MOST_MASK = 2**62
TEXTS = {"name": 30, "name_en": 50, "spoken": 30, "spoken_en": 50, "risk_note": 200, "risk_note_en": 300}
OPTIONAL = frozenset({"risk_note", "risk_note_en"})
NECESSARY = ("name", "name_en", "spoken", "spoken_en", "category", "icon", "minutes")
CODES: Mapping[str, Sequence[str]] = {
    "category": ServiceCategory.values,
    "icon": Icon.values,
    "tone": [code for code, _words in TONES],
}


class ServiceFields(TypedDict, total=False):
    """What a line of the district's menu says."""

    name: str
    name_en: str
    spoken: str
    spoken_en: str
    category: str
    icon: str
    tone: str
    minutes: int
    required: int
    useful: int
    least_age: int
    gender_wish: bool
    volunteers: int
    for_groups: Sequence[str]
    risk_note: str
    risk_note_en: str
    words: Sequence[str]
    position: int


RANGES = {
    "minutes": (LEAST_MINUTES, MOST_MINUTES),
    "volunteers": (1, wishes.MOST_PEOPLE),
    "least_age": (0, 99),
    "position": (0, 9999),
    "required": (0, MOST_MASK),
    "useful": (0, MOST_MASK),
}
LISTS: dict[str, Sequence[str] | None] = {"for_groups": FocusGroup.values, "words": None}


def checked(name: str, value: object) -> object:
    """A value as it is kept; refused when it cannot be."""
    if name in RANGES:
        least, most = RANGES[name]
        return check_range(name, value, least, most)
    if name in TEXTS:
        text = wishes.checked_text(str(value), name, most=TEXTS[name])
        if not text and name not in OPTIONAL:
            wishes.refuse(name, _("请填写。"), "missing")
        return text
    if name in LISTS:
        return _check_list(name, value, LISTS[name])
    if name in CODES and value not in CODES[name]:
        wishes.refuse(name, _("有不认识的选项，请重新选择。"), "unknown_code")
    return value


def check_range(name: str, value: object, least: int, most: int) -> int:
    if not isinstance(value, int) or not least <= value <= most:
        wishes.refuse(name, _("要在 %(least)s 和 %(most)s 之间。") % {"least": least, "most": most}, "out_of_range")
    return value


def _check_list(name: str, value: object, known: Sequence[str] | None) -> list[str]:
    values = [str(each) for each in value] if isinstance(value, list | tuple) else []
    if known is not None and any(each not in known for each in values):
        wishes.refuse(name, _("有不认识的选项，请重新选择。"), "unknown_code")
    return [wishes.checked_text(each, name, most=20) for each in values][:60]
