"""What every API door shares: problems (RFC 9457), plain types, scopes, pages.

Types are strict, so that what a schema forbids is refused and what it allows is never a server error: no NUL in texts, ids that fit
a database key, moments with a time zone between 2000 and 2100. Modules with routes do not postpone annotations: ninja reads them.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import wraps
from inspect import signature
from typing import Annotated, Any, TypeVar

from annotated_types import GroupedMetadata, Interval, MaxLen
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Schema
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Strict, StrictBool, WithJsonSchema

from chunshui.kernel import throttle
from chunshui.kernel.errors import Refused
from chunshui.kernel.once import once

MOST_ID = 2**53 - 1

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
IN_LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f]*$"
BASE64 = r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"
#: what no parameter of a query may hold, as the schema says; texts in bodies may have line breaks
NO_TEXT = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


def _clean(text: str) -> str:
    if any((ord(c) < 32 and c not in "\t\n\r") or 0xD800 <= ord(c) <= 0xDFFF for c in text):
        raise ValueError(_("里面有不能用的字符。"))
    return text


def _whole(value: Any) -> Any:
    """JSON knows one kind of number: 3.0 is a whole number, "3" and true are none."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _moment(value: Any) -> datetime:
    try:
        if isinstance(value, str) and _MOMENT.fullmatch(value):
            return datetime.fromisoformat(value.upper())
    except ValueError:
        pass
    raise ValueError(_("时间要写成 2026-12-03T09:00:00+08:00 这样。"))


def _day(value: Any) -> date:
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise ValueError(_("日期要写成 2026-12-03 这样。"))


def _picture(value: Any) -> bytes:
    try:
        if isinstance(value, str):
            return b64decode(value, validate=True)
    except ValueError:
        pass
    raise ValueError(_("照片要写成 base64。"))


@dataclass(frozen=True)
class Text(GroupedMetadata):
    """Words without control characters but line breaks and tabs: Annotated[str, Text(40)]."""

    most: int

    def __iter__(self) -> Iterator[Any]:
        yield Strict()
        yield MaxLen(self.most)
        yield AfterValidator(_clean)
        yield WithJsonSchema({"type": "string", "maxLength": self.most, "pattern": IN_LINES})


@dataclass(frozen=True)
class Within(GroupedMetadata):
    """A whole number within bounds, both included: Annotated[int, Within(1, 20)]."""

    least: int
    most: int

    def __iter__(self) -> Iterator[Any]:
        yield BeforeValidator(_whole)
        yield Strict()
        yield Interval(ge=self.least, le=self.most)
        yield WithJsonSchema({"type": "integer", "minimum": self.least, "maximum": self.most})


Short = Annotated[str, Text(40)]
Line = Annotated[str, Text(200)]
Lines = Annotated[str, Text(500)]
Id = Annotated[int, Within(1, MOST_ID)]
Count = Annotated[int, Within(1, 20)]
Flag = StrictBool
Moment = Annotated[datetime, BeforeValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Picture = Annotated[bytes, BeforeValidator(_picture), WithJsonSchema({"type": "string", "contentEncoding": "base64", "pattern": BASE64})]
Latitude = Annotated[float, Field(strict=True, ge=-90, le=90)]
Longitude = Annotated[float, Field(strict=True, ge=-180, le=180)]


class Given(Schema):
    """What a caller sends: a misspelt field is refused, not passed over."""

    model_config = ConfigDict(extra="forbid")

    def named(self) -> dict[str, Any]:
        """Only what the caller wrote, for verbs in which the rest stays as it is."""
        return self.dict(exclude_unset=True)


class PictureOut(Schema):
    """A photo as JPEG, in base64."""

    jpeg: str


class Fault(Schema):
    """One input to mend: where, and what is wrong."""

    field: str
    message: str


class Problem(Schema):
    """RFC 9457: `code` is for machines, `detail` for people, in the language of Accept-Language."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[Fault] = []


class Done(Schema):
    """What was changed, and how it stands now."""

    id: int
    state: str


PROBLEMS = dict.fromkeys((400, 401, 403, 404, 405, 409, 413, 422, 429, 500), Problem)
T = TypeVar("T")


def answers(good: Any) -> dict[int, Any]:
    """The answers of a route: the good one, and every problem."""
    return {200: good, **PROBLEMS}


class Unreadable(Exception):  # noqa: N818  an answer, not an error
    """A query parameter with characters that are no text."""


class Unknown(Exception):  # noqa: N818  an answer, not an error
    """A query parameter that the route does not have: misspelt is refused, not passed over."""


def _known(view: Callable[..., Any]) -> frozenset[str]:
    """Names of the query parameters of a route."""
    return frozenset(name for name, each in signature(view).parameters.items() if "Query" in str(each.annotation))


def count_call(token_id: int) -> None:
    """Every call with a token counts against its limit a minute, whatever comes of it: before scope and input are looked at."""
    throttle.count(f"api:{token_id}", now=timezone.now(), most=settings.API_CALLS_A_MINUTE, per=timedelta(minutes=1))


def allow(request: Any, scope: str, known: frozenset[str]) -> None:
    """The query must be one that the route has, and the token must carry the scope."""
    unknown = set(request.GET) - known
    if unknown:
        raise Unknown(sorted(unknown)[0])
    for name, value in request.GET.items():
        if NO_TEXT.search(value):
            raise Unreadable(name)
    if scope not in request.auth.scopes:
        raise Refused(_("这个令牌没有“%(scope)s”的权限。") % {"scope": scope}, code="missing_scope")


def reads(scope: str = "read") -> Callable[[Callable[..., T]], Callable[..., T]]:
    """A route that changes nothing."""

    def decorate(view: Callable[..., T]) -> Callable[..., T]:
        known = _known(view)

        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> T:
            allow(request, scope, known)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def writes(scope: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A route that changes something, once for each Idempotency-Key."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        known = _known(view)

        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> Any:
            allow(request, scope, known)
            key = request.headers.get("Idempotency-Key")
            if key is None:
                return view(request, *args, **kwargs)
            return once(request, key, timezone.now(), lambda: view(request, *args, **kwargs))

        return guarded

    return decorate


def jpeg(image: Any) -> PictureOut:
    """A kept photo."""
    with image.open("rb") as file:
        return PictureOut(jpeg=b64encode(file.read()).decode())


def listed(page: Any, shape: Callable[[Any], Any] | None = None) -> dict[str, Any]:
    """A page of a list, with the cursors of its neighbours."""
    return {"items": [shape(row) for row in page.rows] if shape else page.rows, "next": page.next, "previous": page.previous}


def done(row: Any) -> Done:
    return Done(id=row.pk, state=str(row.state))


def in_range(*moments: datetime | date | None) -> None:
    """Dates beyond any calendar of ours are an answer, not a crash."""
    for each in moments:
        if each is not None and not 1900 <= each.year <= 2100:
            raise Refused(_("日期超出了范围。"), code="out_of_range")


def aware(moment: datetime | None) -> datetime | None:
    in_range(moment)
    return moment.astimezone(UTC) if moment else None
