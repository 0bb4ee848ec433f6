"""Moments in words: 明天（周六）上午 9:00. Residents read 上午 and 下午, figures stay half-width."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from chunshui.kernel import clock

WEEKDAYS = (
    gettext_lazy("周一"),
    gettext_lazy("周二"),
    gettext_lazy("周三"),
    gettext_lazy("周四"),
    gettext_lazy("周五"),
    gettext_lazy("周六"),
    gettext_lazy("周日"),
)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NEAR = {-1: gettext_lazy("昨天"), 0: gettext_lazy("今天"), 1: gettext_lazy("明天"), 2: gettext_lazy("后天")}


def weekday(day: date) -> str:
    return str(WEEKDAYS[day.weekday()])


def day_of_month(day: date) -> str:
    """12 月 3 日"""
    return _held(_("%(month)d 月 %(day)d 日") % {"month": day.month, "day": day.day, "name": MONTHS[day.month - 1]})


def near(day: date, now: datetime) -> str:
    """今天, 明天, 后天, 昨天, or nothing."""
    return str(NEAR.get((day - clock.today(now)).days, ""))


def day(moment: datetime, now: datetime) -> str:
    """明天（周六）, 12 月 3 日（周四）"""
    on = clock.local(moment).date()
    return _("%(day)s（%(weekday)s）") % {"day": near(on, now) or day_of_month(on), "weekday": weekday(on)}


def half(moment: datetime) -> str:
    hour = clock.local(moment).hour
    return pgettext("clock", "上午") if hour < 12 else pgettext("clock", "下午") if hour < 18 else pgettext("clock", "晚上")


def time(moment: datetime) -> str:
    """上午 9:00, 下午 2:30"""
    at = clock.local(moment)
    return _held(_("%(half)s %(hour)d:%(minute)s") % _clock(at, half(moment)))


def _clock(at: datetime, word: str) -> dict[str, str | int]:
    return {"half": word, "hour": at.hour if at.hour <= 12 else at.hour - 12, "minute": f"{at.minute:02d}"}


def _held(words: str) -> str:
    """Not to be torn apart at the end of a line."""
    return words.replace(" ", "\u00a0")


def spoken(moment: datetime, now: datetime) -> str:
    """明天上午 9 点, 周四下午 2 点半: as one says it aloud."""
    at = clock.local(moment)
    words = {"day": near(at.date(), now) or day(moment, now), **_clock(at, half(moment))}
    if at.minute == 0:
        return _begun(_("%(day)s%(half)s %(hour)d 点") % words)
    return _begun(_("%(day)s%(half)s %(hour)d 点 %(minute)s 分") % words)


def short(moment: datetime, now: datetime) -> str:
    """今天 14:02, 12 月 3 日 9:00: for step bars and histories."""
    at = clock.local(moment)
    on = near(at.date(), now) or day_of_month(at.date())
    return _begun(f"{on} {at.hour}:{at.minute:02d}")


def window(start: datetime, end: datetime, now: datetime) -> str:
    """明天（周六）上午 9:00–11:00"""
    first, last = clock.local(start), clock.local(end)
    if first.date() != last.date():
        return f"{day(start, now)} {time(start)} – {day(end, now)} {time(end)}"
    noon = (last.hour, last.minute) == (12, 0) and first.hour < 12
    same = (half(start) == half(end) or noon) and get_language() != "en"
    finish = f"{last.hour if last.hour <= 12 else last.hour - 12}:{last.minute:02d}" if same else time(end)
    return _begun(_("%(day)s%(start)s–%(end)s") % {"day": day(start, now), "start": time(start), "end": finish})


def _begun(words: str) -> str:
    """As a sentence begins, where the language has capitals."""
    return words[:1].upper() + words[1:]


def left(until: datetime, now: datetime) -> str:
    """还有 12 分钟, 还有 2 小时"""
    minutes = max(0, int((until - now).total_seconds() // 60))
    if minutes < 90:
        return _("还有 %(n)d 分钟") % {"n": minutes}
    if minutes < 48 * 60:
        return _("还有 %(n)d 小时") % {"n": minutes // 60}
    return _("还有 %(n)d 天") % {"n": minutes // 1440}


def spell(minutes: int) -> str:
    """90 分钟, 2 小时, 2 小时 30 分"""
    hours, rest = divmod(minutes, 60)
    if not hours or (minutes < 120 and rest):
        return _("%(n)d 分钟") % {"n": minutes}
    if not rest:
        return _("%(n)d 小时") % {"n": hours}
    return _("%(hours)d 小时 %(minutes)d 分") % {"hours": hours, "minutes": rest}
