"""Personal values at rest: sealed with a key per person, found again through a keyed blind index.

Each sealed value begins with one byte for the cipher suite; its context (owner and column) is authenticated, so a value moved to
another row or column does not open. The key of a person is wrapped by a master key that lives outside the database; deleting
it makes every copy of that person's values unreadable (crypto-shredding). Suites: AES-256-GCM, or SM4-GCM (GB/T 32907).
"""

from __future__ import annotations

import base64
import hmac
import os
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

AES, SM4 = 1, 2
NONCE, TAG = 12, 16


class Unreadable(Exception):  # noqa: N818
    """The value does not open: its key is gone, or it was tampered with."""


@lru_cache(maxsize=1)
def _master_keys() -> dict[int, bytes]:
    text = settings.CRYPTO_KEYS or _kept_key(Path(settings.DATA_DIR) / "crypto_keys")
    keys: dict[int, bytes] = {}
    for part in text.strip().split(","):
        number, _, value = part.partition(":")
        keys[int(number)] = base64.b64decode(value)
    return keys


def _kept_key(path: Path) -> str:
    if not path.exists():
        path.write_text(f"1:{base64.b64encode(os.urandom(32)).decode()}")
        path.chmod(0o600)
    return path.read_text()


def _encrypt(suite: int, key: bytes, value: bytes, context: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    if suite == AES:
        return nonce + AESGCM(key).encrypt(nonce, value, context)
    encryptor = Cipher(algorithms.SM4(key[:16]), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(context)
    body = encryptor.update(value) + encryptor.finalize()
    return nonce + body + encryptor.tag


def _decrypt(suite: int, key: bytes, sealed: bytes, context: bytes) -> bytes:
    nonce, body = sealed[:NONCE], sealed[NONCE:]
    if suite == AES:
        return AESGCM(key).decrypt(nonce, body, context)
    decryptor = Cipher(algorithms.SM4(key[:16]), modes.GCM(nonce, body[-TAG:])).decryptor()
    decryptor.authenticate_additional_data(context)
    return decryptor.update(body[:-TAG]) + decryptor.finalize()


def _suite() -> int:
    return SM4 if settings.CRYPTO_SUITE == "sm4" else AES


def new_wrapped_key(owner: str) -> bytes:
    """A fresh personal key, wrapped: one byte suite, one byte master key id, then the ciphertext."""
    number = next(iter(_master_keys()))
    suite = _suite()
    return bytes([suite, number]) + _encrypt(suite, _master_keys()[number], os.urandom(32), f"key:{owner}".encode())


def unwrap(wrapped: bytes, owner: str) -> bytes:
    try:
        return _decrypt(wrapped[0], _master_keys()[wrapped[1]], wrapped[2:], f"key:{owner}".encode())
    except (InvalidTag, KeyError, IndexError, ValueError) as error:
        raise Unreadable(owner) from error


def seal(text: str, key: bytes, context: str) -> bytes:
    """Sealed bytes of `text` under a personal key; `context` names owner and column."""
    suite = _suite()
    return bytes([suite]) + _encrypt(suite, key, text.encode(), context.encode())


def unseal(sealed: bytes, key: bytes, context: str) -> str:
    """The text again; raises `Unreadable` if key, context or bytes do not fit."""
    try:
        return _decrypt(sealed[0], key, bytes(sealed[1:]), context.encode()).decode()
    except (InvalidTag, IndexError, ValueError) as error:
        raise Unreadable(context) from error


def blind_index(value: str, purpose: str) -> str:
    """32 hex characters that find an exact value again without revealing it; keyed, so an 11-digit phone cannot be guessed offline."""
    return hmac.digest(_index_key(_master_keys()[min(_master_keys())], purpose), value.encode(), "sha256").hex()[:32]


@lru_cache(maxsize=16)
def _index_key(root: bytes, purpose: str) -> bytes:
    return hmac.digest(root, f"index:{purpose}".encode(), "sha256")
