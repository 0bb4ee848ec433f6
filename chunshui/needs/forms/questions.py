"""The questions of an order, each asked once; `forms.ask` puts them on pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chunshui.kernel import clock, moments
from chunshui.needs.states import Danger, Repeat, UrgentReason
from chunshui.people.states import FocusGroup, Language, RelationKind, Sex

if TYPE_CHECKING:
    from chunshui.needs.queries import Asking

BAR = "｜"
ANY, OTHER, KEEP, ME, KIN, HOME, ELSEWHERE = "any", "other", "keep", "me", "kin", "home", "else"
HALVES = {"am": (8, 12), "pm": (14, 18), "eve": (19, 21), ANY: (8, 20)}
FURTHEST_DAYS = 60
#: on one screen of the elder version
MOST_CHOICES = 5


class Question(forms.Form):
    """A part of the order form. `asking` holds what the answers are chosen from, `now` the moment of asking."""

    def __init__(self, *args: Any, asking: Asking, now: datetime, **kwargs: Any) -> None:
        self.asking, self.now = asking, now
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.prepare()

    #: the fields that this page asks; the others are only looked at
    shown: tuple[str, ...] = ()

    def prepare(self) -> None:
        """Fill in the choices."""

    def asked(self) -> list[BoundField]:
        return [self[name] for name in self.shown]


def _radio(label: Any, missing: Any, choices: Sequence[tuple[str, Any]] = (), **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, error_messages={"required": missing}, **more)


def _several(label: Any, choices: Any, **more: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, choices=choices, widget=forms.CheckboxSelectMultiple, required=False, **more)


class What(Question):
    service = _radio(gettext_lazy("要什么帮助"), gettext_lazy("请选要什么帮助"))

    def prepare(self) -> None:
        super().prepare()
        self.fields["service"].choices = [(each.code, each.spoken if self.asking.is_spoken else each.words) for each in self.asking.services]  # type: ignore[attr-defined]


class Words(Question):
    details = forms.CharField(
        label=gettext_lazy("具体说说"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("例如：去市六院复查，挂号在二楼，要推轮椅。"),
        widget=forms.Textarea(attrs={"rows": "3"}),
    )


class Day(Question):
    day = _radio(gettext_lazy("哪一天"), gettext_lazy("请选哪一天"))
    date = forms.DateField(
        label=gettext_lazy("别的日子"),
        required=False,
        error_messages={"invalid": gettext_lazy("日期要写成 2026-12-03 这样")},
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def prepare(self) -> None:
        super().prepare()
        today = clock.today(self.now)
        days = [today + timedelta(days=n) for n in range(3)]
        near = [(str(n), f"{moments.near(day, self.now)}{BAR}{self._small(day)}") for n, day in enumerate(days)]
        standing = self.asking.standing
        keep = [(KEEP, _("不变｜%(when)s") % {"when": standing.window})] if standing is not None and standing.window else []
        near = near[: MOST_CHOICES - 2 - len(keep)]
        self.fields["day"].choices = [*keep, *near, (OTHER, _("别的日子")), (ANY, _("哪天都行"))]  # type: ignore[attr-defined]
        bounds = {"min": today.isoformat(), "max": (today + timedelta(days=FURTHEST_DAYS)).isoformat()}
        self.fields["date"].widget.attrs.update(bounds)

    @staticmethod
    def _small(day: dt.date) -> str:
        return _("%(day)d 日 %(weekday)s") % {"day": day.day, "weekday": moments.weekday(day)}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        picked = cleaned.get("day")
        if picked == OTHER and "date" not in self.errors:
            self._other_day(cleaned)
        elif picked == KEEP and self.asking.standing is not None:
            cleaned["wish_from"], cleaned["wish_until"] = (self.asking.standing.says(name) for name in ("wish_from", "wish_until"))
        elif picked and picked not in (ANY, KEEP):
            cleaned["on"] = clock.today(self.now) + timedelta(days=int(picked))
        return cleaned

    def _other_day(self, cleaned: dict[str, Any]) -> None:
        wanted, today = cleaned.get("date"), clock.today(self.now)
        if wanted is None:
            self.add_error("date", _("请写是哪一天"))
        elif wanted < today:
            self.add_error("date", _("这一天已经过了，请选今天或以后"))
        elif wanted > today + timedelta(days=FURTHEST_DAYS):
            self.add_error("date", _("最多提前 %(n)d 天") % {"n": FURTHEST_DAYS})
        else:
            cleaned["on"] = wanted


class Time(Question):
    half = _radio(
        gettext_lazy("大概几点"),
        gettext_lazy("请选大概几点"),
        [
            ("am", gettext_lazy("上午｜8–12 点")),
            ("pm", gettext_lazy("下午｜14–18 点")),
            ("eve", gettext_lazy("晚上｜19–21 点")),
            (ANY, gettext_lazy("都可以")),
        ],
    )

    def prepare(self) -> None:
        super().prepare()
        self.fields["half"].required = str(self.data.get("day", "")) not in (ANY, KEEP)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        on, half = cleaned.get("on"), cleaned.get("half")
        if on and half:
            opens, closes = HALVES[half]
            start, end = max(clock.at(on, opens), self._soon()), clock.at(on, closes)
            if start >= end:
                self.add_error("half", _("这个时间已经过了，请选晚一点"))
            else:
                cleaned["wish_from"], cleaned["wish_until"] = start, end
        return cleaned

    def _soon(self) -> datetime:
        """The next full quarter of an hour."""
        return self.now + timedelta(minutes=15 - self.now.minute % 15, seconds=-self.now.second, microseconds=-self.now.microsecond)


class Often(Question):
    repeat = _radio(
        gettext_lazy("几次"),
        gettext_lazy("请选几次"),
        [(Repeat.ONCE, gettext_lazy("就这一次")), (Repeat.WEEKLY, gettext_lazy("每周一次｜同一天、同一时间"))],
        initial=Repeat.ONCE,
    )

    def prepare(self) -> None:
        super().prepare()
        self.fields["repeat"].required = False
        if self.asking.standing is not None and self.asking.standing.in_series:
            del self.fields["repeat"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["repeat"] = cleaned.get("repeat") or Repeat.ONCE
        if cleaned["repeat"] == Repeat.WEEKLY and cleaned.get("day") == ANY:
            self.add_error("repeat", _("每周一次要先选定哪一天"))
        return cleaned


class Whom(Question):
    whom = _radio(gettext_lazy("给谁点的"), gettext_lazy("请选给谁点的"), initial=ME)
    kin_name = forms.CharField(label=gettext_lazy("他的姓名"), required=False, max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    kin_phone = forms.CharField(
        label=gettext_lazy("他的电话"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("没有电话可以不写"),
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "numeric", "autocomplete": "off"}),
    )
    kin_relation = _radio(
        gettext_lazy("他是您的"), "", [(RelationKind.FAMILY, gettext_lazy("家人")), (RelationKind.NEIGHBOUR, gettext_lazy("邻居"))], required=False
    )
    kin_agrees = forms.BooleanField(label=gettext_lazy("他本人同意我替他点单"), required=False)

    def prepare(self) -> None:
        super().prepare()
        if self.asking.standing is not None:
            for name in ("whom", "kin_name", "kin_phone", "kin_relation", "kin_agrees"):
                del self.fields[name]
            return
        helped = [(f"p{each.person_id}", each.words) for each in self.asking.helped]
        kin = (KIN, _("家人或邻居｜要他本人同意"))
        self.fields["whom"].choices = [(ME, _("我自己")), *helped, kin]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("whom") == KIN:
            if not cleaned.get("kin_name"):
                self.add_error("kin_name", _("请写他的姓名"))
            if not cleaned.get("kin_relation"):
                self.add_error("kin_relation", _("请选他是您的什么人"))
            if not cleaned.get("kin_agrees"):
                self.add_error("kin_agrees", _("要他本人同意，才能替他点单"))
            self._check_phone(cleaned.get("kin_phone", ""))
        return cleaned

    def _check_phone(self, phone: str) -> None:
        if phone and not (phone.isdigit() and 7 <= len(phone) <= 12):
            self.add_error("kin_phone", _("电话只写数字，手机号是 11 位"))


class Where(Question):
    place = _radio(gettext_lazy("志愿者到哪里找您"), gettext_lazy("请选在哪里"))
    address = forms.CharField(
        label=gettext_lazy("地址"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("写到门牌和几单元几号，例如：莺花巷 27 号 3 单元 5-2"),
        widget=forms.TextInput(attrs={"list": "doors", "autocomplete": "off"}),
    )

    def prepare(self) -> None:
        super().prepare()
        home = [(HOME, _("家里：%(address)s") % {"address": self.asking.home})] if self.asking.home else []
        self.fields["place"].choices = [*home, (ELSEWHERE, _("别的地方") if home else _("写一个地址"))]  # type: ignore[attr-defined]
        if home:
            self.fields["place"].initial = HOME
        else:
            self.fields["place"].required = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        place = cleaned.get("place") or (ELSEWHERE if not self.asking.home else "")
        if place == HOME and cleaned.get("whom", ME) != ME:
            self.add_error("place", _("替别人点单，请写他的地址"))
        if place == ELSEWHERE and not cleaned.get("address"):
            self.add_error("address", _("请写地址，志愿者才找得到门"))
        cleaned["place"] = place
        return cleaned


class Wishes(Question):
    gender = _radio(
        gettext_lazy("希望来的人是"),
        "",
        [("0", gettext_lazy("都可以")), (str(Sex.FEMALE.value), gettext_lazy("女")), (str(Sex.MALE.value), gettext_lazy("男"))],
        required=False,
        initial="0",
    )
    language = forms.ChoiceField(label=gettext_lazy("会说什么话"), required=False, choices=[])
    same_volunteer = forms.ChoiceField(label=gettext_lazy("还要上次那位吗"), required=False, choices=[])
    people_needed = forms.IntegerField(
        label=gettext_lazy("要来几个人"), required=False, min_value=1, max_value=20, widget=forms.NumberInput(attrs={"inputmode": "numeric"})
    )

    def prepare(self) -> None:
        super().prepare()
        languages = [("", _("都可以")), *((str(code), words) for code, words in Language.choices)]
        self.fields["language"].choices = languages  # type: ignore[attr-defined]
        same = [("", _("谁来都行")), *((str(each.person_id), each.words) for each in self.asking.before)]
        self.fields["same_volunteer"].choices = same  # type: ignore[attr-defined]


class Household(Question):
    focus_groups = _several(
        gettext_lazy("来的人要知道的"),
        [
            (FocusGroup.OLD, gettext_lazy("有老人")),
            (FocusGroup.YOUNG, gettext_lazy("有小孩")),
            (FocusGroup.DISABLED, gettext_lazy("行动不便或有残疾")),
            (FocusGroup.HARDSHIP, gettext_lazy("家里困难")),
        ],
    )
    dangers = _several(gettext_lazy("有没有这些情况"), Danger.choices, help_text=gettext_lazy("说在前面，大家都安心"))
    danger_note = forms.CharField(label=gettext_lazy("要提醒的话"), required=False, max_length=200)


class Urgent(Question):
    """A resident may say that it is urgent, with a reason; a worker looks at it."""

    urgent = _radio(
        gettext_lazy("急不急"),
        "",
        [],
        required=False,
        initial="no",
    )
    urgent_reason = _radio(gettext_lazy("急在哪里"), "", UrgentReason.choices, required=False)
    urgent_words = forms.CharField(
        label=gettext_lazy("说一句为什么急"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("社区看了再定是不是急单。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def prepare(self) -> None:
        """Where the district offers no urgent orders nothing is asked, unless the order already says so."""
        super().prepare()
        standing, hours = self.asking.standing, self.asking.urgent_hours
        if not hours and not (standing and standing.says("urgent_reason")):
            for name in ("urgent", "urgent_reason", "urgent_words"):
                del self.fields[name]
            return
        soon = _("急｜%(n)d 小时里就要人") % {"n": hours} if hours else _("急")
        self.fields["urgent"].choices = [("no", _("不急｜按时间来就行")), ("yes", soon)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("urgent") == "yes":
            if not cleaned.get("urgent_reason"):
                self.add_error("urgent_reason", _("请选急在哪里"))
            if not cleaned.get("urgent_words"):
                self.add_error("urgent_words", _("请写一句急在哪里"))
        else:
            cleaned["urgent_reason"] = cleaned["urgent_words"] = ""
        return cleaned
