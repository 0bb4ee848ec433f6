"""Proofs: asked for, accepted, issued with a signature, checked by strangers, revoked, verified without us."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import jwt as pyjwt
import pytest
from pypdf import PdfReader

from chunshui.hours import commands, policies, queries
from chunshui.hours.models import Objection, Proof, SigningKey
from chunshui.hours.states import ProofState, is_number, new_number
from chunshui.kernel import events
from chunshui.kernel.errors import NotFound, Refused
from chunshui.people import commands as people_commands
from chunshui.people.models import PersonalKey
from chunshui.verify import keys, verify
from tests.factories import hours, people, proofs

pytestmark = pytest.mark.django_db


def code_of(refusal):
    return refusal.value.code


def trusted():
    return keys.key_list(queries.key_file())


def looked_up(proof, now, **more):
    return commands.look_up_proof(**{"number": proof.number, "code": proof.code, "address": "10.0.0.1", "now": now, **more})


def test_request_proof_takes_the_services_of_the_period_that_the_unit_recorded(helper, elsewhere, community, now):
    hours.record(helper, hour=-48, title="太早")
    hours.record(helper, area=elsewhere, title="别处")
    hours.record(helper, state="3", title="作废")
    proof = proofs.asked(helper)
    assert (proof.state, proof.minutes, proof.services, [row.title for row in queries.records_in(proof)]) == (
        ProofState.REQUESTED,
        90,
        1,
        ["陪同就医"],
    )
    assert [area.pk for area in queries.units_of(helper.pk)][-1] == community.lineage[0]


def test_other_peoples_records_cannot_be_asked_for(helper, second_helper, now):
    own, foreign = hours.record(helper), hours.record(second_helper)
    day, values = now.date(), {"purpose": "升学", "language": "zh", "now": now}
    for ids in ([foreign.pk], [own.pk, foreign.pk], [10**12]):
        with pytest.raises(Refused) as refusal:
            commands.request_proof(actor=helper, area_id=helper.community_id, since=day, until=day, record_ids=ids, **values)
        assert (code_of(refusal), Proof.objects.count()) == ("not_provable", 0)


@pytest.mark.parametrize(
    ("since", "until", "more", "code"),
    [(0, -1, {}, "ends_before_start"), (0, 1, {}, "in_the_future"), (-9, -8, {}, "nothing_to_prove"), (0, 0, {"purpose": " "}, "purpose_missing")],
)
def test_request_proof_refuses_what_it_cannot_prove(helper, now, since, until, more, code):
    hours.record(helper)
    days = {"since": now.date() + timedelta(days=since), "until": now.date() + timedelta(days=until)}
    values = {"area_id": helper.community_id, "purpose": "升学", "language": "zh", **days, **more}
    with pytest.raises(Refused) as refusal:
        commands.request_proof(actor=helper, now=now, **values)
    assert (code_of(refusal), Proof.objects.count()) == (code, 0)


def test_issue_proof_signs_publishes_and_seals(helper, coordinator, now):
    proof = proofs.issued(helper, coordinator)
    assert (proof.state, is_number(proof.number), len(proof.code)) == (ProofState.ISSUED, True, 8)
    assert (proof.publicity_until - now) >= timedelta(days=7)
    service = queries.signed_document(proof)["credentialSubject"]["volunteerService"]
    assert set(service) == {"title", "titleEn", "volunteer", "service", "issuer", "other"}
    assert service["title"] == "志愿服务记录证明（黎明社区出具）"
    assert "不是全国志愿服务信息系统的证明" in service["other"]["remark"]
    assert (service["issuer"]["personInCharge"], service["issuer"]["handler"]) == ("赵主任", "周敏")
    assert b"\xe5\xbf\x97" not in bytes(proof.document_sealed)


def test_three_files_of_one_proof_are_genuine_off_line(helper, coordinator):
    proof = proofs.issued(helper, coordinator, language="both")
    files = [queries.paper(proof), json.dumps(queries.signed_document(proof)).encode(), queries.badge(proof).encode()]
    assert [verify(file, trusted()).word for file in files] == ["genuine"] * 3


def test_the_paper_is_real_text_in_an_embedded_font_with_the_document_attached(helper, coordinator):
    """Read by pypdf, not by us."""
    proof = proofs.issued(helper, coordinator)
    reader = PdfReader(io.BytesIO(queries.paper(proof)))
    words = "".join(page.extract_text() for page in reader.pages).replace("\0", "")
    page = reader.pages[0]
    assert [part in words for part in ("志愿服务记录证明（黎明社区出具）", "何素芬", proof.number, "盖章处", "陪同就医")] == [True] * 5
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)
    font = next(iter(page["/Resources"]["/Font"].values())).get_object()["/DescendantFonts"][0].get_object()
    assert "/FontFile3" in font["/FontDescriptor"].get_object()
    assert json.loads(reader.attachments["proof.json"][0]) == queries.signed_document(proof)


def test_the_badge_is_accepted_by_a_library_that_is_not_ours(helper, coordinator, now):
    """PyJWT with the public key; the shape is Open Badges 3.0's."""
    proof = proofs.issued(helper, coordinator)
    row = queries.key_file()["keys"][0]
    x = pyjwt.utils.base64url_encode(keys.public_of(row["publicKeyMultibase"])).decode()
    found = pyjwt.decode(
        queries.badge(proof), pyjwt.PyJWK({"kty": "OKP", "crv": "Ed25519", "x": x}).key, algorithms=["EdDSA"], options={"verify_nbf": False}
    )
    assert found["@context"][:2] == ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]
    assert {"VerifiableCredential", "OpenBadgeCredential"} == set(found["type"])
    assert {"id", "type", "name", "description", "criteria", "achievementType"} == set(found["credentialSubject"]["achievement"])
    assert (found["iss"], found["jti"]) == (found["issuer"]["id"], found["id"])


