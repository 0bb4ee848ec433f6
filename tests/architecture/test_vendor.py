"""What stands under static/vendor is what VENDOR.json says, with a licence beside it; colours live in the tokens."""

import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "chunshui" / "portal" / "static"
LISTED = json.loads((STATIC / "vendor" / "VENDOR.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("part", LISTED, ids=lambda part: part["name"])
def test_vendored_files_have_the_hashes_that_were_recorded(part: dict) -> None:
    found = {name: hashlib.sha256((STATIC / name).read_bytes()).hexdigest() for name in part["files"]}
    assert found == part["files"]


@pytest.mark.parametrize("part", LISTED, ids=lambda part: part["name"])
def test_vendored_parts_name_version_and_carry_their_licence(part: dict) -> None:
    assert part["version"]
    assert part["licence"]
    assert [name for name in part["files"] if name.endswith("LICENSE")]


def test_every_file_under_vendor_is_listed() -> None:
    listed = {name for part in LISTED for name in part["files"]} | {"vendor/VENDOR.json"}
    present = {path.relative_to(STATIC).as_posix() for path in (STATIC / "vendor").rglob("*") if path.is_file()}
    assert present - listed == set()


def test_versions_are_those_of_the_lock_file() -> None:
    lock = json.loads((ROOT / "tools" / "vendor" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    wanted = {part["name"]: part["version"] for part in LISTED}
    assert {name: lock[f"node_modules/{name}"]["version"] for name in wanted} == wanted


@pytest.mark.parametrize("sheet", ["base.css", "components.css", "desk.css"])
def test_colours_and_type_sizes_come_from_tokens(sheet: str) -> None:
    text = (STATIC / "css" / sheet).read_text(encoding="utf-8")
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{]*\})|rgba?\(", text) == []
    assert re.findall(r"font(?:-size)?:[^;}/]*\dpx", text) == []


def test_every_token_that_is_used_is_defined() -> None:
    sheets = {path.name: path.read_text(encoding="utf-8") for path in (STATIC / "css").glob("*.css")}
    defined = set(re.findall(r"(--[\w-]+):", "".join(sheets.values())))
    used = {name for text in sheets.values() for name in re.findall(r"var\((--[\w-]+)", text)}
    assert used - defined == set()
