"""What several pages of redemption share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import segno
from django.http import HttpRequest, StreamingHttpResponse
from django.templatetags.static import static
from django.utils import timezone
from django.utils.http import content_disposition_header

from chunshui.areas import queries as areas
from chunshui.kernel import clock, export


def chosen_area(request: HttpRequest) -> Any:
    """The area that the visitor chose, for the public lists."""
    return areas.area_from(request.GET.get("area") or request.COOKIES.get("area", ""))


def drawing(area: Any) -> str:
    """The drawn map of an area, for one that has it."""
    return static(area.drawing) if area is not None and area.drawing else ""


def workbook(title: str, headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(export.workbook(title, headers, rows), content_type=export.CONTENT_TYPE)
    answer.headers["Content-Disposition"] = content_disposition_header(True, export.file_name(title, clock.today(timezone.now())))
    return answer


def qr(text: str) -> str:
    """A QR code as the address of a picture."""
    return str(segno.make(text, error="m", micro=False).png_data_uri(scale=8, border=2))
