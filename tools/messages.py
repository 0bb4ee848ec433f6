"""The English of the product: `locale/en/parts/*.po` are the source; this merges and compiles them into what Django reads.

    python tools/messages.py            merge and compile (needs only the standard library)
    python tools/messages.py --check    also fail if a word people see has no English, or a part contradicts another
    python tools/messages.py --missing  print po entries for what has no English yet

Chinese is the language of the source: a msgid is the text itself.
"""

from __future__ import annotations

import ast
import re
import struct
import sys
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PARTS = ROOT / "locale" / "en" / "parts"
BUILT = ROOT / "locale" / "en" / "LC_MESSAGES"
HEADER = "Content-Type: text/plain; charset=UTF-8\\nLanguage: en\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"
CALLS = {
    "gettext": (0, None, None), "gettext_lazy": (0, None, None), "gettext_noop": (0, None, None), "_": (0, None, None),
    "ngettext": (0, 1, None), "ngettext_lazy": (0, 1, None),
    "pgettext": (1, None, 0), "pgettext_lazy": (1, None, 0), "npgettext": (1, 2, 0), "npgettext_lazy": (1, 2, 0),
}  # fmt: skip
LITERAL = r"""(u?(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'))"""
IN_TEMPLATE = re.compile(r"\b(gettext|ngettext|pgettext|npgettext|_)\(\s*" + LITERAL + r"(?:\s*,\s*" + LITERAL + r")?(?:\s*,\s*" + LITERAL + ")?")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,:;!?]|[,;!?][\u4e00-\u9fff]")

Key = tuple[str, str]  # context, msgid


@dataclass
class Entry:
    context: str = ""
    id: str = ""
    plural: str = ""
    texts: list[str] = field(default_factory=list)
    fuzzy: bool = False

    @property
    def key(self) -> Key:
        return self.context, self.id


def unquote(line: str) -> str:
    return str(ast.literal_eval(line[line.index('"') :]))


def quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def parse(text: str) -> list[Entry]:
    """The entries of a po text. Blank lines between entries are not required: a msgid after a msgstr begins the next."""
    entries: list[Entry] = []
    entry, target, fuzzy = Entry(), "", False
    for line in map(str.strip, text.splitlines()):
        if line.startswith("#,") and "fuzzy" in line:
            fuzzy = True
        if not line or line.startswith("#"):
            continue
        word = line.split(None, 1)[0] if not line.startswith('"') else ""
        if (word == "msgctxt" or (word == "msgid" and target != "msgctxt")) and (entry.id or entry.texts):
            entries.append(entry)
            entry = Entry()
        if word:
            target = word
            entry.fuzzy, fuzzy = entry.fuzzy or (fuzzy and word in ("msgctxt", "msgid")), fuzzy and word not in ("msgctxt", "msgid")
        _put(entry, target, bool(word), unquote(line))
    return [each for each in [*entries, entry] if each.id]


def _put(entry: Entry, target: str, begins: bool, value: str) -> None:
    if target.startswith("msgstr"):
        if begins:
            entry.texts.append("")
        entry.texts[-1] += value
    elif target == "msgctxt":
        entry.context += value
    elif target == "msgid_plural":
        entry.plural += value
    else:
        entry.id += value


