"""What the engine says as codes and numbers, in words that a community worker would use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from chunshui.kernel import choices, clock
from chunshui.matching import Code
from chunshui.needs.queries.dispatch import fit, times
from chunshui.people.states import CredentialKind, Sex, Skill

if TYPE_CHECKING:
    from chunshui.matching import Reason as EngineReason
    from chunshui.needs.models import Need
    from chunshui.needs.queries.dispatch.fit import Bar

Said = list[list[int | str]]
FULL_WEEK, KIND_BEFORE, LACKS_USEFUL, FIRST_TIME, SILENT = "full_week", "kind_before", "lacks_useful", "first_time", "silent"
SINCE_THEN = "since_then"
DETOUR, WALKING = 1.3, 70
"""Streets are longer than the straight line; metres a minute on foot."""
CREDENTIALS_FROM = 24


@dataclass(frozen=True)
class Reason:
    """`good` speaks for the person; else it is something to know."""

    words: str
    good: bool = True


def walk_minutes(metres: int) -> int:
    return max(1, ceil(metres * DETOUR / WALKING))


def when(moment: datetime, now: datetime) -> str:
    """今天下午, 明天上午, 周三晚上, 12 月 3 日上午."""
    part = times.part(clock.local(moment).hour)
    return (_("%(day)s上午"), _("%(day)s下午"), _("%(day)s晚上"))[part] % {"day": day_words(moment, now)}


def day_words(moment: datetime, now: datetime) -> str:
    local = clock.local(moment)
    away = (local.date() - clock.today(now)).days
    near = {0: _("今天"), 1: _("明天"), 2: _("后天")}
    if away in near:
        return near[away]
    if 0 < away < 7:
        return (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))[local.weekday()]
    return _("%(month)d 月 %(day)d 日") % {"month": local.month, "day": local.day}


def clock_words(start: datetime, end: datetime | None, now: datetime) -> str:
    """明天 9:00–11:00."""
    first = clock.local(start)
    until = f"–{clock.local(end):%H:%M}" if end is not None else ""
    return f"{day_words(start, now)} {first:%H:%M}{until}"


def who_has(mask: int) -> str:
    """A volunteer with these qualifications, in words."""
    names = qualification_names(mask)
    return _("会%(what)s的志愿者") % {"what": _("、").join(names)} if names else _("志愿者（不限特长）")


def qualification_names(mask: int) -> list[str]:
    codes = choices.from_mask(mask)
    return [
        str(Skill(code).label if code <= CREDENTIALS_FROM else CredentialKind(code - CREDENTIALS_FROM).label)
        for code in codes
        if code <= CREDENTIALS_FROM or code - CREDENTIALS_FROM in CredentialKind.values
    ]


def codes(reasons: Iterable[EngineReason], found: Sequence[times.Visit]) -> Said:
    """Codes and numbers to keep: an index of times becomes the minute itself."""
    return [[str(reason.code), times.minute(found[reason.number].start) if reason.code == Code.FREE_THEN else reason.number] for reason in reasons]


def words(said: Said, need: Need, now: datetime) -> list[Reason]:
    """Kept codes in the reader's language, what speaks for the person first; codes that are not for people are left out."""
    found = [reason for code, number in said if (reason := _one(str(code), int(number), need, now)) is not None]
    return sorted(found, key=lambda reason: not reason.good)


def _one(code: str, number: int, need: Need, now: datetime) -> Reason | None:
    if code in GOOD:
        return Reason(GOOD[code](number, need, now))
    return Reason(CAUTION[code](number, need, now), False) if code in CAUTION else None


Wording = Callable[[int, "Need", datetime], str]


def _met(number: int, need: Need, now: datetime) -> str:
    many = (_("两"), _("三"), _("四"), _("五"), _("六"), _("七"), _("八"), _("九"))
    if number < 2:
        return _("要求符合")
    return _("%(many)s项要求都符合") % {"many": many[min(number, 9) - 2]}


def _knows(number: int, need: Need, now: datetime) -> str:
    if need.resident.sex == Sex.FEMALE:
        return _("服务过她 %(times)d 次") % {"times": number}
    return _("服务过他 %(times)d 次") % {"times": number} if need.resident.sex == Sex.MALE else _("服务过这位居民 %(times)d 次") % {"times": number}


def _hours(number: int) -> str:
    return f"{number / 60:.1f}".removesuffix(".0")


