"""Signatures: Data Integrity with eddsa-jcs-2022 (W3C) and JWT with EdDSA (RFC 8037), both by Ed25519."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from chunshui.verify.keys import Key, KeyList, base58, key_id, moment, unbase58
from chunshui.verify.plain import Unreadable, canonical, read

SUITE = "eddsa-jcs-2022"
Document = Mapping[str, Any]


class Altered(Exception):  # noqa: N818  an answer, not an error
    """The signature is not of these bytes."""


class Untrusted(Exception):  # noqa: N818  an answer, not an error
    """Signed with a key that is not in the list, or was not in use then."""


def sign(document: Document, *, seed: bytes, issuer: str, created: datetime) -> dict[str, Any]:
    """The document with its proof; whoever holds the key list can check it without us."""
    proof = {
        "@context": document["@context"],
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": created.isoformat(timespec="seconds"),
        "verificationMethod": f"{issuer}#{key_id(seed)}",
        "proofPurpose": "assertionMethod",
    }
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(_hashes(document, proof))
    return {**document, "proof": {**proof, "proofValue": "z" + base58(signature)}}


def check(document: Document, keys: KeyList) -> Key:
    """The key that signed this document; raises `Unreadable`, `Untrusted` or `Altered`."""
    proof = document.get("proof")
    if not isinstance(proof, dict) or not _is_ours(proof):
        raise Unreadable("no proof")
    key = key_of(proof.get("verificationMethod"), issuer_of(document), keys)
    if not key.signed_at(moment(proof.get("created"))):
        raise Untrusted(key.id)
    plain = {name: value for name, value in document.items() if name != "proof"}
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    value = proof.get("proofValue")
    signature = unbase58(value[1:]) if isinstance(value, str) and value.startswith("z") else b""
    if options.get("@context") != plain.get("@context"):
        raise Altered
    check_bytes(_hashes(plain, options), signature, key)
    return key


def _is_ours(proof: Document) -> bool:
    kind = (proof.get("type"), proof.get("cryptosuite"), proof.get("proofPurpose"))
    return kind == ("DataIntegrityProof", SUITE, "assertionMethod")


def _hashes(document: Document, options: Document) -> bytes:
    return sha256(canonical(options)).digest() + sha256(canonical(document)).digest()


def issuer_of(document: Document) -> str:
    issuer = document.get("issuer")
    name = issuer.get("id") if isinstance(issuer, dict) else issuer
    if not isinstance(name, str):
        raise Unreadable("issuer")
    return name


def key_of(method: Any, issuer: str, keys: KeyList) -> Key:
    """The key that a document names, if the issuer and the list have it."""
    if not isinstance(method, str) or "#" not in method:
        raise Unreadable("method")
    owner, _mark, name = method.partition("#")
    if owner != issuer or name not in keys:
        raise Untrusted(name[:80])
    return keys[name]


def check_bytes(message: bytes, signature: bytes, key: Key) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except InvalidSignature as error:
        raise Altered from error


def jwt(payload: Document, *, seed: bytes, issuer: str) -> str:
    """The same credential as a compact JWT, for wallets that want one."""
    header = {"alg": "EdDSA", "typ": "JWT", "kid": f"{issuer}#{key_id(seed)}"}
    body = f"{_part(header)}.{_part(payload)}"
    return f"{body}.{_web(Ed25519PrivateKey.from_private_bytes(seed).sign(body.encode()))}"


def check_jwt(text: str, keys: KeyList) -> dict[str, Any]:
    """The credential in a JWT whose signature holds."""
    parts = text.strip().split(".")
    if len(parts) != 3:
        raise Unreadable("no JWT")
    header, payload = read(_unweb(parts[0])), read(_unweb(parts[1]))
    if header.get("alg") != "EdDSA" or "crit" in header:
        raise Unreadable("alg")
    key = key_of(header.get("kid"), issuer_of(payload), keys)
    if not key.signed_at(moment(payload.get("validFrom"))):
        raise Untrusted(key.id)
    check_bytes(f"{parts[0]}.{parts[1]}".encode(), _unweb(parts[2]), key)
    return payload


def _part(value: Document) -> str:
    return _web(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _web(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")


def _unweb(text: str) -> bytes:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError as error:
        raise Unreadable("base64") from error
