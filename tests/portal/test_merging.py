"""Two records of one person made one, through every domain; undone to the letter; never two different identity numbers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.urls import reverse

from chunshui.hours.models import Record
from chunshui.kernel import events as kernel_events
from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.models import Event
from chunshui.needs import commands as needs
from chunshui.needs import queries as need_queries
from chunshui.needs.models import Assignment, FollowUp, Need, NeedToken, Offer, Rating
from chunshui.needs.states import State
from chunshui.notices import commands as notices
from chunshui.notices.models import Message
from chunshui.people import commands, events, policies, queries
from chunshui.people.models import Block, Consent, ConsentText, Credential, Merge, Person, Relation, SignInSession, Volunteer
from chunshui.teams.models import Membership, Team
from tests.factories import needs as make
from tests.factories import people
from tests.factories import teams as make_team

pytestmark = pytest.mark.django_db
#: who did something, once: facts that stay with the record that did them, or nothing that outlives a merge
STAYS = {
    "kernel.Event.actor", "kernel.ApiAnswer.person", "otp_totp.TOTPDevice.user", "needs.Need.reviewed_by", "needs.Offer.sent_by", "needs.Round.by",
    "needs.Answering.volunteer",  # reckoned anew from the moved questions every night
    "needs.Round.sent_by", "needs.FollowUp.entered_by", "needs.FollowUp.handled_by", "hours.Record.entered_by",
    "hours.Star.reviewed_by", "hours.Star.decided_by", "hours.Objection.decided_by", "hours.Privilege.offered_by", "hours.Proof.accepted_by",
    "hours.Proof.issued_by", "hours.Proof.ended_by", "hours.Proof.sealed_for",  # whose key opens it
    "teams.Team.reviewed_by",
    "hours.Entry.decided_by", "hours.Case.decided_by", "hours.Appeal.decided_by", "hours.Sanction.by",
    "people.PersonalKey.person", "people.PersonToken.person", "people.Role.granted_by", "people.Reveal.actor", "people.SignInSession.person",
    "people.AccessToken.person", "people.Volunteer.person", "people.Volunteer.registered_by", "people.Volunteer.reviewed_by",
    "people.Credential.reviewed_by", "people.Person.merged_into", "people.Merge.kept", "people.Merge.gone", "people.Merge.by", "people.Merge.undone_by",
    "redemption.Merchant.reviewed_by", "redemption.Acceptance.by", "redemption.Offer.made_by", "redemption.Pledge.by", "redemption.FundEntry.entered_by",
    "redemption.FundEntry.decided_by", "redemption.Recycling.by", "redemption.Wallet.person", "redemption.Voucher.settled_by",
    "redemption.Voucher.closed_by", "redemption.Dispute.decided_by",
}  # fmt: skip
#: what a merge moves, and the columns in which it is told apart before and after
TABLES = (Need, Offer, Assignment, Rating, FollowUp, Record, Message, Membership, Team, Relation, Block, Consent, Credential, Volunteer)


@pytest.fixture
def merger(street):
    return people.staff(street, "street_official", "李街道")


@pytest.fixture
def kept(community):
    return people.person(community, "周桂芳", "13800001111", born_on=date(1950, 5, 1), focus_groups=["old"])


@pytest.fixture
def gone(community):
    return people.person(community, "周桂芳", "13800002222", born_on=date(1950, 5, 1), focus_groups=["disabled"])


def settled(now=make.NOON):
    kernel_events.settle(now + timedelta(minutes=1))


def merge(actor, kept, gone, **more):
    made = commands.merge_people(**{"actor": actor, "kept_id": kept.pk, "gone_id": gone.pk, "reason": "电话核对过是同一位", "now": make.NOON, **more})
    settled()
    return made


def snapshot():
    """Every row that may move; sealed addresses as they open, since sealing twice never gives the same bytes."""
    rows = {model.__name__: list(model.objects.order_by("pk").values()) for model in TABLES}
    for row in rows["Need"]:
        need = Need.objects.select_related("resident").get(pk=row["id"])
        row["address_sealed"] = queries.unsealed_for(need.resident, bytes(need.address_sealed), "need-address")
    columns = [field.attname for field in Person._meta.concrete_fields]
    people_rows = [
        {**row, **{name: bytes(row[name]) for name in columns if name.endswith("_sealed")}} for row in Person.objects.order_by("pk").values()
    ]
    tokens = sorted(NeedToken.objects.values_list("need_id", "token"))
    return {**rows, "Person": people_rows, "tokens": tokens, "teams": list(Team.objects.values_list("pk", "members_count"))}


def refused(code, verb, **more):
    before = snapshot(), Event.objects.count(), Merge.objects.count()
    with pytest.raises(Refused) as caught:
        verb(**more)
    assert (caught.value.code, snapshot(), Event.objects.count(), Merge.objects.count()) == (code, *before)


def give_everything(person, other, area, now, number):
    """A bit of every domain in a person's name."""
    need = make.need(person, state=State.RATED)
    make.need(other, state=State.WAITING, placed_by=person, same_volunteer=person)
    Rating.objects.create(need=need, stars=2, by=person, channel="web", at=now)
    FollowUp.objects.create(need=need, kind="complaint", by=person, opened_at=now, due_at=now)
    served = make.need(other, state=State.RATED)
    make.assignment(served, person, state="done", offer=make.offer(served, person, state="accepted"))
    times = {"started_at": now, "ended_at": now, "stay_minutes": 60, "minutes": 60, "entry_way": "1", "entered_at": now}
    Record.objects.create(person=person, source=f"test:{number}", title="陪同就医", category="0001", area=area, **times)
    notices.notify(person_id=person.pk, key=f"m{number}", kind="x", title="您好", at=now)
    Relation.objects.create(person=person, helper=other, kind="family", agreed_at=now)
    Relation.objects.create(person=other, helper=person, kind="neighbour", agreed_at=now)
    Block.objects.create(person=person, other=other, at=now)
    text = ConsentText.objects.create(kind="privacy", version=100 + number, body="同意", body_en="Agreed", effective_on=now.date())
    Consent.objects.create(person=person, text=text, given_by=person, channel="self", given_at=now)
    Credential.objects.create(person=person, kind=3, valid_from=date(2026, 1, number), state="valid", at=now)
    return need


