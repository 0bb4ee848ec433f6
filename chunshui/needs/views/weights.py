"""派单权重: what counts how much, for street and district staff."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from chunshui.kernel import clock
from chunshui.kernel.http import PersonRequest, answered, staff_only
from chunshui.needs import commands, queries
from chunshui.needs.forms.weights import SetWeight
from chunshui.needs.queries import desk as reads


@require_GET
@staff_only
@never_cache
def dispatch_weights(request: PersonRequest) -> HttpResponse:
    area, now = reads.acting_area(request.user), timezone.now()
    context = {"area": area, "lines": queries.weight_lines(request.user, area, now), "margin": queries.margin_of(area, now)}
    return render(request, "needs/desk/dispatch_weights.html", context)


@staff_only
@never_cache
def set_weight(request: PersonRequest, weight: str) -> HttpResponse:
    area, now = reads.acting_area(request.user), timezone.now()
    lines = {line.rule.key: line for line in queries.weight_lines(request.user, area, now)}
    rule = queries.weight(weight)
    form = SetWeight(request.POST if request.method == "POST" else None, initial={"effective_on": clock.today(now), "value": lines[rule.key].value})
    if answered(form, lambda: commands.set_weight(actor=request.user, area_id=area.pk, key=rule.key, now=now, **form.cleaned_data)):
        messages.success(request, _("已记下，到那天生效。"))
        return redirect("dispatch_weights")
    context = {"area": area, "line": lines[rule.key], "form": form, "history": queries.weight_history(request.user, area, rule.key)}
    context |= {"back": reverse("dispatch_weights"), "back_words": _("派单权重")}
    return render(request, "areas/set_rule.html", context, status=422 if form.errors else 200)
