"""Every state × every verb: allowed steps work through the real command; forbidden ones are refused and change nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chunshui.kernel.errors import Refused
from chunshui.needs import commands
from chunshui.needs.models import Need
from chunshui.needs.states import DISPATCHING, STEPS, State
from tests.factories import needs as make
from tests.needs.snapshot import snapshot

pytestmark = pytest.mark.django_db
#: steps that no person asks for: where the table forbids them the clock passes by in silence
BY_CLOCK = {"close_unrated", "archive"}
VERBS = sorted(STEPS)


class Scene:
    """An order in some state with whatever its verbs need."""

    def __init__(self, state, resident, coordinator, helper):
        self.need = make.need(resident, state=state, due_at=make.NOON, closed_at=make.NOON - timedelta(days=31), placed_by=resident)
        self.other = make.need(resident, state=State.WAITING)
        self.resident, self.coordinator, self.helper = resident, coordinator, helper
        self.start = self.need.wish_from

    def place(self, state="planned"):
        came = {} if state == "planned" else {"checked_in_at": self.start, "check_in_way": "code"}
        return make.assignment(self.need, self.helper, state=state, **came)


def by_staff(name, **more):
    def run(scene):
        scene_more = {key: value(scene) if callable(value) else value for key, value in more.items()}
        getattr(commands, name)(actor=scene.coordinator, need_id=scene.need.pk, now=make.NOON, **scene_more)

    return run


def complete(scene):
    commands.complete_need(actor=scene.resident, need_id=scene.need.pk, details="去三院", now=make.NOON)


def change(scene):
    commands.change_need(actor=scene.resident, need_id=scene.need.pk, details="去三院", now=make.NOON)


def cancel(scene):
    commands.cancel_need(actor=scene.resident, need_id=scene.need.pk, reason="不用了", now=make.NOON)


def start(scene):
    place = scene.place()
    scene.before = snapshot()
    commands.check_in(actor=scene.helper, assignment_id=place.pk, way="code", code="4827", now=scene.start)


def deliver(scene):
    place = scene.place("present")
    scene.before = snapshot()
    commands.check_out(actor=scene.helper, assignment_id=place.pk, way="code", code="4827", now=scene.start + timedelta(hours=1))


def reopen(scene):
    place = scene.place()
    scene.before = snapshot()
    commands.mark_absent(actor=scene.coordinator, assignment_id=place.pk, now=scene.start)


def rate(scene):
    scene.need.due_at = make.NOON + timedelta(days=1)
    scene.need.save()
    scene.before = snapshot()
    commands.rate_need(actor=scene.resident, need_id=scene.need.pk, stars=5, channel="web", now=make.NOON)


def offer(scene):
    commands.offer_need(actor=scene.coordinator, need_id=scene.need.pk, volunteer_ids=[scene.helper.pk], now=make.NOON)


def staff(scene):
    question = make.offer(scene.need, scene.helper)
    scene.before = snapshot()
    commands.accept_offer(actor=scene.helper, offer_id=question.pk, now=make.NOON)


def requeue(scene):
    question = make.offer(scene.need, scene.helper, sent_by=scene.coordinator)
    scene.before = snapshot()
    commands.withdraw_offer(actor=scene.coordinator, offer_id=question.pk, now=make.NOON)


RUN = {
    "requeue": requeue,
    "offer": offer,
    "staff": staff,
    "complete": complete,
    "change": change,
    "accept": by_staff("accept_need"),
    "send_back": by_staff("send_back_need", reason="请写清楚医院"),
    "decline": by_staff("decline_need", reason="要持证上岗", instead="社区医院"),
    "refer": by_staff("refer_need", to="12345", reason="是供水的事"),
    "merge": by_staff("merge_need", into_id=lambda scene: scene.other.pk),
    "cancel": cancel,
    "start": start,
    "deliver": deliver,
    "reopen": reopen,
    "rate": rate,
    "close_unrated": lambda scene: commands.close_unrated(now=make.NOON),
    "archive": lambda scene: commands.archive_needs(now=make.NOON),
}
#: a volunteer of several may come, leave or stay away while others are still sought or on the way: the place moves, the order stays;
#: and a question can always be taken back
PLACE_ONLY = {
    "start": DISPATCHING | {State.SERVING},
    "deliver": DISPATCHING | {State.ACCEPTED},
    "reopen": DISPATCHING,
    "requeue": set(State) - STEPS["requeue"].sources,
}
#: a volunteer who says yes too late gets a kind answer instead of the name of a state
CODES = {"staff": {"filled", "cancelled"}}


def test_every_verb_of_the_table_is_run():
    assert set(RUN) == set(VERBS)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", State.values)
def test_state_and_verb(state, verb, resident, coordinator, helper):
    scene = Scene(state, resident, coordinator, helper)
    scene.before = snapshot()
    if state in STEPS[verb].sources:
        RUN[verb](scene)
        assert Need.objects.get(pk=scene.need.pk).state == STEPS[verb].target
        assert snapshot()["events"] > scene.before["events"]
    elif state in PLACE_ONLY.get(verb, ()):
        RUN[verb](scene)
        assert Need.objects.get(pk=scene.need.pk).state == state
    elif verb in BY_CLOCK:
        RUN[verb](scene)
        assert snapshot() == scene.before
    else:
        with pytest.raises(Refused) as caught:
            RUN[verb](scene)
        assert caught.value.code in CODES.get(verb, {"wrong_state"})
        assert snapshot() == scene.before
