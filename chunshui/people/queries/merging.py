"""Duplicate people: found, compared before they are merged, and what a merge did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from chunshui.kernel import clock
from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.moving import Moved
from chunshui.kernel.ruling import YES, Ruling, no
from chunshui.people import policies
from chunshui.people.models import Consent, Credential, Merge, Person, Relation, Volunteer
from chunshui.people.queries.persons import identity_index, inside, visible_person
from chunshui.people.queries.sealed import address_of, contact_of, identity_of
from chunshui.people.states import FocusGroup, IdKind, VolunteerState, read_paper, read_resident_id

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from chunshui.areas.models import Area

MOST_GROUPS = 100
#: the better a registration stands, the smaller
RANK = (VolunteerState.ACTIVE, VolunteerState.PAUSED, VolunteerState.PENDING, VolunteerState.LEFT, VolunteerState.REFUSED)
WITH = ("area", "community", "personal_key", "volunteer")


def duplicates_in(actor: Person, area: Area) -> list[list[Person]]:
    """People of the same name and birthday in the same community, group by group."""
    policies.can_find_duplicates(actor, area).or_refuse()
    rows = inside(Person.objects.present().exclude(born_on=None), area)
    groups = (
        rows.order_by().values("name", "born_on", "community_id").annotate(n=Count("id")).filter(n__gt=1).order_by("name", "born_on")[:MOST_GROUPS]
    )
    same = Q()
    for group in groups:
        same |= Q(name=group["name"], born_on=group["born_on"], community_id=group["community_id"])
    found = Person.objects.present().filter(same).select_related(*WITH).order_by("name", "born_on", "community_id", "id") if same else []
    return _grouped(found)


def may_find_duplicates(actor: Person, area: Area | None) -> bool:
    return area is not None and bool(policies.can_find_duplicates(actor, area))


def _grouped(rows: Iterable[Person]) -> list[list[Person]]:
    groups: dict[tuple[Any, ...], list[Person]] = {}
    for person in rows:
        groups.setdefault((person.name, person.born_on, person.community_id), []).append(person)
    return list(groups.values())


def likely_same(actor: Person, person: Person) -> list[Person]:
    """Others that may be this person: the same name and birthday, or the same name and telephone, within the actor's reach."""
    if person.area is not None:
        policies.can_find_duplicates(actor, person.area).or_refuse()
    same = Q(name=person.name, phone_index=person.phone_index) if person.phone_index else Q(pk=None)
    if person.born_on is not None:
        same |= Q(name=person.name, born_on=person.born_on, community_id=person.community_id)
    rows = Person.objects.present().filter(same).exclude(pk=person.pk).select_related(*WITH).order_by("id")[:20]
    return [row for row in rows if policies.can_view(actor, row)]


def found_by_paper(actor: Person, id_kind: str, number: str, now: datetime) -> Person | None:
    """Whose identity paper this is, within the actor's reach; the number is typed in full."""
    try:
        plain = read_resident_id(number, clock.today(now)).number if id_kind == IdKind.RESIDENT else read_paper(id_kind, number)
    except Refused:
        return None
    index = identity_index(id_kind, plain)
    person = Person.objects.present().filter(id_index=index).select_related(*WITH).first()
    return person if person is not None and policies.can_view(actor, person) else None


def visible_merge(actor: Person, merge_id: int, *, lock: bool = False) -> Merge:
    """A merge, for whoever could have made it."""
    rows = Merge.objects.select_for_update(of=("self",)) if lock else Merge.objects.all()
    merge = rows.select_related("kept__area", "gone__area").filter(pk=merge_id).first()
    if merge is None or not policies.can_unmerge_people(actor, merge):
        raise NotFound
    return merge


def merges_of(person: Person) -> list[Merge]:
    """What was merged into a record, the newest first."""
    return list(Merge.objects.filter(kept=person).select_related("gone", "by", "undone_by").order_by("-id"))


def merge_told_of(merge_id: int) -> Merge:
    """For the domains above, which move what is theirs."""
    return Merge.objects.select_related("kept__personal_key", "gone__personal_key").get(pk=merge_id)


