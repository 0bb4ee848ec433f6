"""A PDF that carries its signed document and a seal over every byte: the page that people read cannot be changed apart from the document.

The seal is a line before the last three, a comment to readers of PDF:

    %chunshui-seal KEY SIGNATURE
    startxref
    12345
    %%EOF

It signs the hash of all other bytes. The document is the attachment NAME, stored as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chunshui.verify.keys import KeyList, base58, key_id, unbase58
from chunshui.verify.plain import Unreadable, read
from chunshui.verify.signing import Altered, Untrusted, check_bytes

NAME = "proof.json"
MARK = b"chunshui-pdf-seal-1:"
SEAL = re.compile(rb"%chunshui-seal (z[1-9A-HJ-NP-Za-km-z]{40,60}) (z[1-9A-HJ-NP-Za-km-z]{80,100})\n(startxref\n\d{1,12}\n%%EOF\n)\Z")
END = re.compile(rb"startxref\n\d{1,12}\n%%EOF\n\Z")
EMBEDDED = re.compile(rb"<<(?:(?!stream).)*?/Type\s*/EmbeddedFile(?:(?!stream).)*?>>\s*stream\r?\n(\{.*?\})\s*endstream", re.DOTALL)
MOST_BYTES = 16 * 1024 * 1024


def seal(pdf: bytes, seed: bytes) -> bytes:
    """The PDF with the seal near its end."""
    body = pdf if pdf.endswith(b"\n") else pdf + b"\n"
    end = END.search(body)
    if end is None:
        raise Unreadable("end")
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(_told(body))
    return body[: end.start()] + f"%chunshui-seal {key_id(seed)} z{base58(signature)}\n".encode() + end[0]


def document_in(pdf: bytes) -> dict[str, Any]:
    """The attached document; there must be exactly one."""
    if len(pdf) > MOST_BYTES:
        raise Unreadable("too long")
    found = EMBEDDED.findall(pdf)
    if len(found) != 1:
        raise Unreadable("attachment")
    return read(found[0])


def check_seal(pdf: bytes, document: Mapping[str, Any], keys: KeyList) -> None:
    """Every byte is as it was sealed, by the key that signed the attached document."""
    found = SEAL.search(pdf)
    if found is None:
        raise Altered
    name, signature = found[1].decode(), found[2].decode()
    if name not in keys:
        raise Untrusted(name)
    if not str(document.get("proof", {}).get("verificationMethod", "")).endswith(f"#{name}"):
        raise Altered
    check_bytes(_told(pdf[: found.start()] + found[3]), unbase58(signature[1:]), keys[name])


def _told(body: bytes) -> bytes:
    return MARK + sha256(body).digest()
