"""A volunteer's own hours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chunshui.hours import queries
from chunshui.kernel import clock, export
from chunshui.kernel.http import PersonRequest

if TYPE_CHECKING:
    from chunshui.hours.models import Record


@login_required
@require_safe
def my_hours(request: PersonRequest) -> HttpResponse:
    me, now = request.user, timezone.now()
    page = queries.records_of(me, me.pk, request.GET.get("cursor", ""))
    return render(
        request, "hours/my_hours.html", {"page": page, "totals": queries.totals(me, me.pk, now), "sanction": queries.sanction_of(me.pk, now)}
    )


@login_required
@require_safe
def export_hours(request: PersonRequest) -> StreamingHttpResponse:
    """One's own records as a workbook."""
    me, title = request.user, _("我的时长")
    headers = [_("服务"), _("在哪里"), _("开始"), _("结束"), _("计入分钟"), _("登记方式"), _("状态"), _("备注")]
    rows = (_cells(record) for record in queries.all_records_of(me, me.pk).iterator(chunk_size=1000))
    answer = StreamingHttpResponse(export.workbook(title, headers, rows), content_type=export.CONTENT_TYPE)
    answer.headers["Content-Disposition"] = content_disposition_header(True, export.file_name(title, clock.today(timezone.now())))
    return answer


def _cells(record: Record) -> list[Any]:
    words = [record.get_entry_way_display(), record.get_state_display(), record.remark]
    return [record.title, str(record.area), record.started_at, record.ended_at, record.minutes, *words]
