"""Two-character words are the commonest in Chinese, so text is searched by its character bigrams, on every database alike."""

from __future__ import annotations

import re
import unicodedata

_RUN = re.compile(r"[\w]+")


def normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def bigrams(text: str) -> set[str]:
    """The pairs of neighbouring characters in each run of letters; a run of one character is its own token."""
    tokens: set[str] = set()
    for run in _RUN.findall(normal(text)):
        tokens.update(run[i : i + 2] for i in range(len(run) - 1))
        tokens.add(run[0]) if len(run) == 1 else None
    return tokens


def is_searchable(text: str) -> bool:
    """Whether a text holds any letter or digit; marks alone find nothing."""
    return _RUN.search(normal(text)) is not None


def index_tokens(text: str) -> set[str]:
    """What is stored for a text: its bigrams and the first character of each run, so that one character finds a surname."""
    return bigrams(text) | {run[0] for run in _RUN.findall(normal(text))}
