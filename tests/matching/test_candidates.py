from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chunshui.matching import Code, Reason, Stage, Term, Weights, funnel, rank, why_not
from chunshui.matching.sample import Shape, district
from tests.matching.worlds import AFTERNOON, DAY, MORNING, NINE, TEN, at, order, people, plain

RULES: list[tuple[dict[str, Any], dict[str, Any], Stage, Reason]] = [
    ({"skills": [0b01]}, {"skills": 0b111}, Stage.SKILL, Reason(Code.LACKS_SKILL, 2)),
    ({"slots": [AFTERNOON]}, {}, Stage.FREE, Reason(Code.NOT_FREE)),
    ({"slots": [MORNING]}, {"times": (at(NINE, 300, MORNING | AFTERNOON),)}, Stage.FREE, Reason(Code.NOT_FREE)),
    ({"busy": [(1, NINE + 59, TEN + 60)]}, {}, Stage.FREE, Reason(Code.BUSY)),
    ({"busy": [(1, TEN + 14, TEN + 60)]}, {}, Stage.FREE, Reason(Code.BUSY)),
    ({"busy": [(1, NINE - 60, NINE - 14)]}, {}, Stage.FREE, Reason(Code.BUSY)),
    ({"x": [3001.0], "reach_m": [9000]}, {}, Stage.REACH, Reason(Code.TOO_FAR, 3001)),
    ({"x": [801.0], "reach_m": [800]}, {}, Stage.REACH, Reason(Code.TOO_FAR, 801)),
    ({"languages": [1]}, {"languages": 2, "language_must": True}, Stage.LANGUAGE, Reason(Code.LANGUAGE)),
    ({"gender": [1]}, {"gender": 2, "gender_must": True}, Stage.GENDER, Reason(Code.GENDER)),
    ({"gender": [0]}, {"gender": 2, "gender_must": True}, Stage.GENDER, Reason(Code.GENDER)),
    ({"age": [17]}, {"min_age": 18}, Stage.AGE, Reason(Code.TOO_YOUNG, 18)),
    ({}, {"min_age": 18}, Stage.AGE, Reason(Code.TOO_YOUNG, 18)),
    ({"age": [16], "minor": [True]}, {"minors_welcome": False}, Stage.AGE, Reason(Code.MINOR)),
    ({}, {"declined": {1}}, Stage.OPEN, Reason(Code.DECLINED)),
    ({}, {"blocked": {1}}, Stage.OPEN, Reason(Code.BLOCKED)),
    ({}, {"offered": {1}}, Stage.OPEN, Reason(Code.ALREADY_OFFERED)),
    ({"refuses": [0b110]}, {"kind": 0b010}, Stage.OPEN, Reason(Code.REFUSES)),
    ({"asked_out": [True]}, {}, Stage.OPEN, Reason(Code.ASKED_OUT)),
    ({"day_limit": [1], "busy": [(1, DAY + 900, DAY + 960)]}, {}, Stage.CAPACITY, Reason(Code.DAY_FULL, 1)),
    ({"week_limit": [1], "busy": [(1, DAY + 6 * 1440, DAY + 6 * 1440 + 9)]}, {}, Stage.CAPACITY, Reason(Code.WEEK_FULL, 1)),
    ({"slot_limit": [1], "busy": [(1, DAY + 480, DAY + 500)]}, {}, Stage.CAPACITY, Reason(Code.SLOT_FULL, 1)),
    ({"busy": [(1, TEN + 35, TEN + 90, 1201.0, 0.0)]}, {}, Stage.FREE, Reason(Code.BUSY)),
]


@pytest.mark.parametrize(("person", "wish", "stage", "reason"), RULES)
def test_rule_excludes_at_its_stage_with_its_reason(person: dict[str, Any], wish: dict[str, Any], stage: Stage, reason: Reason) -> None:
    one, wanted = people(1, **person), order(**wish)
    after = list(Stage).index(stage)
    assert rank(one, wanted) == []
    assert why_not(one, wanted, 1) == reason
    assert list(funnel(one, wanted).counts.values()) == [1] * after + [0] * (9 - after)


FITS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"skills": [0b111]}, {"skills": 0b111}),
    ({"slots": [0]}, {"times": (at(NINE, slots=0),)}),
    ({"slots": [AFTERNOON]}, {"times": (at(NINE), at(DAY + 840, slots=AFTERNOON))}),
    ({"busy": [(1, TEN + 15, TEN + 60)]}, {}),
    ({"busy": [(1, NINE - 60, NINE - 15)]}, {}),
    ({"x": [3000.0]}, {}),
    ({"languages": [3]}, {"languages": 2, "language_must": True}),
    ({"slot_limit": [1], "busy": [(1, DAY + 780, DAY + 800)]}, {}),
    ({"slot_limit": [2], "busy": [(1, DAY + 480, DAY + 500)]}, {}),
    ({"busy": [(1, TEN + 35, TEN + 90, 1200.0, 0.0)]}, {}),
    ({"languages": [1]}, {"languages": 2}),
    ({"gender": [1]}, {"gender": 2}),
    ({"age": [18]}, {"min_age": 18}),
    ({"refuses": [0b100]}, {"kind": 0b010}),
    ({"age": [16], "minor": [True]}, {}),
    ({"day_limit": [1], "busy": [(1, DAY - 60, DAY - 9)]}, {}),
    ({"week_limit": [1], "busy": [(1, DAY - 60, DAY - 9), (1, DAY + 7 * 1440, DAY + 7 * 1440 + 9)]}, {}),
]


