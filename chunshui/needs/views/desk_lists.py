"""Lists of the staff: all orders, follow-ups, statistics; each with its export."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import chain
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from chunshui.areas import queries as areas
from chunshui.areas.states import AreaKind
from chunshui.kernel import clock, export
from chunshui.kernel.http import PersonRequest, answered, staff_only
from chunshui.needs import commands, queries
from chunshui.needs.forms import desk as forms
from chunshui.needs.queries import desk as reads


def _filters(request: PersonRequest) -> tuple[forms.FindNeeds, reads.Filters]:
    form = forms.FindNeeds(request.GET, services=list(queries.service_choices(reads.acting_community_id(request.user))))
    form.is_valid()
    given = form.cleaned_data
    names = {name: given.get(name) or "" for name in ("state", "service", "level")}
    return form, reads.Filters(given.get("q", "") or "", **names, since=given.get("since"), until=given.get("until"))


def _file(name: str, title: str, headers: list[str], rows: Iterator[list[Any]]) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(export.workbook(title, headers, rows), content_type=export.CONTENT_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{export.file_name(name, clock.today(timezone.now()))}"'
    return answer


@require_GET
@staff_only
@never_cache
def needs_list(request: PersonRequest) -> HttpResponse:
    area = reads.acting_area(request.user)
    form, filters = _filters(request)
    page, lines = reads.needs_list(area, filters, timezone.now(), request.GET.get("cursor", ""))
    narrowed = any(request.GET.get(name) for name in ("state", "service", "level", "since", "until"))
    context = {"area": area, "form": form, "page": page, "lines": lines, "q": filters.text, "narrowed": narrowed}
    return render(request, "needs/desk/needs_list.html", context)


@require_POST
@staff_only
def export_needs(request: PersonRequest) -> Any:
    """The list as a workbook, masked like the page."""
    _form, filters = _filters(request)
    headers = [_("单号"), _("社区"), _("服务"), _("居民"), _("渠道"), _("点单时间"), _("状态"), _("超时升级"), _("要几人"), _("已约几人"), _("几星")]
    return _file("needs", _("单子"), headers, reads.needs_to_export(reads.acting_area(request.user), filters, timezone.now()))


@require_GET
@staff_only
@never_cache
def follow_ups(request: PersonRequest) -> HttpResponse:
    area, ended = reads.acting_area(request.user), request.GET.get("ended") == "1"
    page = reads.follow_ups(area, ended=ended, cursor=request.GET.get("cursor", ""))
    now = timezone.now()
    lines = reads.clocked(page.rows, now, lambda row: row.need)
    return render(request, "needs/desk/follow_ups.html", {"area": area, "page": page, "lines": lines, "ended": ended, "now": now})


@staff_only
@never_cache
def follow_up(request: PersonRequest, follow_up_id: int) -> HttpResponse:
    """One case: what was said, the order, and what came of it."""
    found = queries.visible_follow_up(request.user, follow_up_id)
    form = forms.Result(request.POST if request.method == "POST" else None)
    if answered(form, lambda: _close(request, follow_up_id, form)):
        messages.success(request, _("记下了。"))
        return redirect("follow_ups")
    now = timezone.now()
    history = queries.history_lines(request.user, found.need, now)
    shown = {"slip": queries.slip(found.need, now), "rating": getattr(found.need, "rating", None)}
    context = {"case": found, "need": found.need, "history": history, "form": form, **shown}
    return render(request, "needs/desk/follow_up.html", context, status=422 if form.errors else 200)


def _close(request: PersonRequest, follow_up_id: int, form: forms.Result) -> Any:
    verb = commands.refer_follow_up if form.cleaned_data["refer"] else commands.close_follow_up
    return verb(actor=request.user, follow_up_id=follow_up_id, result=form.cleaned_data["result"], now=timezone.now())


def _month(request: PersonRequest) -> date:
    form = forms.Period(request.GET)
    form.is_valid()
    chosen: date | None = form.cleaned_data.get("month")
    return (chosen or clock.today(timezone.now())).replace(day=1)


def _by(area: Any) -> tuple[str, dict[int, str]]:
    """What the lines of a statistic are: communities of a street or district, else services."""
    names = {each.pk: str(each) for each in areas.areas_below(area, AreaKind.COMMUNITY)}
    return "community_id", names


@require_GET
@staff_only
@never_cache
def statistics(request: PersonRequest) -> HttpResponse:
    area, month = reads.acting_area(request.user), _month(request)
    before = (month - timedelta(days=1)).replace(day=1)
    services = reads.services_by_id()
    by, names = _by(area)
    context = {
        "area": area,
        "month": month,
        "before": before,
        "after": (month + timedelta(days=32)).replace(day=1),
        "is_now": month == clock.month_start(timezone.now()),
        "total": queries.statistics(area, month, month),
        "last": queries.statistics(area, before, before),
        "services": _named(area, month, "service_id", services),
        "communities": _named(area, month, by, names),
    }
    return render(request, "needs/desk/statistics.html", context)


def _named(area: Any, month: date, by: str, names: dict[int, Any]) -> list[tuple[Any, queries.Statistics]]:
    """Lines of a statistic with their names; nothing to compare, no lines."""
    if len(names) < 2:
        return []
    return [(names[pk], line) for pk, line in queries.statistics_by(area, month, month, by) if pk in names][:60]


@require_POST
@staff_only
def export_statistics(request: PersonRequest) -> Any:
    area, month = reads.acting_area(request.user), _month(request)
    by, names = _by(area)
    headers = [_("按"), _("社区"), _("服务"), _("点单"), _("办结"), _("取消"), _("评价"), _("平均星"), _("满意率"), _("服务分钟")]
    services = reads.services_by_id()
    places = ([_("社区"), names.get(pk, ""), "", *_cells(line)] for pk, line in queries.statistics_by(area, month, month, by))
    kinds = ([_("服务"), "", str(services.get(pk, "")), *_cells(line)] for pk, line in queries.statistics_by(area, month, month, "service_id"))
    return _file(f"statistics-{month:%Y-%m}", _("统计"), headers, chain(places, kinds))


def _cells(line: queries.Statistics) -> list[Any]:
    stars = round(line.average_stars, 2) if line.average_stars else None
    pleased = round(line.pleased_share * 100, 1) if line.pleased_share is not None else None
    return [line.placed, line.delivered, line.cancelled, line.rated, stars, pleased, line.minutes]