@pytest.mark.parametrize("verb", ["accept_proof", "issue_proof", "refuse_proof", "revoke_proof"])
def test_only_staff_of_the_unit_prove(helper, coordinator, street_official, far_coordinator, stranger, second_helper, now, verb):
    """can_accept_proof, can_issue_proof, can_refuse_proof, can_revoke_proof, can_view_proof."""
    proof = proofs.asked(helper)
    ask = getattr(policies, f"can_{verb}")
    assert [bool(ask(each, proof)) for each in (coordinator, street_official, far_coordinator, second_helper, helper)] == [
        True,
        True,
        False,
        False,
        False,
    ]
    assert [bool(policies.can_view_proof(each, proof)) for each in (helper, coordinator, far_coordinator, stranger)] == [True, True, False, False]
    more = {"issue_proof": {"person_in_charge": "x", "site": proofs.SITE}, "refuse_proof": {"reason": "x"}, "revoke_proof": {"reason": "x"}}.get(
        verb, {}
    )
    for somebody, kind in ((far_coordinator, NotFound), (stranger, NotFound), (helper, Refused)):
        with pytest.raises(kind):
            getattr(commands, verb)(actor=somebody, proof_id=proof.pk, now=now, **more)
    assert (Proof.objects.get().state, SigningKey.objects.count()) == (ProofState.REQUESTED, 0)


def test_issue_proof_after_a_record_was_struck_is_refused(helper, coordinator, now):
    proof = proofs.asked(helper)
    commands.accept_proof(actor=coordinator, proof_id=proof.pk, now=now)
    helper.records.update(state="3")
    with pytest.raises(Refused) as refusal:
        commands.issue_proof(actor=coordinator, proof_id=proof.pk, person_in_charge="赵主任", site=proofs.SITE, now=now)
    assert (code_of(refusal), Proof.objects.get().number) == ("records_changed", None)


