"""Tags every template has: icons, form controls, menus."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms, template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from chunshui.kernel import search

register = template.Library()

#: between the words of a choice and its small print: "明天｜13 日 周六"
BAR = "｜"
AREAS = (forms.Textarea,)


@register.simple_tag
def icon(name: str, cls: str = "") -> SafeString:
    """One sprite, fingerprinted, always decorative: the words next to it carry the meaning."""
    return format_html('<svg class="i {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>', cls, static("img/icons.svg"), name)


@dataclass(frozen=True)
class Option:
    """One radio button or checkbox of a group."""

    id: str
    value: str
    words: str
    small: str
    checked: bool
    disabled: bool


@dataclass(frozen=True)
class Control:
    """A bound field as a component needs it."""

    kind: str
    id: str
    target: str
    name: str
    label: str
    hint: str
    errors: list[str]
    required: bool
    described: str
    html: SafeString
    options: list[Option]

    @property
    def grouped(self) -> bool:
        return self.kind in ("radio", "checkbox", "group")

    @property
    def rows(self) -> list[list[Option]]:
        """Morning, afternoon, evening of each kind of day."""
        return [self.options[start : start + 3] for start in range(0, len(self.options), 3)]


def _kind(field: BoundField) -> str:
    widget = field.field.widget
    if field.is_hidden:
        return "hidden"
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checkbox"
    if isinstance(widget, forms.RadioSelect):
        return "radio"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    return "group" if field.use_fieldset else "line"


def _option(data: dict[str, Any]) -> Option:
    words, _, small = str(data["label"]).partition(BAR)
    attrs = data["attrs"]
    value = "" if data["value"] is None else str(data["value"])
    return Option(str(attrs.get("id", "")), value, words, small, bool(data["selected"]), bool(attrs.get("disabled")))


def _options(field: BoundField, kind: str) -> list[Option]:
    if kind not in ("radio", "checkbox"):
        return []
    found = [_option(part.data) for part in field.subwidgets]
    return found if kind == "checkbox" else [option for option in found if option.value or field.field.required is False]


def _html(field: BoundField, kind: str) -> SafeString:
    if kind == "hidden":
        return field.as_hidden() if not field.field.show_hidden_initial else field.as_widget()
    if kind in ("line", "group"):
        own = str(field.field.widget.attrs.get("class", ""))
        plain = "area" if isinstance(field.field.widget, AREAS) else "input"
        return field.as_widget(attrs={"class": f"{plain} {own}".strip()})
    return SafeString("")


def _described(field: BoundField) -> str:
    ids = [(bool(field.help_text), "helptext"), (bool(field.errors), "error")]
    return " ".join(f"{field.auto_id}_{name}" for present, name in ids if present)


@register.simple_tag
def control(field: BoundField) -> Control:
    """What the field component draws; ids are those that Django itself puts into aria-describedby."""
    kind = _kind(field)
    options = _options(field, kind)
    return Control(
        kind=kind,
        id=field.auto_id,
        target=options[0].id if options else field.id_for_label or field.auto_id,
        name=field.html_name,
        label=str(field.label),
        hint=str(field.help_text),
        errors=[str(error) for error in field.errors],
        required=field.field.required,
        described=_described(field),
        html=_html(field, kind),
        options=options,
    )


@register.simple_tag
def checked(field: BoundField) -> bool:
    """Whether a single checkbox is ticked."""
    return bool(field.field.widget.check_test(field.value()))


@dataclass(frozen=True)
class Problem:
    """One line of the error summary; `target` is empty for what belongs to no field."""

    words: str
    target: str


@register.simple_tag
def problems(form: forms.BaseForm) -> list[Problem]:
    """Every error of a form in the order of its fields, with the words that stand at the field."""
    if not form.is_bound:
        return []
    general = [Problem(str(error), "") for error in form.non_field_errors()]
    return general + [Problem(words, control(field).target) for field in form for words in map(str, field.errors)]


@register.filter
def head(name: Any) -> str:
    """The first character of a name, for the round picture."""
    return str(name)[:1]


@register.filter
def searchable(text: Any) -> bool:
    """Whether there is anything in a search to look for."""
    return search.is_searchable(str(text))


@register.filter
def up_to(count: Any) -> Iterable[int]:
    """1 … n, for step bars and stars."""
    return range(1, int(count) + 1)


@register.filter
def int_of(text: Any) -> int:
    """A number out of an attribute; empty is 0."""
    return int(text) if str(text).strip() else 0
