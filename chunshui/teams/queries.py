"""Reads of teams: getters, public lists, the review queue, members."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from chunshui.areas import queries as areas
from chunshui.kernel import paging, search
from chunshui.kernel.errors import NotFound
from chunshui.people.states import STAFF
from chunshui.teams import policies
from chunshui.teams.models import Membership, MembershipRows, Team, TeamRows, TeamToken
from chunshui.teams.states import MemberState, ServiceCategory, TeamState

if TYPE_CHECKING:
    from chunshui.areas.models import Area
    from chunshui.people.models import Person

SIZE = 30


@dataclass(frozen=True)
class TeamPage:
    """A team as the person who looks may see it: names of leaders masked, the phone only when the team made it public."""

    team: Team
    leaders: list[str]
    phone: str
    categories: list[str]
    sub_teams: list[Team]
    membership: Membership | None
    can_apply: bool
    why_not: str
    can_change: bool
    can_see_members: bool
    can_review: bool
    can_suspend: bool


def visible_team(actor: Person, team_id: int, *, lock: bool = False) -> Team:
    """The one way to reach a team; missing and hidden look the same."""
    rows = Team.objects.select_for_update(of=("self",)) if lock else Team.objects.all()
    team = rows.select_related("area", "community", "street", "parent").filter(pk=team_id).first()
    if team is None or not policies.can_view_team(actor, team):
        raise NotFound
    return team


def membership(team: Team, person_id: int) -> Membership:
    """A person's place in a team that was reached by its getter."""
    row = Membership.objects.select_related("team__area", "team__parent", "person").filter(team=team, person_id=person_id).first()
    if row is None:
        raise NotFound
    return row


def within(rows: TeamRows, area: Area | None) -> TeamRows:
    if area is None:
        return rows
    line = areas.lineage(area)
    if line.community_id:
        return rows.filter(community_id=line.community_id)
    return rows.filter(street_id=line.street_id) if line.street_id else rows


def approved_teams(area: Area | None = None, *, kind: str = "", category: str = "", text: str = "", is_standing: bool = False) -> TeamRows:
    """Public teams of an area and below, newest first; `text` finds words of two characters and more in the name."""
    rows = within(Team.objects.approved(), area)
    if kind:
        rows = rows.filter(kind=kind)
    if category in ServiceCategory.values:
        rows = rows.filter(service_categories__icontains=f'"{category}"')
    if is_standing:
        rows = rows.filter(is_standing=True)
    if text.strip() and not search.is_searchable(text):
        return rows.none()
    for token in sorted(search.bigrams(text)):
        rows = rows.filter(pk__in=TeamToken.objects.filter(token=token).values("team_id"))
    return rows.select_related("community", "street", "area")


def find_teams(
    area: Area | None = None, *, kind: str = "", category: str = "", text: str = "", is_standing: bool = False, cursor: str = "", size: int = SIZE
) -> paging.Page[Team]:
    return paging.page(approved_teams(area, kind=kind, category=category, text=text, is_standing=is_standing), ["-id"], cursor, size)


def teams_to_export(area: Area | None, filters: dict[str, Any]) -> Iterator[Team]:
    """The public teams of an area with their leaders, row by row."""
    leading = Prefetch("memberships", Membership.objects.current().filter(is_leader=True).select_related("person"), to_attr="leading")
    return approved_teams(area, **filters).order_by("id").prefetch_related(leading).iterator(chunk_size=500)


def team_page(actor: Person, team_id: int) -> TeamPage:
    team = visible_team(actor, team_id)
    rows = list(team.memberships.current().filter(is_leader=True).select_related("person").order_by("id"))
    apply = policies.can_apply_to_team(actor, team)
    return TeamPage(
        team=team,
        leaders=[row.person.masked_name for row in rows],
        phone=team.phone if team.is_phone_public else "",
        categories=category_words(team),
        sub_teams=list(team.sub_teams.approved().order_by("id")[:50]),
        membership=Membership.objects.filter(team=team, person_id=actor.pk).first() if actor.pk else None,
        can_apply=bool(apply),
        why_not=str(apply.reason),
        can_change=bool(policies.can_change_team(actor, team)),
        can_see_members=bool(policies.can_view_members(actor, team)),
        can_review=bool(policies.can_review_team(actor, team)),
        can_suspend=bool(policies.can_suspend_team(actor, team)),
    )


