"""What follows an event: messages in the reader's language, statistics that agree with the orders, forgetting."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from chunshui.kernel.events import emit, settle
from chunshui.kernel.models import Delivery, Event
from chunshui.needs import commands, events, queries
from chunshui.needs.models import Assignment, Need, NeedToken, Tally
from chunshui.needs.reactions.notices import TEXTS
from chunshui.needs.states import State
from chunshui.notices.models import Message
from chunshui.people import events as people_events
from tests.factories import needs as make
from tests.factories import people

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def settled():
    settle(make.NOON + timedelta(days=60))
    assert list(Delivery.objects.exclude(error="").values_list("reaction", "error")) == []


def inbox(person):
    return list(Message.objects.filter(person=person).order_by("id").values_list("title", flat=True))


def place(actor, resident, community, **more):
    values = {
        "resident_id": resident.pk,
        "service_code": make.service().code,
        "area_id": community.pk,
        "address": "莺花巷 27 号",
        "now": make.NOON,
        **more,
    }
    return commands.place_need(actor=actor, **values)


def test_the_resident_of_a_telephone_order_gets_number_and_code_by_text_message(resident, coordinator, community):
    need = place(coordinator, resident, community, channel="phone", consent_note="电话同意")
    settled()
    message = Message.objects.get()
    assert (message.person, message.title, message.sms, message.url) == (resident, "已为您点单：陪同就医", True, f"/needs/{need.pk}/")
    assert message.body == f"单号 {need.number}，时间都行。服务码 {need.service_code}，请告诉上门的志愿者。"


def test_who_does_something_is_not_told_of_it(resident, community):
    place(resident, resident, community, channel="web")
    settled()
    assert Message.objects.count() == 0


def test_messages_are_written_once_however_often_an_event_is_delivered(resident, coordinator, now):
    need = make.need(resident)
    commands.decline_need(actor=coordinator, need_id=need.pk, reason="要持证", instead="社区医院", now=now)
    for _each in range(2):
        Delivery.objects.update(done_at=None)
        settled()
    assert inbox(resident) == ["不能受理：陪同就医"]


def test_everyone_reads_in_their_own_language(resident, coordinator, helper, now):
    helper.language = "en"
    helper.save()
    need = make.need(resident, state=State.ACCEPTED)
    make.assignment(need, helper)
    commands.cancel_need(actor=resident, need_id=need.pk, reason="病好了", now=now)
    settled()
    assert inbox(helper) == ["No need to go: 陪同就医"]


def test_who_took_the_call_hears_when_it_is_done(resident, coordinator, helper):
    need = make.need(resident, state=State.ACCEPTED, placed_by=coordinator)
    place = make.assignment(need, helper)
    commands.check_in(actor=helper, assignment_id=place.pk, way="code", code="4827", now=place.planned_from)
    commands.check_out(actor=helper, assignment_id=place.pk, way="code", code="4827", now=place.planned_from + HOUR)
    settled()
    assert (inbox(resident), inbox(coordinator)) == (["请评一评：陪同就医"], ["服务完成：陪同就医"])


def test_escalation_tells_the_level_it_reached(resident, coordinator, street_official, district_official, far_coordinator, now):
    make.need(resident, due_at=now - 5 * HOUR)
    commands.escalate_overdue(now=now)
    settled()
    assert [inbox(person) for person in (coordinator, street_official, district_official, far_coordinator)] == [[], ["超时未办：陪同就医"], [], []]
    commands.escalate_overdue(now=now + 4 * HOUR)
    settled()
    assert [len(inbox(person)) for person in (street_official, district_official)] == [1, 1]


def test_the_answer_to_a_report_goes_to_the_volunteer_and_not_to_the_resident(resident, helper, coordinator, street_official, now):
    need = make.need(resident, state=State.RATED)
    place = make.assignment(need, helper, state="done")
    commands.remark(actor=helper, assignment_id=place.pk, change="report", words="煤气", now=now)
    commands.close_follow_up(actor=street_official, follow_up_id=need.follow_ups.get().pk, result="已请燃气公司上门", now=now)
    settled()
    assert (inbox(helper), inbox(resident), inbox(coordinator)) == (["回访结果：陪同就医"], [], ["需要回访：陪同就医"])


def test_every_text_can_be_filled_in(resident, coordinator, helper, now):
    need = make.need(resident, state=State.ACCEPTED, placed_by=coordinator)
    make.assignment(need, helper)
    for name in TEXTS:
        commands.told(name, need, None, now, level=1, stars=2, minutes=5, service="escort", kind="poor", by_id=resident.pk)
    settled()
    assert all("%(" not in message.title + message.body for message in Message.objects.all())


# --- statistics


def live(resident, coordinator, helper, community, *, stars):
    need = place(coordinator, resident, community, channel="phone", consent_note="同意", details=f"{stars}")
    commands.accept_need(actor=coordinator, need_id=need.pk, now=make.NOON + HOUR)
    Need.objects.filter(pk=need.pk).update(state=State.ACCEPTED)
    held = make.assignment(Need.objects.get(pk=need.pk), helper)
    start = make.NOON + stars * 3 * HOUR
    commands.check_in(actor=helper, assignment_id=held.pk, way="code", code=need.service_code, now=start)
    commands.check_out(actor=helper, assignment_id=held.pk, way="code", code=need.service_code, now=start + HOUR)
    commands.rate_need(actor=resident, need_id=need.pk, stars=stars, channel="web", now=start + HOUR)
    return need


def test_statistics_count_events_once_and_agree_with_the_orders(resident, coordinator, helper, community, street, district, elsewhere):
    live(resident, coordinator, helper, community, stars=5)
    live(resident, coordinator, helper, community, stars=2)
    gone = place(resident, resident, community, channel="web", details="取消")
    commands.cancel_need(actor=resident, need_id=gone.pk, reason="不用", now=make.NOON)
    for _each in range(2):
        settled()
    row = Tally.objects.get()
    assert (row.placed, row.answered, row.answer_minutes, row.delivered, row.minutes) == (3, 2, 120, 2, 120)
    assert (row.rated, row.stars, row.pleased, row.cancelled) == (2, 7, 1, 1)
    assert queries.tally_differences(queries.counted_anew()) == []
    november = make.NOON.date()
    for area in (community, street, district):
        found = queries.statistics(area, november, november)
        assert (found.placed, found.average_stars, found.pleased_share, found.average_answer_minutes) == (3, 3.5, 0.5, 60)
    assert queries.statistics(elsewhere, november, november).average_stars is None
    assert [(key, value.placed) for key, value in queries.statistics_by(street, november, november, "community_id")] == [(community.pk, 3)]


def test_an_order_completed_with_another_service_counts_there(resident, coordinator, community, now):
    make.service("haircut", name="理发")
    need = place(resident, resident, community, channel="web")
    commands.send_back_need(actor=coordinator, need_id=need.pk, reason="选错了", now=now)
    commands.complete_need(actor=resident, need_id=need.pk, service_code="haircut", now=now)
    settled()
    assert dict(Tally.objects.values_list("service__code", "placed")) == {"escort": 0, "haircut": 1}
    assert queries.tally_differences(queries.counted_anew()) == []


def test_rebuild_tally_finds_and_mends_what_is_wrong(resident):
    make.need(resident)
    with pytest.raises(CommandError):
        call_command("rebuild_tally", "--check", stdout=StringIO())
    assert Tally.objects.count() == 0
    out = StringIO()
    call_command("rebuild_tally", stdout=out)
    call_command("rebuild_tally", "--check", stdout=out)
    assert out.getvalue() == "rebuilt; 1 lines had differed\nstatistics agree with the orders\n"


# --- forgetting


def test_an_erased_person_is_forgotten_by_the_orders(
    resident, helper, second_helper, community, now, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path
    picture = BytesIO()
    Image.new("RGB", (9, 9)).save(picture, "JPEG")
    picture.seek(0)
    open_need = place(resident, resident, community, channel="web", title="看肾病", details="住 5-2", photos=[picture])
    held = make.assignment(open_need, helper)
    ended = make.need(resident, state=State.RATED, details="旧事", danger_note="狗")
    other = make.need(second_helper, details="别人的")
    path = tmp_path / open_need.photos.get().image.name
    assert path.exists()
    Event.objects.all().delete()
    emit(people_events.ERASED, subject="person", subject_id=resident.pk, actor=resident, at=now)
    with django_capture_on_commit_callbacks(execute=True):
        settled()
    for need in Need.objects.filter(resident=resident):
        assert (need.title, need.details, need.danger_note, bytes(need.address_sealed), need.rough_place) == ("陪同就医", "", "", b"", "黎明社区")
        assert not need.photos.exists()
    assert not path.exists()
    states = {open_need.pk: State.CANCELLED, ended.pk: State.RATED}
    assert dict(Need.objects.filter(resident=resident).values_list("pk", "state")) == states
    assert Assignment.objects.get(pk=held.pk).state == "released"
    assert not NeedToken.objects.filter(token="肾病").exists()
    assert inbox(helper) == ["不用去了：陪同就医"]
    assert Need.objects.get(pk=other.pk).details == "别人的"
    assert [event.name for event in Event.objects.filter(subject="need")] == [events.CANCELLED]
    commands.forget_resident(resident_id=resident.pk, now=now)
    assert Event.objects.filter(subject="need").count() == 1


def test_a_volunteer_who_is_erased_leaves_the_orders_of_others_alone(resident, now):
    need = make.need(resident, details="在")
    commands.forget_resident(resident_id=people.person(resident.community).pk, now=now)
    assert Need.objects.get(pk=need.pk).details == "在"


def test_volunteers_of_a_merged_order_are_told_not_to_go(resident, coordinator, helper, second_helper, now):
    need, original = make.need(resident, state=State.WAITING, people_needed=2), make.need(resident, state=State.WAITING)
    make.assignment(need, helper)
    make.offer(need, second_helper)
    commands.merge_need(actor=coordinator, need_id=need.pk, into_id=original.pk, now=now)
    settled()
    assert [inbox(person) for person in (helper, second_helper)] == [["不用去了：陪同就医"]] * 2
    assert inbox(resident) == ["已合并：陪同就医"]
