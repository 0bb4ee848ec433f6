"""Signed documents, their JWT and the sealed PDF against everything that is done to them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import jwt as pyjwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chunshui.verify import signing, verify
from chunshui.verify.__main__ import main
from chunshui.verify.keys import Key, base58, key_id, key_list, multibase, public_of, unbase58
from chunshui.verify.plain import Unreadable, canonical, read
from chunshui.verify.sealed_pdf import seal
from chunshui.verify.signing import jwt, sign

SEED, OTHER = bytes(range(32)), bytes(range(1, 33))
NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
KEY = key_id(SEED)
ISSUER = f"did:key:{KEY}"
PLAIN = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "id": "urn:uuid:1",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {"id": ISSUER, "name": "黎明社区"},
    "validFrom": NOON.isoformat(),
    "credentialSubject": {"volunteerService": {"title": "证明", "service": {"minutes": 90, "items": [{"day": "2026-11-24", "title": "陪同就医"}]}}},
}


def key_rows(since=NOON - timedelta(days=1), until=None, seed=SEED):
    return {"keys": [{"publicKeyMultibase": key_id(seed), "since": since.isoformat(), "until": until and until.isoformat()}]}


KEYS = key_list(key_rows())


def signed(document=PLAIN, seed=SEED, issuer=ISSUER, created=NOON):
    return sign(document, seed=seed, issuer=issuer, created=created)


def as_file(document):
    return json.dumps(document, ensure_ascii=False).encode()


def pdf_with(document, more=b""):
    body = json.dumps(document, ensure_ascii=False).encode()
    return b"%PDF-1.7\n1 0 obj\n<<\n/Type /EmbeddedFile\n/Length 1\n>>\nstream\n" + body + b"\nendstream\nendobj\n" + more + b"startxref\n9\n%%EOF\n"


def unsealed(pdf):
    return b"".join(line for line in pdf.splitlines(keepends=True) if not line.startswith(b"%chunshui-seal"))


def revoked(*ids, seed=SEED, kind="1EdTechRevocationList"):
    rows = {"@context": PLAIN["@context"], "type": kind, "issuer": ISSUER, "revokedCredential": [{"id": each} for each in ids]}
    return signed(rows, seed=seed)


def test_canonical_is_as_rfc_8785_writes_it():
    given_out = {"\u20ac": "Euro", "\r": "CR", "\ufb33": "Hebrew", "1": "One", "\U0001f600": "Smiley", "\u0080": "Control", "\u00f6": "o"}
    in_order = ["\\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert [part.split('"')[1] for part in canonical(given_out).decode()[1:-1].split(",")] == in_order
    assert canonical({"b": [True, None, 1, 'a"\\\n\u000f'], "a": {}}) == b'{"a":{},"b":[true,null,1,"a\\"\\\\\\n\\u000f"]}'


@pytest.mark.parametrize(
    "text", ['{"a":1,"a":2}', '{"a":1.5}', '{"a":NaN}', "[1]", "nothing", '{"a":9007199254740992}', '{"a":"\\ud800"}', "[" * 5000, b"\xff{"]
)
def test_read_takes_no_document_that_two_readers_could_read_differently(text):
    with pytest.raises(Unreadable):
        read(text)


@given(st.binary(max_size=70))
@settings(max_examples=50, deadline=None)
def test_base58_gives_back_every_value(value):
    assert unbase58(base58(value)) == value


def test_the_first_did_key_test_vector_is_read():
    assert multibase(public_of("z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp")) == "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"


def test_the_signature_of_the_recommendation_is_accepted():
    """The example of eddsa-jcs-2022 in the W3C recommendation on EdDSA cryptosuites: its hash and its signature, by its key."""
    key = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
    context = ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"]
    document = {
        "@context": context, "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33", "type": ["VerifiableCredential", "AlumniCredential"],
        "name": "Alumni Credential", "description": "A minimum viable example of an Alumni Credential.", "issuer": "https://vc.example/issuers/5678",
        "validFrom": "2023-01-01T00:00:00Z", "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
    }  # fmt: skip
    options = {
        "type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "created": "2023-02-24T23:36:38Z",
        "verificationMethod": f"did:key:{key}#{key}", "proofPurpose": "assertionMethod", "@context": context,
    }  # fmt: skip
    told = "66ab154f5c2890a140cb8388a22a160454f80575f6eae09e5a097cabe539a1db59b7cb6251b8991add1ce0bc83107e3db9dbbab5bd2c28f687db1a03abc92f19"
    hashes = signing._hashes(document, options)
    assert hashes.hex() == told
    signature = unbase58("2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX")
    signing.check_bytes(hashes, signature, Key(key, public_of(key), NOON, None))


def test_a_signed_document_is_genuine():
    verdict = verify(as_file(signed()), KEYS)
    assert (verdict.word, verdict.document["id"], verdict.revocations_known) == ("genuine", "urn:uuid:1", False)


def test_white_space_and_the_order_of_names_change_nothing():
    document = dict(reversed(signed().items()))
    assert verify(json.dumps(document, indent=4).encode(), KEYS).word == "genuine"


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["credentialSubject"]["volunteerService"]["service"].update(minutes=900),
        lambda d: d["credentialSubject"]["volunteerService"]["service"]["items"].append({"day": "2026-11-23", "title": "多的"}),
        lambda d: d["issuer"].update(name="别的社区"),
        lambda d: d.update(validFrom="2020-01-01T00:00:00+00:00"),
        lambda d: d.update(extra="x"),
        lambda d: d.pop("id"),
        lambda d: d["proof"].update(created=(NOON + timedelta(seconds=1)).isoformat()),
        lambda d: d["proof"].update(proofValue="z" + base58(b"\0" * 64)),
        lambda d: d["proof"].update(proofValue="z"),
        lambda d: d["proof"].pop("proofValue"),
        lambda d: d["proof"].update({"@context": ["https://example.org"]}),
    ],
)
def test_whatever_is_altered_is_refused_and_not_shown(change):
    document = json.loads(as_file(signed()))
    change(document)
    verdict = verify(as_file(document), KEYS)
    assert (verdict.word, dict(verdict.document)) == ("altered", {})


@pytest.mark.parametrize(("since", "until"), [(NOON + timedelta(seconds=1), None), (NOON - timedelta(days=9), NOON - timedelta(seconds=1))])
def test_a_key_signs_nothing_before_or_after_its_days(since, until):
    assert verify(as_file(signed()), key_list(key_rows(since, until))).word == "untrusted"


def test_a_retired_key_still_proves_what_it_signed():
    assert verify(as_file(signed()), key_list(key_rows(until=NOON + timedelta(days=1)))).word == "genuine"


def test_a_stranger_cannot_sign_for_the_issuer():
    stranger = key_id(OTHER)
    assert verify(as_file(signed(seed=OTHER)), KEYS).word == "untrusted"
    document = signed(seed=OTHER)
    document["proof"]["verificationMethod"] = f"{ISSUER}#{KEY}"
    assert verify(as_file(document), KEYS).word == "altered"
    assert verify(as_file(signed({**PLAIN, "issuer": f"did:key:{stranger}"}, OTHER, f"did:key:{stranger}")), KEYS).word == "untrusted"


@pytest.mark.parametrize("content", [b"", b"{}", b"{", b"%PDF-1.7", b"a.b", b"a.b.c", b"\xff\xfe", b'{"proof":{}}', b"{" * 9999])
def test_what_is_no_proof_is_unreadable(content):
    assert verify(content, KEYS).word == "unreadable"


def test_a_signed_list_is_no_proof():
    assert verify(as_file(revoked("urn:uuid:1")), KEYS).word == "unreadable"


def test_a_revoked_proof_is_told_apart():
    assert verify(as_file(signed()), KEYS, revoked("urn:uuid:1")).word == "revoked"
    other = verify(as_file(signed()), KEYS, revoked("urn:uuid:2"))
    assert (other.word, other.revocations_known) == ("genuine", True)


def test_a_forged_list_of_revoked_proofs_is_none():
    assert verify(as_file(signed()), KEYS, revoked(seed=OTHER)).word == "untrusted"
    assert verify(as_file(signed()), KEYS, signed()).word == "unreadable"


def test_an_independent_library_accepts_the_jwt():
    """PyJWT with nothing of ours but the public key."""
    text = jwt({**PLAIN, "iss": ISSUER, "nbf": int(NOON.timestamp()) - 10**8}, seed=SEED, issuer=ISSUER)
    x = pyjwt.utils.base64url_encode(public_of(KEY)).decode()
    key = pyjwt.PyJWK({"kty": "OKP", "crv": "Ed25519", "x": x}).key
    found = pyjwt.decode(text, key, algorithms=["EdDSA"], issuer=ISSUER)
    assert (found["credentialSubject"], pyjwt.get_unverified_header(text)["kid"]) == (PLAIN["credentialSubject"], f"{ISSUER}#{KEY}")
    assert verify(text.encode(), KEYS).word == "genuine"


@pytest.mark.parametrize("header", [{"alg": "none"}, {"alg": "HS256"}, {"alg": "EdDSA", "crit": ["x"]}])
def test_a_jwt_with_another_algorithm_is_refused(header):
    first, second, third = jwt(PLAIN, seed=SEED, issuer=ISSUER).split(".")
    head = pyjwt.utils.base64url_encode(json.dumps({"kid": f"{ISSUER}#{KEY}", **header}).encode()).decode()
    assert verify(f"{head}.{second}.{third}".encode(), KEYS).word == "unreadable"
    assert verify(f"{first}.{second[:-2]}AA.{third}".encode(), KEYS).word in {"altered", "unreadable"}


def test_a_sealed_pdf_is_genuine():
    assert verify(seal(pdf_with(signed()), SEED), KEYS).word == "genuine"


def test_every_single_byte_of_a_sealed_pdf_is_held():
    sealed = seal(pdf_with(signed()), SEED)
    wrong = [at for at in range(0, len(sealed), 7) if verify(sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :], KEYS)]
    assert wrong == []


@pytest.mark.parametrize(
    "change",
    [
        lambda pdf: pdf + b"\n",
        lambda pdf: pdf + b"2 0 obj\nendobj\n%%EOF\n",
        lambda pdf: unsealed(pdf),
        lambda pdf: pdf.replace(b"startxref\n9\n", b"startxref\n8\n"),
        lambda pdf: pdf.replace(b"%chunshui-seal", b"% more\n%chunshui-seal"),
        lambda pdf: seal(unsealed(pdf), OTHER),
    ],
)
def test_a_pdf_with_another_end_is_refused(change):
    assert verify(change(seal(pdf_with(signed()), SEED)), KEYS).word in {"altered", "untrusted"}


def test_a_pdf_with_two_documents_is_refused():
    body = b"5 0 obj\n<<\n/Type /EmbeddedFile\n>>\nstream\n{}\nendstream\nendobj\n"
    assert verify(seal(pdf_with(signed(), body), SEED), KEYS).word == "unreadable"


def test_the_command_says_what_it_found_and_with_which_code(tmp_path, capsys):
    keys, proof, gone = tmp_path / "keys.json", tmp_path / "proof.json", tmp_path / "revoked.json"
    keys.write_text(json.dumps(key_rows()))
    proof.write_bytes(as_file(signed()))
    gone.write_bytes(as_file(revoked("urn:uuid:1")))
    assert main([str(proof), "--keys", str(keys)]) == 0
    said = capsys.readouterr().out
    assert [word in said for word in ("Genuine", "陪同就医", "No revocation list")] == [True, True, True]
    assert main([str(proof), "--keys", str(keys), "--revoked", str(gone)]) == 1
    assert "Revoked" in capsys.readouterr().out
    proof.write_bytes(as_file(signed()).replace(b'"minutes": 90', b'"minutes": 91'))
    assert main([str(proof), "--keys", str(keys)]) == 1
    assert "陪同就医" not in capsys.readouterr().out
    assert main([str(tmp_path / "none"), "--keys", str(keys)]) == 2
