"""Standing teams, registered organisations and net-registered groups, with members from the neighbourhood."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from numpy.random import Generator

from chunshui.kernel import search
from chunshui.teams.models import Membership, Team, TeamToken
from chunshui.teams.states import HostKind, JoinWay, MemberState, TeamKind, TeamState
from demo import bulk, names
from demo.geography import Community, District
from demo.people import Cast
from demo.scales import Scale

TEAM = (
    "id", "number", "name", "kind", "is_standing", "state", "area_id", "street_id", "community_id", "host_kind", "host_name", "credit_code",
    "service_categories", "join_way", "introduction", "founded_on", "planned_members", "members_count", "filed_at", "reviewed_at",
)  # fmt: skip
MEMBER = ("team_id", "person_id", "state", "is_leader", "is_on_call", "at", "decided_at")
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def credit_code(number: int) -> str:
    """An invented social-service institution's code (GB 32100) with a right check character."""
    body = f"52500199{number:09d}"
    total = sum(ALPHABET.index(c) * w for c, w in zip(body, WEIGHTS, strict=True))
    return body + ALPHABET[(31 - total % 31) % 31]


def build(rng: Generator, district: District, scale: Scale, cast: Cast, now: datetime, first_id: int, tick: Callable[[int], object]) -> None:
    kinds = [TeamKind.ORGANISATION] * scale.organisations + ["standing"] * scale.standing + [TeamKind.GROUP] * scale.groups
    teams: list[tuple] = []
    members: list[tuple] = []
    tokens: list[tuple[int, str]] = []
    taken: dict[str, int] = {}
    for offset, kind in enumerate(kinds):
        community = district.communities[int(rng.integers(0, len(district.communities)))]
        row, people = _team(rng, first_id + offset, kind, community, cast, now, taken)
        teams.append(row)
        members.extend(people)
        tokens.extend((row[0], token) for token in sorted(search.index_tokens(row[2])))
        tick(1)
    bulk.insert(Team, TEAM, teams)
    bulk.insert(TeamToken, ("team_id", "token"), tokens)
    bulk.insert(Membership, MEMBER, members)


def _name(rng: Generator, kind: str, community: Community, taken: dict[str, int]) -> tuple[str, list[str]]:
    work, categories = names.TEAM_KINDS[int(rng.integers(0, len(names.TEAM_KINDS)))]
    word = names.TEAM_WORDS[int(rng.integers(0, len(names.TEAM_WORDS)))]
    name = f"{community.name[:-2]}{word}社会工作服务中心" if kind == TeamKind.ORGANISATION else f"{community.name[:-2]}{word}{work}"
    taken[name] = taken.get(name, 0) + 1
    return (name if taken[name] == 1 else f"{name}（{taken[name]}）"), categories


def _team(rng: Generator, pk: int, kind: str, community: Community, cast: Cast, now: datetime, taken: dict[str, int]) -> tuple[tuple, list]:
    organisation = kind == TeamKind.ORGANISATION
    name, categories = _name(rng, kind, community, taken)
    near = cast.by_community.get(community.id, [])
    size = min(len(near), int(rng.integers(12, 80) if kind == "standing" else rng.integers(5, 40)))
    chosen = [cast.ids[near[i]] for i in rng.choice(len(near), size, replace=False)] if size else []
    state = TeamState.PENDING if not organisation and rng.random() < 0.03 else TeamState.APPROVED
    founded = now - timedelta(days=int(rng.integers(60, 3000)))
    host = HostKind.SERVICE if organisation else HostKind.RESIDENTS
    row = (
        pk, f"T{pk:07d}", name, TeamKind.ORGANISATION if organisation else TeamKind.GROUP, kind == "standing", state, community.id,
        community.street_id, community.id, host, name if organisation else f"{community.name}居民委员会", credit_code(pk) if organisation else "",
        categories, JoinWay.OPEN if rng.random() < 0.3 else JoinWay.REVIEWED, f"{community.name}的邻居们自己组织起来，{name}常年在家门口服务。",
        founded.date(), size + 10, size, founded, founded if state == TeamState.APPROVED else None,
    )  # fmt: skip
    people = [
        (pk, person, MemberState.MEMBER, position == 0, kind == "standing" and position % 3 == 0, founded, founded)
        for position, person in enumerate(chosen)
    ]
    return row, people
