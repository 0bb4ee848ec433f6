"""Pictures that people send: opened, checked and drawn anew, so that no hidden data and no other file comes in."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import IO

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from chunshui.kernel.errors import Refused, Text

MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 50_000_000
SIDE = 2000
KINDS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")


def checked(files: Sequence[IO[bytes]], *, most: int, already: int = 0) -> list[bytes]:
    """JPEG bytes of each picture, without place, date or device; at most `most` with those that stand already."""
    if len(files) + already > most:
        raise _refused(_("最多 %(most)d 张照片。") % {"most": most}, "too_many_photos")
    return [drawn_anew(file.read(MOST_BYTES + 1)) for file in files]


def drawn_anew(raw: bytes, *, field: str = "photos") -> bytes:
    """The picture as a JPEG without place, date or device; `field` is where a refusal stands."""
    if len(raw) > MOST_BYTES:
        raise _refused(_("一张照片不能超过 8 MB。"), "photo_too_big", field)
    try:
        with Image.open(BytesIO(raw), formats=KINDS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise _refused(_("这张照片太大了，请换一张小一点的。"), "photo_too_big", field)
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise _refused(_("这个文件不是能打开的照片。"), "not_a_photo", field) from error
    upright.thumbnail((SIDE, SIDE))
    clean = Image.new("RGB", upright.size)
    clean.paste(upright)
    out = BytesIO()
    clean.save(out, "JPEG", quality=85)
    return out.getvalue()


def _refused(text: Text, code: str, field: str = "photos") -> Refused:
    return Refused(text, code=code, fields={field: text})