# --- everything moves


def test_every_link_to_a_person_is_moved_or_known_to_stay():
    """A table that is added has to say which."""
    links = set()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.is_relation and field.related_model is Person:
                links.add(f"{model._meta.label}.{field.name}")
    from chunshui.hours.commands import records as hours
    from chunshui.needs.commands import merging as need_merging
    from chunshui.people.commands import merging
    from chunshui.redemption.commands import merging as counter_merging
    from chunshui.redemption.commands import purses
    from chunshui.teams.commands import merging as team_merging

    all_moves = [merging._moves(), hours._moves(), notices._moves(), team_merging._moves(), need_merging._own(), need_merging._moves()]
    all_moves += [counter_merging._moves(), purses._moves()]
    moved = {f"{rows.model._meta.label}.{column}" for moves in all_moves for rows, column in moves}
    assert (links - moved - STAYS, moved & STAYS, (moved | STAYS) - links) == (set(), set(), set())


def test_everything_of_the_duplicate_becomes_the_persons(merger, kept, gone, community, helper, now):
    need = give_everything(gone, helper, community, now, 1)
    make_team.member(make_team.team(community), gone)
    merge(merger, kept, gone)
    left = {model.__name__: model.objects.filter(**{column: gone.pk}).count() for model, column in LINKS}
    assert left == dict.fromkeys(left, 0)
    assert all(model.objects.filter(**{column: kept.pk}).exists() for model, column in LINKS)
    need.refresh_from_db()
    kept.refresh_from_db()
    assert need_queries.address_for(kept, Need.objects.get(pk=need.pk)) == "莺花巷 27 号 3 单元 5-2"
    assert sorted(kept.focus_groups) == ["disabled", "old"]


LINKS = [(Need, "resident"), (Need, "placed_by"), (Offer, "volunteer"), (Assignment, "volunteer"), (Rating, "by"), (FollowUp, "by"), (Record, "person"),
         (Message, "person"), (Membership, "person"), (Relation, "person"), (Relation, "helper"), (Block, "person"), (Consent, "person"),
         (Credential, "person")]  # fmt: skip


