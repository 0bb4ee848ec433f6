"""The pages of an order: GROUPS and BIG_GROUPS put the same questions together by screen mode; Whole is what the check step reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chunshui.kernel import moments
from chunshui.needs.forms.questions import ANY, BAR, HOME, KIN, ME, Day, Household, Often, Question, Time, Urgent, What, Where, Whom, Wishes, Words
from chunshui.needs.states import Repeat, Wish


class WhatPage(What, Words):
    shown: tuple[str, ...] = ("service", "details")
    field_order = shown


class WhenPage(Where, Whom, Urgent, Often, Time, Day, Wishes, Household):
    """Step 2 of the standard version. (A question that looks at another's answer stands before it: the last cleans first.)"""

    shown: tuple[str, ...] = (
        *("day", "date", "half", "repeat", "urgent", "urgent_reason", "urgent_words"),
        *("whom", "kin_name", "kin_phone", "kin_relation", "kin_agrees", "place", "address"),
        *("gender", "language", "same_volunteer", "people_needed", "focus_groups", "dangers", "danger_note"),
    )
    field_order = shown


class DayPage(Day):
    shown = ("day", "date")


class TimePage(Time, Day):
    shown = ("half",)


class OftenPage(Often, Day):
    shown = ("repeat",)


class UrgentPage(Urgent):
    shown = ("urgent", "urgent_reason", "urgent_words")


class WhomPage(Whom):
    shown = ("whom", "kin_name", "kin_phone", "kin_relation", "kin_agrees")


class WherePage(Where, Whom):
    shown = ("place", "address")


#: pages whose question falls away: when the order stands already, or where nothing is urgent
ASKS = {"often": "repeat", "whom": "whom", "urgent": "urgent"}


@dataclass(frozen=True)
class Answer:
    """A line of the check step: what was asked, what was answered, and the page that asks it."""

    term: str
    words: str
    page: str


class Whole(WhatPage, WhenPage):
    """All questions together, for the check step. `order()` is what the command takes."""

    shown: tuple[str, ...] = (*WhatPage.shown, *WhenPage.shown)
    field_order = shown

    def order(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "service_code": given["service"],
            "details": given["details"],
            "wish": Wish.WINDOW if given.get("wish_from") else Wish.ANY_TIME,
            "wish_from": given.get("wish_from"),
            "wish_until": given.get("wish_until"),
            "repeat": given.get("repeat") or Repeat.ONCE,
            "urgent_reason": given["urgent_reason"],
            "urgent_words": given["urgent_words"],
            "focus_groups": tuple(given["focus_groups"]),
            "people_needed": given["people_needed"],
            "gender": int(given["gender"] or 0),
            "language": int(given["language"] or 0),
            "same_volunteer_id": int(given["same_volunteer"]) if given["same_volunteer"] else None,
            "dangers": tuple(given["dangers"]),
            "danger_note": given["danger_note"],
            **self._where(),
        }

    def _where(self) -> dict[str, Any]:
        asking, address = self.asking, self.cleaned_data["address"]
        if self.cleaned_data["place"] == HOME:
            at = (asking.latitude, asking.longitude)
            return {"area_id": asking.home_area_id, "address": asking.home, "latitude": at[0], "longitude": at[1]}
        door = asking.door(address)
        return {
            "area_id": asking.area_id,
            "address": address,
            "latitude": door.latitude if door else None,
            "longitude": door.longitude if door else None,
        }

    @property
    def may_keep_address(self) -> bool:
        """A first address of one's own may be kept in the profile."""
        return not self.asking.home and self.cleaned_data.get("whom") == ME

    def helped(self) -> dict[str, str] | None:
        """Who is helped, when it is someone not yet known: name, phone and relation."""
        given = self.cleaned_data
        if given.get("whom") != KIN:
            return None
        return {"name": given["kin_name"], "phone": given["kin_phone"], "relation": given["kin_relation"]}

    def helped_id(self) -> int | None:
        whom = str(self.cleaned_data["whom"])
        return int(whom[1:]) if whom[:1] == "p" else None

    def answers(self) -> list[Answer]:
        """What was answered, in words, in the order of the questions; what is still wrong stands empty."""
        given, asking = self.cleaned_data, self.asking
        service = asking.service(given.get("service", ""))
        place = asking.home if given.get("place") == HOME else f"{asking.community} {given.get('address', '')}"
        answers = [
            Answer(_("要什么帮助"), service.name if service else "", "what"),
            Answer(_("具体说说"), given.get("details", ""), "words"),
            Answer(_("什么时候"), self._when(), "day"),
            Answer(_("几次"), self._picked("repeat"), "often"),
            Answer(_("急不急"), self._urgent(), "urgent"),
            Answer(_("给谁点的"), self._whom(), "whom"),
            Answer(_("在哪里"), place, "where"),
            Answer(_("有什么要求"), self._wishes(), "wishes"),
            Answer(_("来的人要知道的"), self._household(), "household"),
        ]
        return [each for each in answers if ASKS.get(each.page, "service") in self.fields]

    def wrong(self, page: str) -> list[str]:
        """What is wrong with the answers of a page of the elder version; the time belongs to the day."""
        names = [*BIG_GROUPS[page].shown, *(BIG_GROUPS["time"].shown if page == "day" else ())]
        return [str(error) for name in names for error in self.errors.get(name, ())]

    def _when(self) -> str:
        given = self.cleaned_data
        if given.get("wish_from"):
            return moments.window(given["wish_from"], given["wish_until"], self.now)
        return _("哪天都行") if given.get("day") == ANY else ""

    def _urgent(self) -> str:
        if not self.cleaned_data.get("urgent_reason"):
            return _("不急")
        return _("%(reason)s：%(words)s") % {"reason": self._picked("urgent_reason"), "words": self.cleaned_data["urgent_words"]}

    def _picked(self, name: str) -> str:
        value = str(self.cleaned_data.get(name) or "")
        words = {str(key): str(label) for key, label in self.fields[name].choices} if name in self.fields else {}  # type: ignore[attr-defined]
        return words.get(value, "").partition(BAR)[0]

    def _whom(self) -> str:
        return str(self.cleaned_data["kin_name"]) if self.cleaned_data.get("whom") == KIN else self._picked("whom")

    def _wishes(self) -> str:
        given = self.cleaned_data
        wanted = [self._picked(name) for name in ("gender", "language", "same_volunteer") if given.get(name, "") not in ("", "0")]
        people = [_("要来 %(n)d 个人") % {"n": given["people_needed"]}] if given.get("people_needed") else []
        return _("、").join([*wanted, *people])

    def _household(self) -> str:
        given = self.cleaned_data
        said = []
        for name in ("focus_groups", "dangers"):
            words = {str(key): str(label) for key, label in self.fields[name].choices}  # type: ignore[attr-defined]
            said += [words[str(value)] for value in given.get(name, ())]
        return _("、").join([*said, *([given["danger_note"]] if given.get("danger_note") else [])])


class WordsPage(Words):
    shown = ("details",)


class WishesPage(Wishes):
    shown = ("gender", "language", "same_volunteer", "people_needed")


class HouseholdPage(Household):
    shown = ("focus_groups", "dangers", "danger_note")


class ServicePage(What):
    shown = ("service",)


#: page → its questions; STEPS are walked in order, the other pages of the elder version are reached from the check step.
GROUPS: dict[str, type[Question]] = {"what": WhatPage, "when": WhenPage}
STEPS = ("what", "when")
BIG_GROUPS: dict[str, type[Question]] = {
    "what": ServicePage,
    "day": DayPage,
    "time": TimePage,
    "whom": WhomPage,
    "where": WherePage,
    "words": WordsPage,
    "often": OftenPage,
    "urgent": UrgentPage,
    "wishes": WishesPage,
    "household": HouseholdPage,
}
BIG_STEPS = ("what", "day", "time", "whom", "where")


class Photo(forms.Form):
    photo = forms.ImageField(
        label=gettext_lazy("拍张照片"),
        error_messages={"required": gettext_lazy("请选一张照片"), "invalid_image": gettext_lazy("这不是照片，请选 JPG 或 PNG")},
        widget=forms.ClearableFileInput(attrs={"accept": "image/*"}),
    )


class KeepAddress(forms.Form):
    """A separate consent: whoever does not tick it orders just the same."""

    keep_address = forms.BooleanField(label=gettext_lazy("记住这个地址，下次不用再填"), required=False)


class Phone(forms.Form):
    """Who asks: the phone is proved by a code sent to it."""

    name = forms.CharField(
        label=gettext_lazy("怎么称呼您"),
        max_length=60,
        error_messages={"required": gettext_lazy("请写您的姓名")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.RegexField(
        r"^1\d{10}$",
        label=gettext_lazy("手机号"),
        error_messages={"required": gettext_lazy("请写 11 位手机号"), "invalid": gettext_lazy("手机号是 1 开头的 11 位数字")},
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "numeric", "autocomplete": "tel", "maxlength": "11"}),
    )


class PhoneCode(Phone):
    code = forms.RegexField(
        r"^\d{6}$",
        label=gettext_lazy("短信验证码"),
        error_messages={"required": gettext_lazy("请写短信里的 6 位数字"), "invalid": gettext_lazy("验证码是 6 位数字")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": "6", "class": "input--code"}),
    )
