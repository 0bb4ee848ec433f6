"""Pages of stars: a volunteer's way, the publicity, the five-star list, privileges, and the queue of those who decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chunshui.areas import queries as areas
from chunshui.hours import commands, queries
from chunshui.hours.forms import stars as forms
from chunshui.kernel import clock, export
from chunshui.kernel.errors import Refused
from chunshui.kernel.http import PersonRequest, staff_only, tell

if TYPE_CHECKING:
    from chunshui.hours.models import Star


@login_required
def my_stars(request: PersonRequest) -> HttpResponse:
    """The level held, what the next one takes, and the application."""
    found = queries.stars_of(request.user, timezone.now())
    reached = [line.level for line in found.choices]
    form = forms.ApplyForStar(
        request.POST if request.method == "POST" else None, reached=reached, initial={"level": reached[-1] if reached else None}
    )
    if request.method == "POST" and form.is_valid():
        try:
            star = commands.apply_for_star(actor=request.user, now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("已申请，审核结果会告诉您。"))
            return redirect("star", star.pk)
        except Refused as refusal:
            tell(form, refusal)
    shown = {"found": found, "form": form, "privileges": queries.privileges(timezone.now()).get(found.level, [])}
    return render(request, "hours/my_stars.html", shown, status=422 if form.errors else 200)


@login_required
@require_safe
def star(request: PersonRequest, star_id: int) -> HttpResponse:
    return _star_page(request, star_id, {})


def _star_page(request: PersonRequest, star_id: int, more: dict[str, Any], status: int = 200) -> HttpResponse:
    page = queries.star_page(request.user, star_id, timezone.now())
    blank = {
        "review_form": forms.ReviewStar(),
        "reason_form": forms.StarReason(),
        "object_form": forms.ObjectTo(),
        "decide_form": forms.DecideObjection(),
    }
    return render(request, "hours/star.html", {"page": page, "star": page.star, **blank, **more}, status=status)


@login_required
@require_POST
def decide_star(request: PersonRequest, star_id: int | str, verb: str) -> HttpResponse:
    """Withdraw, review, publish, grant or refuse."""
    star_id = int(star_id)
    common: dict[str, Any] = {"actor": request.user, "star_id": star_id, "now": timezone.now()}
    form: django_forms.Form = forms.StarReason(request.POST) if verb == "refuse" else forms.ReviewStar(request.POST)
    if not form.is_valid():
        return _star_page(request, star_id, {"form": form, "reason_form": form}, 422)
    if verb == "refuse":
        commands.refuse_star(reason=form.cleaned_data["reason"], **common)
    elif verb == "review":
        commands.review_star(opinion=form.cleaned_data["opinion"], **common)
    else:
        {"withdraw": commands.withdraw_star, "publish": commands.publish_star, "grant": commands.grant_star}[verb](**common)
    messages.success(request, _("已记下。"))
    return redirect("star", star_id)


@login_required
@require_POST
def object_to_star(request: PersonRequest, star_id: int) -> HttpResponse:
    form = forms.ObjectTo(request.POST)
    if form.is_valid():
        try:
            commands.object_to_star(actor=request.user, star_id=star_id, words=form.cleaned_data["words"], now=timezone.now())
            messages.success(request, _("已收到，处理后会告诉您结果。"))
            return redirect("star", star_id)
        except Refused as refusal:
            tell(form, refusal)
    return _star_page(request, star_id, {"form": form, "object_form": form}, 422)


@staff_only
@require_POST
def decide_objection(request: PersonRequest, objection_id: int) -> HttpResponse:
    """Whether an objection holds; back to what it was about."""
    form = forms.DecideObjection(request.POST)
    row = queries.visible_objection(request.user, objection_id)
    if form.is_valid():
        commands.decide_objection(actor=request.user, objection_id=objection_id, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("已记下，结果已告诉提出的人。"))
    else:
        messages.error(request, _("请写明处理结果。"))
    return redirect("star", row.star_id) if row.star_id else redirect("proof", row.proof_id)


@staff_only
@require_safe
def star_queue(request: PersonRequest) -> HttpResponse:
    return render(request, "hours/star_queue.html", {"page": queries.star_queue(request.user, request.GET.get("cursor", ""))})


@login_required
@require_safe
def published_stars(request: PersonRequest) -> HttpResponse:
    page = queries.published_stars(None, request.GET.get("cursor", ""))
    return render(request, "hours/published_stars.html", {"page": page, "rows": _named(page.rows)})


@require_safe
def five_stars(request: HttpRequest) -> HttpResponse:
    """The district's list of five-star volunteers, for everybody."""
    text = request.GET.get("q", "")[:40]
    page = queries.find_five_stars(None, text, request.GET.get("cursor", ""))
    return render(request, "hours/five_stars.html", {"page": page, "rows": _named(page.rows), "q": text})


def _named(rows: Any) -> list[tuple[Star, str]]:
    names = queries.names_shown(rows, timezone.now())
    return [(row, names[row.person_id]) for row in rows]


@staff_only
@require_safe
def export_five_stars(request: PersonRequest) -> Any:
    """The list as a workbook, names as each agreed."""
    title, headers = _("五星志愿者名单"), [_("志愿者编号"), _("姓名"), _("在哪里"), _("授予日期")]
    area = areas.visible_area(request.user.acting.area_id) if request.user.acting.area_id else None
    rows = (
        [star.person.volunteer.number, name, str(star.home), star.decided_at]
        for star, name in _named(list(queries.five_stars_to_export(request.user, area)))
    )
    answer = StreamingHttpResponse(export.workbook(title, headers, rows), content_type=export.CONTENT_TYPE)
    answer.headers["Content-Disposition"] = content_disposition_header(True, export.file_name(title, clock.today(timezone.now())))
    return answer


@require_safe
def privileges(request: HttpRequest) -> HttpResponse:
    return _privileges(request, forms.OfferPrivilege(initial={"since": clock.today(timezone.now())}))


def _privileges(request: Any, form: django_forms.Form, status: int = 200) -> HttpResponse:
    me = request.user
    shown = {"levels": queries.privileges(timezone.now()), "held": queries.star_level(me.pk) if me.is_authenticated else 0, "form": form}
    return render(request, "hours/privileges.html", {**shown, "can_offer": queries.may_offer_privilege(me)}, status=status)


@staff_only
@require_POST
def offer_privilege(request: PersonRequest) -> HttpResponse:
    form = forms.OfferPrivilege(request.POST)
    if form.is_valid():
        try:
            commands.offer_privilege(actor=request.user, now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("已加上。"))
            return redirect("privileges")
        except Refused as refusal:
            tell(form, refusal)
    return _privileges(request, form, 422)


@staff_only
@require_POST
def end_privilege(request: PersonRequest, privilege_id: int) -> HttpResponse:
    commands.end_privilege(actor=request.user, privilege_id=privilege_id, now=timezone.now())
    messages.success(request, _("已撤下。"))
    return redirect("privileges")
