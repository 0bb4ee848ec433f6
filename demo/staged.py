"""Orders of the model community in every stage at this very moment, whatever the hour: what the demo accounts find when they sign in."""

from __future__ import annotations

from datetime import datetime, timedelta

from chunshui.kernel import clock
from chunshui.needs import events
from chunshui.needs.models import Service
from chunshui.needs.states import AssignmentState, Channel, OfferSource, OfferState, Priority, State, Wish
from demo.geography import Community
from demo.orders import Life, Story

STAFF = "community_worker"


def build(life: Life, ids: dict[str, int]) -> list[Story]:
    """About thirty orders: the desk's queue, visits under way, poor ratings."""
    home = _home(life)
    people = [i for i in life.residents.by_community[home.id] if life.residents.ids[i] != ids["周桂芳"]]
    some = [people[int(k)] for k in life.rng.permutation(len(people))]
    draw = iter(some * 4)
    now = life.now
    stories = [_submitted(life, next(draw), now - timedelta(minutes=m)) for m in (4, 11, 26, 43, 58, 92)]
    stories += [_waiting(life, next(draw), now - timedelta(minutes=m), declined=m in (95, 200)) for m in (18, 30, 47, 64, 95, 130, 155, 200, 260)]
    stories += [_offered(life, next(draw), now - timedelta(minutes=m)) for m in (25, 50, 75, 120)]
    stories += [_serving(life, next(draw), now - timedelta(minutes=m)) for m in (12, 25, 40)]
    stories += [_delivered(life, next(draw), now - timedelta(minutes=m)) for m in (70, 180, 300)]
    stories += [_poor(life, next(draw), now - timedelta(days=d)) for d in (1, 2)]
    return stories


def _home(life: Life) -> Community:
    return life.district.model


def _submitted(life: Life, i: int, at: datetime) -> Story:
    return life._place(i, at)


def _accepted(life: Life, i: int, at: datetime) -> Story:
    story = life._place(i, at)
    row, worker = story.row, life._worker(story.community.id)
    review = at + timedelta(minutes=4)
    limit = 120 if row["priority"] == Priority.URGENT else 1440
    row.update(state=State.WAITING, accepted_at=review, reviewed_by_id=worker, due_at=at + timedelta(minutes=limit % 1440 or 240))
    story.tell(events.ACCEPTED, review, worker, STAFF, priority=row["priority"])
    if row["wish_from"] is None:
        start = clock.at(clock.today(life.now) + timedelta(days=1), 15)
        row["_from"], row["_until"] = start, start + timedelta(minutes=row["minutes"])
    else:
        row["_from"], row["_until"] = row["wish_from"], row["wish_until"]
    return story


def _waiting(life: Life, i: int, at: datetime, *, declined: bool) -> Story:
    story = _accepted(life, i, at)
    fitting = life._fitting(story) if declined else []
    if fitting:
        offer = _offer(life, story, fitting[0], at + timedelta(minutes=8))
        offer.update(state=OfferState.DECLINED, answered_at=at + timedelta(minutes=20), answer_note="明早带孙子")
        person = offer["volunteer_id"]
        story.tell(events.OFFER_DECLINED, at + timedelta(minutes=20), person, "volunteer", volunteer_id=person, note="明早带孙子")
    return story


def _offer(life: Life, story: Story, i: int, at: datetime) -> dict:
    person, worker = life.volunteers.ids[i], life._worker(story.community.id)
    offer = {
        "volunteer_id": person, "state": OfferState.OPEN, "source": OfferSource.SINGLE, "wave": 1, "sent_by_id": worker, "sent_at": at,
        "answer_by": max(at + timedelta(minutes=120), life.now + timedelta(minutes=25)), "answered_at": None, "answer_note": "",
    }  # fmt: skip
    story.offers.append(offer)
    story.row["wave"] = 1
    story.tell(events.OFFERED, at, worker, STAFF, volunteer_ids=[person], source=offer["source"], wave=1)
    return offer


def _offered(life: Life, i: int, at: datetime) -> Story:
    story = _accepted(life, i, at)
    fitting = life._fitting(story)
    if fitting:
        _offer(life, story, fitting[0], at + timedelta(minutes=10))
        story.row["state"] = State.OFFERED
    return story


def _serving(life: Life, i: int, start: datetime) -> Story:
    """Someone is there now."""
    story = life._place(i, start - timedelta(days=1))
    story.row.update(wish=Wish.WINDOW, wish_from=start, wish_until=start + timedelta(minutes=story.service.minutes), people_needed=1)
    _go(life, story, start)
    return story


