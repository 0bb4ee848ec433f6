from __future__ import annotations

from dataclasses import dataclass

import pytest

from chunshui.kernel.errors import Refused
from chunshui.kernel.ruling import YES, no
from chunshui.kernel.steps import Step, can_take, take

STEPS = {
    "open": Step(frozenset({"new"}), "open"),
    "close": Step(frozenset({"new", "open"}), "closed"),
}


@dataclass
class Door:
    state: str

    def get_state_display(self) -> str:
        return {"new": "新的", "open": "开着", "closed": "关了"}[self.state]


@pytest.mark.parametrize(("state", "verb", "target"), [("new", "open", "open"), ("new", "close", "closed"), ("open", "close", "closed")])
def test_step_in_the_table_is_taken(state, verb, target):
    door = Door(state)
    assert can_take(door, STEPS, verb)
    take(door, STEPS, verb)
    assert door.state == target


@pytest.mark.parametrize(("state", "verb"), [("open", "open"), ("closed", "open"), ("closed", "close")])
def test_step_not_in_the_table_is_refused_with_the_state_in_words_and_changes_nothing(state, verb):
    door = Door(state)
    assert not can_take(door, STEPS, verb)
    with pytest.raises(Refused) as refusal:
        take(door, STEPS, verb)
    assert refusal.value.code == "wrong_state"
    assert door.get_state_display() in str(refusal.value)
    assert door.state == state


def test_ruling_is_truthy_or_gives_its_reason():
    YES.or_refuse()
    ruling = no("不行", code="own_case")
    assert (bool(YES), bool(ruling)) == (True, False)
    with pytest.raises(Refused, match="不行") as refusal:
        ruling.or_refuse()
    assert refusal.value.code == "own_case"
