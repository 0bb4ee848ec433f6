"""A team is filed, changed and reviewed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chunshui.areas import queries as areas
from chunshui.kernel import search
from chunshui.kernel.errors import Refused, Text
from chunshui.kernel.events import emit
from chunshui.kernel.steps import take
from chunshui.teams import events, policies, queries
from chunshui.teams.commands.members import count_members
from chunshui.teams.models import Membership, Team, TeamToken
from chunshui.teams.states import (
    MOST_CATEGORIES,
    MOST_OPINION,
    ORGANISATION_PREFIXES,
    TEAM_STEPS,
    HostKind,
    JoinWay,
    MemberState,
    ServiceCategory,
    TeamKind,
    TeamState,
    credit_code_fault,
)

if TYPE_CHECKING:
    from chunshui.people.models import Person

REVIEWED_FIELDS = ("name", "kind", "credit_code")  # a change of these is reviewed again; contacts are not (domain.md §1.8)
TEXT_FIELDS = ("host_kind", "host_name", "join_way", "address", "phone", "introduction")
FREE_FIELDS = (*TEXT_FIELDS, "service_categories", "services", "is_phone_public", "founded_on", "planned_members")


@transaction.atomic
def file_team(
    *,
    actor: Person,
    kind: str,
    name: str,
    area_id: int,
    service_categories: Sequence[str],
    pledge: bool,
    host_kind: str = HostKind.OTHER,
    host_name: str = "",
    credit_code: str = "",
    parent_id: int | None = None,
    join_way: str = JoinWay.REVIEWED,
    pass_code: str = "",
    address: str = "",
    phone: str = "",
    is_phone_public: bool = False,
    introduction: str = "",
    founded_on: date | None = None,
    planned_members: int = 0,
    services: Sequence[str] = (),
    now: datetime,
) -> Team:
    """File a team for review; a volunteer who files it leads it."""
    area = areas.visible_area(area_id)
    policies.can_file_team(actor, area).or_refuse()
    parent = _parent(actor, parent_id)
    fields: dict[str, Any] = {
        "kind": kind,
        "name": name.strip(),
        "service_categories": list(service_categories),
        "host_kind": host_kind,
        "host_name": host_name.strip(),
        "credit_code": credit_code.strip().upper(),
        "join_way": join_way,
        "address": address,
        "phone": phone,
        "is_phone_public": is_phone_public,
        "introduction": introduction,
        "founded_on": founded_on,
        "planned_members": planned_members,
        "services": list(services),
    }
    _check(fields, team=None, pass_code=pass_code, has_code=False)
    _refuse_if(not pledge, "pledge", _("请先承诺填报内容真实。"))
    line = areas.lineage(area)
    hashed = make_password(pass_code) if join_way == JoinWay.PASS_CODE else ""
    place = {"area": area, "street_id": line.street_id, "community_id": line.community_id, "parent": parent}
    team = Team.objects.create(number=token_hex(8), pass_code_hash=hashed, filed_by=actor, filed_at=now, **place, **fields)
    team.number = f"D{kind}{team.pk:07d}"
    team.save(update_fields=["number"])
    _index(team)
    if not actor.is_staff_now:
        Membership.objects.create(team=team, person=actor, state=MemberState.MEMBER, is_leader=True, at=now, decided_at=now)
        count_members(team)
    emit(events.TEAM_FILED, subject="team", subject_id=team.pk, actor=actor, at=now, area_id=area.pk, team_name=team.name, kind=kind)
    return team


@transaction.atomic
def change_team(*, actor: Person, team_id: int, pass_code: str = "", now: datetime, **changes: Any) -> Team:
    """Change a team. A new name, kind or code of an approved team waits for review; a refused team is filed again by it."""
    team = queries.visible_team(actor, team_id, lock=True)
    policies.can_change_team(actor, team).or_refuse()
    _refuse_if(team.state == TeamState.SUSPENDED, "", _("停用的队伍不能修改。"), code="wrong_state")
    changes = {key: _clean(key, value) for key, value in changes.items()}
    unknown = changes.keys() - {*REVIEWED_FIELDS, *FREE_FIELDS}
    _refuse_if(bool(unknown), "", _("这些内容不能改。"), code="unknown_field")
    merged = {key: changes.get(key, getattr(team, key)) for key in (*REVIEWED_FIELDS, *FREE_FIELDS)}
    _check(merged, team=team, pass_code=pass_code, has_code=bool(team.pass_code_hash))
    told = sorted(key for key, value in changes.items() if value != getattr(team, key))
    reviewed = {key: changes.pop(key) for key in REVIEWED_FIELDS if key in changes}
    if team.state == TeamState.APPROVED:
        team.proposed = {key: value for key, value in {**team.proposed, **reviewed}.items() if value != getattr(team, key)}
        team.is_change_waiting = bool(team.proposed)
    else:
        _set(team, reviewed)
        _index(team)
    if team.state == TeamState.REFUSED:
        take(team, TEAM_STEPS, "refile")
    _set(team, changes)
    if pass_code:
        team.pass_code_hash = make_password(pass_code)
    team.save()
    emit(
        events.TEAM_CHANGED, subject="team", subject_id=team.pk, actor=actor, at=now, area_id=team.area_id, fields=told, waits=team.is_change_waiting
    )
    return team


@transaction.atomic
def review_team(*, actor: Person, team_id: int, approve: bool, opinion: str = "", now: datetime) -> Team:
    """Approve or refuse a filed team, or the change of an approved one, with an opinion of at most 25 characters."""
    team = queries.visible_team(actor, team_id, lock=True)
    policies.can_review_team(actor, team).or_refuse()
    opinion = opinion.strip()
    _refuse_if(len(opinion) > MOST_OPINION, "opinion", _("审核意见最多 25 个字。"))
    _refuse_if(not approve and not opinion, "opinion", _("不通过时请写明原因。"))
    is_change = team.state == TeamState.APPROVED and bool(team.proposed)
    if is_change:
        _set(team, team.proposed if approve else {})
        _index(team)
    else:
        take(team, TEAM_STEPS, "approve" if approve else "refuse")
    team.proposed, team.is_change_waiting = {}, False
    team.reviewed_by, team.reviewed_at, team.review_opinion = actor, now, opinion
    team.save()
    told = {"state": team.state, "approved": approve, "opinion": opinion, "filed_by": team.filed_by_id, "is_change": is_change}
    emit(events.TEAM_REVIEWED, subject="team", subject_id=team.pk, actor=actor, at=now, area_id=team.area_id, **told)
    return team


def _parent(actor: Person, parent_id: int | None) -> Team | None:
    if parent_id is None:
        return None
    parent = queries.visible_team(actor, parent_id)
    policies.can_file_sub_team(actor, parent).or_refuse()
    return parent


def _check(fields: dict[str, Any], *, team: Team | None, pass_code: str, has_code: bool) -> None:
    """Every rule of filing; the first one broken is told at its field."""
    _refuse_if(fields["kind"] not in TeamKind.values, "kind", _("请选择队伍类型。"))
    _refuse_if(len(fields["name"]) < 2, "name", _("请填写队伍名称，至少 2 个字。"))
    codes = fields["service_categories"]
    _refuse_if(not codes or not set(codes) <= set(ServiceCategory.values), "service_categories", _("请选择服务类别。"))
    _refuse_if(len(codes) > MOST_CATEGORIES, "service_categories", _("服务类别最多选 4 个。"))
    if fields["kind"] == TeamKind.GROUP:
        _refuse_if(not fields["host_name"], "host_name", _("志愿服务团体要写明同意成立的单位。"))
        _refuse_if(bool(fields["credit_code"]), "credit_code", _("志愿服务团体没有统一社会信用代码，请留空。"))
    else:
        _check_code(fields, team)
    _refuse_if(fields["join_way"] == JoinWay.PASS_CODE and not pass_code and not has_code, "pass_code", _("请设一个入队口令。"))
    _refuse_if(bool(pass_code) and not 4 <= len(pass_code) <= 20, "pass_code", _("口令要 4 到 20 个字。"))
    _refuse_if(fields["is_phone_public"] and not fields["phone"], "phone", _("要公开电话，请先填电话。"))


def _check_code(fields: dict[str, Any], team: Team | None) -> None:
    code = fields["credit_code"]
    fault = credit_code_fault(code)
    _refuse_if(bool(fault), "credit_code", fault)
    is_other = fields["kind"] == TeamKind.ORGANISATION and not code.startswith(ORGANISATION_PREFIXES)
    _refuse_if(is_other, "credit_code", _("志愿服务组织的代码以 51、52 或 53 开头；其他单位请选“其他法人组织”。"))
    other = queries.team_with_code(code, but=team.pk if team else 0)
    _refuse_if(other is not None, "credit_code", _("这个代码已经登记过了。"), code="code_taken")


def _refuse_if(wrong: bool, field: str, text: Text, *, code: str = "invalid") -> None:
    if wrong:
        raise Refused(text, code=code, fields={field: text} if field else {})


def _clean(key: str, value: Any) -> Any:
    if key in ("service_categories", "services"):
        return list(value)
    value = value.strip() if isinstance(value, str) else value
    return value.upper() if key == "credit_code" else value


def _set(team: Team, values: dict[str, Any]) -> None:
    for key, value in values.items():
        setattr(team, key, value)


def _index(team: Team) -> None:
    """Keep the search tokens of the name."""
    TeamToken.objects.filter(team=team).delete()
    TeamToken.objects.bulk_create([TeamToken(team=team, token=token) for token in sorted(search.index_tokens(team.name))])
