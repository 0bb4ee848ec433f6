"""Evidence of service: photos drawn anew, and PDFs that are nothing else, so that no hidden data and no other file comes in."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from chunshui.hours.models import Entry, EntryFile
from chunshui.hours.states import MOST_FILES
from chunshui.kernel import pictures
from chunshui.kernel.errors import Refused, Text

PDF = b"%PDF-"

Checked = tuple[bytes, bool]
"""The bytes to keep, and whether they are a PDF."""


def checked_files(files: Sequence[bytes]) -> list[Checked]:
    """At least one, each a photo or a PDF."""
    if not files:
        raise _refused(_("请附上证明：照片或 PDF。"), "evidence_missing")
    if len(files) > MOST_FILES:
        raise _refused(_("最多 %(most)d 个文件。") % {"most": MOST_FILES}, "too_many_files")
    return [_checked(content) for content in files]


def attach(entry: Entry, files: Sequence[Checked]) -> None:
    for content, is_pdf in files:
        row = EntryFile(entry=entry, is_pdf=is_pdf)
        row.file.save(f"{secrets.token_hex(12)}.{'pdf' if is_pdf else 'jpg'}", ContentFile(content), save=True)


def _checked(content: bytes) -> Checked:
    if len(content) > pictures.MOST_BYTES:
        raise _refused(_("一个文件不能超过 8 MB。"), "file_too_big")
    if content.startswith(PDF):
        return content, True
    try:
        return pictures.drawn_anew(content, field="evidence"), False
    except Refused as refusal:
        if refusal.code != "not_a_photo":
            raise
        raise _refused(_("这个文件打不开。请用照片或 PDF。"), "not_evidence") from refusal


def _refused(text: Text, code: str) -> Refused:
    return Refused(text, code=code, fields={"evidence": text})
