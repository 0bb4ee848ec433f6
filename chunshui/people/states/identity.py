"""Checks of identity numbers and telephones that say exactly what is wrong (GB 11643; no tables, no I/O)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from chunshui.kernel.errors import Refused, Text
from chunshui.people.states.codes import IdKind, Sex

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
PROVINCES = frozenset([*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83])
LOOK_ALIKES = {"O": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "B": "8"}
FOREIGN = {
    IdKind.HONG_KONG: (r"H\d{8}(\d{2})?", _("以字母 H 开头，后面 8 位数字。")),
    IdKind.MACAO: (r"M\d{8}(\d{2})?", _("以字母 M 开头，后面 8 位数字。")),
    IdKind.TAIWAN: (r"\d{8}(\d{2})?", _("8 位数字。")),
    IdKind.PASSPORT: (r"[A-Z0-9]{5,15}", _("5 至 15 位字母和数字。")),
    IdKind.OFFICER: (r"[\w\-]{4,20}", _("4 至 20 个字。")),
    IdKind.SOLDIER: (r"[\w\-]{4,20}", _("4 至 20 个字。")),
    IdKind.OTHER: (r"[\w\-]{4,30}", _("4 至 30 个字。")),
}


@dataclass(frozen=True)
class Identity:
    """What a resident card number itself says."""

    number: str
    born_on: date
    sex: Sex


def plain(text: str) -> str:
    """Full-width figures made plain, blanks and hyphens taken out, capitals."""
    return re.sub(r"[\s\-·]", "", unicodedata.normalize("NFKC", text)).upper()


def _fault(field: str, text: Text, code: str) -> Refused:
    return Refused(text, code=code, fields={field: text})


def read_resident_id(text: str, today: date) -> Identity:
    """The identity in an 18-digit number; raises `Refused` naming the fault: length, character, area, date or check digit."""
    number = plain(text)
    _check_length(number)
    _check_characters(number)
    if int(number[:2]) not in PROVINCES:
        raise _fault("id_number", _("开头两位“%(digits)s”不是任何省市的代码。") % {"digits": number[:2]}, "id_area")
    born_on = _birth_date(number, today)
    _check_digit(number)
    return Identity(number, born_on, Sex.MALE if int(number[16]) % 2 else Sex.FEMALE)


def _check_length(number: str) -> None:
    if not number:
        raise _fault("id_number", _("请填身份证号。"), "id_length")
    if len(number) == 15 and number.isdigit():
        raise _fault("id_number", _("这是旧的 15 位号码，请填现在证件上的 18 位。"), "id_length")
    if len(number) < 18:
        text = _("身份证号有 18 位，现在填了 %(given)d 位，少了 %(off)d 位。") % {"given": len(number), "off": 18 - len(number)}
        raise _fault("id_number", text, "id_length")
    if len(number) > 18:
        text = _("身份证号有 18 位，现在填了 %(given)d 位，多了 %(off)d 位。") % {"given": len(number), "off": len(number) - 18}
        raise _fault("id_number", text, "id_length")


def _check_characters(number: str) -> None:
    for place, character in enumerate(number, 1):
        if character in "0123456789" or (place == 18 and character == "X"):
            continue
        said = {"place": place, "character": character, "meant": LOOK_ALIKES.get(character, "")}
        if said["meant"]:
            text = _("第 %(place)d 位是字母“%(character)s”，是不是数字 %(meant)s？") % said
        elif place == 18:
            text = _("第 18 位是“%(character)s”，只能是数字或字母 X。") % said
        else:
            text = _("第 %(place)d 位是“%(character)s”，这里只能是数字。") % said
        raise _fault("id_number", text, "id_character")


def _birth_date(number: str, today: date) -> date:
    year, month, day = int(number[6:10]), int(number[10:12]), int(number[12:14])
    said = {"year": year, "month": month, "day": day}
    try:
        born_on = date(year, month, day)
    except ValueError:
        text = _("第 7 到 14 位是生日，没有 %(year)d 年 %(month)d 月 %(day)d 日这一天。") % said
        raise _fault("id_number", text, "id_date") from None
    if born_on > today:
        raise _fault("id_number", _("第 7 到 14 位是生日，%(year)d 年 %(month)d 月 %(day)d 日还没有到。") % said, "id_date")
    if year < today.year - 130:
        raise _fault("id_number", _("第 7 到 14 位是生日，%(year)d 年太早了。") % said, "id_date")
    return born_on


def check_character(first17: str) -> str:
    return CHECKS[sum(int(digit) * weight for digit, weight in zip(first17, WEIGHTS, strict=True)) % 11]


def _check_digit(number: str) -> None:
    meant = check_character(number[:17])
    if meant == number[17]:
        return
    said: dict[str, object] = {"given": number[17], "meant": meant}
    swapped = _swapped(number)
    if swapped:
        said |= {"one": swapped, "two": swapped + 1}
        text = _("号码对不上：第 %(one)d 位和第 %(two)d 位可能写反了，或者有一位写错了。")
    elif meant == "X" or number[17] == "X":
        text = _("最后一位对不上：照前 17 位算应是 %(meant)s，您填的是 %(given)s。请对着证件再看一遍。")
    else:
        text = _("号码里有一位不对：照前 17 位算，最后一位应是 %(meant)s，您填的是 %(given)s。请对着证件再看一遍。")
    raise _fault("id_number", text % said, "id_checksum")


def _swapped(number: str) -> int:
    """The place of the only two neighbouring digits whose exchange makes the number right, outside the birth date; else 0."""
    found = []
    for place in [*range(5), 14, 15, 16]:
        other = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        if other != number and other[:17].isdigit() and int(other[:2]) in PROVINCES and check_character(other[:17]) == other[17]:
            found.append(place + 1)
    return found[0] if len(found) == 1 else 0


def read_paper(kind: str, text: str) -> str:
    """The number of papers other than the resident card, as it is kept; raises `Refused` saying what it looks like."""
    number = plain(text) if kind not in (IdKind.OFFICER, IdKind.SOLDIER, IdKind.OTHER) else unicodedata.normalize("NFKC", text).strip()
    pattern, shape = FOREIGN[IdKind(kind)]
    if not re.fullmatch(pattern, number):
        raise _fault("id_number", _("%(kind)s的号码不对：%(shape)s") % {"kind": IdKind(kind).label, "shape": shape}, "id_shape")
    return number


def read_mobile(text: str) -> str:
    """An 11-digit mainland mobile number; raises `Refused` naming the fault."""
    number = plain(text)
    number = number.removeprefix("+86") if number.startswith("+86") else number
    number = number.removeprefix("0086")
    if not number:
        raise _fault("phone", _("请填手机号。"), "phone_empty")
    for place, character in enumerate(number, 1):
        if character not in "0123456789":
            text_ = _("第 %(place)d 位是“%(character)s”，手机号里只有数字。") % {"place": place, "character": character}
            raise _fault("phone", text_, "phone_character")
    if len(number) != 11:
        raise _fault("phone", _("手机号有 11 位，现在填了 %(given)d 位。") % {"given": len(number)}, "phone_length")
    if number[0] != "1" or number[1] in "012":
        raise _fault("phone", _("手机号以 13 到 19 开头，现在是 %(start)s。") % {"start": number[:2]}, "phone_start")
    return number


def read_phone(text: str) -> str:
    """A mobile number or a landline with its area code; landlines keep no hyphen."""
    number = plain(text).replace("(", "").replace(")", "")
    if number.startswith("0") and not number.startswith("0086"):
        if re.fullmatch(r"0\d{9,11}", number):
            return number
        raise _fault("phone", _("座机号请带区号，例如 023-6789-0000。"), "phone_landline")
    return read_mobile(text)
