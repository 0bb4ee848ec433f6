"""One person's way through the order form: the draft, the mode, the pages before and after."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from chunshui.kernel.errors import NotFound
from chunshui.needs import queries
from chunshui.needs.forms import again
from chunshui.needs.forms import ask as forms
from chunshui.needs.forms.questions import Question
from chunshui.needs.views.draft import KIOSK, Draft

if TYPE_CHECKING:
    from chunshui.people.models import Person

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
        self.actor = request.user if request.user.is_authenticated else None
        self.groups = forms.BIG_GROUPS if self.big else forms.GROUPS
        self.steps = forms.BIG_STEPS if self.big else forms.STEPS
        self.begin()

    def begin(self) -> None:
        """Take up the draft, and find what the questions are chosen from."""
        self.draft = Draft(self.request)
        self.community = queries.community_for(self.actor, self.request.COOKIES.get("place", ""))
        if self.community is not None:
            self.asking = queries.asking(self.actor, self.community, self.now, is_spoken=self.big)

    def where(self, page: str) -> str:
        """The address of a page of this walk."""
        return reverse("check_need") if page == CHECK else reverse("ask", args=[page])

    @property
    def photos_kept(self) -> int:
        """How many photos the order has already."""
        return self.asking.standing.photos if self.asking.standing is not None else 0

    def page(self, name: str) -> str:
        """The page of this mode that asks what `name` asks; what is not asked here, or of an order that stands, is not there."""
        if name in forms.ASKS and forms.ASKS[name] not in self.whole().fields:
            raise NotFound
        if name in self.groups:
            return name
        known = {**forms.GROUPS, **forms.BIG_GROUPS}
        if name not in known:
            raise NotFound
        return BIG_PAGE.get(name, "what") if self.big else STANDARD_PAGE.get(name, "when")

    def url(self, name: str, **query: str) -> str:
        if name == CHECK:
            return self.where(CHECK)
        asked = "&".join(f"{key}={value}" for key, value in query.items())
        return self.where(self.page(name)) + (f"?{asked}" if asked else "")

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
            "here": self.where(page),
            "again": False,
            "photos_kept": self.photos_kept,
            "service": service,
            "asking": self.asking,
            "step": at if page != CHECK else len(self.steps) + 1,
            "of": len(self.steps) + 1,
            "back": self.before(page) if page != CHECK else self.url(self.steps[-1]),
            "from_check": self.request.GET.get("from") == CHECK or self.request.POST.get("from") == CHECK,
        }


class Again(Walk):
    """The same questions about an order that stands: every page goes back to the list of answers, from where the changes are handed in."""

    def __init__(self, request: HttpRequest, need_id: int) -> None:
        self.person: Person = request.user  # type: ignore[assignment]
        self.need = queries.own_need(self.person, need_id)
        super().__init__(request)

    def begin(self) -> None:
        self.community = self.need.community
        self.asking = queries.asking_again(self.person, self.need, self.now, is_spoken=self.big)
        self.draft = Draft(self.request, f"again-{self.need.pk}", again.answers(self.asking))

    def where(self, page: str) -> str:
        return reverse("complete_need", args=[self.need.pk]) if page == CHECK else reverse("answer_again", args=[self.need.pk, page])

    def after(self, page: str) -> str:
        """A new day needs a new time; anything else is one answer mended."""
        return self.url("time") if page == "day" and "half" in self.whole().errors else self.url(CHECK)

    def before(self, page: str) -> str:
        return self.url(CHECK)

    def context(self, page: str) -> dict[str, Any]:
        return {**super().context(page), "again": True, "step": 0, "need": self.need}


def elsewhere(request: HttpRequest) -> HttpResponse:
    """Nobody can be helped nowhere: choose the community first, then go on."""
    return redirect(f"{reverse('choose_place')}?next={reverse('place_need')}?{request.GET.urlencode()}")