def _go(life: Life, story: Story, start: datetime, volunteer: int | None = None, *, until: str = "serving") -> None:
    """From review to the stage `until` (accepted, serving, delivered), with one volunteer."""
    row, worker = story.row, life._worker(story.community.id)
    review = row["placed_at"] + timedelta(minutes=12)
    row.update(state=State.WAITING, accepted_at=review, reviewed_by_id=worker, due_at=None)
    story.tell(events.ACCEPTED, review, worker, STAFF, priority=row["priority"])
    row["_from"], row["_until"] = row["wish_from"], row["wish_until"]
    fitting = [volunteer] if volunteer is not None else life._fitting(story) or _anyone(life, story)
    offer = _offer(life, story, fitting[0], review + timedelta(minutes=7))
    life._take(story, fitting[0], offer, review + timedelta(minutes=19))
    if until == "accepted":
        return
    row.update(state=State.SERVING, started_at=start, due_at=clock.at(clock.today(life.now), 24))
    for assignment in story.assignments:
        assignment.update(state=AssignmentState.PRESENT, checked_in_at=start, check_in_way="code")
        story.tell(events.STARTED, start, assignment["volunteer_id"], "volunteer", volunteer_id=assignment["volunteer_id"], way="code")
    if until == "delivered":
        end = start + timedelta(minutes=story.service.minutes - 5)
        for assignment in story.assignments:
            life._check_out(story, assignment, start, end, story.service.minutes - 5)
        row.update(state=State.DELIVERED, delivered_at=end, due_at=end + timedelta(days=7))
        story.tell(events.DELIVERED, end, story.assignments[0]["volunteer_id"], "volunteer", minutes=story.service.minutes - 5)


def _anyone(life: Life, story: Story) -> list[int]:
    near = life.volunteers.by_community[story.community.id]
    start, end = story.row["_from"], story.row["_until"]
    return [i for i in near if life.volunteers.free_time[i] and life._is_free(i, start, end)] or near[-1:]


def _delivered(life: Life, i: int, start: datetime) -> Story:
    start -= timedelta(minutes=150)
    story = life._place(i, start - timedelta(days=2))
    story.row.update(wish=Wish.WINDOW, wish_from=start, wish_until=start + timedelta(minutes=story.service.minutes), people_needed=1)
    _go(life, story, start, until="delivered")
    return story


def _poor(life: Life, i: int, at: datetime) -> Story:
    """Rated two stars, and nobody has called back yet."""
    story = _delivered(life, i, at)
    rated = story.row["delivered_at"] + timedelta(hours=2)
    words = "来晚了二十多分钟，也没打电话。"
    story.rating = {"stars": 2, "tags": ["来晚了"], "words": words, "by_id": story.row["resident_id"], "channel": Channel.WEB, "at": rated}
    story.row.update(state=State.RATED, due_at=None, closed_at=rated)
    story.tell(events.RATED, rated, story.row["resident_id"], "resident", stars=2, channel=Channel.WEB)
    life._follow_up(story, max(rated, life.now - timedelta(hours=4)), words)
    return story


def known_pair(life: Life, ids: dict[str, int]) -> list[Story]:
    """何素芬 has been with 周桂芳 three times and comes again tomorrow; two people nearby ask for her."""
    home = _home(life)
    mother = life.residents.ids.index(ids["周桂芳"])
    helper = life.volunteers.ids.index(ids["何素芬"])
    escort = next(service for service in life.services if service.code == "escort")
    today = clock.today(life.now)
    stories = []
    for days, until in ((24, "delivered"), (16, "delivered"), (9, "delivered"), (-1, "accepted")):
        start = clock.at(today - timedelta(days=days), 9)
        placed = start - timedelta(days=1, hours=-5) if days > 0 else life.now - timedelta(hours=2)
        story = life._place(mother, placed)
        _as(story, escort, start)
        _go(life, story, start, helper, until=until)
        if until == "delivered":
            _praised(story)
        stories.append(story)
    for minutes in (22, 35):
        near = life.residents.by_community[home.id]
        i = near[minutes % (len(near) - 1)]
        story = _accepted(life, i, life.now - timedelta(minutes=minutes + 14))
        _as(story, escort, clock.at(today + timedelta(days=2), 9 if minutes == 22 else 14))
        _offer(life, story, helper, life.now - timedelta(minutes=minutes))
        story.row["state"] = State.OFFERED
        stories.append(story)
    return stories


def _as(story: Story, service: Service, start: datetime) -> None:
    end = start + timedelta(minutes=service.minutes)
    story.service = service
    story.row.update(
        service_id=service.pk, title=service.name, details="膝盖换过关节，下楼要人扶。去市六院二楼拿复查单子，医生说的话我记不住，帮我记一下。",
        wish=Wish.WINDOW, wish_from=start, wish_until=end, minutes=service.minutes, people_needed=1, repeat="once", dangers=["stairs"],
        _from=start, _until=end, priority=Priority.NORMAL, gender=2, language=0,
    )  # fmt: skip
    story.events[0] = (*story.events[0][:4], {**story.events[0][4], "service": service.code})


def _praised(story: Story) -> None:
    at = story.row["delivered_at"] + timedelta(hours=3)
    words = "人很耐心，医嘱写得清清楚楚。"
    story.rating = {"stars": 5, "tags": ["耐心"], "words": words, "by_id": story.row["resident_id"], "channel": Channel.WEB, "at": at}
    story.row.update(state=State.RATED, due_at=None, closed_at=at)
    story.tell(events.RATED, at, story.row["resident_id"], "resident", stars=5, channel=Channel.WEB)
