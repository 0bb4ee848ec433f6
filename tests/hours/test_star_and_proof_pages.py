"""The pages of stars and proofs, without a browser."""

from __future__ import annotations

import json

import pytest
from django.utils import timezone

from chunshui.hours import commands, queries
from chunshui.hours.models import Objection, Privilege, Proof, Star
from chunshui.hours.states import ProofState, StarState
from chunshui.kernel import events
from chunshui.notices.models import Message
from chunshui.verify import keys, verify
from tests.factories import hours, people, proofs
from tests.factories.people import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon(monkeypatch, now):
    monkeypatch.setattr(timezone, "now", lambda: now)


def test_a_volunteer_applies_on_the_page_and_a_level_without_hours_is_refused(client, helper):
    hours.record(helper, hour=-300, minutes=6000)
    sign_in(client, helper)
    assert "100 / 300" not in client.get("/stars/").content.decode()
    assert client.post("/stars/", {"level": "2", "deeds": "x"}).status_code == 422
    answer = client.post("/stars/", {"level": "1", "deeds": "陪诊"})
    assert (answer.url, Star.objects.get().state) == (f"/stars/{Star.objects.get().pk}/", StarState.APPLIED)


def test_the_street_reviews_publishes_and_a_stranger_objects(client, helper, street_official, stranger):
    hours.record(helper, hour=-300, minutes=6000)
    star = proofs.star(helper)
    sign_in(client, street_official)
    assert "何素芬" in client.get("/stars/queue/").content.decode()
    for verb in ("review", "publish"):
        assert client.post(f"/stars/{star.pk}/{verb}/", {"opinion": "属实"}).status_code == 302
    assert client.post(f"/stars/{star.pk}/grant/").status_code == 409
    sign_in(client, stranger)
    shown = client.get("/stars/published/").content.decode()
    assert ("何**" in shown, "何素芬" in shown) == (True, False)
    assert client.post(f"/stars/{star.pk}/object/", {"words": ""}).status_code == 422
    assert client.post(f"/stars/{star.pk}/object/", {"words": "那天不在"}).status_code == 302
    assert client.post(f"/stars/{star.pk}/refuse/", {"reason": "x"}).status_code == 409
    assert client.get(f"/stars/{proofs.star(people.volunteer(helper.area)).pk}/").status_code == 404


def test_an_objection_is_decided_on_the_page(client, helper, street, stranger):
    star = proofs.star(helper, state="published")
    row = Objection.objects.create(star=star, by=stranger, words="不在", at=star.applied_at)
    sign_in(client, people.staff(street, "street_official", "王同事"))
    client.post(f"/objections/{row.pk}/", {"answer": "", "is_upheld": "0"})
    assert Objection.objects.get().state == "open"
    assert client.post(f"/objections/{row.pk}/", {"answer": "有签到", "is_upheld": "0"}).url == f"/stars/{star.pk}/"
    assert Objection.objects.get().state == "dismissed"


def test_the_five_star_list_is_public_and_exported_by_staff(client, helper, district_official):
    proofs.star(helper, 5, state=StarState.GRANTED)
    assert "何**" in client.get("/stars/five/").content.decode()
    assert client.get("/stars/five/export/").status_code == 302
    assert client.get("/stars/five/?q=' OR 1=1").status_code == 200
    answer = sign_in(client, district_official).get("/stars/five/export/")
    assert answer.getvalue()[:2] == b"PK"


def test_privileges_are_changed_by_the_district_alone(client, helper, district_official):
    row = {"level": "5", "title": "景区免费", "words": "全年", "given_by": "区文旅委", "since": "2026-11-24"}
    assert sign_in(client, helper).post("/stars/privileges/offer/", row).status_code == 403
    sign_in(client, district_official)
    assert client.post("/stars/privileges/offer/", {**row, "title": ""}).status_code == 422
    assert client.post("/stars/privileges/offer/", row).status_code == 302
    assert "景区免费" in client.get("/stars/privileges/").content.decode()
    client.post(f"/stars/privileges/{Privilege.objects.get().pk}/end/")
    assert "景区免费" not in client.get("/stars/privileges/").content.decode()


