"""What is wrong with an input of the API, in the person's language: the types refuse, this says it in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chunshui.kernel.errors import Text

WHOLE, NUMBER, OBJECT, WRITTEN = (
    gettext_lazy("要写成整数。"),
    gettext_lazy("要写成数字。"),
    gettext_lazy("要写成一个对象。"),
    gettext_lazy("写法不对。"),
)
FLAG = gettext_lazy("只能是 true 或 false。")

#: by the name that the type gives its refusal
WORDS: dict[str, Text] = {
    "missing": gettext_lazy("请填写。"),
    "extra_forbidden": gettext_lazy("没有这一项。"),
    "string_type": gettext_lazy("要写成文字。"),
    "string_unicode": gettext_lazy("里面有不能用的字符。"),
    "string_pattern_mismatch": WRITTEN,
    "int_type": WHOLE,
    "int_parsing": WHOLE,
    "int_parsing_size": WHOLE,
    "int_from_float": WHOLE,
    "float_type": NUMBER,
    "float_parsing": NUMBER,
    "finite_number": NUMBER,
    "bool_type": FLAG,
    "bool_parsing": FLAG,
    "list_type": gettext_lazy("要写成列表。"),
    "dict_type": OBJECT,
    "model_type": OBJECT,
    "model_attributes_type": OBJECT,
}
#: words with a limit, what they call it, and what the type calls it
LIMITS: dict[str, tuple[Text, str, str]] = {
    "string_too_long": (gettext_lazy("最多 %(most)d 个字。"), "most", "max_length"),
    "string_too_short": (gettext_lazy("至少 %(least)d 个字。"), "least", "min_length"),
    "too_long": (gettext_lazy("最多 %(most)d 项。"), "most", "max_length"),
    "too_short": (gettext_lazy("至少 %(least)d 项。"), "least", "min_length"),
    "greater_than_equal": (gettext_lazy("不能小于 %(least)s。"), "least", "ge"),
    "less_than_equal": (gettext_lazy("不能大于 %(most)s。"), "most", "le"),
}
_QUOTED = re.compile(r"'([^']*)'|(\d+)")


def fault(error: Mapping[str, Any]) -> dict[str, str]:
    """The field as the caller wrote it, and what is wrong with it."""
    return {"field": _field(error["loc"]), "message": _message(str(error["type"]), error.get("ctx") or {})}


def _field(place: tuple[Any, ...]) -> str:
    """`body.need.dangers.0` is `dangers.0` to the caller: where it was and what we call the whole is our own affair."""
    rest = place[2:] if place[0] == "body" else place[1:]
    return ".".join(str(part) for part in rest) or "body"


def _message(kind: str, told: Mapping[str, Any]) -> str:
    if kind == "value_error":
        return str(told["error"])
    if kind in ("literal_error", "enum"):
        allowed = [word or number for word, number in _QUOTED.findall(str(told["expected"]))]
        return _("只能是：%(allowed)s。") % {"allowed": _("、").join(allowed)}
    if kind in LIMITS:
        words, name, given = LIMITS[kind]
        return str(words) % {name: told[given]}
    return str(WORDS.get(kind, WRITTEN))
