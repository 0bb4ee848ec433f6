"""Copy the third-party assets that no wheel carries into static/vendor, and say where they came from.

Development only. From this folder:

    npm ci
    python -m venv /tmp/vendor-env && /tmp/vendor-env/bin/pip install -r requirements.txt
    /tmp/vendor-env/bin/python vendor.py

Writes static/vendor/** and static/img/icons.svg, and VENDOR.json with name, version, licence and sha256 of each file.
tests/architecture/test_vendor.py hashes the files again.
"""

import hashlib
import json
import re
import shutil
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

HERE = Path(__file__).resolve().parent
MODULES = HERE / "node_modules"
STATIC = HERE.parents[1] / "chunshui" / "portal" / "static"
VENDOR = STATIC / "vendor"
DIGITS = "0123456789%+-.,:/×–"
SYMBOL = (
    '<symbol id="{id}" viewBox="0 0 24 24" stroke="currentColor" stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round">{inner}</symbol>'
)


def package(name: str) -> dict[str, str]:
    """What the npm package says about itself."""
    found = json.loads((MODULES / name / "package.json").read_text(encoding="utf-8"))
    return {"name": name, "version": found["version"], "licence": found["license"]}


def copy(source: Path, target: Path) -> Path:
    """One file, byte for byte."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    return target


def leaflet() -> list[Path]:
    """Leaflet without its source map: the hashed storage would look for the map and fail."""
    home, target = MODULES / "leaflet", VENDOR / "leaflet"
    script = (home / "dist" / "leaflet.js").read_text(encoding="utf-8")
    target.mkdir(parents=True, exist_ok=True)
    (target / "leaflet.js").write_text(re.sub(r"\n?//# sourceMappingURL=\S+\s*", "\n", script), encoding="utf-8")
    images = sorted((home / "dist" / "images").glob("*.png"))
    return [
        target / "leaflet.js",
        copy(home / "dist" / "leaflet.css", target / "leaflet.css"),
        copy(home / "LICENSE", target / "LICENSE"),
        *[copy(image, target / "images" / image.name) for image in images],
    ]


def rename(font: TTFont, weight: int) -> None:
    """The cut font gets its own name, as its licence likes it."""
    family = "ZY Num"
    names = {1: family, 3: f"{family} {weight}", 4: f"{family} {weight}", 6: f"ZYNum-{weight}", 16: family}
    for record in list(font["name"].names):
        if record.nameID in names:
            font["name"].setName(names[record.nameID], record.nameID, record.platformID, record.platEncID, record.langID)


def fonts() -> list[Path]:
    """Figures only, in three weights, with tabular figures kept."""
    home, target = MODULES / "@fontsource" / "barlow-semi-condensed", VENDOR / "fonts"
    target.mkdir(parents=True, exist_ok=True)
    made = [copy(home / "LICENSE", target / "LICENSE")]
    for weight in (500, 600, 700):
        font = TTFont(home / "files" / f"barlow-semi-condensed-latin-{weight}-normal.woff2", recalcTimestamp=False)
        options = Options(layout_features=["tnum", "kern", "lnum"], flavor="woff2", hinting=False, name_IDs=["*"])
        cutter = Subsetter(options)
        cutter.populate(text=DIGITS)
        cutter.subset(font)
        rename(font, weight)
        font.flavor = "woff2"
        font.save(target / f"zy-num-{weight}.woff2")
        made.append(target / f"zy-num-{weight}.woff2")
    return made


def icons() -> list[Path]:
    """One sprite of the icons named in icons.json."""
    home = MODULES / "lucide-static"
    symbols = []
    for name, source in json.loads((HERE / "icons.json").read_text(encoding="utf-8")).items():
        drawing = (home / "icons" / f"{source}.svg").read_text(encoding="utf-8")
        inner = re.search(r"<svg[^>]*>(.*)</svg>", re.sub(r"<!--.*?-->", "", drawing, flags=re.DOTALL), re.DOTALL)
        assert inner, source
        symbols.append(SYMBOL.format(id=name, inner=re.sub(r">\s+<", "><", re.sub(r"\s+", " ", inner[1])).strip()))
    sprite = STATIC / "img" / "icons.svg"
    sprite.parent.mkdir(parents=True, exist_ok=True)
    sprite.write_text('<svg xmlns="http://www.w3.org/2000/svg">' + "".join(symbols) + "</svg>\n", encoding="utf-8")
    return [sprite, copy(home / "LICENSE", VENDOR / "lucide" / "LICENSE")]


def main() -> None:
    """Copy everything, then write VENDOR.json."""
    parts = {"leaflet": leaflet, "@fontsource/barlow-semi-condensed": fonts, "lucide-static": icons}
    listed = []
    for name, bring in parts.items():
        files = {path.relative_to(STATIC).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(bring())}
        listed.append({**package(name), "files": files})
    text = json.dumps(listed, indent=2, ensure_ascii=False)
    (VENDOR / "VENDOR.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
