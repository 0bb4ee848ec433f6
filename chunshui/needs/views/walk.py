"""One person's way through the order form: the draft, the mode, the pages before and after."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from chunshui.kernel.errors import NotFound
from chunshui.needs import queries
from chunshui.needs.forms import ask as forms
from chunshui.needs.forms.questions import Question
from chunshui.needs.views.draft import KIOSK, Draft

CHECK = "check"
FEW = 4
#: where the standard version asks what has a page of its own in the elder version, and the other way round
STANDARD_PAGE = {"words": "what"}
BIG_PAGE = {"when": "day"}


class Walk:
    """One person's way through the form: the draft, the mode, and what the questions are chosen from."""

    def __init__(self, request: HttpRequest) -> None:
        self.request, self.now = request, timezone.now()
        self.is_kiosk = bool(request.session.get(KIOSK))
        if self.is_kiosk:
            request.ui = "xl"  # type: ignore[attr-defined]
        self.big = getattr(request, "ui", "std") != "std"
        self.draft = Draft(request)
        self.actor = request.user if request.user.is_authenticated else None
        self.community = queries.community_for(self.actor, request.COOKIES.get("place", ""))
        self.groups = forms.BIG_GROUPS if self.big else forms.GROUPS
        self.steps = forms.BIG_STEPS if self.big else forms.STEPS
        if self.community is not None:
            self.asking = queries.asking(self.actor, self.community, is_spoken=self.big)

    def page(self, name: str) -> str:
        """The page of this mode that asks what `name` asks."""
        if name in self.groups:
            return name
        known = {**forms.GROUPS, **forms.BIG_GROUPS}
        if name not in known:
            raise NotFound
        return BIG_PAGE.get(name, "what") if self.big else STANDARD_PAGE.get(name, "when")

    def url(self, name: str, **query: str) -> str:
        if name == CHECK:
            return reverse("check_need")
        asked = "&".join(f"{key}={value}" for key, value in query.items())
        return reverse("ask", args=[self.page(name)]) + (f"?{asked}" if asked else "")

    def bound(self, page: str) -> Question:
        return self.groups[page](self.draft.data, asking=self.asking, now=self.now)

    def shown(self, page: str) -> tuple[Question, list[queries.Choice] | None]:
        """A page as it is first shown: what the words speak of stands first, and the elder version offers a few services at a time."""
        asking, words = self.asking, str(self.draft.data.get("details", ""))
        found = queries.proposed(words, asking) if words and page == "what" and not self.big else None
        first = {each.code for each in found or []}
        services = [*(found or []), *(each for each in asking.services if each.code not in first)]
        if page == "what" and self.big and "all" not in self.request.GET:
            services = services[:FEW]
        kind, initial = self.groups[page], self.draft.initial(self.groups[page])
        if found and not initial.get("service"):
            initial["service"] = found[0].code
        return kind(initial=initial, asking=replace(asking, services=services), now=self.now), found

    def whole(self) -> forms.Whole:
        return forms.Whole(self.draft.data, asking=self.asking, now=self.now)

    def after(self, page: str) -> str:
        back = self.request.POST.get("from") == CHECK
        if back or page not in self.steps or page == self.steps[-1]:
            return self.url(CHECK)
        return self.url(self.steps[self.steps.index(page) + 1])

    def before(self, page: str) -> str:
        if self.request.GET.get("from") == CHECK or self.request.POST.get("from") == CHECK or page not in self.steps:
            return self.url(CHECK)
        at = self.steps.index(page)
        return self.url(self.steps[at - 1]) if at else reverse("kiosk" if self.is_kiosk else "home")

    def first_wrong(self, form: Question) -> str:
        """The page of this mode that asks what is wrong first."""
        wrong = next((name for name in forms.Whole.shown if name in form.errors), "service")
        return next(page for page, kind in self.groups.items() if wrong in kind.shown)

    def context(self, page: str) -> dict[str, Any]:
        data = self.draft.data
        service = self.asking.service(str(data.get("service", "")))
        at = self.steps.index(page) + 1 if page in self.steps else 0
        return {
            "kiosk": self.is_kiosk,
            "page": page,
            "service": service,
            "asking": self.asking,
            "step": at if page != CHECK else len(self.steps) + 1,
            "of": len(self.steps) + 1,
            "back": self.before(page) if page != CHECK else self.url(self.steps[-1]),
            "from_check": self.request.GET.get("from") == CHECK or self.request.POST.get("from") == CHECK,
        }


def elsewhere(request: HttpRequest) -> HttpResponse:
    """Nobody can be helped nowhere: choose the community first, then go on."""
    return redirect(f"{reverse('choose_place')}?next={reverse('place_need')}?{request.GET.urlencode()}")