def test_withdraw_and_refuse_end_a_request(helper, coordinator, now):
    """can_withdraw_proof."""
    first = proofs.asked(helper)
    assert [bool(policies.can_withdraw_proof(each, first)) for each in (helper, coordinator)] == [True, False]
    assert commands.withdraw_proof(actor=helper, proof_id=first.pk, now=now).state == ProofState.WITHDRAWN
    day = now.date()
    second = commands.request_proof(actor=helper, area_id=helper.community_id, since=day, until=day, purpose="评优", language="zh", now=now)
    with pytest.raises(Refused) as refusal:
        commands.refuse_proof(actor=coordinator, proof_id=second.pk, reason="", now=now)
    assert code_of(refusal) == "missing"
    assert commands.refuse_proof(actor=coordinator, proof_id=second.pk, reason="查无此人", now=now).reason == "查无此人"


def test_a_stranger_reads_no_more_than_the_holder_allows(helper, coordinator, now):
    """can_show_proof."""
    proof = proofs.issued(helper, coordinator)
    seen = looked_up(proof, now)
    assert (seen.name, seen.minutes, seen.items, seen.is_in_publicity, seen.revoked_on) == ("何**", 90, [], True, None)
    assert [bool(policies.can_show_proof(each, proof)) for each in (helper, coordinator)] == [True, False]
    commands.show_proof(actor=helper, proof_id=proof.pk, name_shown="full", shows_hours=False, shows_items=True, now=now)
    seen = looked_up(proof, now + timedelta(days=9))
    assert (seen.name, seen.minutes, [row["title"] for row in seen.items], seen.is_in_publicity) == ("何素芬", None, ["陪同就医"], False)
    with pytest.raises(Refused):
        commands.show_proof(actor=coordinator, proof_id=proof.pk, name_shown="full", shows_hours=True, shows_items=True, now=now)


def test_forged_numbers_and_codes_find_nothing_and_are_counted(helper, coordinator, now):
    proof = proofs.issued(helper, coordinator)
    other = new_number(2026)
    for wrong in (
        {"code": "AAAAAAAA"},
        {"code": ""},
        {"code": "码" * 8},
        {"number": other},
        {"number": "ZM1"},
        {"number": proof.number[:-1] + str((int(proof.number[-1]) + 1) % 10)},
    ):
        with pytest.raises(NotFound):
            looked_up(proof, now, **wrong)
    for _again in range(24):
        with pytest.raises(NotFound):
            looked_up(proof, now, code="AAAAAAAA")
    with pytest.raises(Refused) as refusal:
        looked_up(proof, now, code="AAAAAAAA")
    assert code_of(refusal) == "too_many"
    assert looked_up(proof, now).number == proof.number


def test_a_revoked_proof_says_so_on_line_and_in_the_signed_list(helper, coordinator, now):
    proof = proofs.issued(helper, coordinator)
    commands.revoke_proof(actor=coordinator, proof_id=proof.pk, reason="时长有误", now=now)
    proof.refresh_from_db()
    assert (looked_up(proof, now).reason, looked_up(proof, now).revoked_on) == ("时长有误", now.date())
    gone = commands.sign_revocations(now=now)
    assert [row["id"] for row in gone["revokedCredential"]] == [f"urn:uuid:{proof.uid}"]
    assert verify(queries.paper(proof), trusted(), gone).word == "revoked"


def test_a_struck_record_revokes_the_proofs_that_name_it(helper, coordinator, now):
    proof = proofs.issued(helper, coordinator)
    people_commands.add_minutes(person_id=helper.pk, minutes=90, services=1, now=now)
    commands.cancel_record(actor=coordinator, record_id=helper.records.get().pk, reason="不实", now=now)
    events.settle(now)
    proof.refresh_from_db()
    assert (proof.state, proof.ended_by, "作废" in proof.reason) == (ProofState.REVOKED, None, True)
    assert commands.revoke_proofs_naming(record_id=helper.records.get().pk, now=now) == 0