def merged_into(person_id: int) -> int:
    """The record that stands for this one today: itself, unless it was merged into another."""
    while following := Person.objects.filter(pk=person_id).values_list("merged_into_id", flat=True).first():
        person_id = following
    return person_id


def moved_in(merge: Merge, part: str) -> Moved:
    moved: Moved = merge.moved.get(part, {})
    return moved


def hindrance(kept: Person, gone: Person) -> Ruling:
    """What keeps two records from being one, whoever asks."""
    if kept.pk == gone.pk:
        return no(_("这是同一条资料。"), code="same")
    if kept.id_index and gone.id_index and kept.id_index != gone.id_index:
        return no(_("两边的证件号码不一样，是两个人，不能合并。"), code="different_ids")
    if kept.roles.filter(ended_at=None).exists() or gone.roles.filter(ended_at=None).exists():
        return no(_("有一边还有工作身份，先收回工作身份再合并。"), code="has_role")
    ranks = [_rank(person) for person in (kept, gone)]
    if ranks[1] < ranks[0] < len(RANK):
        return no(_("两边都是志愿者，请留下正在服务的那一边。"), code="keep_other")
    return YES


def _rank(person: Person) -> int:
    volunteer = Volunteer.objects.filter(pk=person.pk).first()
    return RANK.index(VolunteerState(volunteer.state)) if volunteer is not None else len(RANK)


@dataclass(frozen=True)
class Compared:
    """A line of the preview: what each record says, and what will stand."""

    label: str
    kept: str
    gone: str
    becomes: str


@dataclass(frozen=True)
class MergePreview:
    kept: Person
    gone: Person
    lines: list[Compared]
    hindrance: Ruling


def merge_preview(actor: Person, kept_id: int, gone_id: int) -> MergePreview:
    """Both records side by side, masked, and what keeps them from being merged."""
    kept, gone = visible_person(actor, kept_id), visible_person(actor, gone_id)
    policies.can_merge_people(actor, kept, gone).or_refuse()
    return MergePreview(kept, gone, _compared(kept, gone), hindrance(kept, gone))


def _compared(kept: Person, gone: Person) -> list[Compared]:
    one, other = _said(kept), _said(gone)
    moved_away = kept.community_id is not None and kept.community_id != gone.community_id
    stays = {_("住址")} if moved_away else set()
    lines = [Compared(label, one[label], other[label], one[label] or ("" if label in stays else other[label])) for label in one]
    groups = sorted({*kept.focus_groups, *gone.focus_groups})
    return [*lines, Compared(_("重点人群"), _groups(kept.focus_groups), _groups(gone.focus_groups), _groups(groups))]


def _said(person: Person) -> dict[str, str]:
    volunteer = Volunteer.objects.filter(pk=person.pk).first()
    return {
        _("姓名"): person.name,
        _("性别"): str(person.get_sex_display()) if person.sex else "",
        _("出生日期"): f"{person.born_on:%Y-%m-%d}" if person.born_on else "",
        _("登录手机号"): contact_of(person) if person.login_index else "",
        _("联系电话"): contact_of(person),
        _("证件"): f"{IdKind(person.id_kind).label} {identity_of(person)}" if person.id_index else "",
        _("社区"): str(person.community or ""),
        _("住址"): address_of(person),
        _("志愿者"): f"{volunteer.number} {volunteer.get_state_display()}" if volunteer else "",
    }


def _groups(codes: Iterable[str]) -> str:
    return _("、").join(str(FocusGroup(code).label) for code in codes if code in FocusGroup.values)


def belongings(person: Person) -> list[tuple[str, int]]:
    """What a person has here, for the preview of a merge."""
    return [
        (_("家人和邻居"), Relation.objects.filter(Q(person=person) | Q(helper=person)).count()),
        (_("同意书"), Consent.objects.filter(person=person).count()),
        (_("证书"), Credential.objects.filter(person=person).count()),
    ]
