"""A star from the application to the grant; a proof that a stranger checks on line and off line, and a tampered file refused."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from chunshui.hours import queries
from chunshui.hours.models import Proof, Star
from chunshui.hours.states import ProofState, StarState
from tests.factories import hours
from tests.journeys.conftest import fresh

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKS = pytest.mark.parametrize("look", ["phone", "wide-english"])


@LOOKS
def test_a_volunteer_becomes_a_one_star_volunteer(someone, helper, street_official, stranger, hands, look):
    hours.record(helper, hour=-300, minutes=6060)
    who = someone(helper, look).opens("/stars/").sees("申请星级", "Apply for a level")
    who.picks("level", "1").fills("deeds", "每周二陪诊")
    who.sends("/stars/", "button[type=submit]").is_at(r"/stars/\d+/$")
    star = Star.objects.get()
    official = someone(street_official, "wide").opens("/stars/queue/").sees("何素芬", "何素芬").opens(f"/stars/{star.pk}/")
    official.sends("/review/").sends("/publish/").sees("公示期还没有满", "")
    someone(stranger, look).opens("/stars/published/").sees("何**", "何**").misses("何素芬")
    hands.passes(days=8)
    official.opens(f"/stars/{star.pk}/").sends("/grant/")
    assert fresh(star).state == StarState.GRANTED
    who.opens("/stars/").sees("100", "100")
    expect(who.page.locator(".star-row").first).to_have_attribute("aria-label", who.says("1 星", "1 stars"))


def verdict_of(page, path: Path) -> str:
    page.set_input_files("#proof-file", str(path))
    page.wait_for_selector("#verdict[data-word]")
    word = page.get_attribute("#verdict", "data-word")
    page.evaluate("delete document.getElementById('verdict').dataset.word")
    return word


@LOOKS
def test_a_proof_is_issued_and_a_stranger_verifies_it(someone, helper, coordinator, chromium, live_server, tmp_path, look):
    hours.record(helper, minutes=90)
    who = someone(helper, look).opens("/proofs/").opens("/proofs/ask/")
    who.fills("purpose", "升学").sends("/proofs/ask/", "button[type=submit]").is_at(r"/proofs/\d+/$")
    proof = Proof.objects.get()
    worker = someone(coordinator, "wide").opens(f"/proofs/{proof.pk}/").sends("/accept/")
    worker.fills("person_in_charge", "赵主任").sends("/issue/")
    assert fresh(proof).state == ProofState.ISSUED
    who.opens(f"/proofs/{proof.pk}/sheet/").sees("志愿服务记录证明（黎明社区出具）", "志愿服务记录证明")
    nobody = someone(look=look).opens("/proofs/check/").fills("number", proof.number).fills("code", proof.code)
    nobody.sends("/proofs/check/", "button[type=submit]").sees("证明是真的", "The proof is genuine").misses("何素芬")

    paper, forged, plain, wrong = (tmp_path / name for name in ("a.pdf", "b.pdf", "a.json", "b.json"))
    paper.write_bytes(queries.paper(proof))
    content = paper.read_bytes()
    forged.write_bytes(content[:300] + bytes([content[300] ^ 1]) + content[301:])
    plain.write_text(json.dumps(queries.signed_document(proof), ensure_ascii=False), encoding="utf-8")
    wrong.write_text(re.sub(r'"minutes": 90', '"minutes": 900', plain.read_text(encoding="utf-8")), encoding="utf-8")
    page = nobody.opens("/proofs/verify/").page
    assert [verdict_of(page, path) for path in (paper, forged, plain, wrong)] == ["genuine", "altered", "genuine", "altered"]

    kept = tmp_path / "verifier.html"
    kept.write_bytes(page.request.get(f"{live_server.url}/proofs/verifier.html").body())
    context = chromium.new_context(offline=True)
    away = context.new_page()
    away.goto(kept.as_uri())
    assert [verdict_of(away, path) for path in (paper, forged, plain, wrong)] == ["genuine", "altered", "genuine", "altered"]
    context.close()
