"""Photos of an order that is still being written: kept a day, drawn anew like all photos, and taken along when it is placed."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from chunshui.needs.commands import photos

FOLDER = "drafts"
KEPT = timedelta(days=1)


def keep_photo(*, file: IO[bytes], already: int) -> str:
    """Keep one photo of a draft and return its name; raises `Refused` when it is no photo or one too many."""
    image = photos.checked_images([file], already=already)[0]
    return default_storage.save(f"{FOLDER}/{secrets.token_hex(16)}.jpg", ContentFile(image))


def kept_photos(names: Sequence[str]) -> list[IO[bytes]]:
    """The photos of a draft, opened; what was cleared away meanwhile is left out."""
    return [default_storage.open(name) for name in names if name.startswith(f"{FOLDER}/") and default_storage.exists(name)]


def drop_photos(names: Sequence[str]) -> None:
    for name in names:
        if name.startswith(f"{FOLDER}/"):
            default_storage.delete(name)


def clear_drafts(*, now: datetime) -> int:
    """Delete photos of drafts that nobody went on with."""
    if not default_storage.exists(FOLDER):
        return 0
    _folders, files = default_storage.listdir(FOLDER)
    old = [f"{FOLDER}/{name}" for name in files if default_storage.get_modified_time(f"{FOLDER}/{name}") < now - KEPT]
    drop_photos(old)
    return len(old)
