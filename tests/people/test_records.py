from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from PIL import Image

from chunshui.kernel import crypto
from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.models import Event
from chunshui.people import commands, queries
from chunshui.people.models import AccessToken, Block, Consent, IdentityPaper, Person, PersonalKey, PersonToken, Relation, Reveal, Role
from tests.factories import people

pytestmark = pytest.mark.django_db


def add(actor, area, now, **more):
    values = {"name": "王大爷", "consent_note": "电话里口头同意", "channel": "desk", **more}
    return commands.add_person(actor=actor, area_id=area.pk, now=now, **values)


def test_a_worker_records_somebody_without_a_phone(coordinator, community, now):
    person = add(coordinator, community, now, address="莺花巷 27 号", focus_groups=["old"])
    assert (person.login_index, person.community, person.focus_groups) == (None, community, ["old"])
    assert queries.opened(person, "address") == "莺花巷 27 号"
    assert Consent.objects.get().note == "电话里口头同意"


def test_a_shared_phone_finds_everybody_but_signs_in_nobody_else(resident, coordinator, community, now):
    phone = queries.opened(resident, "phone")
    parent = add(coordinator, community, now, phone=phone, phone_is_own=True)
    assert (parent.login_index, queries.find_by_phone(coordinator, phone)) == (None, [resident, parent])


def test_a_record_without_a_word_of_consent_is_refused(coordinator, community, now):
    with pytest.raises(Refused) as refusal:
        add(coordinator, community, now, consent_note="  ")
    assert (list(refusal.value.fields), Person.objects.filter(name="王大爷").count()) == (["consent_note"], 0)


def test_a_worker_of_another_street_records_nobody_here(far_coordinator, community, now):
    with pytest.raises(Refused) as refusal:
        add(far_coordinator, community, now)
    assert (refusal.value.code, Person.objects.filter(name="王大爷").count()) == ("wrong_area", 0)


def test_a_relative_becomes_the_helper_of_whom_they_record(resident, community, now):
    person = add(resident, community, now, channel="self")
    assert (queries.visible_person(resident, person.pk), Relation.objects.get().helper) == (person, resident)


def test_a_person_is_hidden_from_strangers_and_other_areas(resident, stranger, far_coordinator, coordinator, district_official):
    for actor in (stranger, far_coordinator):
        with pytest.raises(NotFound):
            queries.visible_person(actor, resident.pk)
    assert queries.visible_person(coordinator, resident.pk) == queries.visible_person(district_official, resident.pk) == resident


def test_finding_reaches_no_further_than_the_role(resident, stranger, coordinator, far_coordinator):
    tail = queries.opened(resident, "phone")[-4:]
    for text in ("桂芳", "周", tail):
        assert resident in queries.find_people(coordinator, text).rows
        assert resident not in queries.find_people(far_coordinator, text).rows
        assert resident not in queries.find_people(stranger, text).rows


def test_an_address_at_a_known_door_takes_its_point(resident, coordinator, community, now):
    from tests.factories import areas

    door = areas.door(community, latitude=29.6, longitude=106.6)
    values = {"area_id": community.pk, "address": door.name, "latitude": None, "longitude": None}
    moved = commands.set_address(actor=coordinator, person_id=resident.pk, now=now, **values)
    assert (moved.latitude, moved.longitude, queries.address_of(moved)) == (29.6, 106.6, "莺花巷 ***")


def test_focus_groups_are_set_by_the_staff_only(resident, coordinator, now):
    with pytest.raises(Refused):
        commands.change_person(actor=resident, person_id=resident.pk, focus_groups=["old"], now=now)
    changed = commands.change_person(actor=coordinator, person_id=resident.pk, focus_groups=["old"], now=now)
    assert changed.focus_groups == ["old"]


def test_nobody_makes_themselves_a_helper(resident, stranger, now):
    with pytest.raises(NotFound):
        commands.add_relation(actor=stranger, person_id=resident.pk, helper_id=stranger.pk, kind="family", now=now)
    assert Relation.objects.count() == 0


def test_a_helper_sees_the_person_until_either_side_ends_it(resident, stranger, now):
    relation = commands.name_helper(actor=resident, phone=queries.opened(stranger, "phone"), kind="family", now=now)
    assert queries.visible_person(stranger, resident.pk) == resident
    commands.end_relation(actor=stranger, relation_id=relation.pk, now=now)
    with pytest.raises(NotFound):
        queries.visible_person(stranger, resident.pk)


