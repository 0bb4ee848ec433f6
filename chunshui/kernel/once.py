"""Every write once: the answer of an Idempotency-Key is kept, sealed under the caller's own key, and given again."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from django.db import transaction
from django.utils.translation import gettext as _
from pydantic_core import to_jsonable_python

from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.models import ApiAnswer

KEY = re.compile(r"[!-~]{1,100}")


class Sealing(Protocol):
    """Seals under the caller's own key: what holds a number or an address is not kept in the open, and is erased with the person."""

    def seal(self, text: str) -> bytes: ...

    def unseal(self, sealed: bytes) -> str: ...


def once(request: Any, key: str, now: datetime, run: Callable[[], Any]) -> Any:
    """Run and keep the answer in one transaction, or give the answer that is kept. A twin in flight waits for the first at the unique key.

    A refusal is not kept: it changed nothing and may be mended. It leaves the transaction standing, so that counted tries stay counted.
    """
    if not KEY.fullmatch(key):
        raise Refused(_("Idempotency-Key 要用 1 到 100 个可见字符。"), code="bad_key", fields={"Idempotency-Key": "1-100"})
    digest = hashlib.sha256(f"{request.method} {request.path}\n".encode() + request.body).hexdigest()
    refusal: Refused | NotFound | None = None
    result: Any = None
    with transaction.atomic():
        row, made = ApiAnswer.objects.get_or_create(person=request.auth, key=key, defaults={"body_hash": digest, "at": now})
        if not made:
            return _kept(request, row, digest)
        try:
            result = run()
        except (Refused, NotFound) as answer:
            refusal = answer
            row.delete()
        else:
            row.status, row.body = 200, b64encode(request.sealing.seal(json.dumps(to_jsonable_python(result)))).decode()
            row.save(update_fields=["status", "body"])
    if refusal is not None:
        raise refusal
    return result


def _kept(request: Any, row: ApiAnswer, digest: str) -> Any:
    if row.body_hash != digest:
        raise Refused(_("这个 Idempotency-Key 已经用在别的内容上了。"), code="key_reused")
    request.is_replayed = True
    return json.loads(request.sealing.unseal(b64decode(str(row.body))))