def test_the_duplicate_is_hidden_finds_nobody_and_lets_nobody_in(merger, kept, gone, community, coordinator, now):
    commands.start_session(actor=gone, session_key="k" * 32, device="手机", address="10.0.0.1", now=now)
    merge(merger, kept, gone)
    gone.refresh_from_db()
    assert (gone.merged_into, gone.erased_at, gone.login_index, gone.phone_index, SignInSession.objects.count()) == (kept, now, None, "", 0)
    assert list(queries.find_people(coordinator, "周桂芳").rows) == [kept]
    with pytest.raises(NotFound):
        queries.visible_person(coordinator, gone.pk)


def test_what_the_kept_record_does_not_know_it_learns(merger, kept, gone, now):
    paper = people.papers(date(1950, 5, 1))
    Person.objects.filter(pk=gone.pk).update(
        id_kind="01", id_index=queries.identity_index("01", paper), id_sealed=queries.sealed_for(gone, paper, "id"),
        address_sealed=queries.sealed_for(gone, "莺花巷 9 号", "address"),
    )  # fmt: skip
    Person.objects.filter(pk=kept.pk).update(login_index=None, phone_index="", phone_sealed=b"", sex=0, born_on=None)
    merge(merger, kept, gone)
    now_known = Person.objects.select_related("personal_key").get(pk=kept.pk)
    said = [queries.opened(now_known, column) for column in ("phone", "id", "address")]
    assert (said, now_known.sex, now_known.born_on) == (["13800002222", paper, "莺花巷 9 号"], gone.sex, gone.born_on)
    assert now_known.login_index == queries.phone_index("13800002222")


def test_what_the_kept_record_knows_it_keeps(merger, kept, gone):
    merge(merger, kept, gone)
    kept = Person.objects.select_related("personal_key").get(pk=kept.pk)
    assert (queries.opened(kept, "phone"), kept.login_index) == ("13800001111", queries.phone_index("13800001111"))


def test_nobody_becomes_ones_own_relative(merger, kept, gone, now):
    Relation.objects.create(person=kept, helper=gone, kind="family", agreed_at=now)
    Block.objects.create(person=gone, other=kept, at=now)
    merge(merger, kept, gone)
    assert (Relation.objects.filter(person=kept, helper=kept).count(), Relation.objects.filter(ended_at=None).count()) == (0, 0)
    assert Block.objects.filter(person=kept, other=kept).count() == 0


def test_an_order_that_the_duplicate_placed_reads_as_ones_own(merger, kept, gone, now):
    need = make.need(gone)
    needs.cancel_need(actor=gone, need_id=need.pk, reason="不用了", now=now)
    merge(merger, kept, gone)
    kept = Person.objects.get(pk=kept.pk)
    assert [line.who for line in need_queries.history(kept, Need.objects.get(pk=need.pk))] == ["您"]


# --- volunteers


def test_a_registration_goes_with_the_person(merger, kept, gone, community, now):
    Volunteer.objects.create(person=gone, number="V1", state="active", registered_at=now, street_id=gone.street_id, community_id=gone.community_id)
    merge(merger, kept, gone)
    assert list(Volunteer.objects.values_list("person_id", "number")) == [(kept.pk, "V1")]


def two_volunteers(kept, gone, now, states=("active", "active")):
    sums = {"minutes_total": 60, "services_total": 1, "registered_at": now, "street_id": kept.street_id, "community_id": kept.community_id}
    one = Volunteer.objects.create(person=kept, number="V1", state=states[0], qualifications=1, **sums)
    other = Volunteer.objects.create(person=gone, number="V2", state=states[1], qualifications=2, **sums)
    return one, other


def test_two_registrations_are_added_up(merger, kept, gone, now):
    one, other = two_volunteers(kept, gone, now)
    merge(merger, kept, gone)
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.minutes_total, one.services_total, one.qualifications, one.state) == (120, 2, 3, "active")
    assert (other.minutes_total, other.services_total, other.state) == (0, 0, "left")


