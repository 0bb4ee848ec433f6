"""Reads of manual entries: who may be entered, what would be wrong, what waits, what is public."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from django.db.models import Count, Prefetch, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from chunshui.areas import queries as areas
from chunshui.hours import policies
from chunshui.hours.models import Entry, EntryFile, EntryLine, Record
from chunshui.hours.queries.records import MINUTE
from chunshui.hours.states import DAY_CAP, ENTRY_AGE, MOST_INTERVALS, SECOND_ABOVE, EntryState, EntryWay, RecordState
from chunshui.kernel import clock, paging
from chunshui.kernel.errors import NotFound, Refused, Text
from chunshui.people import queries as people
from chunshui.teams import queries as teams

if TYPE_CHECKING:
    from chunshui.areas.models import Area
    from chunshui.people.models import Person
    from chunshui.teams.models import Team

Interval = tuple[datetime, datetime]


def visible_entry(actor: Person, entry_id: int, *, lock: bool = False) -> Entry:
    """The one way to reach a manual entry; missing and hidden look the same."""
    rows = Entry.objects.select_for_update(of=("self",)) if lock else Entry.objects.all()
    entry = rows.select_related("area", "entered_by", "decided_by").filter(pk=entry_id).first()
    if entry is None or not policies.can_view_entry(actor, entry):
        raise NotFound
    return entry


def visible_file(actor: Person, file_id: int) -> EntryFile:
    found = EntryFile.objects.select_related("entry__area").filter(pk=file_id).first()
    if found is None or not policies.can_see_evidence(actor, found.entry):
        raise NotFound
    return found


def public_line(line_id: int, *, lock: bool = False) -> EntryLine:
    """A line of the public list, for everybody."""
    rows = EntryLine.objects.select_for_update(of=("self",)) if lock else EntryLine.objects.all()
    line = rows.select_related("entry__area", "person").filter(pk=line_id, entry__state=EntryState.PUBLISHED, state=RecordState.APPLYING).first()
    if line is None:
        raise NotFound
    return line


def team_to_enter(actor: Person, team_id: int) -> Team:
    """A team whose hours the actor may write down; teams are public, so the reason is told."""
    team = teams.visible_team(actor, team_id)
    policies.can_enter_hours(actor, team.area, team).or_refuse()
    return team


def teams_to_enter(person_id: int) -> list[Team]:
    """The teams that a person leads."""
    return [teams.team_told_of(team_id) for team_id in teams.led_by(person_id)]


def teams_of_own(person: Person) -> list[tuple[int, str]]:
    """Id and name of the approved teams in which a person is."""
    rows = teams.teams_of(person.pk).current().filter(team__in=teams.approved_teams())
    return [(row.team_id, row.team.name) for row in rows]


def members_to_enter(team: Team) -> list[tuple[int, str]]:
    """Id and name of every member who is a volunteer."""
    rows = people.active_volunteers().filter(pk__in=teams.members(team.pk)).select_related("person")
    return [(row.pk, row.person.name) for row in rows.order_by("pk")]


def volunteers_numbered(actor: Person, numbers: Sequence[str]) -> list[int]:
    """Ids of volunteers by their numbers, within the actor's reach; one that is unknown refuses the whole."""
    wanted = {number.strip().upper() for number in numbers if number.strip()}
    found = {row.number: row for row in people.active_volunteers().filter(number__in=wanted).select_related("person__area")}
    hidden = [number for number in sorted(wanted) if number not in found or not _is_near(actor, found[number].person.area)]
    if hidden:
        text = _("没有找到这个志愿者编号：%(number)s") % {"number": hidden[0][:20]}
        raise Refused(text, code="unknown_volunteer", fields={"numbers": text})
    return sorted(row.pk for row in found.values())


def _is_near(actor: Person, area: Area | None) -> bool:
    return area is not None and actor.acting.reaches(area.path)


def check_intervals(area: Area, intervals: Sequence[Interval], now: datetime) -> None:
    """The national refusals: none, too many, not within a day, not in the future, not too old, not over one another."""
    if not 1 <= len(intervals) <= MOST_INTERVALS:
        raise _wrong(_("一次写 1 到 10 段时间。"), "intervals")
    oldest = clock.at(clock.today(now - timedelta(days=areas.rule(ENTRY_AGE, area, now))))
    for start, end in intervals:
        if (end - start) // MINUTE <= 0:
            raise _wrong(_("结束时间要晚于开始时间。"), "ends_before_start")
        if end > clock.at(clock.today(start), 24):
            raise _wrong(_("一段时间不能跨过半夜，请分成两天写。"), "crosses_day")
        if end > now:
            raise _wrong(_("还没到的时间不能记时长。"), "in_the_future")
        if start < oldest:
            raise _wrong(_("太久以前的服务不能补录，最早从 %(day)s 起。") % {"day": f"{clock.today(oldest):%Y-%m-%d}"}, "too_old")
    ordered = sorted(intervals)
    if any(later[0] < earlier[1] for earlier, later in pairwise(ordered)):
        raise _wrong(_("您写的几段时间有重叠。"), "overlap")


