"""Reasons as codes and numbers; the domains that show them put them into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    # why this volunteer
    MEETS_SKILLS = "meets_skills"  # number: skills asked for
    FREE_THEN = "free_then"  # number: index into Order.times
    DISTANCE = "distance"  # number: metres in a straight line
    WALK_MINUTES = "walk_minutes"  # number: minutes on foot; left out when too far to walk
    KNOWS = "knows"  # number: visits to this resident
    NEW_PERSON = "new_person"
    WEEK_LOAD = "week_load"  # number: minutes this week
    LOAD_HIGH = "load_high"  # number: visits in 30 days
    ACCEPTS = "accepts"  # number: yes out of ten offers
    ASKED_OFTEN = "asked_often"  # number: offers in 7 days
    WISH_GENDER_MET = "wish_gender_met"
    WISH_GENDER_UNMET = "wish_gender_unmet"
    WISH_LANGUAGE_MET = "wish_language_met"
    WISH_LANGUAGE_UNMET = "wish_language_unmet"
    LOCKED = "locked"
    # why not: the first rule that excludes, in the order of Stage
    LACKS_SKILL = "lacks_skill"  # number: skills missing
    NOT_FREE = "not_free"  # no such free-time slot
    BUSY = "busy"  # the slot is theirs, but another visit stands in it
    TOO_FAR = "too_far"  # number: metres
    LANGUAGE = "language"
    GENDER = "gender"
    TOO_YOUNG = "too_young"  # number: least age asked for
    MINOR = "minor"
    DECLINED = "declined"
    BLOCKED = "blocked"
    ALREADY_OFFERED = "already_offered"
    REFUSES = "refuses"  # does not do this kind of service
    ASKED_OUT = "asked_out"  # has been asked enough for now
    SLOT_FULL = "slot_full"  # number: visits a morning, afternoon or evening
    DAY_FULL = "day_full"  # number: visits a day
    WEEK_FULL = "week_full"  # number: visits a week
    # why a place stays empty: one of LACKS_SKILL .. WEEK_FULL (number: people left after that rule), or
    NOBODY = "nobody"  # too few are registered; number: all of them
    ASKED_ALL = "asked_all"  # all who fit have declined, are blocked or were asked; number: people left
    FULL = "full"  # all who fit have reached their limit; number: people left
    NO_COMMON_TIME = "no_common_time"  # number: people at the best time
    NEEDED_ELSEWHERE = "needed_elsewhere"  # number: people who fit; others needed them more
    NOT_ENOUGH_TOGETHER = "not_enough_together"  # number: people it could have had; it wants all or none


class Stage(StrEnum):
    """The hard rules in the order in which they are asked."""

    REGISTERED = "registered"
    SKILL = "skill"
    FREE = "free"
    REACH = "reach"
    LANGUAGE = "language"
    GENDER = "gender"
    AGE = "age"
    OPEN = "open"  # not declined, blocked, asked already or asked enough; does this kind of service
    CAPACITY = "capacity"


class Term(StrEnum):
    """The additive parts of a pair's cost."""

    DISTANCE = "distance"
    LOAD = "load"
    ACCEPTANCE = "acceptance"
    FAMILIARITY = "familiarity"
    MESSAGES = "messages"
    SKILL_SURPLUS = "skill_surplus"
    NEWCOMER = "newcomer"
    WISH_GENDER = "wish_gender"
    WISH_LANGUAGE = "wish_language"


@dataclass(frozen=True, slots=True)
class Reason:
    code: Code
    number: int = 0


@dataclass(frozen=True, slots=True)
class Funnel:
    """How many volunteers are left after each hard rule."""

    counts: Mapping[Stage, int]

    @property
    def eligible(self) -> int:
        return self.counts[Stage.CAPACITY]