@pytest.mark.parametrize("states", [("left", "active"), ("pending", "active"), ("paused", "active"), ("refused", "pending")])
def test_the_registration_that_stands_better_has_to_stay(merger, kept, gone, now, states):
    two_volunteers(kept, gone, now, states)
    refused("keep_other", merge, actor=merger, kept=kept, gone=gone)
    assert merge(merger, gone, kept).kept == gone


# --- memberships


@pytest.mark.parametrize(("own", "other", "leads"), [("1", "1", True), ("4", "1", False), ("1", "2", False), ("2", "1", True)])
def test_in_a_team_where_both_were_the_person_is_once(merger, kept, gone, community, now, own, other, leads):
    team = make_team.team(community)
    make_team.member(team, kept, state=own)
    make_team.member(team, gone, state=other, is_leader=leads)
    before = snapshot()
    made = merge(merger, kept, gone)
    mine = Membership.objects.get(team=team, person=kept)
    assert (mine.state, mine.is_leader, Membership.objects.current().filter(team=team).count()) == ("1", leads, 1)
    commands.unmerge_people(actor=merger, merge_id=made.pk, reason="弄错了", now=now)
    settled()
    assert {key: value for key, value in snapshot().items() if key == "Membership"} == {"Membership": before["Membership"]}


# --- undone


def test_undoing_a_merge_gives_everything_back_to_the_letter(merger, kept, gone, community, helper, now):
    give_everything(kept, helper, community, now, 1)
    give_everything(gone, helper, community, now, 2)
    two_volunteers(kept, gone, now)
    team = make_team.team(community, filed_by=gone)
    make_team.member(team, gone, is_leader=True)
    Team.objects.update(members_count=1)
    for need in Need.objects.select_related("resident"):
        needs.write_tokens(need)
    before = snapshot()
    made = merge(merger, kept, gone)
    assert snapshot() != before
    undone = commands.unmerge_people(actor=merger, merge_id=made.pk, reason="是母女两位", now=now)
    settled()
    assert (undone.undone_by, undone.undo_reason) == (merger, "是母女两位")
    assert snapshot() == before
    gone = Person.objects.get(pk=gone.pk)
    assert queries.visible_person(merger, gone.pk) == gone


def test_what_came_after_the_merge_stays_where_it_came(merger, kept, gone, now):
    made = merge(merger, kept, gone)
    need = make.need(Person.objects.select_related("community").get(pk=kept.pk))
    commands.unmerge_people(actor=merger, merge_id=made.pk, reason="弄错了", now=now)
    settled()
    assert Need.objects.get(pk=need.pk).resident == kept


def test_a_number_taken_by_somebody_else_since_keeps_the_two_together(merger, kept, gone, community, now):
    made = merge(merger, kept, gone)
    people.person(community, "别人", "13800002222")
    refused("taken", commands.unmerge_people, actor=merger, merge_id=made.pk, reason="弄错了", now=now)


def test_undoing_twice_or_without_a_reason_is_refused(merger, kept, gone, now):
    made = merge(merger, kept, gone)
    refused("reason", commands.unmerge_people, actor=merger, merge_id=made.pk, reason=" ", now=now)
    commands.unmerge_people(actor=merger, merge_id=made.pk, reason="弄错了", now=now)
    refused("wrong_state", commands.unmerge_people, actor=merger, merge_id=made.pk, reason="再拆", now=now)


def test_a_reaction_that_runs_again_changes_nothing(merger, kept, gone, community, helper, now):
    give_everything(gone, helper, community, now, 1)
    made = merge(merger, kept, gone)
    before = snapshot(), Merge.objects.get().moved
    from chunshui.hours import commands as hours
    from chunshui.teams import commands as teams

    for verb in (needs.take_over_orders, hours.take_over_records, notices.take_over_messages, teams.take_over_memberships):
        verb(merge_id=made.pk)
    assert (snapshot(), Merge.objects.get().moved) == before


# --- never


def identify(person, born=date(1950, 5, 1), serial=46):
    paper = people.papers(born, serial)
    Person.objects.filter(pk=person.pk).update(
        id_kind="01", id_index=queries.identity_index("01", paper), id_sealed=queries.sealed_for(person, paper, "id")
    )
    return paper