def category_words(team: Team) -> list[str]:
    return [str(ServiceCategory(code).label) for code in team.service_categories if code in ServiceCategory.values]


def teams_of(person_id: int) -> MembershipRows:
    """A person's memberships and applications, with their teams."""
    rows = Membership.objects.filter(person_id=person_id, state__in=[MemberState.MEMBER, MemberState.APPLYING])
    return rows.select_related("team__community", "team__area").order_by("state", "-id")


def filed_by(person_id: int) -> TeamRows:
    """Teams that a person filed and that are not public yet."""
    return Team.objects.filter(filed_by_id=person_id, state__in=[TeamState.PENDING, TeamState.REFUSED]).order_by("-id")


def members(team_id: int) -> list[int]:
    """Person ids of the members of an approved team; a suspended team sends nobody."""
    rows = Membership.objects.current().filter(team_id=team_id, team__state=TeamState.APPROVED)
    return list(rows.order_by("person_id").values_list("person_id", flat=True))


def leaders(team_id: int) -> list[int]:
    return list(Membership.objects.current().filter(team_id=team_id, is_leader=True).order_by("id").values_list("person_id", flat=True))


def team_told_of(team_id: int) -> Team:
    """A team for whoever tells people about it; not for pages."""
    return Team.objects.select_related("filed_by").get(pk=team_id)


def people_told_of(team_id: int, person_id: int | None = None) -> list[Person]:
    """The person of a membership, or the leaders of the team: whom to tell."""
    rows = Membership.objects.filter(team_id=team_id, person__erased_at=None).select_related("person").order_by("id")
    rows = rows.filter(person_id=person_id) if person_id else rows.current().filter(is_leader=True)
    return [row.person for row in rows]


def led_by(person_id: int) -> list[int]:
    """Ids of the approved teams that a person leads."""
    rows = Membership.objects.current().filter(person_id=person_id, is_leader=True, team__state=TeamState.APPROVED)
    return list(rows.order_by("team_id").values_list("team_id", flat=True))


def member_list(actor: Person, team_id: int, cursor: str = "", size: int = 50) -> tuple[Team, paging.Page[Membership]]:
    """Who is in a team and who wants to be, applications first."""
    team = visible_team(actor, team_id)
    policies.can_view_members(actor, team).or_refuse()
    rows = Membership.objects.filter(team=team, state__in=[MemberState.MEMBER, MemberState.APPLYING])
    return team, paging.page(rows.select_related("person", "person__volunteer"), ["-state", "-id"], cursor, size)


def review_queue(actor: Person, cursor: str = "", size: int = SIZE) -> paging.Page[Team]:
    """Teams that wait for the staff of the actor's area: filed, or changed in name or kind."""
    if actor.acting.kind not in STAFF or not actor.acting.area_path or not actor.acting.confirmed:
        raise NotFound
    rows = Team.objects.waiting().filter(area__path__startswith=actor.acting.area_path)
    filer = Prefetch("memberships", Membership.objects.current().filter(is_leader=True).select_related("person"), to_attr="leading")
    return paging.page(rows.select_related("area", "filed_by", "parent").prefetch_related(filer), ["-id"], cursor, size)


def team_with_code(credit_code: str, *, but: int = 0) -> Team | None:
    """A team that already holds a credit code, or waits to hold it."""
    held = Q(credit_code=credit_code) | Q(is_change_waiting=True, proposed__credit_code=credit_code)
    return Team.objects.filter(held).exclude(pk=but).first()


def belongings(person_id: int) -> list[tuple[str, int]]:
    """What a person has here, for the preview of a merge."""
    return [(_("队伍"), Membership.objects.filter(person_id=person_id).count())]
