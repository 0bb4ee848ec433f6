"""Two records of one person: compared across every domain, and merged."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from chunshui.hours import queries as hours
from chunshui.kernel.errors import Refused
from chunshui.kernel.http import PersonRequest, staff_only
from chunshui.needs import queries as needs
from chunshui.notices import queries as notices
from chunshui.people import commands as people_commands
from chunshui.people import queries as people
from chunshui.portal import forms
from chunshui.teams import queries as teams


@staff_only
@never_cache
def merge_people(request: PersonRequest, kept_id: int, gone_id: int) -> HttpResponse:
    """What each record says and has, what will stand, and the reason; then they are one."""
    preview = people.merge_preview(request.user, kept_id, gone_id)
    form = forms.MergePeople(request.POST if request.method == "POST" else None)
    if form.is_valid() and _merged(request, kept_id, gone_id, form):
        messages.success(request, _("合并好了。弄错了可以在这里拆开。"))
        return redirect("twins", kept_id)
    context = {"preview": preview, "moves": _moves(preview), "form": form}
    return render(request, "portal/merge_people.html", context, status=422 if form.errors else 200)


def _merged(request: PersonRequest, kept_id: int, gone_id: int, form: forms.MergePeople) -> bool:
    try:
        reason = form.cleaned_data["reason"]
        people_commands.merge_people(actor=request.user, kept_id=kept_id, gone_id=gone_id, reason=reason, now=timezone.now())
    except Refused as refusal:
        form.add_error("reason" if "reason" in refusal.fields else None, str(refusal))
        return False
    return True


def _moves(preview: Any) -> list[tuple[str, int, int]]:
    """How much of everything each record has."""
    kept, gone = (_of(person) for person in (preview.kept, preview.gone))
    return [(label, number, other) for (label, number), (_label, other) in zip(kept, gone, strict=True)]


def _of(person: Any) -> list[tuple[str, int]]:
    parts = [needs.belongings(person.pk), hours.belongings(person.pk), teams.belongings(person.pk), notices.belongings(person.pk)]
    return [line for part in (*parts, people.belongings(person)) for line in part]
