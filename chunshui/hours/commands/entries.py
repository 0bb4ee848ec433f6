"""The verbs of manual entry: written down with reason and evidence, seen by a second person, made public, and only then counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chunshui.areas import queries as areas
from chunshui.hours import events, policies, queries
from chunshui.hours.commands import cases, corrections, evidence, sanctions
from chunshui.hours.commands.records import record_hours
from chunshui.hours.models import Appeal, Entry, EntryLine
from chunshui.hours.queries import Interval
from chunshui.hours.states import ENTRY_STEPS, LINE_STEPS, MOST_PEOPLE, PUBLIC_DAYS, SPOT_SHARE, CaseKind, EntryState, EntryWay, RecordState
from chunshui.kernel import clock, crypto
from chunshui.kernel.errors import Refused, Text
from chunshui.kernel.events import emit
from chunshui.kernel.steps import take
from chunshui.people import queries as people
from chunshui.teams import queries as teams
from chunshui.teams.states import ServiceCategory

if TYPE_CHECKING:
    from chunshui.areas.models import Area
    from chunshui.people.models import Person

BATCH = 200


@transaction.atomic
def enter_team_hours(
    *,
    actor: Person,
    team_id: int,
    person_ids: Sequence[int],
    intervals: Sequence[Interval],
    title: str,
    category: str,
    reason: str,
    evidence: Sequence[bytes],
    now: datetime,
) -> Entry:
    """Write hours down for members of a team, with reason and evidence; above the threshold a second person looks first."""
    team = queries.team_to_enter(actor, team_id)
    if not set(person_ids) <= set(teams.members(team_id)):
        raise _wrong("person_ids", _("只能给本队的队员补录。"), "not_a_member")
    return _enter(actor, team.area, team_id, person_ids, intervals, title, category, reason, evidence, EntryWay.TEAM, now)


@transaction.atomic
def enter_area_hours(
    *,
    actor: Person,
    area_id: int,
    numbers: Sequence[str],
    intervals: Sequence[Interval],
    title: str,
    category: str,
    reason: str,
    evidence: Sequence[bytes],
    origin: str = "",
    now: datetime,
) -> Entry:
    """Write hours down for volunteers of an area by their numbers; with `origin`, hours brought over from another system."""
    area = areas.visible_area(area_id)
    policies.can_enter_hours(actor, area, None).or_refuse()
    person_ids = queries.volunteers_numbered(actor, numbers)
    return _enter(actor, area, None, person_ids, intervals, title, category, reason, evidence, EntryWay.TEAM, now, origin.strip())


@transaction.atomic
def declare_hours(
    *,
    actor: Person,
    intervals: Sequence[Interval],
    title: str,
    category: str,
    reason: str,
    evidence: Sequence[bytes],
    team_id: int | None = None,
    origin: str = "",
    now: datetime,
) -> Entry:
    """A volunteer's own word for own service; somebody else always approves it."""
    area = _area_of(actor, team_id)
    policies.can_declare_hours(actor, area).or_refuse()
    return _enter(actor, area, team_id, [actor.pk], intervals, title, category, reason, evidence, EntryWay.PERSONAL, now, origin.strip())


def _area_of(actor: Person, team_id: int | None) -> Area:
    if team_id is not None:
        if actor.pk not in teams.members(team_id):
            raise _wrong("team_id", _("您不在这支队伍里。"), "not_a_member")
        return teams.team_told_of(team_id).area
    area = areas.area_from(str(actor.area_id))
    if area is None:
        raise Refused(_("请先填写您所在的社区。"), code="no_area")
    return area


