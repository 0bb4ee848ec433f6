"""What every API door shares: problems (RFC 9457), plain types, scopes, pages, idempotency.

Types are strict, so that what a schema forbids is refused and what it allows is never a server error: no NUL in texts, ids that fit
a database key, moments with a time zone between 2000 and 2100. Modules with routes do not postpone annotations: ninja reads them.
"""

import hashlib
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import wraps
from inspect import signature
from typing import Annotated, Any, Protocol, TypeVar

from annotated_types import GroupedMetadata, Interval
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Schema
from pydantic import AfterValidator, BeforeValidator, Strict, StrictBool, StringConstraints, WithJsonSchema
from pydantic_core import to_jsonable_python

from chunshui.kernel import throttle
from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.models import ApiAnswer

MOST_ID = 2**53 - 1

KEY = re.compile(r"[!-~]{1,100}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
PRINTABLE = r"^[^\x00-\x1f\x7f]*$"


#: what no parameter of a query may hold, as the schema says; texts in bodies may have line breaks
NO_TEXT = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


def _clean(text: str) -> str:
    if any((ord(c) < 32 and c not in "\t\n\r") or 0xD800 <= ord(c) <= 0xDFFF for c in text):
        raise ValueError("control characters are not allowed")
    return text


def _whole(value: Any) -> Any:
    """JSON knows one kind of number: 3.0 is a whole number, "3" and true are none."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _moment(value: Any) -> datetime:
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise ValueError("a moment looks like 2026-12-03T09:00:00+08:00")
    return datetime.fromisoformat(value.upper())


def _day(value: Any) -> date:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("a day looks like 2026-12-03")
    return date.fromisoformat(value)


def _text(most: int) -> Any:
    limits = StringConstraints(strict=True, max_length=most)
    return Annotated[str, limits, AfterValidator(_clean), Field(json_schema_extra={"pattern": PRINTABLE})]


Short = _text(40)
Line = _text(200)
Lines = _text(500)


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


Id = Annotated[int, Within(1, MOST_ID)]
Count = Annotated[int, Within(1, 20)]
Flag = StrictBool
Moment = Annotated[datetime, BeforeValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Latitude = Annotated[float, Field(strict=True, ge=-90, le=90)]
Longitude = Annotated[float, Field(strict=True, ge=-180, le=180)]


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


PROBLEMS = dict.fromkeys((400, 401, 403, 404, 409, 422, 429), Problem)
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


def allow(request: Any, scope: str, known: frozenset[str]) -> None:
    """The token must carry the scope; every call counts against the person's limit a minute."""
    unknown = set(request.GET) - known
    if unknown:
        raise Unknown(sorted(unknown)[0])
    for name, value in request.GET.items():
        if NO_TEXT.search(value):
            raise Unreadable(name)
    if scope not in request.auth.scopes:
        raise Refused(_("这个令牌没有“%(scope)s”的权限。") % {"scope": scope}, code="missing_scope")
    throttle.count(f"api:{request.auth.pk}", now=timezone.now(), most=settings.API_CALLS_A_MINUTE, per=timedelta(minutes=1))


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
            if not KEY.fullmatch(key):
                raise Refused(_("Idempotency-Key 要用 1 到 100 个可见字符。"), code="bad_key", fields={"Idempotency-Key": "1-100"})
            return _once(request, key, lambda: view(request, *args, **kwargs))

        return guarded

    return decorate


class Sealing(Protocol):
    """Seals under the caller's own key: what holds a number or an address is not kept in the open, and is erased with the person."""

    def seal(self, text: str) -> bytes: ...

    def unseal(self, sealed: bytes) -> str: ...


def _once(request: Any, key: str, run: Callable[[], Any]) -> Any:
    """Run and keep the answer in one transaction, or give the answer that is kept. A twin in flight waits for the first at the unique key.

    A refusal is not kept: it changed nothing and may be mended. It leaves the transaction standing, so that counted tries stay counted.
    """
    digest = hashlib.sha256(f"{request.method} {request.path}\n".encode() + request.body).hexdigest()
    refusal: Refused | NotFound | None = None
    result: Any = None
    with transaction.atomic():
        row, made = ApiAnswer.objects.get_or_create(person=request.auth, key=key, defaults={"body_hash": digest, "at": timezone.now()})
        if not made:
            return _kept(request, row, digest)
        try:
            result = run()
        except (Refused, NotFound) as answer:
            refusal = answer
            row.delete()
        else:
            row.status, row.body = 200, b64encode(request.sealing.seal(json.dumps(_plain(result)))).decode()
            row.save(update_fields=["status", "body"])
    if refusal is not None:
        raise refusal
    return result


def _kept(request: Any, row: ApiAnswer, digest: str) -> Any:
    if row.body_hash != digest:
        raise Refused(_("这个 Idempotency-Key 已经用在别的内容上了。"), code="key_reused")
    request.is_replayed = True
    return json.loads(request.sealing.unseal(b64decode(str(row.body))))


def _plain(result: Any) -> Any:
    return to_jsonable_python(result)


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
