"""A month of orders, each lived forward in time and cut at now, so that every state occurs for the reason it would occur in life."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.random import Generator

from chunshui.areas.models import Area
from chunshui.hours.states import EntryWay
from chunshui.kernel import clock
from chunshui.needs import events
from chunshui.needs.models import Service
from chunshui.needs.queries.orders import number_stem
from chunshui.needs.states import AssignmentState, Channel, FollowUpKind, FollowUpState, OfferSource, OfferState, Priority, State, Wish
from demo.geography import Community, District
from demo.people import Cast
from demo.words import DECLINES, DETAILS, POOR, PRAISE, RESULTS, RETURNS, TAGS

MONTH = timedelta(days=30)
AM, PM, EVENING = (8, 12), (14, 18), (19, 21)


@dataclass
class Story:
    """One order as columns to be written, with what hangs on it."""

    row: dict[str, Any]
    community: Community
    service: Service
    offers: list[dict[str, Any]] = field(default_factory=list)
    assignments: list[dict[str, Any]] = field(default_factory=list)
    events: list[tuple[str, datetime, int | None, str, dict[str, Any]]] = field(default_factory=list)
    rating: dict[str, Any] | None = None
    follow_up: dict[str, Any] | None = None
    records: list[dict[str, Any]] = field(default_factory=list)

    def tell(self, name: str, at: datetime, actor: int | None, role: str, **data: Any) -> None:
        self.events.append((name, at, actor, role, data))


class Life:
    """Lives orders: knows who is near, who is busy, and who works at the desk of a community."""

    def __init__(self, rng: Generator, district: District, services: list[Service], volunteers: Cast, residents: Cast, now: datetime) -> None:
        self.rng, self.district, self.now = rng, district, now
        self.services, self.volunteers, self.residents = services, volunteers, residents
        self.busy: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
        self.week: dict[int, int] = defaultdict(int)
        self.workers: dict[int, int] = {}
        self.serial: dict[str, int] = defaultdict(int)
        self.named = {area.pk: area for area in Area.objects.communities()}
        self.communities = {community.id: community for community in district.communities}
        self.by_street: dict[int, list[int]] = defaultdict(list)
        for community in district.communities:
            self.by_street[community.street_id].extend(volunteers.by_community.get(community.id, []))

    def order(self, resident: int, placed: datetime) -> Story:
        """An order of the resident with this index, placed at this moment, and all that has happened to it by now."""
        story = self._place(resident, placed)
        for stage in (self._review, self._dispatch, self._serve, self._judge):
            if not stage(story):
                break
        return story

    # --- 点单

    def _place(self, i: int, placed: datetime) -> Story:
        people, rng = self.residents, self.rng
        community, service = self.communities[people.community[i]], self._wanted(i)
        wish, start, end = self._window(placed, service)
        channel = self._channel(i)
        worker = self._worker(community.id)
        placer = worker if channel in (Channel.PHONE, Channel.DESK) else people.ids[i]
        urgent = service.code == "repair" and rng.random() < 0.25
        needed = service.volunteers if rng.random() < 0.9 else min(3, service.volunteers + 1)
        row = {
            "resident_id": people.ids[i], "placed_by_id": placer, "channel": channel, "service_id": service.pk,
            "consent_note": "电话里本人同意" if placer == worker else "",
            "title": service.name, "details": self._pick(DETAILS[service.code]), "wish": wish, "wish_from": start, "wish_until": end,
            "repeat": "weekly" if rng.random() < 0.06 else "once", "minutes": service.minutes,
            "area_id": community.grids[i % 3], "street_id": community.street_id, "community_id": community.id,
            "latitude": people.places[i][0], "longitude": people.places[i][1], "rough_place": people.address[i].split(" ")[0][:20],
            "address": people.address[i], "focus_groups": people.groups[i], "people_needed": needed, "places_filled": 0,
            "gender": 2 if service.gender_wish and people.sex[i] == 2 and rng.random() < 0.3 else 0,
            "language": 2 if rng.random() < 0.06 else 0, "dangers": self._dangers(), "priority": Priority.URGENT if urgent else Priority.NORMAL,
            "state": State.SUBMITTED, "due_at": placed + timedelta(minutes=60 if urgent else 480), "level": 0, "wave": 0,
            "service_code": f"{int(rng.integers(1000, 9999))}", "placed_at": placed, "number": self._number(community, placed),
            "note_to_volunteer": "", "reason": "", "reviewed_by_id": None, "accepted_at": None, "staffed_at": None, "started_at": None,
            "delivered_at": None, "closed_at": None, "index": i,
        }  # fmt: skip
        story = Story(row, community, service)
        role = "community_worker" if placer == worker else "resident"
        story.tell(events.PLACED, placed, placer, role, channel=channel, service=service.code)
        return story

    def _wanted(self, i: int) -> Service:
        groups = set(self.residents.groups[i])
        fitting = [s for s in self.services if not s.for_groups or groups & set(s.for_groups)]
        weights = np.array([1 / (s.position + 2) for s in fitting])
        return fitting[int(self.rng.choice(len(fitting), p=weights / weights.sum()))]

    def _window(self, placed: datetime, service: Service) -> tuple[str, datetime | None, datetime | None]:
        if self.rng.random() < 0.15:
            return Wish.ANY_TIME, None, None
        day = clock.today(placed) + timedelta(days=1 + int(self.rng.integers(0, 6)))
        opens, closes = (AM, PM, EVENING)[int(self.rng.choice(3, p=[0.55, 0.35, 0.1]))]
        latest = max(opens, closes - (service.minutes + 59) // 60)
        start = clock.at(day, int(self.rng.integers(opens, latest + 1)), int(self.rng.choice([0, 30])))
        return Wish.WINDOW, start, start + timedelta(minutes=service.minutes)

    def _channel(self, i: int) -> str:
        own = 0.55 if "old" in self.residents.groups[i] else 0.85
        draw = self.rng.random()
        if draw < own:
            return Channel.WEB
        return Channel.PHONE if draw < own + 0.35 * (1 - own) * 2 else Channel.DESK

    def _dangers(self) -> list[str]:
        draw = self.rng.random()
        return ["stairs"] if draw < 0.18 else ["pet"] if draw < 0.24 else []

    def _number(self, community: Community, placed: datetime) -> str:
        stem = number_stem(self.named[community.id], placed)
        self.serial[stem] += 1
        return f"{stem}-{self.serial[stem]:04d}"

    def _worker(self, community: int) -> int:
        return self.workers[community]

    def _pick(self, choices: list[str]) -> str:
        return choices[int(self.rng.integers(0, len(choices)))]

    def _later(self, at: datetime, low: float, high: float) -> datetime:
        """Some minutes later, in waking hours."""
        moment = at + timedelta(minutes=float(self.rng.uniform(low, high)))
        local = clock.local(moment)
        if local.hour < 8 or local.hour >= 21:
            morning = clock.at(local.date() + timedelta(days=1 if local.hour >= 21 else 0), 8)
            moment = morning + timedelta(minutes=float(self.rng.uniform(5, 90)))
        return moment

    # --- review

    def _review(self, story: Story) -> bool:
        row = story.row
        at = self._later(row["placed_at"], 6, 40 if row["priority"] == Priority.URGENT else 240)
        worker = self._worker(story.community.id)
        if at > self.now:
            return False
        draw = self.rng.random()
        if draw < 0.05:
            self._end(story, State.CANCELLED, at, events.CANCELLED, row["resident_id"], "resident", reason="已经有人帮忙了")
        elif draw < 0.07:
            reason = "这件事要持证单位来做"
            self._end(story, State.DECLINED, at, events.DECLINED, worker, "community_worker", reason=reason, instead="物业维修 023-6789-1122")
        elif draw < 0.085:
            self._end(story, State.REFERRED, at, events.REFERRED, worker, "community_worker", to="12345", reason="属于市政管道")
        elif draw < 0.11:
            row.update(state=State.RETURNED, reason=self._pick(RETURNS), due_at=None, reviewed_by_id=worker)
            story.tell(events.SENT_BACK, at, worker, "community_worker", reason=row["reason"])
        else:
            limit = 120 if row["priority"] == Priority.URGENT else 1440
            row.update(state=State.WAITING, accepted_at=at, reviewed_by_id=worker, due_at=at + timedelta(minutes=limit))
            story.tell(events.ACCEPTED, at, worker, "community_worker", priority=row["priority"])
        return bool(row["state"] == State.WAITING)

    def _end(self, story: Story, state: str, at: datetime, name: str, actor: int | None, role: str, **data: Any) -> None:
        story.row.update(state=state, closed_at=at, due_at=None, reason=data.get("reason", ""))
        story.tell(name, at, actor, role, **data)

    # --- 派单

    def _dispatch(self, story: Story) -> bool:
        row, worker = story.row, self._worker(story.community.id)
        at = self._later(row["accepted_at"], 4, 90)
        if row["wish_from"] is None:
            day = clock.today(at) + timedelta(days=1 + int(self.rng.integers(0, 3)))
            start = clock.at(day, int(self.rng.choice([9, 10, 14, 15])))
            row["_from"], row["_until"] = start, start + timedelta(minutes=row["minutes"])
        else:
            row["_from"], row["_until"] = row["wish_from"], row["wish_until"]
        for wave, person in enumerate(self._fitting(story)[:5], start=1):
            if row["places_filled"] == row["people_needed"] or at > self.now or at > row["_from"]:
                break
            at = self._ask(story, person, at, worker, wave)
        if row["places_filled"] == row["people_needed"]:
            return True
        waits = any(offer["state"] == OfferState.OPEN for offer in story.offers)
        if not waits and at + timedelta(hours=18) < self.now and self.rng.random() < 0.85:
            self._drop_open(story, at)
            reason = "志愿者都抽不开身，社区工作者自己上门办了"
            self._end(story, State.CANCELLED, self._later(at, 300, 900), events.CANCELLED, worker, "community_worker", reason=reason)
            return False
        row["state"] = State.OFFERED if waits else State.WAITING
        if row["_until"] < self.now:
            reason = "一直没有合适的志愿者，约定的时间过了"
            self._drop_open(story, self.now)
            self._end(story, State.CANCELLED, min(self.now, row["_until"]), events.CANCELLED, worker, "community_worker", reason=reason)
        return False

    def _drop_open(self, story: Story, at: datetime) -> None:
        for offer in story.offers:
            if offer["state"] == OfferState.OPEN:
                offer.update(state=OfferState.EXPIRED, answered_at=min(at, offer["answer_by"]))
        for assignment in story.assignments:
            if assignment["state"] == AssignmentState.PLANNED:
                assignment.update(state=AssignmentState.RELEASED, released_at=at, release_reason="这一单取消了")
        story.row["places_filled"] = 0

    def _fitting(self, story: Story) -> list[int]:
        """Indexes of volunteers near, able, free then and not busy, in the order a worker would see them."""
        row, cast = story.row, self.volunteers
        local = clock.local(row["_from"])
        bit = local.weekday() * 3 + (0 if local.hour < 12 else 1 if local.hour < 18 else 2)
        able = self._able(story, bit, cast.by_community.get(story.community.id, []))
        if len(able) < 4:
            able += self._able(story, bit, self.by_street[story.community.street_id])
        place = row["latitude"], row["longitude"]
        able = list(dict.fromkeys(able))
        able.sort(key=lambda i: (self.week[i], abs(cast.places[i][0] - place[0]) + abs(cast.places[i][1] - place[1])))
        return able

    def _able(self, story: Story, bit: int, near: list[int]) -> list[int]:
        row, cast, wanted = story.row, self.volunteers, story.service.required
        if len(near) > 400:
            near = [near[k] for k in self.rng.choice(len(near), 400, replace=False)]
        return [
            i for i in near
            if cast.qualifications[i] & wanted == wanted and cast.free_time[i] >> bit & 1 and self._is_free(i, row["_from"], row["_until"])
            and (not row["gender"] or cast.sex[i] == row["gender"])
        ]  # fmt: skip

    def _is_free(self, i: int, start: datetime, end: datetime) -> bool:
        return not any(bool(a < end and start < b) for a, b in self.busy[i])

    def _ask(self, story: Story, i: int, at: datetime, worker: int, wave: int) -> datetime:
        """Ask one volunteer; returns when the answer (or silence) came."""
        row, person = story.row, self.volunteers.ids[i]
        answer_by = self._later(at, 119, 121)
        offer = {
            "volunteer_id": person, "state": OfferState.OPEN, "source": OfferSource.SINGLE if wave == 1 else OfferSource.NEXT, "wave": wave,
            "sent_by_id": worker, "sent_at": at, "answer_by": answer_by, "answered_at": None, "answer_note": "",
        }  # fmt: skip
        story.offers.append(offer)
        row["wave"] = wave
        story.tell(events.OFFERED, at, worker, "community_worker", volunteer_ids=[person], source=offer["source"], wave=wave)
        answered = self._later(at, 2, 70)
        draw = self.rng.random()
        end = answer_by if draw > 0.9 else answered
        if end > self.now:
            return end
        if draw > 0.9:
            offer.update(state=OfferState.EXPIRED, answered_at=end)
            story.tell(events.OFFER_EXPIRED, end, None, "", volunteer_id=person)
        elif draw > 0.68:
            offer.update(state=OfferState.DECLINED, answered_at=end, answer_note=self._pick(DECLINES))
            story.tell(events.OFFER_DECLINED, end, person, "volunteer", volunteer_id=person, note=offer["answer_note"])
        else:
            self._take(story, i, offer, end)
        return end

    def _take(self, story: Story, i: int, offer: dict[str, Any], at: datetime) -> None:
        row, person = story.row, self.volunteers.ids[i]
        offer.update(state=OfferState.ACCEPTED, answered_at=at)
        self.busy[i].append((row["_from"], row["_until"]))
        self.week[i] += 1
        row["places_filled"] += 1
        story.assignments.append({
            "volunteer_id": person, "state": AssignmentState.PLANNED, "planned_from": row["_from"], "planned_until": row["_until"],
            "made_at": at, "offer": offer, "index": i, "checked_in_at": None, "checked_out_at": None, "check_in_way": "", "check_out_way": "",
            "entry_way": "", "minutes": None, "released_at": None, "release_reason": "", "change": "", "words": "",
        })  # fmt: skip
        story.tell(events.OFFER_ACCEPTED, at, person, "volunteer", volunteer_id=person)
        if row["places_filled"] == row["people_needed"]:
            row.update(state=State.ACCEPTED, staffed_at=at, due_at=row["_from"])
            story.tell(events.STAFFED, at, person, "volunteer", volunteer_ids=[a["volunteer_id"] for a in story.assignments])

    # --- 送单

    def _serve(self, story: Story) -> bool:
        row = story.row
        start = row["_from"] - timedelta(minutes=float(self.rng.uniform(-6, 9)))
        if start > self.now:
            return False
        row.update(state=State.SERVING, started_at=start, due_at=clock.at(clock.today(self.now), 24))
        stay = row["minutes"] * float(self.rng.uniform(0.7, 1.05))
        end = start + timedelta(minutes=stay)
        for assignment in story.assignments:
            person = assignment["volunteer_id"]
            assignment.update(state=AssignmentState.PRESENT, checked_in_at=start, check_in_way="code")
            story.tell(events.STARTED, start, person, "volunteer", volunteer_id=person, way="code")
        if end > self.now:
            return False
        for assignment in story.assignments:
            self._check_out(story, assignment, start, end, int(stay))
        row.update(state=State.DELIVERED, delivered_at=end, due_at=end + timedelta(days=7))
        story.tell(events.DELIVERED, end, story.assignments[-1]["volunteer_id"], "volunteer", minutes=int(stay))
        return True

    def _check_out(self, story: Story, assignment: dict[str, Any], start: datetime, end: datetime, stay: int) -> None:
        person = assignment["volunteer_id"]
        minutes = stay if stay >= 15 else 0
        assignment.update(state=AssignmentState.DONE, checked_out_at=end, check_out_way="code", entry_way=EntryWay.FAST, minutes=minutes)
        if self.rng.random() < 0.1:
            assignment.update(change="thank", words="婆婆一直送我到门口，心里暖和。")
        story.tell(events.CHECKED_OUT, end, person, "volunteer", volunteer_id=person, minutes=minutes, way="code")
        story.records.append({
            "person_id": person, "title": story.row["title"], "category": story.service.category, "area_id": story.row["area_id"],
            "started_at": start, "ended_at": end, "stay_minutes": stay, "minutes": minutes, "entry_way": EntryWay.FAST, "entered_by_id": person,
            "entered_at": end,
        })  # fmt: skip

    # --- 评单

    def _judge(self, story: Story) -> bool:
        row = story.row
        if self.rng.random() < 0.16:
            return self._unrated(story)
        at = self._later(row["delivered_at"], 20, 60 * 40)
        if at > self.now:
            return False
        stars = int(self.rng.choice([5, 4, 3, 2, 1], p=[0.71, 0.2, 0.05, 0.03, 0.01]))
        phone = row["channel"] == Channel.PHONE
        by = self._worker(story.community.id) if phone else row["resident_id"]
        words = self._pick(PRAISE) if stars > 3 else self._pick(POOR)
        tags = TAGS["good" if stars > 3 else "poor"]
        channel = Channel.PHONE if phone else Channel.WEB
        story.rating = {
            "stars": stars, "tags": [tags[int(self.rng.integers(0, len(tags)))]], "words": words if self.rng.random() < 0.6 else "",
            "by_id": by, "channel": channel, "at": at,
        }  # fmt: skip
        row.update(state=State.RATED, due_at=None, closed_at=at)
        story.tell(events.RATED, at, by, "community_worker" if phone else "resident", stars=stars, channel=channel)
        if stars <= 3:
            self._follow_up(story, at, words)
        return self._archive(story, at)

    def _unrated(self, story: Story) -> bool:
        at = story.row["delivered_at"] + timedelta(days=7)
        if at > self.now:
            return False
        story.row.update(state=State.UNRATED, due_at=None, closed_at=at)
        story.tell(events.CLOSED_UNRATED, at, None, "")
        return self._archive(story, at)

    def _follow_up(self, story: Story, at: datetime, words: str) -> None:
        due = at + timedelta(days=3)
        story.follow_up = {"kind": FollowUpKind.POOR, "state": FollowUpState.OPEN, "words": words, "by_id": story.row["resident_id"], "opened_at": at,
                           "due_at": due, "handled_by_id": None, "result": "", "closed_at": None}  # fmt: skip
        story.tell(events.FOLLOW_UP_OPENED, at, None, "", kind=FollowUpKind.POOR)
        done = self._later(at, 300, 60 * 60)
        if done <= self.now:
            handler, result = self.workers["street", story.community.street_id], self._pick(RESULTS)  # type: ignore[index]
            story.follow_up.update(state=FollowUpState.DONE, handled_by_id=handler, result=result, closed_at=done)
            story.tell(events.FOLLOW_UP_CLOSED, done, handler, "street_official", result=result)

    def _archive(self, story: Story, at: datetime) -> bool:
        open_case = story.follow_up is not None and story.follow_up["state"] == FollowUpState.OPEN
        if at + timedelta(days=14) < self.now and not open_case:
            story.row.update(state=State.ARCHIVED)
            story.tell(events.ARCHIVED, at + timedelta(days=14), None, "")
        return True


def moments(rng: Generator, size: int, now: datetime) -> list[datetime]:
    """When orders come in: over thirty days, by day, most before noon; the last three days are fuller than the rest."""
    days = np.where(rng.random(size) < 0.3, rng.uniform(0, 3, size), rng.uniform(3, 30, size))
    hours = np.clip(rng.normal(10.5, 2.8, size), 7.5, 20.5)
    midnight = clock.at(clock.today(now))
    drawn = [midnight - timedelta(days=int(d)) + timedelta(hours=float(h)) for d, h in zip(days, hours, strict=True)]
    return sorted(at if at < now else at - timedelta(days=1) for at in drawn)


def build(life: Life, size: int, tick: Callable[[int], object]) -> list[Story]:
    """Live `size` orders; one in twelve is of the model community, so that its desk is never empty."""
    rng, residents = life.rng, life.residents
    model = residents.by_community.get(life.district.model.id, [])
    stories = []
    for number, placed in enumerate(moments(rng, size, life.now)):
        at_home = model and number % 12 == 0
        i = model[int(rng.integers(0, len(model)))] if at_home else int(rng.integers(0, len(residents.ids)))
        stories.append(life.order(i, placed))
        tick(1)
    return stories