def _enter(
    actor: Person,
    area: Area,
    team_id: int | None,
    person_ids: Sequence[int],
    intervals: Sequence[Interval],
    title: str,
    category: str,
    reason: str,
    files: Sequence[bytes],
    way: str,
    now: datetime,
    origin: str = "",
) -> Entry:
    _check_words(title, category, reason)
    sanctions.refuse_if_barred({actor.pk, *person_ids}, now)
    queries.check_intervals(area, intervals, now)
    persons = _held(person_ids)
    for person in persons:
        queries.check_person(person, area, intervals)
    kept = evidence.checked_files(files)
    minutes = sum((end - start) // queries.MINUTE for start, end in intervals) * len(persons)
    waits = bool(origin) or queries.needs_second(actor, area, {person.pk for person in persons}, minutes, now)
    entry = Entry.objects.create(
        area=area,
        team_id=team_id,
        title=title.strip(),
        category=category,
        reason=reason.strip(),
        origin=origin,
        entry_way=way,
        state=EntryState.WAITING if waits else EntryState.PUBLISHED,
        entered_by=actor,
        entered_at=now,
        public_until=None if waits else _public_until(area, now),
    )
    EntryLine.objects.bulk_create(
        EntryLine(entry=entry, person=person, started_at=start, ended_at=end, minutes=(end - start) // queries.MINUTE)
        for person in persons
        for start, end in sorted(intervals)
    )
    evidence.attach(entry, kept)
    _tell(events.ENTERED, entry, actor, now, state=entry.state, minutes=minutes)
    if not waits:
        _check_some(entry, now)
    return entry


def enter_granted(appeal: Appeal, actor: Person, now: datetime) -> Entry:
    """A record that was missing, found to be right by who decided the appeal: public like every entry by hand, then counted."""
    interval = (appeal.started_at, appeal.ended_at)
    queries.check_person(_held([appeal.person_id])[0], appeal.area, [interval])
    entry = Entry.objects.create(
        area=appeal.area,
        title=appeal.title,
        category=appeal.category,
        reason=appeal.words,
        entry_way=EntryWay.PERSONAL,
        state=EntryState.PUBLISHED,
        entered_by=appeal.person,
        entered_at=now,
        decided_by=actor,
        decided_at=now,
        opinion=appeal.answer[:200],
        public_until=_public_until(appeal.area, now),
    )
    minutes = (appeal.ended_at - appeal.started_at) // queries.MINUTE
    EntryLine.objects.create(entry=entry, person=appeal.person, started_at=interval[0], ended_at=interval[1], minutes=minutes)
    _tell(events.ENTRY_PUBLISHED, entry, actor, now)
    return entry


@transaction.atomic
def approve_entry(*, actor: Person, entry_id: int, opinion: str = "", now: datetime) -> Entry:
    """The second person agrees; the list becomes public, and nothing counts before its publicity has passed."""
    entry = queries.visible_entry(actor, entry_id, lock=True)
    policies.can_approve_entry(actor, entry).or_refuse()
    take(entry, ENTRY_STEPS, "approve")
    entry.public_until = _public_until(entry.area, now)
    _decided(entry, actor, opinion, now)
    _tell(events.ENTRY_PUBLISHED, entry, actor, now)
    _check_some(entry, now)
    return entry


@transaction.atomic
def refuse_entry(*, actor: Person, entry_id: int, opinion: str, now: datetime) -> Entry:
    """The second person does not agree, and says why; nothing counts."""
    entry = queries.visible_entry(actor, entry_id, lock=True)
    policies.can_refuse_entry(actor, entry).or_refuse()
    if not opinion.strip():
        raise _wrong("opinion", _("请写明不同意的原因。"), "reason_missing")
    take(entry, ENTRY_STEPS, "refuse")
    _decided(entry, actor, opinion, now)
    for line in entry.lines.filter(state=RecordState.APPLYING):
        corrections.stop_line(line, "refuse", opinion)
    _tell(events.ENTRY_REFUSED, entry, actor, now, opinion=entry.opinion)
    return entry


@transaction.atomic
def withdraw_entry(*, actor: Person, entry_id: int, now: datetime) -> Entry:
    """Who entered it takes it back before it counts; it stays to be seen."""
    entry = queries.visible_entry(actor, entry_id, lock=True)
    policies.can_withdraw_entry(actor, entry).or_refuse()
    take(entry, ENTRY_STEPS, "withdraw")
    entry.save(update_fields=["state"])
    for line in entry.lines.filter(state=RecordState.APPLYING):
        corrections.stop_line(line, "withdraw", "")
    _tell(events.ENTRY_WITHDRAWN, entry, actor, now)
    return entry


@transaction.atomic
def report_line(*, actor: Person, line_id: int, words: str, now: datetime) -> EntryLine:
    """Somebody doubts a line of the public list; it does not count until a person has looked at it."""
    line = queries.public_line(line_id, lock=True)
    policies.can_report_line(actor, line.entry).or_refuse()
    if not words.strip():
        raise _wrong("words", _("请写一写哪里不对。"), "words_missing")
    cases.open_case(
        key=f"report:{line.pk}:{actor.pk}",
        kind=CaseKind.REPORT,
        area=line.entry.area,
        line=line,
        words=words.strip(),
        score=60,
        opened_by=actor,
        now=now,
    )
    return line


def count_due_entries(*, now: datetime) -> int:
    """Turn lines whose publicity has passed into records, entry by entry; returns how many entries ended."""
    ids = list(queries.due_entries(now).values_list("pk", flat=True)[:BATCH])
    return sum(_count_entry(entry_id, now) for entry_id in ids)


@transaction.atomic
def _count_entry(entry_id: int, now: datetime) -> bool:
    entry = queries.due_entries(now).select_for_update(of=("self",)).select_related("area", "entered_by").filter(pk=entry_id).first()
    if entry is None:
        return False
    for line in entry.lines.filter(state=RecordState.APPLYING).select_related("person").order_by("pk"):
        if not queries.has_open_case(line):
            _count_line(entry, line, now)
    if entry.lines.filter(state=RecordState.APPLYING).exists():
        return False
    take(entry, ENTRY_STEPS, "count")
    entry.save(update_fields=["state"])
    return True


def _count_line(entry: Entry, line: EntryLine, now: datetime) -> None:
    """What can no longer count (overlap with what came since, a volunteer who left) fails with its reason; the others go on."""
    try:
        with transaction.atomic():
            line.record = record_hours(
                person_id=line.person_id,
                source=f"entry:{line.pk}",
                title=entry.title,
                category=entry.category,
                area=entry.area,
                started_at=line.started_at,
                ended_at=line.ended_at,
                entry_way=entry.entry_way,
                actor=entry.entered_by,
                now=now,
                team_id=entry.team_id,
                remark=_remark(entry),
            )
    except Refused as refusal:
        corrections.stop_line(line, "fail", str(refusal))
        corrections.tell_line(events.LINE_NOT_COUNTED, line, now, note=line.note)
        return
    take(line, LINE_STEPS, "count")
    line.save(update_fields=["state", "record"])
    corrections.tell_line(events.LINE_COUNTED, line, now, minutes=line.record.minutes)


def _remark(entry: Entry) -> str:
    return f"{entry.origin} {entry.reason}".strip()[:500]


def _check_words(title: str, category: str, reason: str) -> None:
    if not title.strip() or len(title) > 80:
        raise _wrong("title", _("请写做了什么，80 字以内。"), "title_missing")
    if category not in ServiceCategory.values:
        raise _wrong("category", _("请选择服务类别。"), "unknown_category")
    if not reason.strip() or len(reason) > 500:
        raise _wrong("reason", _("请写明为什么要补录，500 字以内。"), "reason_missing")


def _held(person_ids: Sequence[int]) -> list[Person]:
    """The volunteers, each held to the end of the command, always in the same order."""
    wanted = sorted(set(person_ids))
    if not 1 <= len(wanted) <= MOST_PEOPLE:
        raise _wrong("person_ids", _("请选择 1 到 %(most)d 个人。") % {"most": MOST_PEOPLE}, "nobody")
    rows = people.active_volunteers(lock=True).filter(pk__in=wanted).select_related("person").order_by("pk")
    found = [row.person for row in rows]
    if len(found) != len(wanted):
        raise _wrong("person_ids", _("有人不是在册的志愿者，不能记时长。"), "not_a_volunteer")
    return found


def _public_until(area: Area, now: datetime) -> datetime:
    """Whole days: to the end of the last one."""
    return clock.at(clock.today(now + timedelta(days=areas.rule(PUBLIC_DAYS, area, now))), 24)


def _decided(entry: Entry, actor: Person, opinion: str, now: datetime) -> None:
    entry.decided_by, entry.decided_at, entry.opinion = actor, now, opinion.strip()[:200]
    entry.save(update_fields=["state", "decided_by", "decided_at", "opinion", "public_until"])


def _check_some(entry: Entry, now: datetime) -> None:
    """A seeded share of the lines goes to the review queue; who enters hours cannot know which."""
    share: int = areas.rule(SPOT_SHARE, entry.area, now)
    for line in entry.lines.order_by("pk"):
        if _lot(line.pk) < share:
            cases.open_case(key=f"spot:{line.pk}", kind=CaseKind.SPOT_CHECK, area=entry.area, line=line, score=30, opened_by=None, now=now)


def _lot(line_id: int) -> int:
    """A number below 100 that the house key and the line alone decide."""
    return int(sha256(crypto.blind_index(str(line_id), "spot-check").encode()).hexdigest()[:8], 16) % 100


def _wrong(field: str, text: Text, code: str) -> Refused:
    return Refused(text, code=code, fields={field: text})


def _tell(name: str, entry: Entry, actor: Person, now: datetime, **data: object) -> None:
    ids = sorted(set(entry.lines.values_list("person_id", flat=True)))
    emit(name, subject="entry", subject_id=entry.pk, actor=actor, at=now, area_id=entry.area_id, person_ids=ids, team_id=entry.team_id, **data)
