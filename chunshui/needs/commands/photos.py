"""Photos of an order."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import IO, TYPE_CHECKING

from django.core.files.base import ContentFile

from chunshui.kernel import pictures
from chunshui.needs.models import Need, NeedPhoto

if TYPE_CHECKING:
    from chunshui.people.models import Person

MOST_PHOTOS = 4


def checked_images(files: Sequence[IO[bytes]], already: int = 0) -> list[bytes]:
    """JPEG bytes of each picture, without place, date or device."""
    return pictures.checked(files, most=MOST_PHOTOS, already=already)


def attach(need: Need, images: list[bytes], *, by: Person, now: datetime) -> None:
    for image in images:
        photo = NeedPhoto(need=need, by=by, at=now)
        photo.image.save(f"{secrets.token_hex(12)}.jpg", ContentFile(image), save=True)
