"""Questions to a volunteer, and what waits near by, in words; the address is never among them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from chunshui.kernel import moments
from chunshui.kernel.errors import NotFound
from chunshui.needs.models import Need
from chunshui.needs.queries.dispatch.offers import offers_of
from chunshui.needs.queries.dispatch.open_list import open_list
from chunshui.needs.queries.pages import walk_words
from chunshui.needs.states import Danger, Priority

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chunshui.needs.queries.dispatch.offers import Masked, Question
    from chunshui.people.models import Person


@dataclass(frozen=True)
class Wanted:
    """An order as it is offered: what, when, roughly where, for whom (masked)."""

    need_id: int
    title: str
    icon: str
    when: str
    lasts: str
    place: str
    walk: str
    resident: str
    knows: str
    people: str
    dangers: list[str]
    is_urgent: bool


@dataclass(frozen=True)
class Invitation:
    offer_id: int
    left: str
    reasons: Sequence[str]
    order: Wanted


@dataclass(frozen=True)
class Near:
    """`best` suit this volunteer best; `rows` are the others, the most pressing first."""

    best: list[Wanted]
    rows: list[Wanted]
    next: str
    previous: str


def invitations(actor: Person, now: datetime) -> list[Invitation]:
    return [_invitation(asked, now) for asked in offers_of(actor, now)]


def _invitation(asked: Question, now: datetime) -> Invitation:
    good = [str(reason.words) for reason in asked.reasons if reason.good]
    return Invitation(asked.offer_id, moments.left(asked.answer_by, now), good[:3], wanted(asked.order, now))


def wanted(order: Masked, now: datetime) -> Wanted:
    english = get_language() == "en"
    same = order.title == order.service.name
    return Wanted(
        need_id=order.need_id,
        title=order.service.name_en if english and same else order.title,
        icon=order.service.icon,
        when=moments.window(order.start, order.until, now),
        lasts=_("大约 %(time)s") % {"time": moments.spell(order.minutes)},
        place=_place(order),
        walk=walk_words(order.metres),
        resident=order.resident,
        knows=_("您去过 %(n)d 次") % {"n": order.knows} if order.knows else "",
        people=_("要 %(n)d 个人，还差 %(left)d 个") % {"n": order.people_needed, "left": order.places_left} if order.people_needed > 1 else "",
        dangers=[str(Danger(each).label) for each in order.dangers if each in Danger.values],
        is_urgent=order.priority == Priority.URGENT,
    )


def _place(order: Masked) -> str:
    """The community and the street, each said once."""
    if order.rough_place.startswith(order.community):
        return order.rough_place
    return order.community if order.rough_place in order.community else f"{order.community} {order.rough_place}"


def near(actor: Person, now: datetime, cursor: str = "", size: int = 10) -> Near:
    """What the actor may take without being asked."""
    page = open_list(actor, now, cursor, size)
    best = {order.need_id for order in page.best}
    others = [wanted(order, now) for order in page.rows if order.need_id not in best]
    return Near([wanted(order, now) for order in page.best], others, page.next, page.previous)


def danger_words(need: Need) -> list[str]:
    said = [str(Danger(each).label) for each in need.dangers if each in Danger.values]
    return [*said, need.danger_note] if need.danger_note else said


def need_of_qr(text: str) -> int:
    """The order that a scanned code names; whether the code is genuine is for the command to say."""
    found = re.match(r"CS(\d{1,18})-", text)
    if found is None:
        raise NotFound
    return int(found.group(1))
