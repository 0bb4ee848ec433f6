from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chunshui.kernel.errors import Refused
from chunshui.people.states import (
    STEPS,
    Acting,
    CredentialKind,
    Sex,
    Skill,
    VolunteerState,
    check_character,
    credentials_of,
    qualification_mask,
    read_mobile,
    read_paper,
    read_phone,
    read_resident_id,
    skills_of,
    volunteer_number,
)
from tests.factories.people import papers

TODAY = date(2026, 11, 24)


def test_a_resident_card_number_says_birthday_and_sex():
    identity = read_resident_id("１１０１０５ 19491231 002x", TODAY)
    assert (identity.number, identity.born_on, identity.sex) == ("11010519491231002X", date(1949, 12, 31), Sex.FEMALE)


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [
        ("", "id_length", "请填身份证号"),
        ("110105491231002", "id_length", "旧的 15 位"),
        ("1101051949123100", "id_length", "现在填了 16 位，少了 2 位"),
        ("11010519491231002XX", "id_length", "现在填了 19 位，多了 1 位"),
        ("1101O519491231002X", "id_character", "第 5 位是字母“O”，是不是数字 0"),
        ("1101#519491231002X", "id_character", "第 5 位是“#”，这里只能是数字"),
        ("11010519491231002Y", "id_character", "第 18 位是“Y”，只能是数字或字母 X"),
        ("99010519491231002X", "id_area", "开头两位“99”"),
        ("11010519490231002X", "id_date", "没有 1949 年 2 月 31 日"),
        ("110105203012310020", "id_date", "2030 年 12 月 31 日还没有到"),
        ("110105180012310020", "id_date", "1800 年太早了"),
        ("110105194912310028", "id_checksum", "最后一位对不上：照前 17 位算应是 X，您填的是 8"),
        ("110105194912310124", "id_checksum", "照前 17 位算，最后一位应是 6，您填的是 4"),
    ],
)
def test_each_fault_of_a_number_is_named(number, code, words):
    with pytest.raises(Refused, match=words) as refusal:
        read_resident_id(number, TODAY)
    assert (refusal.value.code, list(refusal.value.fields)) == (code, ["id_number"])


def test_two_digits_that_were_swapped_are_pointed_at():
    right = papers(date(1990, 5, 17), 46)
    wrong = right[:15] + right[15] + right[14 + 2 + 1] + right[16]
    with pytest.raises(Refused, match="第 17 位和第 18 位可能写反了"):
        read_resident_id(wrong, TODAY)


@given(st.dates(date(1920, 1, 1), TODAY), st.integers(0, 999))
def test_every_well_made_number_passes_and_no_single_slip_does(born_on, serial):
    number = papers(born_on, serial)
    assert read_resident_id(number, TODAY).born_on == born_on
    slipped = number[:16] + str((int(number[16]) + 1) % 10) + number[17]
    with pytest.raises(Refused):
        read_resident_id(slipped, TODAY)


def test_the_check_character_is_that_of_the_standard():
    assert check_character("11010519491231002") == "X"


@pytest.mark.parametrize(
    ("kind", "number"),
    [("02", "H12345678"), ("03", "M1234567801"), ("04", "12345678"), ("05", "E12345678"), ("99", "居留42号")],
)
def test_other_papers_pass_in_their_shape(kind, number):
    assert read_paper(kind, number) == number


@pytest.mark.parametrize(("kind", "number"), [("02", "M12345678"), ("04", "1234567"), ("05", "E1"), ("06", "军")])
def test_other_papers_out_of_shape_are_refused_with_their_shape(kind, number):
    with pytest.raises(Refused) as refusal:
        read_paper(kind, number)
    assert refusal.value.code == "id_shape"


@pytest.mark.parametrize("text", ["13883212041", "138 8321 2041", "+86 138-8321-2041", "１３８８３２１２０４１"])
def test_a_mobile_number_is_read_however_it_is_written(text):
    assert read_mobile(text) == "13883212041"


@pytest.mark.parametrize(
    ("text", "code"), [("", "phone_empty"), ("1388321204", "phone_length"), ("12883212041", "phone_start"), ("1388321204a", "phone_character")]
)
def test_each_fault_of_a_phone_is_named(text, code):
    with pytest.raises(Refused) as refusal:
        read_mobile(text)
    assert refusal.value.code == code


def test_a_landline_needs_its_area_code():
    assert read_phone("023-6789-0000") == "02367890000"
    with pytest.raises(Refused):
        read_phone("6789-0000")


@pytest.mark.parametrize("state", VolunteerState.values)
@pytest.mark.parametrize("verb", STEPS)
def test_every_verb_is_open_from_the_states_it_names_only(state, verb):
    expected = {
        "approve": {"pending"},
        "refuse": {"pending"},
        "reapply": {"refused", "left"},
        "pause": {"active"},
        "resume": {"paused"},
        "recheck": {"active", "paused"},
        "leave": {"pending", "active", "paused"},
    }
    assert (state in STEPS[verb].sources) == (state in expected[verb])


def test_skills_and_credentials_share_a_mask_and_part_again():
    mask = qualification_mask([Skill.FIRST_AID, Skill.OTHER], [CredentialKind.ESCORT, CredentialKind.NO_RECORD])
    assert (skills_of(mask), credentials_of(mask)) == ([1, 24], [1, 12])
    assert mask == 1 | 1 << 23 | 1 << 24 | 1 << 35


@given(st.integers(0, 10**9 - 1))
def test_a_volunteer_number_has_sixteen_figures_and_fits_its_check_digit(serial):
    number = volunteer_number("500157", serial)
    doubled = [int(d) * (2 if i % 2 else 1) for i, d in enumerate(reversed(number))]
    assert (len(number), number[:6], sum(d - 9 if d > 9 else d for d in doubled) % 10) == (16, "500157", 0)


def test_a_role_reaches_what_lies_below_it_once_it_is_confirmed():
    acting = Acting("community_worker", 1, 5, "/1/5/", None, True)
    assert [acting.reaches(path) for path in ("/1/5/", "/1/5/9/", "/1/", "/1/51/")] == [True, True, False, False]
    assert Acting("community_worker", 1, 5, "/1/5/", None, False).reaches("/1/5/") is False