def check_person(person: Person, area: Area, intervals: Sequence[Interval], *, but: int | None = None) -> None:
    """Against what the person has already, counted or waiting: no overlap, and no day above the cap."""
    for start, end in intervals:
        title = taken(person.pk, start, end, but=but)
        if title:
            words = {"name": person.masked_name, "title": title}
            raise _wrong(_("%(name)s这段时间和“%(title)s”重叠，同一时间只能记一次。") % words, "overlap")
    for day in sorted({clock.today(start) for start, _end in intervals}):
        wanted = sum((end - start) // MINUTE for start, end in intervals if clock.today(start) == day)
        cap: int = areas.rule(DAY_CAP, area, clock.at(day))
        if minutes_of_day(person.pk, clock.at(day), but=but) + wanted > cap:
            words = {"name": person.masked_name, "day": f"{day:%Y-%m-%d}", "cap": str(cap)}
            raise _wrong(_("%(name)s在 %(day)s 会超过每天 %(cap)s 分钟。") % words, "above_day_cap")


def taken(person_id: int, start: datetime, end: datetime, *, but: int | None = None) -> str:
    """The title of what already covers part of this time; `but` is a record that is about to go."""
    records = Record.objects.filter(person_id=person_id, started_at__lt=end, ended_at__gt=start, state=RecordState.EFFECTIVE)
    record = records.exclude(entry_way=EntryWay.FORCED).exclude(pk__in=_named(but)).order_by("started_at").first()
    if record is not None:
        return record.title
    line = _waiting_lines(person_id).filter(started_at__lt=end, ended_at__gt=start).select_related("entry").first()
    return line.entry.title if line is not None else ""


def minutes_of_day(person_id: int, midnight: datetime, *, but: int | None = None) -> int:
    """Counted and waiting minutes of a day."""
    day = {"started_at__gte": midnight, "started_at__lt": clock.at(clock.today(midnight), 24)}
    records = Record.objects.filter(person_id=person_id, state=RecordState.EFFECTIVE, **day).exclude(pk__in=_named(but))
    counted = records.aggregate(total=Sum("minutes"))["total"] or 0
    return counted + (_waiting_lines(person_id).filter(**day).aggregate(total=Sum("minutes"))["total"] or 0)


def _named(record_id: int | None) -> list[int]:
    return [] if record_id is None else [record_id]


def _waiting_lines(person_id: int) -> QuerySet[EntryLine]:
    return EntryLine.objects.filter(person_id=person_id, state=RecordState.APPLYING)


def needs_second(actor: Person, area: Area, person_ids: Collection[int], minutes: int, now: datetime) -> bool:
    """Always for oneself; for others above the threshold of the area."""
    return actor.pk in person_ids or minutes > areas.rule(SECOND_ABOVE, area, now)


@dataclass(frozen=True)
class EntryPage:
    """A manual entry as one person may see it."""

    entry: Entry
    team: Team | None
    lines: list[EntryLine]
    files: list[EntryFile]
    minutes: int
    can_approve: bool
    why_not: Text
    can_withdraw: bool


def entry_page(actor: Person, entry_id: int) -> EntryPage:
    """Who is only in it sees the own lines."""
    entry = visible_entry(actor, entry_id)
    sees_all = bool(policies.can_see_evidence(actor, entry))
    lines = entry.lines.select_related("person", "record").order_by("person_id", "started_at")
    shown = list(lines if sees_all else lines.filter(person_id=actor.pk))
    ruling = policies.can_approve_entry(actor, entry)
    is_waiting = entry.state == EntryState.WAITING
    return EntryPage(
        entry=entry,
        team=teams.team_told_of(entry.team_id) if entry.team_id else None,
        lines=shown,
        files=list(entry.files.order_by("pk")) if sees_all else [],
        minutes=sum(line.minutes for line in shown),
        can_approve=is_waiting and bool(ruling),
        why_not=ruling.reason if is_waiting else "",
        can_withdraw=bool(policies.can_withdraw_entry(actor, entry)) and entry.state in (EntryState.WAITING, EntryState.PUBLISHED),
    )


def entries_of(actor: Person, cursor: str = "", size: int = 30) -> paging.Page[Entry]:
    """What the actor entered, or is in."""
    rows = Entry.objects.filter(Q(entered_by=actor) | Q(pk__in=EntryLine.objects.filter(person=actor).values("entry_id")))
    return paging.page(_told(rows), ["-id"], cursor, size)


def entries_in(actor: Person, area: Area, state: str = "", cursor: str = "", size: int = 30) -> paging.Page[Entry]:
    """The manual entries of an area, for its staff; those that wait first come by their state."""
    if not actor.acting.reaches(area.path):
        raise NotFound
    rows = Entry.objects.filter(area__path__startswith=area.path)
    return paging.page(_told(rows.filter(state=state) if state else rows), ["-id"], cursor, size)


def _told(rows: QuerySet[Entry]) -> QuerySet[Entry]:
    told = rows.select_related("area", "entered_by").annotate(people=Count("lines__person", distinct=True), minutes=Sum("lines__minutes"))
    return told.prefetch_related(Prefetch("lines", EntryLine.objects.select_related("person").order_by("pk")))


def publicity(area: Area | None = None, team_id: int | None = None, cursor: str = "", size: int = 50) -> paging.Page[EntryLine]:
    """The masked list that everybody may read and question, newest first."""
    rows = EntryLine.objects.filter(entry__state=EntryState.PUBLISHED, state=RecordState.APPLYING)
    if area is not None:
        rows = rows.filter(entry__area__path__startswith=area.path)
    if team_id is not None:
        rows = rows.filter(entry__team_id=team_id)
    return paging.page(rows.select_related("entry__area", "person"), ["-id"], cursor, size)


def due_entries(now: datetime) -> QuerySet[Entry]:
    """Published entries whose publicity has passed."""
    return Entry.objects.filter(state=EntryState.PUBLISHED, public_until__lte=now).order_by("pk")


def has_open_case(line: EntryLine) -> bool:
    """A line that somebody is still looking at does not count yet."""
    return line.cases.filter(state="open").exists()


def entry_told_of(entry_id: int) -> Entry:
    """For whoever tells people about it; not for pages."""
    return Entry.objects.select_related("entered_by", "area").get(pk=entry_id)


def _wrong(text: Text, code: str) -> Refused:
    return Refused(text, code=code, fields={"intervals": text})