def test_two_identity_numbers_never_become_one_person(merger, district_official, kept, gone):
    identify(kept, serial=46)
    identify(gone, serial=48)
    for actor in (merger, district_official):
        for pair in ((kept, gone), (gone, kept)):
            refused("different_ids", merge, actor=actor, kept=pair[0], gone=pair[1])


def test_a_record_is_not_merged_with_itself_or_without_a_reason(merger, kept, gone):
    refused("same", merge, actor=merger, kept=kept, gone=kept)
    refused("reason", merge, actor=merger, kept=kept, gone=gone, reason=" ")


def test_who_works_for_the_district_is_not_merged(merger, kept, community):
    worker = people.staff(community, name="周桂芳")
    refused("has_role", merge, actor=merger, kept=kept, gone=worker)
    refused("has_role", merge, actor=merger, kept=worker, gone=kept)


def test_can_merge_people_is_for_the_street_and_the_district(
    merger, district_official, kept, gone, coordinator, resident, helper, community, elsewhere
):
    grid_worker, far = people.staff(community, "grid_worker"), people.staff(elsewhere.parent, "street_official")
    assert [bool(policies.can_merge_people(actor, kept, gone)) for actor in (merger, district_official)] == [True, True]
    assert [bool(policies.can_merge_people(actor, kept, gone)) for actor in (coordinator, grid_worker, far, resident, helper)] == [False] * 5
    assert [bool(policies.can_find_duplicates(actor, community)) for actor in (merger, coordinator, far, resident)] == [True, False, False, False]


def test_a_community_worker_is_refused_and_people_elsewhere_find_nobody(kept, gone, coordinator, far_coordinator, stranger, merger, now):
    refused("forbidden", merge, actor=coordinator, kept=kept, gone=gone)
    for actor in (far_coordinator, stranger):
        before = snapshot()
        with pytest.raises(NotFound):
            merge(actor, kept, gone)
        assert snapshot() == before
    made = merge(merger, kept, gone)
    assert not policies.can_unmerge_people(coordinator, made)
    with pytest.raises(NotFound):
        commands.unmerge_people(actor=coordinator, merge_id=made.pk, reason="不对", now=now)


def test_nobody_merges_oneself(merger, kept):
    refused("own_case", merge, actor=merger, kept=kept, gone=merger)


def test_one_of_another_street_is_out_of_reach(merger, district_official, kept, elsewhere):
    far = people.person(elsewhere, "周桂芳")
    with pytest.raises(NotFound):
        merge(merger, kept, far)
    assert merge(district_official, kept, far).kept == kept


# --- erased


def test_who_is_erased_leaves_nothing_in_duplicates_and_notes(merger, kept, gone, community, now):
    third = people.person(community, "周桂芳", "13800003333")
    merge(merger, gone, third)
    merge(merger, kept, gone)
    kept = Person.objects.get(pk=kept.pk)
    commands.erase(actor=kept, person_id=kept.pk, now=now)
    settled()
    rows = Person.objects.filter(pk__in=[kept.pk, gone.pk, third.pk])
    assert {(row.name, bytes(row.phone_sealed), row.born_on) for row in rows} == {("已注销", b"", None)}
    assert [(row.was, row.became) for row in Merge.objects.all()] == [({}, {})] * 2
    refused("gone", commands.unmerge_people, actor=merger, merge_id=Merge.objects.order_by("pk").last().pk, reason="弄错了", now=now)


# --- found


def test_the_same_name_and_birthday_in_a_community_is_a_likely_duplicate(merger, kept, gone, community, elsewhere, street, district_official):
    people.person(community, "周桂芳", born_on=date(1951, 5, 1))
    people.person(elsewhere, "周桂芳", born_on=date(1950, 5, 1))
    people.person(community, "周桂芳", born_on=None)
    found = [queries.duplicates_in(actor, area) for actor, area in ((merger, street), (merger, community), (district_official, street))]
    assert found == [[[kept, gone]]] * 3
    merge(merger, kept, gone)
    assert queries.duplicates_in(merger, street) == []


def test_a_record_has_its_likely_twins(merger, kept, gone, community):
    same_phone = people.person(community, "周桂芳", born_on=None, phone_index=kept.phone_index, login_index=None)
    assert queries.likely_same(merger, kept) == [gone, same_phone]