def test_a_proof_is_asked_for_issued_and_downloaded_through_the_pages(client, helper, coordinator, stranger):
    hours.record(helper)
    sign_in(client, helper)
    form = {"area_id": str(helper.community_id), "since": "2026-11-01", "until": "2026-11-24", "purpose": "升学", "language": "zh"}
    assert client.post("/proofs/ask/", {**form, "until": "2027-01-01"}).status_code == 422
    assert client.post("/proofs/ask/", {**form, "record_ids": ["999"]}).status_code == 422
    assert client.post("/proofs/ask/", form).status_code == 302
    proof = Proof.objects.get()
    assert client.get(f"/proofs/{proof.pk}/paper.pdf").status_code == 404
    sign_in(client, coordinator)
    assert client.post(f"/proofs/{proof.pk}/accept/").status_code == 302
    assert client.post(f"/proofs/{proof.pk}/issue/", {"person_in_charge": ""}).status_code == 422
    assert client.post(f"/proofs/{proof.pk}/issue/", {"person_in_charge": "赵主任"}).status_code == 302
    trusted = keys.key_list(client.get("/proofs/keys.json").json())
    sign_in(client, helper)
    for name in ("paper.pdf", "proof.json", "badge.jwt"):
        answer = client.get(f"/proofs/{proof.pk}/{name}")
        assert (verify(answer.content, trusted).word, answer["Cache-Control"]) == ("genuine", "private, no-store")
    assert [client.get(f"/proofs/{proof.pk}/{part}").status_code for part in ("", "sheet/", "qr.png")] == [200] * 3
    sign_in(client, stranger)
    assert [client.get(f"/proofs/{proof.pk}/{part}").status_code for part in ("", "sheet/", "qr.png", "paper.pdf", "proof.json")] == [404] * 5


def test_anybody_checks_a_proof_and_forged_codes_find_nothing(client, helper, coordinator):
    proof = proofs.issued(helper, coordinator)
    answer = client.get(f"/proofs/check/?number={proof.number.lower()}&code={proof.code.lower()}")
    assert answer.url == f"/proofs/check/{proof.number}/{proof.code}/"
    shown = client.get(answer.url)
    assert ("何**" in shown.content.decode(), "何素芬" in shown.content.decode(), shown["X-Robots-Tag"]) == (True, False, "noindex")
    assert client.get(f"/proofs/check/{proof.number}/AAAAAAAA/").status_code == 404
    assert client.get("/proofs/check/?number=<x>&code=1").status_code == 422
    commands.revoke_proof(actor=coordinator, proof_id=proof.pk, reason="有误", now=timezone.now())
    assert "已撤销" in client.get(answer.url).content.decode()
    listed = client.get("/proofs/revoked.json").json()
    assert verify(json.dumps(queries.signed_document(Proof.objects.get())).encode(), keys.key_list(queries.key_file()), listed).word == "revoked"


def test_the_publicity_of_proofs_takes_objections(client, helper, coordinator, stranger):
    proof = proofs.issued(helper, coordinator)
    sign_in(client, stranger)
    shown = client.get("/proofs/published/").content.decode()
    assert ("何**" in shown, "何素芬" in shown) == (True, False)
    assert client.post(f"/proofs/{proof.pk}/object/", {"words": "那天没有"}).status_code == 302
    assert (Objection.objects.get().proof_id, Proof.objects.get().state) == (proof.pk, ProofState.ISSUED)


def test_the_holder_chooses_what_others_see(client, helper, coordinator):
    proof = proofs.issued(helper, coordinator)
    assert sign_in(client, coordinator).post(f"/proofs/{proof.pk}/show/", {"name_shown": "full"}).status_code == 409
    assert sign_in(client, helper).post(f"/proofs/{proof.pk}/show/", {"name_shown": "full", "shows_items": "on"}).status_code == 302
    proof.refresh_from_db()
    assert (proof.name_shown, proof.shows_hours, proof.shows_items) == ("full", False, True)


def test_the_did_document_is_there_only_with_a_public_address(client, helper, coordinator, settings):
    assert client.get("/.well-known/did.json").status_code == 404
    settings.SITE_URL = "https://zy.example.cn"
    proofs.issued(helper, coordinator)
    assert client.get("/.well-known/did.json").json()["id"] == "did:web:zy.example.cn"


def test_the_verifier_is_one_file_with_keys_inside(client, helper, coordinator):
    proofs.issued(helper, coordinator)
    answer = client.get("/proofs/verifier.html")
    text = answer.content.decode()
    assert (answer["Content-Disposition"], queries.current_key().name in text, "src=" in text, "http" in text.split("verify-data")[0]) == (
        'attachment; filename="verifier.html"', True, False, False,
    )  # fmt: skip


def test_people_are_told_what_became_of_stars_proofs_and_objections(helper, coordinator, stranger, now):
    proof = proofs.issued(helper, coordinator)
    row = commands.object_to_proof(actor=stranger, proof_id=proof.pk, words="那天没有", now=now)
    colleague = people.staff(helper.community, name="吴敏")
    commands.decide_objection(actor=colleague, objection_id=row.pk, is_upheld=True, answer="属实", now=now)
    events.settle(now)
    titles = list(Message.objects.filter(person=helper).order_by("pk").values_list("title", flat=True))
    assert titles == ["您申请的证明受理了", f"您的证明开好了：{proof.number}", f"您的证明撤销了：{proof.number}"]
    assert list(Message.objects.filter(person=stranger).values_list("title", "body")) == [("您提的异议成立", "处理结果：属实")]
