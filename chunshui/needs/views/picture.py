"""QR codes as PNG: WeChat's long press reads a code only from an <img>."""

from __future__ import annotations

from io import BytesIO

import segno

DARK = "#1E1A1A"


def qr_png(text: str) -> bytes:
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", scale=10, border=2, dark=DARK)
    return out.getvalue()