def test_a_helper_may_not_read_the_identity_number(resident, stranger, now):
    commands.add_relation(actor=resident, person_id=resident.pk, helper_id=stranger.pk, kind="family", now=now)
    with pytest.raises(Refused):
        commands.reveal(actor=stranger, person_id=resident.pk, field="id", reason="想看看", now=now)
    assert Reveal.objects.count() == 0


def test_a_block_counts_for_both_and_is_taken_back(resident, helper, now):
    commands.block(actor=resident, other_id=helper.pk, now=now)
    assert (queries.blocked_ids(resident.pk), queries.blocked_ids(helper.pk)) == ({helper.pk}, {resident.pk})
    commands.unblock(actor=resident, other_id=helper.pk, now=now)
    assert Block.objects.count() == 0


def test_reveal_shows_the_value_and_tells_the_person_who_and_why(resident, coordinator, now):
    value = commands.reveal(actor=coordinator, person_id=resident.pk, field="phone", reason="核对上门时间", now=now)
    [seen] = queries.reveals_of(resident).rows
    assert value == queries.opened(resident, "phone")
    assert (seen.actor, seen.role, seen.field, seen.reason) == (coordinator, "community_worker", "phone", "核对上门时间")


@pytest.mark.parametrize(("field", "reason"), [("phone", " "), ("password", "好奇心")])
def test_reveal_without_reason_or_of_anything_else_is_refused_and_not_shown(resident, coordinator, now, field, reason):
    with pytest.raises(Refused):
        commands.reveal(actor=coordinator, person_id=resident.pk, field=field, reason=reason, now=now)
    assert (Reveal.objects.count(), Event.objects.filter(name="people.revealed").count()) == (0, 0)


@pytest.mark.parametrize("who", ["stranger", "far_coordinator"])
def test_reveal_by_who_has_no_business_finds_nobody(request, resident, now, who):
    with pytest.raises(NotFound):
        commands.reveal(actor=request.getfixturevalue(who), person_id=resident.pk, field="phone", reason="想看看", now=now)
    assert Reveal.objects.count() == 0


def test_consent_is_given_withdrawn_and_asked_again_for_a_new_text(resident, now):
    commands.give_consent(actor=resident, person_id=resident.pk, kind="location", channel="self", now=now)
    assert queries.has_consent(resident.pk, "location", now)
    text = Consent.objects.get().text
    type(text).objects.create(kind="location", version=2, body="新", body_en="new", effective_on=text.effective_on + timedelta(days=400))
    later = now + timedelta(days=400)
    assert (queries.has_consent(resident.pk, "location", now), queries.has_consent(resident.pk, "location", later)) == (True, False)
    commands.withdraw_consent(actor=resident, person_id=resident.pk, kind="location", now=now)
    assert queries.has_consent(resident.pk, "location", now) is False


def test_a_copy_of_the_own_record_is_whole_and_told(resident, now):
    copy = commands.export_own(actor=resident, now=now)
    assert (copy["person"]["name"], copy["person"]["phone"], copy["volunteer"]) == ("周桂芳", queries.opened(resident, "phone"), None)
    assert Event.objects.get(name="people.exported").data == {"what": "own"}


def test_erase_leaves_a_pseudonym_and_nothing_that_opens(helper, now):
    sealed = bytes(helper.phone_sealed)
    tail = queries.opened(helper, "phone")
    client = people.sign_in(Client(), helper)
    commands.start_session(actor=helper, session_key=client.session.session_key, device="手机", address="10.0.0.1", now=now)
    commands.erase(actor=helper, person_id=helper.pk, now=now)
    helper = Person.objects.get(pk=helper.pk)
    assert (helper.name, helper.login_index, bytes(helper.phone_sealed), helper.erased_at) == ("已注销", None, b"", now)
    assert (PersonalKey.objects.filter(person=helper).count(), PersonToken.objects.filter(person=helper).count()) == (0, 0)
    helper.phone_sealed = sealed
    with pytest.raises(crypto.Unreadable):
        queries.opened(helper, "phone")
    assert (helper.volunteer.state, Event.objects.filter(name="people.erased").count()) == ("left", 1)
    assert client.get("/me/").status_code == 302
    assert queries.find_by_phone(people.staff(helper.community), tail) == []


