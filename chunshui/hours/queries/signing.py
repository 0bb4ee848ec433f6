"""The keys that sign proofs, the issuer's name on the web, and the documents that anybody may fetch."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from chunshui.hours.models.proofs import SigningKey
from chunshui.kernel import clock, crypto


def current_key(*, lock: bool = False) -> SigningKey | None:
    """The key that signs now; None before the first proof."""
    rows = SigningKey.objects.select_for_update() if lock else SigningKey.objects.all()
    return rows.filter(is_current=True).first()


def seed_of(key: SigningKey) -> bytes:
    """The private half, unwrapped; raises crypto.Unreadable without the master key."""
    return crypto.unwrap(bytes(key.wrapped), key.owner)


def issuer_id(name: str) -> str:
    """did:web of the site where it has a public address, else did:key of the key itself."""
    site = urlsplit(settings.SITE_URL)
    if site.scheme == "https" and site.netloc:
        return f"did:web:{site.netloc.replace(':', '%3A')}"
    return f"did:key:{name}"


def key_file() -> dict[str, Any]:
    """What a verifier needs, off line too: every key that ever signed, with its days."""
    rows = SigningKey.objects.order_by("since", "id")
    keys = [
        {
            "id": f"{issuer_id(row.name)}#{row.name}",
            "publicKeyMultibase": row.name,
            "since": clock.local(row.since).isoformat(timespec="seconds"),
            "until": clock.local(row.until).isoformat(timespec="seconds") if row.until else None,
        }
        for row in rows
    ]
    return {"name": settings.SITE_NAME, "nameEn": settings.SITE_NAME_EN, "keys": keys}


def did_document() -> dict[str, Any]:
    """did:web: the keys under the site's own name, for wallets."""
    rows = list(SigningKey.objects.order_by("since", "id"))
    owner = issuer_id(rows[-1].name) if rows else ""
    methods = [{"id": f"{owner}#{row.name}", "type": "Multikey", "controller": owner, "publicKeyMultibase": row.name} for row in rows]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": owner,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }
