"""How much to generate. `full` has the article's own figures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    streets: int
    communities: int
    doors: int
    volunteers: int
    residents: int
    standing: int
    organisations: int
    groups: int
    orders: int
    shops: int = 12


SCALES = {
    "tiny": Scale(streets=2, communities=4, doors=8, volunteers=120, residents=60, standing=4, organisations=1, groups=4, orders=60, shops=2),
    "demo": Scale(streets=42, communities=210, doors=20, volunteers=8000, residents=4000, standing=160, organisations=28, groups=180, orders=2400),
    "full": Scale(
        streets=42, communities=620, doors=30, volunteers=731_700, residents=120_000, standing=1962, organisations=28, groups=2200, orders=60_000
    ),
}