@pytest.mark.parametrize(("person", "wish"), FITS)
def test_rule_lets_pass_who_just_fits(person: dict[str, Any], wish: dict[str, Any]) -> None:
    one, wanted = people(1, **person), order(**wish)
    assert [candidate.volunteer_id for candidate in rank(one, wanted)] == [1]
    assert why_not(one, wanted, 1) is None
    assert funnel(one, wanted).eligible == 1


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_rank_and_why_not_agree_on_everybody(seed: int) -> None:
    volunteers, orders = district(seed, Shape(people=40, orders=3, across_m=2500, days=3, open_share=0.6))
    for one in orders:
        one = replace(one, declined=frozenset(volunteers.ids[:4].tolist()), blocked=frozenset(volunteers.ids[4:6].tolist()))
        listed = {candidate.volunteer_id for candidate in rank(volunteers, one, limit=None)}
        assert listed == {int(person) for person in volunteers.ids if why_not(volunteers, one, int(person)) is None}


def test_cost_is_the_sum_of_its_terms() -> None:
    who = people(1, x=[1500], load30=[10], acceptance=[0.3], messages7=[3], skills=[0b1111], newcomer=[True], gender=[1], languages=[1])
    wanted = order(skills=1, gender=2, languages=2, known={1: 4}, continuity=2)
    (candidate,) = rank(who, wanted)
    assert candidate.terms == {
        Term.DISTANCE: 500,
        Term.LOAD: 300,
        Term.ACCEPTANCE: 490,
        Term.MESSAGES: 450,
        Term.NEWCOMER: -100,
        Term.SKILL_SURPLUS: 120,
        Term.FAMILIARITY: -1800,
        Term.WISH_GENDER: 300,
        Term.WISH_LANGUAGE: 300,
    }
    assert candidate.cost == 560


def test_reasons_say_what_speaks_for_and_against() -> None:
    who = people(1, x=[650], load30=[12], acceptance=[0.62], messages7=[5], skills=[3], gender=[2], languages=[1], week_minutes=[90])
    (candidate,) = rank(who, order(skills=3, gender=2, languages=2, known={1: 3}))
    assert candidate.reasons == (
        Reason(Code.MEETS_SKILLS, 2),
        Reason(Code.FREE_THEN, 0),
        Reason(Code.DISTANCE, 650),
        Reason(Code.WALK_MINUTES, 11),
        Reason(Code.KNOWS, 3),
        Reason(Code.WEEK_LOAD, 90),
        Reason(Code.LOAD_HIGH, 12),
        Reason(Code.ACCEPTS, 6),
        Reason(Code.ASKED_OFTEN, 5),
        Reason(Code.WISH_GENDER_MET),
        Reason(Code.WISH_LANGUAGE_UNMET),
    )


def test_reasons_of_a_newcomer_far_away_are_few() -> None:
    (candidate,) = rank(people(1, x=[2500], newcomer=[True]), order())
    assert candidate.reasons == (Reason(Code.FREE_THEN, 0), Reason(Code.DISTANCE, 2500), Reason(Code.NEW_PERSON), Reason(Code.WEEK_LOAD, 0))


def test_rank_puts_the_cheapest_first_and_ties_by_lower_id() -> None:
    who = people(2, 5, 7, 9, x=[900, 300, 300, 100])
    assert [one.volunteer_id for one in rank(who, order(), plain())] == [9, 5, 7, 2]
    assert [one.volunteer_id for one in rank(who, order(), plain(), limit=2)] == [9, 5]


def test_rank_names_the_times_at_which_each_can_come() -> None:
    who = people(1, 2, slots=[MORNING | AFTERNOON, AFTERNOON])
    wanted = order(times=(at(NINE), at(DAY + 840, slots=AFTERNOON)))
    assert [(one.volunteer_id, one.times) for one in rank(who, wanted)] == [(1, (0, 1)), (2, (1,))]


def test_rank_of_nobody_is_empty() -> None:
    assert rank(people(), order()) == []
    assert list(funnel(people(), order()).counts.values()) == [0] * 9


def test_why_not_a_stranger_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"^volunteer 4: not in ids$"):
        why_not(people(1), order(), 4)


def test_scarce_skills_alone_count_as_surplus() -> None:
    (candidate,) = rank(people(1, skills=[0b1110]), order(), Weights(scarce_skills=0b1000))
    assert candidate.terms[Term.SKILL_SURPLUS] == 40