@pytest.mark.parametrize("who", ["stranger", "far_coordinator"])
def test_erase_by_somebody_else_finds_nobody(request, resident, now, who):
    with pytest.raises(NotFound):
        commands.erase(actor=request.getfixturevalue(who), person_id=resident.pk, now=now)
    assert Person.objects.get(pk=resident.pk).name == "周桂芳"


def test_each_level_names_the_level_below_it(street_official, coordinator, resident, community, elsewhere, now):
    role = commands.grant_role(actor=street_official, person_id=resident.pk, kind="community_worker", area_id=community.pk, now=now)
    for actor, kind, area in (
        (coordinator, "community_worker", community),
        (street_official, "street_official", community),
        (street_official, "grid_worker", elsewhere),
    ):
        with pytest.raises(Refused):
            commands.grant_role(actor=actor, person_id=resident.pk, kind=kind, area_id=area.pk, now=now)
    assert list(Role.objects.filter(person=resident)) == [role]
    commands.end_role(actor=street_official, role_id=role.pk, now=now)
    assert queries.open_roles(resident).count() == 0


def test_a_token_acts_in_its_role_until_it_ends(coordinator, now):
    token, plain = commands.make_token(actor=coordinator, name="表格", scopes=["read"], role_id=coordinator.acting.role_id, days=30, now=now)
    person = queries.person_by_token(plain, now)
    assert (person, person.acting.kind, person.acting.confirmed, person.scopes) == (coordinator, "community_worker", True, frozenset({"read"}))
    assert plain not in str(AccessToken.objects.values())
    assert queries.person_by_token(plain, now + timedelta(days=30)) is None
    commands.end_token(actor=coordinator, token_id=token.pk, now=now)
    assert queries.person_by_token(plain, now) is None


def test_a_token_dies_with_the_role_it_acts_in(coordinator, now):
    _token, plain = commands.make_token(actor=coordinator, name="表格", scopes=["read"], role_id=coordinator.acting.role_id, days=30, now=now)
    commands.end_role(actor=coordinator, role_id=coordinator.acting.role_id, now=now)
    assert queries.person_by_token(plain, now) is None


def test_a_token_for_a_role_that_is_not_confirmed_is_refused(coordinator, now):
    role_id = coordinator.acting.role_id
    coordinator.acting = queries.acting_as(coordinator, str(role_id), verified=False)
    with pytest.raises(Refused) as refusal:
        commands.make_token(actor=coordinator, name="表格", scopes=["read"], role_id=role_id, days=30, now=now)
    assert (refusal.value.code, AccessToken.objects.count()) == ("other_role", 0)


def picture(width=40, height=30, format="PNG", **more):
    out = BytesIO()
    Image.new("RGB", (width, height), "red").save(out, format, **more)
    return out.getvalue()


def test_a_photo_of_papers_is_drawn_anew_without_its_metadata(resident, now, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    paper = commands.add_paper(actor=resident, person_id=resident.pk, content=picture(format="JPEG", exif=exif), now=now)
    kept = paper.image.read()
    assert (kept[:3], b"secret place" in kept) == (b"\xff\xd8\xff", False)


@pytest.mark.parametrize("content", [b"<svg/>", b"", b"MZ" + b"0" * 100, picture(8000, 6000)])
def test_what_is_no_sensible_photo_is_refused(resident, now, content):
    with pytest.raises(Refused) as refusal:
        commands.add_paper(actor=resident, person_id=resident.pk, content=content, now=now)
    assert (list(refusal.value.fields), IdentityPaper.objects.count()) == (["photo"], 0)


def test_residents_are_narrowed_to_a_focus_group(community, coordinator, resident):
    old, _both = people.person(community, focus_groups=["old"]), people.person(community, focus_groups=["disabled", "hardship"])
    assert list(queries.residents_of(coordinator, community, focus="old").rows) == [old]


def test_the_list_of_residents_turns_its_pages(community, coordinator):
    made = [people.person(community) for _ in range(3)]
    first = queries.residents_of(coordinator, community, size=2)
    second = queries.residents_of(coordinator, community, cursor=first.next, size=2)
    assert [*first.rows, *second.rows] == [*reversed(made), coordinator]
