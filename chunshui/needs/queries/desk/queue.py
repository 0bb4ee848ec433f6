"""The queue by urgency: one stage of the loop, the least time left first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from chunshui.kernel import search
from chunshui.kernel.paging import Page, page
from chunshui.needs.models import Need, NeedRows, NeedToken
from chunshui.needs.queries.clocks import DueClock, due_clock
from chunshui.needs.queries.desk.reach import STAGES, in_area
from chunshui.needs.queries.slips import title, when
from chunshui.people import queries as people
from chunshui.people.states import FocusGroup

if TYPE_CHECKING:
    from chunshui.areas.models import Area

QUEUE_SIZE = 30


@dataclass(frozen=True)
class QueueRow:
    need: Need
    title: str
    who: str
    meta: str
    chips: list[str]
    clock: DueClock


def queue(area: Area, stage: int, now: datetime, text: str = "", cursor: str = "") -> tuple[Page[Need], list[QueueRow]]:
    """The orders of a stage, the least time left first; a search looks through all stages."""
    states = frozenset().union(*STAGES.values()) if text else STAGES[stage]
    rows = in_area(area).filter(state__in=states, due_at__isnull=False).select_related("resident", "service")
    found = page(searched(rows, text), ("due_at", "id"), cursor, QUEUE_SIZE)
    return found, [queue_row(need, now) for need in found.rows]


def searched(rows: NeedRows, text: str) -> NeedRows:
    """Orders by number, by words of two characters and more, or by the last four digits of the resident's phone; marks alone find nothing."""
    words = text.strip()
    if len(words) == 4 and words.isdigit():
        return rows.filter(resident__in=people.people_matching(words))
    if words and not search.is_searchable(words):
        return rows.none()
    for token in sorted(search.bigrams(words))[:12]:
        rows = rows.filter(pk__in=NeedToken.objects.filter(token=token).values("need_id"))
    return rows


def queue_row(need: Need, now: datetime) -> QueueRow:
    return QueueRow(need, title(need), who(need, now), when(need, now), chips(need), due_clock(need, now))


def who(need: Need, now: datetime) -> str:
    age = people.age(need.resident, now)
    name = f"{need.resident.name} " + _("%(n)d 岁") % {"n": age} if age else need.resident.name
    return f"{name} · {need.rough_place}"


def chips(need: Need) -> list[str]:
    """Grey chips: groups of people are not coloured."""
    return [str(FocusGroup(each).label) for each in need.focus_groups if each in FocusGroup.values]