GOOD: dict[str, Wording] = {
    Code.MEETS_SKILLS: _met,
    Code.FREE_THEN: lambda number, need, now: _("%(when)s有空") % {"when": when(times.moment(number), now)},
    Code.KNOWS: _knows,
    Code.LOCKED: lambda number, need, now: _("人工定下的"),
    KIND_BEFORE: lambda number, need, now: _("做过这类服务 %(times)d 次") % {"times": number},
}
CAUTION: dict[str, Wording] = {
    FULL_WEEK: lambda number, need, now: _("本周已满 %(hours)s 小时") % {"hours": _hours(number)},
    FIRST_TIME: lambda number, need, now: _("第一次去"),
    LACKS_USEFUL: lambda number, need, now: _("没有%(what)s") % {"what": _("、").join(qualification_names(number))},
    SILENT: lambda number, need, now: _("上次没答复"),
    Code.NEW_PERSON: lambda number, need, now: _("还没出过单"),
    Code.LOAD_HIGH: lambda number, need, now: _("近 30 天服务过 %(times)d 次") % {"times": number},
    Code.ASKED_OFTEN: lambda number, need, now: _("这周已问过 %(times)d 次") % {"times": number},
}
WHY_NOT: dict[str, Wording] = {
    fit.NOT_ACTIVE: lambda number, need, now: _("现在不接单（未审核、暂停或已退出）。"),
    fit.REFUSES: lambda number, need, now: _("本人说过不做“%(service)s”。") % {"service": need.service.name},
    fit.ASKED_OFTEN: lambda number, need, now: _("这周已问过 %(times)d 次，到上限了。") % {"times": number},
    fit.TWO_OPEN: lambda number, need, now: _("还有 %(times)d 单等着本人答复。") % {"times": number},
    fit.OWN_ORDER: lambda number, need, now: _("这是本人自己的单子。"),
    fit.OVER: lambda number, need, now: _("约定的时间已经过了。"),
    Code.LACKS_SKILL: lambda number, need, now: _("没有%(what)s。") % {"what": _("、").join(qualification_names(need.service.required))},
    Code.NOT_FREE: lambda number, need, now: _("那个时间没登记有空。"),
    Code.BUSY: lambda number, need, now: _("那个时间已有安排，或正等着答复别的单。"),
    Code.TOO_FAR: lambda number, need, now: _("离得太远（%(metres)d 米）。") % {"metres": number},
    Code.LANGUAGE: lambda number, need, now: _("不会说居民要的语言。"),
    Code.GENDER: lambda number, need, now: _("居民希望是%(sex)s志愿者。") % {"sex": Sex(need.gender).label},
    Code.TOO_YOUNG: lambda number, need, now: _("这项服务要满 %(years)d 岁。") % {"years": number},
    Code.MINOR: lambda number, need, now: _("这项服务不请未成年人。"),
    Code.DECLINED: lambda number, need, now: _("已经说过这单去不了。"),
    Code.BLOCKED: lambda number, need, now: _("这两位不安排在一起。"),
    Code.ALREADY_OFFERED: lambda number, need, now: _("已经问过了，在等答复或已接单。"),
    Code.SLOT_FULL: lambda number, need, now: _("那半天已有 %(times)d 单，排满了。") % {"times": number},
    Code.DAY_FULL: lambda number, need, now: _("那天已有 %(times)d 单，排满了。") % {"times": number},
    Code.WEEK_FULL: lambda number, need, now: _("那周已有 %(times)d 单，排满了。") % {"times": number},
}
UNSERVED: dict[str, Wording] = {
    Code.NOBODY: lambda number, need, now: _("附近没有可派的志愿者。"),
    Code.LACKS_SKILL: lambda number, need, now: _("附近有所需证件和特长的只有 %(people)d 位。") % {"people": number},
    Code.NOT_FREE: lambda number, need, now: _("那个时间有空的只有 %(people)d 位。") % {"people": number},
    Code.BUSY: lambda number, need, now: _("那个时间有空的只有 %(people)d 位。") % {"people": number},
    Code.TOO_FAR: lambda number, need, now: _("够得着的只有 %(people)d 位。") % {"people": number},
    Code.LANGUAGE: lambda number, need, now: _("会说居民的语言的只有 %(people)d 位。") % {"people": number},
    Code.GENDER: lambda number, need, now: _("符合性别要求的只有 %(people)d 位。") % {"people": number},
    Code.TOO_YOUNG: lambda number, need, now: _("符合年龄要求的只有 %(people)d 位。") % {"people": number},
    Code.MINOR: lambda number, need, now: _("符合年龄要求的只有 %(people)d 位。") % {"people": number},
    Code.ASKED_ALL: lambda number, need, now: _("合适的人都问过了，还剩 %(people)d 位。") % {"people": number},
    Code.FULL: lambda number, need, now: _("合适的人都排满了，还剩 %(people)d 位。") % {"people": number},
    Code.NO_COMMON_TIME: lambda number, need, now: _("同一时间最多凑到 %(people)d 位。") % {"people": number},
    Code.NEEDED_ELSEWHERE: lambda number, need, now: _("合适的 %(people)d 位，别的单子更需要他们。") % {"people": number},
    Code.NOT_ENOUGH_TOGETHER: lambda number, need, now: _("人数凑不齐，最多 %(people)d 位。") % {"people": number},
    SINCE_THEN: lambda number, need, now: _("现在又有 %(people)d 位合适了，重新算一次就会派到。") % {"people": number},
    fit.OVER: lambda number, need, now: _("约定的时间已经过了。"),
}


def why_not_words(why: Bar, need: Need, now: datetime) -> str:
    return WHY_NOT[why.code](why.number, need, now)


def unserved_words(said: Said, need: Need, now: datetime) -> str:
    return "".join(UNSERVED[str(code)](int(number), need, now) for code, number in said if code in UNSERVED)


def wish_words(need: Need, now: datetime) -> str:
    """When the resident would like it, in words."""
    if need.wish_from is None or need.wish_until is None:
        return _("时间都行")
    same_day = clock.today(need.wish_from) == clock.today(need.wish_until - timedelta(seconds=1))
    if same_day:
        return clock_words(need.wish_from, need.wish_until, now)
    return _("%(from)s 到 %(until)s") % {"from": clock_words(need.wish_from, None, now), "until": clock_words(need.wish_until, None, now)}