@lru_cache
def read_parts(folder: Path) -> dict[Path, list[Entry]]:
    return {path: parse(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.po"))}


def parts() -> dict[Path, list[Entry]]:
    return read_parts(PARTS)


def merged() -> dict[Key, Entry]:
    return merge_parts(PARTS)


@lru_cache
def merge_parts(folder: Path) -> dict[Key, Entry]:
    catalog: dict[Key, Entry] = {}
    for entries in read_parts(folder).values():
        for entry in entries:
            if entry.texts and all(entry.texts) and not entry.fuzzy:
                catalog.setdefault(entry.key, entry)
    return catalog


def po_text(entries: list[Entry]) -> str:
    lines = []
    for entry in entries:
        lines += [f"msgctxt {quote(entry.context)}"] if entry.context else []
        lines.append(f"msgid {quote(entry.id)}")
        if entry.plural:
            lines.append(f"msgid_plural {quote(entry.plural)}")
            lines += [f"msgstr[{number}] {quote(text)}" for number, text in enumerate(entry.texts)]
        else:
            lines.append(f"msgstr {quote(entry.texts[0] if entry.texts else '')}")
        lines.append("")
    return "\n".join(lines)


def mo_bytes(catalog: dict[Key, Entry]) -> bytes:
    """The compiled form of gettext: sorted originals, translations, and their offsets."""
    pairs = {b"": HEADER.replace("\\n", "\n").encode()}
    for entry in catalog.values():
        name = f"{entry.context}\x04{entry.id}" if entry.context else entry.id
        pairs[(f"{name}\0{entry.plural}" if entry.plural else name).encode()] = "\0".join(entry.texts).encode()
    names = sorted(pairs)
    start = 7 * 4 + 16 * len(names)
    tables: list[list[int]] = [[], []]
    body = b""
    for table, words in enumerate((names, [pairs[name] for name in names])):
        for word in words:
            tables[table] += [len(word), start + len(body)]
            body += word + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(names), 28, 28 + 8 * len(names), 0, 28 + 16 * len(names))
    return head + struct.pack(f"<{4 * len(names)}I", *tables[0], *tables[1]) + body


def build() -> int:
    catalog = merged()
    BUILT.mkdir(parents=True, exist_ok=True)
    text = f'msgid ""\nmsgstr "{HEADER}"\n\n' + po_text([catalog[key] for key in sorted(catalog)])
    (BUILT / "django.po").write_text(text, encoding="utf-8")
    compiled = mo_bytes(catalog)
    target = BUILT / "django.mo"
    if not target.exists() or target.read_bytes() != compiled:
        target.write_bytes(compiled)
    return len(catalog)


def extracted() -> dict[Key, tuple[str, str]]:
    """Every message of code and templates: (context, msgid) → (plural, where)."""
    found: dict[Key, tuple[str, str]] = {}
    for path in sorted((ROOT / "chunshui").rglob("*.py")) + sorted((ROOT / "config").rglob("*.py")):
        for entry in _from_code(path):
            found.setdefault(entry.key, (entry.plural, str(path.relative_to(ROOT))))
    for path in sorted((ROOT / "chunshui").rglob("templates/**/*")):
        if path.suffix in {".html", ".txt", ".svg", ".xml"}:
            for entry in _from_template(path):
                found.setdefault(entry.key, (entry.plural, str(path.relative_to(ROOT))))
    return found


def _called(node: ast.Call, names: dict[str, str]) -> str:
    if isinstance(node.func, ast.Name):
        return names.get(node.func.id, "")
    if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name) and node.func.value.id == "translation":
        return node.func.attr if node.func.attr in CALLS else ""
    return ""


def _from_code(path: Path) -> list[Entry]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in CALLS
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (name := _called(node, names)):
            texts = [arg.value if isinstance(arg, ast.Constant) else None for arg in node.args]
            entry = _entry(name, [text if isinstance(text, str) else None for text in texts])
            if entry:
                found.append(entry)
    return found


def _entry(name: str, texts: list[str | None]) -> Entry | None:
    at_id, at_plural, at_context = CALLS[name]
    picked = [texts[at] if at is not None and at < len(texts) else "" for at in (at_context, at_id, at_plural)]
    return Entry(*(text or "" for text in picked)) if picked[1] else None


def _from_template(path: Path) -> list[Entry]:
    from django.utils.translation.template import templatize

    source = path.read_text(encoding="utf-8")
    found = []
    for text in (templatize(source), source):
        for match in IN_TEMPLATE.finditer(text):
            if text is source and match[1] != "_":
                continue
            words = [ast.literal_eval(word) if word else None for word in match.groups()[1:]]
            entry = _entry(match[1], words)
            if entry:
                found.append(entry)
    return found


def missing() -> list[Entry]:
    catalog = merged()
    return [Entry(context, text, plural) for (context, text), (plural, _) in extracted().items() if (context, text) not in catalog]


def faults() -> list[str]:
    """Everything that must be mended before the messages are complete."""
    found = extracted()
    lines = [f"{where}: no English for {text!r}" for (context, text), (_, where) in found.items() if (context, text) not in merged()]
    lines += [f"{where}: half-width punctuation beside Chinese: {text!r}" for (_, text), (_, where) in found.items() if HALF_WIDTH.search(text)]
    return lines + _contradictions() + _lost_placeholders()


def _contradictions() -> list[str]:
    seen: dict[Key, tuple[Path, list[str]]] = {}
    lines = []
    for path, entries in parts().items():
        for entry in entries:
            first, texts = seen.setdefault(entry.key, (path, entry.texts))
            if texts != entry.texts:
                lines.append(f"{path.name}: {entry.id!r} says {entry.texts!r}, but {first.name} says {texts!r}")
    return lines


def _lost_placeholders() -> list[str]:
    lines = []
    for entry in merged().values():
        wanted = {match.group(0) for text in (entry.id, entry.plural) for match in PLACEHOLDER.finditer(text)}
        for text in entry.texts:
            given = {match.group(0) for match in PLACEHOLDER.finditer(text)}
            if (given - wanted) or (wanted - given and not entry.plural):
                lines.append(f"{entry.id!r}: placeholders differ in {text!r}")
    return lines


def main() -> int:
    count = build()
    if "--missing" in sys.argv:
        print(po_text(missing()))
        return 0
    if "--check" not in sys.argv:
        print(f"{count} messages in English")
        return 0
    lines = faults()
    print("\n".join(lines) if lines else f"{count} messages in English, none missing")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
