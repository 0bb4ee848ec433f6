from __future__ import annotations

from itertools import count

from chunshui.areas import queries as areas
from chunshui.areas.models import Area
from chunshui.kernel import search
from chunshui.people.models import Person
from chunshui.teams.models import Membership, Team, TeamToken
from chunshui.teams.states import HostKind, MemberState, TeamKind, TeamState
from tests.factories.needs import NOON

_number = count(1)
CREDIT_CODE = "51500112MJP700004B"


def team(area: Area, name: str = "", *, state: str = TeamState.APPROVED, leader: Person | None = None, **more: object) -> Team:
    """A group approved by the residents' committee of its area (tables only)."""
    n = next(_number)
    line = areas.lineage(area)
    values = {
        "kind": TeamKind.GROUP,
        "host_kind": HostKind.RESIDENTS,
        "host_name": "黎明社区居委会",
        "service_categories": ["0001", "0017"],
        "filed_at": NOON,
        "filed_by": leader,
        **more,
    }
    made = Team.objects.create(
        number=f"T{n:07d}",
        name=name or f"测试{n}志愿服务队",
        area=area,
        street_id=line.street_id,
        community_id=line.community_id,
        state=state,
        **values,
    )
    TeamToken.objects.bulk_create([TeamToken(team=made, token=token) for token in sorted(search.index_tokens(made.name))])
    if leader is not None:
        member(made, leader, is_leader=True)
    return made


def member(team: Team, person: Person, *, state: str = MemberState.MEMBER, **more: object) -> Membership:
    made = Membership.objects.create(team=team, person=person, state=state, at=NOON, **more)
    team.members_count = team.memberships.filter(state=MemberState.MEMBER).count()
    team.save(update_fields=["members_count"])
    return made
