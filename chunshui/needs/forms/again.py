"""The questions of an order that stands, asked again: what is already answered, and what has been changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chunshui.needs.forms.questions import ANY, ELSEWHERE, HOME, KEEP
from chunshui.needs.states import Wish

if TYPE_CHECKING:
    from chunshui.needs.forms.ask import Whole
    from chunshui.needs.queries import Asking

WHERE = ("area_id", "address", "latitude", "longitude")


def answers(asking: Asking) -> dict[str, list[str]]:
    """What the order says, as the form would have sent it; a time that has passed is open again."""
    assert asking.standing is not None
    says, window = asking.standing.fields, asking.standing.window
    at_home = bool(asking.home) and says["address"] == asking.home
    day = KEEP if window else ANY if says["wish"] == Wish.ANY_TIME else ""
    one = {
        "service": says["service_code"],
        "details": says["details"],
        "day": day,
        "repeat": says["repeat"],
        "urgent": "yes" if says["urgent_reason"] else "no",
        "urgent_reason": says["urgent_reason"],
        "urgent_words": says["urgent_words"],
        "place": HOME if at_home else ELSEWHERE,
        "address": "" if at_home else says["address"],
        "gender": str(says["gender"]),
        "language": str(says["language"] or ""),
        "same_volunteer": str(says["same_volunteer_id"] or ""),
        "people_needed": str(says["people_needed"]),
        "danger_note": says["danger_note"],
    }
    return {**{name: [value] for name, value in one.items()}, "focus_groups": list(says["focus_groups"]), "dangers": list(says["dangers"])}


def changes(whole: Whole) -> dict[str, Any]:
    """Only what differs from what the order says, as the command takes it. The spot on the map moves with the address."""
    standing = whole.asking.standing
    assert standing is not None
    says, given = standing.fields, whole.order()
    stays = {"repeat"} if standing.in_series else set()
    if given["address"].strip() == says["address"]:
        stays |= set(WHERE)
    return {name: value for name, value in given.items() if name not in stays and _plain(value) != _plain(says[name])}


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, list | tuple) else value
