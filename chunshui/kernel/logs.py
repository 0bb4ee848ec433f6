"""Log lines without personal data: telephone and identity numbers, codes, tokens and passwords are blotted out wherever they stand."""

from __future__ import annotations

import logging
import re

NUMBERS = [
    re.compile(r"(?<![\dA-Za-z])(\d{3})\d{11,13}([\dXx]{2})(?![\dA-Za-z])"),  # identity number
    re.compile(r"(?<![\dA-Za-z])(1[3-9]\d)\d{4}(\d{2})\d{2}(?![\dA-Za-z])"),  # mobile phone
]
SECRETS = re.compile(
    r"""(?i)(["']?\b(?:phone|mobile|id_number|code|totp|password|token|secret|address|authorization|cookie|key)\b["']?\s*[:=]\s*)"""
    r"""((?:bearer\s+)?"[^"]*"|(?:bearer\s+)?'[^']*'|(?:bearer\s+)?[^\s,;&)}\]]+)"""
)


def scrub(text: str) -> str:
    """`text` without values that name a person or open a door."""
    text = SECRETS.sub(r"\1***", text)
    for pattern in NUMBERS:
        text = pattern.sub(r"\1****\2", text)
    return text


class ScrubbedFormatter(logging.Formatter):
    """The usual line, and its traceback, scrubbed last of all, so that nothing put into it escapes."""

    def format(self, record: logging.LogRecord) -> str:
        return scrub(super().format(record))
