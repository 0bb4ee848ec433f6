"""Placing an order: every channel, every rule, the number, the twin, the clock, the history."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image

from chunshui.areas import queries as areas
from chunshui.kernel import clock
from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.models import Event
from chunshui.needs import commands, events, queries
from chunshui.needs.models import MenuLine, Need, NeedPhoto, NeedToken, NumberStem
from chunshui.needs.states import Priority, State, Wish
from chunshui.people.models import Consent, ConsentText, Relation
from tests.factories import needs as make
from tests.factories import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def escort():
    return make.service(gender_wish=True)


@pytest.fixture
def place(resident, community, escort, now):
    def placed(**more):
        values = {
            "actor": resident,
            "resident_id": resident.pk,
            "service_code": escort.code,
            "channel": "web",
            "area_id": community.pk,
            "address": "莺花巷 27 号 3 单元 5-2",
            "now": now,
            **more,
        }
        return commands.place_need(**values)

    return placed


def window(now, hours=21, long=2):
    return {"wish": Wish.WINDOW, "wish_from": now + timedelta(hours=hours), "wish_until": now + timedelta(hours=hours + long)}


def refused(code, field, place, **more):
    before = Need.objects.count(), Event.objects.count(), NeedPhoto.objects.count()
    with pytest.raises(Refused) as caught:
        place(**more)
    assert (caught.value.code, list(caught.value.fields)) == (code, [field] if field else [])
    assert (Need.objects.count(), Event.objects.count(), NeedPhoto.objects.count()) == before


def test_place_by_the_resident_waits_for_review_with_number_code_clock_and_event(place, resident, community, now):
    need = place(details="去三院复查", **window(now))
    assert need.number == "LM-1124-0001"
    assert (need.state, need.minutes, need.people_needed, need.priority, need.level) == (State.SUBMITTED, 120, 1, Priority.NORMAL, 0)
    assert (need.rough_place, need.community_id, need.placed_by) == ("莺花巷", community.pk, resident)
    assert need.due_at == areas.working_deadline(now, 480)
    assert (len(need.service_code), need.service_code.isdigit()) == (4, True)
    event = Event.objects.get()
    assert (event.name, event.subject_id, event.actor, event.role, event.area_id) == (events.PLACED, need.pk, resident, "resident", community.pk)
    assert event.data == {"channel": "web", "service": "escort", "priority": 2}
    assert {"复查", "周", "周桂", "lm"} <= set(NeedToken.objects.filter(need=need).values_list("token", flat=True))
    assert queries.address_for(resident, need) == "莺花巷 27 号 3 单元 5-2"
    assert b"27" not in bytes(need.address_sealed)


def test_place_urgent_runs_on_clock_minutes_also_at_night(place, now):
    night = clock.at(clock.today(now), 23)
    need = place(urgent_reason="home", urgent_words="水管爆了", now=night)
    assert (need.priority, need.due_at) == (Priority.URGENT, night + timedelta(minutes=60))


def test_place_in_the_evening_is_due_in_working_time(place, now):
    evening = clock.at(clock.today(now), 20)
    assert place(now=evening).due_at == clock.at(clock.today(now) + timedelta(days=1), 17)


def test_numbers_run_on_under_their_stem(place, now):
    NumberStem.objects.create(stem="LM-1124", last=386)
    assert [place(details="一").number, place(details="二").number] == ["LM-1124-0387", "LM-1124-0388"]


def test_place_twice_within_a_minute_gives_the_same_order_and_one_event(place, now):
    first = place(details="看病", **window(now))
    again = place(details="看病", now=now + timedelta(seconds=5), **window(now))
    assert again.pk == first.pk
    assert (Need.objects.count(), Event.objects.count()) == (1, 1)


def test_place_again_after_a_minute_is_another_order(place, now):
    assert place().pk != place(now=now + timedelta(seconds=61)).pk


@pytest.mark.parametrize(
    ("code", "field", "more"),
    [
        ("unknown_service", "service_code", {"service_code": "moon"}),
        ("unknown_service", "service_code", {"service_code": "es\x00cort"}),
        ("unknown_service", "service_code", {"service_code": "\ud800"}),
        ("no_community", "area_id", {"area_id": 0}),
        ("no_address", "address", {"address": "  "}),
        ("too_long", "address", {"address": "莺" * 121}),
        ("too_long", "details", {"details": "病" * 501}),
        ("too_long", "title", {"title": "病" * 41}),
        ("control_characters", "details", {"details": "看\x00病"}),
        ("control_characters", "details", {"details": "看\ud800病"}),
        ("unknown_code", "wish", {"wish": "soon"}),
        ("unknown_code", "repeat", {"repeat": "daily"}),
        ("unknown_code", "gender", {"gender": 7}),
        ("unknown_code", "language", {"language": 77}),
        ("unknown_code", "focus_groups", {"focus_groups": ["rich"]}),
        ("unknown_code", "dangers", {"dangers": ["dragon"]}),
        ("no_danger_note", "danger_note", {"dangers": ["other"]}),
        ("no_window", "wish", {"repeat": "weekly"}),
        ("no_window", "wish_from", {"wish": "window"}),
        ("people_needed", "people_needed", {"people_needed": 0}),
        ("people_needed", "people_needed", {"people_needed": 21}),
        ("not_the_same", "same_volunteer_id", {"same_volunteer_id": 1}),
        ("no_spot", "latitude", {"latitude": 29.6}),
        ("spot_too_far", "latitude", {"latitude": 39.9, "longitude": 116.4}),
        ("spot_too_far", "latitude", {"latitude": float("nan"), "longitude": 106.5}),
    ],
)
def test_place_what_cannot_be_asked_for_is_refused_by_name_and_nothing_is_kept(place, code, field, more):
    refused(code, field, place, **more)


@pytest.mark.parametrize(
    ("code", "field", "hours", "long"),
    [
        ("window_order", "wish_until", 3, 0),
        ("window_past", "wish_from", -1, 2),
        ("too_far_ahead", "wish_from", 60 * 24 + 1, 2),
        ("window_too_long", "wish_until", 11, 3),
        ("window_too_long", "wish_until", 20, 13),
    ],
)
def test_place_with_an_impossible_window_is_refused(place, now, code, field, hours, long):
    refused(code, field, place, **window(now, hours, long))


def test_place_until_the_end_of_time_is_refused(place, now):
    end = datetime.max.replace(tzinfo=UTC)
    refused("window_too_long", "wish_until", place, wish="window", wish_from=now + timedelta(hours=1), wish_until=end)


def test_place_sixty_days_ahead_is_still_allowed(place, now):
    assert place(**window(now, 60 * 24)).state == State.SUBMITTED


def test_place_a_service_the_community_left_out_is_refused(place, community, escort):
    MenuLine.objects.create(community=community, service=escort, is_offered=False)
    refused("not_offered", "service_code", place)


def test_place_a_service_the_district_left_out_is_refused(place, escort):
    escort.is_offered = False
    escort.save()
    refused("not_offered", "service_code", place)


def test_place_takes_the_duration_of_the_community(place, community, escort):
    MenuLine.objects.create(community=community, service=escort, minutes=45)
    assert place().minutes == 45


def test_place_a_service_for_some_groups_only(place, resident, escort):
    escort.for_groups = ["old", "disabled"]
    escort.save()
    refused("groups_only", "focus_groups", place)
    resident.focus_groups = ["old"]
    resident.save()
    assert place().state == State.SUBMITTED


def test_place_with_a_gender_wish_only_where_the_menu_allows(place, escort):
    assert place(gender=2).gender == 2
    escort.gender_wish = False
    escort.save()
    refused("no_gender_wish", "gender", place, gender=2)


def test_place_the_eleventh_open_order_is_refused(place, resident):
    for _each in range(10):
        make.need(resident)
    refused("too_many_open", "", place)


def test_place_an_ended_order_does_not_count(place, resident):
    for _each in range(10):
        make.need(resident, state=State.CANCELLED)
    assert place().state == State.SUBMITTED


def test_the_same_volunteer_must_have_served_this_resident(place, resident, helper):
    refused("not_the_same", "same_volunteer_id", place, same_volunteer_id=helper.pk)
    make.assignment(make.need(resident, state=State.RATED), helper, state="done")
    assert place(same_volunteer_id=helper.pk).same_volunteer_id == helper.pk
    resident.blocks.create(other=helper, at=make.NOON)
    refused("not_the_same", "same_volunteer_id", place, same_volunteer_id=helper.pk, details="再来")


# --- channels


@pytest.mark.parametrize("channel", ["phone", "desk"])
def test_place_by_a_worker_for_a_resident_records_how_consent_was_given(place, coordinator, resident, channel):
    refused("no_consent", "consent_note", place, actor=coordinator, channel=channel)
    need = place(actor=coordinator, channel=channel, consent_note="电话里本人同意")
    assert (need.resident, need.placed_by, need.consent_note) == (resident, coordinator, "电话里本人同意")


def test_place_by_a_worker_of_another_street_does_not_reach_the_resident(place, far_coordinator):
    before = Need.objects.count()
    with pytest.raises(NotFound):
        place(actor=far_coordinator, channel="phone", consent_note="同意")
    assert Need.objects.count() == before


def test_place_by_a_worker_into_a_community_out_of_reach_is_refused(place, coordinator, elsewhere):
    refused("forbidden", "", place, actor=coordinator, channel="phone", consent_note="同意", area_id=elsewhere.pk)


def test_place_by_a_resident_through_a_staff_channel_is_refused(place):
    refused("forbidden", "", place, channel="phone", consent_note="同意")


def test_place_by_a_stranger_for_a_resident_finds_nobody(place, stranger):
    with pytest.raises(NotFound):
        place(actor=stranger, channel="proxy")


@pytest.mark.parametrize("channel", ["proxy", "api"])
def test_place_by_a_neighbour_with_a_relation(place, resident, community, now, channel):
    neighbour = people.person(community, "邻居李")
    relation = Relation.objects.create(person=resident, helper=neighbour, kind="neighbour", agreed_at=now)
    need = place(actor=neighbour, channel=channel, consent_note="同意")
    assert (need.placed_by, need.resident, need.channel) == (neighbour, resident, channel)
    assert queries.visible_need(neighbour, need.pk) == need
    relation.ended_at = now
    relation.save()
    with pytest.raises(NotFound):
        place(actor=neighbour, channel=channel, consent_note="同意", details="又一单")


def test_place_by_proxy_staff_needs_the_residents_recorded_consent(place, coordinator, resident, now):
    refused("no_relation", "", place, actor=coordinator, channel="proxy")
    text = ConsentText.objects.create(kind="proxy", version=1, body="请人代办", body_en="Proxy", effective_on=clock.today(now))
    Consent.objects.create(person=resident, text=text, given_by=resident, channel="phone", given_at=now)
    assert place(actor=coordinator, channel="proxy").placed_by == coordinator


@pytest.mark.parametrize("channel", ["kiosk", "api"])
def test_place_for_oneself_at_the_kiosk_and_by_api(place, channel):
    assert place(channel=channel).channel == channel


@pytest.mark.parametrize("channel", ["proxy", "weekly2", ""])
def test_place_for_oneself_through_no_such_channel_is_refused(place, channel):
    refused("no_relation", "", place, channel=channel)


# --- photos


def picture(kind="JPEG", size=(60, 40), **more):
    out = BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **more)
    out.seek(0)
    return out


def test_photos_are_drawn_anew_without_hidden_data(place, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    exif = Image.Exif()
    exif[0x010F] = "Camera of Zhou"
    exif[0x0112] = 6
    need = place(photos=[picture(exif=exif), picture("PNG", (3000, 100))])
    first, second = need.photos.order_by("id")
    with Image.open(first.image.path) as image:
        assert (image.format, dict(image.getexif()), image.size) == ("JPEG", {}, (40, 60))
    with Image.open(second.image.path) as image:
        assert image.size[0] == 2000
    assert b"Camera" not in first.image.read()


def test_five_photos_are_refused(place):
    refused("too_many_photos", "photos", place, photos=[picture() for _each in range(5)])


def test_a_photo_over_eight_megabytes_is_refused(place):
    refused("photo_too_big", "photos", place, photos=[BytesIO(b"\xff" * (8 * 1024 * 1024 + 1))])


@pytest.mark.parametrize("raw", [b"", b"hello", b"<svg/>", b"\x89PNG\r\n\x1a\nbroken"])
def test_what_is_no_photo_is_refused(place, raw):
    refused("not_a_photo", "photos", place, photos=[BytesIO(raw)])


# --- sight


def test_view_address_and_name_for_each_reader(resident, coordinator, far_coordinator, helper, second_helper, stranger, street_official):
    need = make.need(resident, state=State.OFFERED)
    make.offer(need, helper)
    full, rough = "莺花巷 27 号 3 单元 5-2", "莺花巷"
    for reader, address, name in [
        (resident, full, "周桂芳"),
        (coordinator, full, "周桂芳"),
        (street_official, full, "周桂芳"),
        (helper, rough, "周**"),
        (second_helper, rough, "周**"),
    ]:
        seen = queries.visible_need(reader, need.pk)
        assert (queries.address_for(reader, seen), queries.name_for(reader, seen)) == (address, name)
    for reader in (far_coordinator, stranger):
        with pytest.raises(NotFound):
            queries.visible_need(reader, need.pk)
    with pytest.raises(NotFound):
        queries.visible_need(resident, 0)


def test_a_volunteer_sees_the_address_while_holding_the_place_only(resident, helper):
    need = make.need(resident, state=State.ACCEPTED)
    place = make.assignment(need, helper)
    assert queries.address_for(helper, need) == "莺花巷 27 号 3 单元 5-2"
    place.state = "released"
    place.save()
    assert queries.address_for(helper, need) == "莺花巷"
    with pytest.raises(NotFound):
        queries.visible_need(helper, need.pk)


def test_history_tells_everything_in_plain_words(place, resident, coordinator, now):
    need = place(now=now)
    commands.accept_need(actor=coordinator, need_id=need.pk, priority=3, note_to_volunteer="带好医保卡", now=now + timedelta(minutes=5))
    assert [(line.words, line.who, line.role) for line in queries.history(resident, need)] == [
        ("点了单（网上）", "您", "居民"),
        ("修改了：给志愿者的话", "周*", "社区工作者"),
        ("受理了，优先", "周*", "社区工作者"),
    ]
    assert queries.history(coordinator, need)[0].who == "周桂芳"


def test_history_keeps_who_could_not_come_from_the_resident(resident, coordinator, helper, now):
    need = make.need(resident, state=State.WAITING)
    commands.told(events.OFFERED, need, coordinator, now, volunteer_ids=[helper.pk], source="single", wave=1)
    commands.told(events.OFFER_DECLINED, need, helper, now, volunteer_id=helper.pk, note="")
    assert [line.words for line in queries.history(resident, need)] == ["询问了 1 位志愿者"]
    assert [line.words for line in queries.history(coordinator, need)] == ["询问了 1 位志愿者", "志愿者这次接不了"]


def test_every_event_of_an_order_has_words(resident, coordinator, now):
    need = make.need(resident)
    names = [value for name, value in vars(events).items() if name.isupper()]
    told_elsewhere = [value for value in names if value.startswith(("needs.round_", "needs.menu_", "needs.service_", "needs.weight_"))]
    for name in names:
        commands.told(name, need, coordinator, now)
    raw = [line.words for line in queries.history(coordinator, need) if line.words.startswith("needs.")]
    assert sorted(raw) == sorted(told_elsewhere)


def test_the_open_list_shows_nothing_to_who_was_kept_apart(resident, helper, now):
    need = make.need(resident, state=State.WAITING)
    assert queries.visible_need(helper, need.pk) == need
    resident.blocks.create(other=helper, at=now)
    with pytest.raises(NotFound):
        queries.visible_need(helper, need.pk)