def test_an_objection_that_holds_revokes_the_proof(helper, coordinator, stranger, community, now):
    """can_object_to_proof."""
    proof = proofs.issued(helper, coordinator)
    assert policies.can_object_to_proof(helper, proof).code == "own_case"
    row = commands.object_to_proof(actor=stranger, proof_id=proof.pk, words="那天没有", now=now)
    with pytest.raises(Refused) as refusal:
        commands.decide_objection(actor=coordinator, objection_id=row.pk, is_upheld=True, answer="x", now=now)
    assert code_of(refusal) == "involved"
    commands.decide_objection(actor=people.staff(community, name="吴敏"), objection_id=row.pk, is_upheld=True, answer="属实", now=now)
    proof.refresh_from_db()
    assert (proof.state, proof.reason) == (ProofState.REVOKED, "属实")
    with pytest.raises(NotFound):
        commands.object_to_proof(actor=stranger, proof_id=proof.pk, words="又来", now=now + timedelta(days=30))
    assert Objection.objects.count() == 1


def test_the_key_is_wrapped_rotated_and_kept(helper, second_helper, coordinator, district_official, now):
    """can_rotate_signing_key."""
    first = proofs.issued(helper, coordinator)
    old = SigningKey.objects.get()
    seed = queries.seed_of(old)
    assert (keys.key_id(seed), seed in bytes(old.wrapped)) == (old.name, False)
    assert [bool(policies.can_rotate_signing_key(each)) for each in (None, coordinator, district_official)] == [True, False, False]
    with pytest.raises(Refused):
        commands.rotate_signing_key(actor=coordinator, now=now)
    new = commands.rotate_signing_key(actor=None, now=now + timedelta(hours=1))
    assert (new.name == old.name, queries.current_key().pk, [row["until"] is None for row in queries.key_file()["keys"]]) == (
        False,
        new.pk,
        [False, True],
    )
    assert verify(queries.paper(first), trusted()).word == "genuine"


def test_who_is_erased_takes_the_documents_along(helper, coordinator, now):
    proof = proofs.issued(helper, coordinator)
    commands.forget_proofs_of(person_id=helper.pk, now=now)
    proof.refresh_from_db()
    assert (proof.state, bytes(proof.paper_sealed), queries.checked(proof.number, proof.code, now)) == (ProofState.REVOKED, b"", None)


def test_without_the_holders_key_nothing_is_read(helper, coordinator, now):
    proof = proofs.issued(helper, coordinator)
    PersonalKey.objects.filter(person=helper).delete()
    with pytest.raises(NotFound):
        queries.paper(queries.visible_proof(coordinator, proof.pk))


def test_queues_and_publicity_are_of_the_unit(helper, coordinator, far_coordinator, stranger, community, elsewhere, now):
    waiting = proofs.asked(helper)
    assert [[row.pk for row in queries.proof_queue(each)] for each in (coordinator, far_coordinator)] == [[waiting.pk], []]
    with pytest.raises(NotFound):
        queries.proof_queue(stranger)
    commands.accept_proof(actor=coordinator, proof_id=waiting.pk, now=now)
    commands.issue_proof(actor=coordinator, proof_id=waiting.pk, person_in_charge="赵主任", site=proofs.SITE, now=now)
    assert [[row.pk for row in queries.published_proofs(area, now)] for area in (None, community, elsewhere)] == [[waiting.pk], [waiting.pk], []]
    assert [row.pk for row in queries.issued_proofs(coordinator)] == [waiting.pk]
    assert len(queries.published_proofs(None, now + timedelta(days=9))) == 0


def test_site_with_a_public_address_is_a_did_web(helper, coordinator, settings):
    settings.SITE_URL = "https://zy.example.cn"
    proof = proofs.issued(helper, coordinator)
    document = queries.signed_document(proof)
    assert (document["issuer"]["id"], document["credentialStatus"]["id"]) == ("did:web:zy.example.cn", "https://zy.example.cn/proofs/revoked.json")
    assert queries.did_document()["assertionMethod"] == [document["proof"]["verificationMethod"]]
    assert verify(queries.paper(proof), trusted()).word == "genuine"