def test_a_record_is_found_by_its_identity_number(merger, kept, gone, far_coordinator):
    paper = identify(gone)
    assert [queries.found_by_paper(actor, "01", paper, make.NOON) for actor in (merger, far_coordinator)] == [gone, None]
    assert [queries.found_by_paper(merger, *wrong, make.NOON) for wrong in (("01", "110101190001011009"), ("99", paper), ("01", "?"))] == [None] * 3


def test_the_events_tell_who_was_merged_and_why(merger, kept, gone, now):
    made = merge(merger, kept, gone)
    event = Event.objects.get(name=events.MERGED)
    assert (event.subject_id, event.actor, event.data) == (kept.pk, merger, {"gone_id": gone.pk, "merge_id": made.pk, "reason": "电话核对过是同一位"})


# --- the pages


def page(client, name, *ids, **more):
    return client.get(reverse(name, args=ids), more)


def test_duplicates_are_listed_compared_and_merged_through_the_pages(client, merger, kept, gone, community, helper, now):
    give_everything(gone, helper, community, now, 1)
    people.sign_in(client, merger)
    url = reverse("merge_people", args=[kept.pk, gone.pk])
    assert url in page(client, "duplicates").content.decode()
    shown = client.get(url)
    assert {label: (own, other) for label, own, other in shown.context["moves"]}["点的单"] == (0, 1)
    answers = [client.post(url, data).status_code for data in ({}, {"reason": "电话核对过"}, {"reason": "电话核对过", "sure": "on"})]
    assert (answers, Merge.objects.get().reason) == ([422, 422, 302], "电话核对过")
    assert "电话核对过" in page(client, "twins", kept.pk).content.decode()


def test_a_merge_is_undone_through_the_pages(client, merger, kept, gone):
    made = merge(merger, kept, gone)
    people.sign_in(client, merger)
    url = reverse("unmerge_people", args=[made.pk])
    answers = [client.post(url, {"reason": reason}).status_code for reason in ("", "是母女两位")]
    assert (answers, "是母女两位" in page(client, "twins", kept.pk).content.decode()) == ([422, 302], True)


def test_two_identity_numbers_are_shown_to_be_two_people(client, merger, kept, gone):
    identify(kept, serial=46)
    identify(gone, serial=48)
    people.sign_in(client, merger)
    url = reverse("merge_people", args=[kept.pk, gone.pk])
    shown = client.get(url).content.decode()
    before = snapshot()
    answer = client.post(url, {"reason": "电话核对过", "sure": "on"})
    assert ("是两个人，不能合并" in shown, "左右对调" in shown, answer.status_code, snapshot() == before) == (True, True, 422, True)


def test_a_twin_is_found_by_the_number_of_a_paper(client, merger, kept, community):
    other = people.person(community, "周桂方")
    paper = identify(other)
    people.sign_in(client, merger)
    url = reverse("twins", args=[kept.pk])
    found = client.post(url, {"id_kind": "01", "id_number": paper}).content.decode()
    lost = client.post(url, {"id_kind": "01", "id_number": "110101190001011009"})
    assert (reverse("merge_people", args=[kept.pk, other.pk]) in found, lost.status_code) == (True, 422)


def test_the_district_looks_street_by_street(client, district_official, kept, gone, street):
    people.sign_in(client, district_official)
    assert [len(page(client, "duplicates", **more).context["groups"]) for more in ({}, {"area": street.pk})] == [0, 1]


def test_others_do_not_come_to_these_pages(client, coordinator, resident, far_coordinator, merger, kept, gone):
    made = merge(merger, kept, gone)
    paths = [reverse("duplicates"), reverse("twins", args=[kept.pk]), reverse("merge_people", args=[kept.pk, resident.pk])]
    answers = []
    for actor in (coordinator, resident, far_coordinator):
        people.sign_in(client, actor)
        answers.append([client.get(path).status_code for path in paths] + [client.post(reverse("unmerge_people", args=[made.pk])).status_code])
    assert answers == [[409, 409, 409, 404], [403, 403, 403, 403], [409, 404, 404, 404]]
    people.sign_in(client, coordinator)
    assert [reverse(name) in client.get(reverse("residents")).content.decode() for name in ("duplicates",)] == [False]
