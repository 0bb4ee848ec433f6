"""Check a proof off line: `python -m chunshui.verify FILE --keys keys.json [--revoked revoked.json]`. 0: genuine, 1: not, 2: cannot be read."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from chunshui.verify.keys import key_list
from chunshui.verify.plain import Unreadable, read
from chunshui.verify.verdicts import GENUINE, REVOKED, UNREADABLE, Verdict, verify

WORDS = {
    "genuine": "真实有效：签名和出具方的钥匙对得上。 / Genuine: signed by the issuer and unchanged.",
    "altered": "不可信：内容在出具以后被改动过。 / Not to be trusted: changed after it was issued.",
    "untrusted": "不可信：不是用出具方的钥匙签的。 / Not to be trusted: not signed with a key of the issuer.",
    "revoked": "已撤销：出具方撤回了这份证明。 / Revoked by the issuer.",
    "unreadable": "认不出来：这不是我们出具的证明文件。 / Not a proof issued by this platform.",
}
UNKNOWN = "没有给撤销名单，不知道有没有被撤销。 / No revocation list was given: it may have been revoked."


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m chunshui.verify", description=__doc__)
    parser.add_argument("file", type=Path, help="PDF, JSON or JWT")
    parser.add_argument("--keys", type=Path, required=True, help="key file of the issuer")
    parser.add_argument("--revoked", type=Path, help="signed list of revoked proofs")
    given = parser.parse_args(arguments)
    try:
        keys = key_list(read(given.keys.read_bytes()))
        revoked = read(given.revoked.read_bytes()) if given.revoked else None
        verdict = verify(given.file.read_bytes(), keys, revoked)
    except (OSError, Unreadable) as error:
        print(error, file=sys.stderr)
        return 2
    _say(verdict)
    return 0 if verdict.word == GENUINE else 2 if verdict.word == UNREADABLE else 1


def _say(verdict: Verdict) -> None:
    print(WORDS[verdict.word])
    if verdict.word == GENUINE and not verdict.revocations_known:
        print(UNKNOWN)
    if verdict.word in (GENUINE, REVOKED):
        for line in _lines(verdict.document.get("credentialSubject", {}).get("volunteerService", {})):
            print(line)


def _lines(value: Mapping[str, Any], indent: str = "  ") -> list[str]:
    """What was signed, name by name."""
    lines: list[str] = []
    for name, each in value.items():
        if isinstance(each, Mapping):
            lines += [f"{indent}{name}:", *_lines(each, indent + "  ")]
        elif isinstance(each, list):
            lines += [
                f"{indent}{name}: {len(each)}",
                *(f"{indent}  {' · '.join(map(str, row.values()))}" for row in each if isinstance(row, Mapping)),
            ]
        else:
            lines.append(f"{indent}{name}: {each}")
    return lines


if __name__ == "__main__":
    sys.exit(main())
