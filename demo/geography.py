"""The district: 42 real names of streets and towns placed by bearing, communities and doors generated round them.

No official boundary is used: positions are schematic (see the hexagon map of the district screen), heights are ignored.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from chunshui.areas.models import Area, Place
from chunshui.areas.states import AreaKind, PlaceKind
from demo import bulk, names
from demo.scales import Scale

#: name, English, kind, column, row of the bearing grid
STREETS = [
    ("五里店街道", "Wulidian", "s", 4, 6), ("观音桥街道", "Guanyinqiao", "s", 2, 7), ("华新街街道", "Huaxinjie", "s", 3, 7),
    ("江北城街道", "Jiangbeicheng", "s", 4, 7), ("大石坝街道", "Dashiba", "s", 2, 6), ("石马河街道", "Shimahe", "s", 1, 5),
    ("寸滩街道", "Cuntan", "s", 5, 4), ("铁山坪街道", "Tieshanping", "s", 5, 3), ("郭家沱街道", "Guojiatuo", "s", 6, 4),
    ("鱼嘴镇", "Yuzui", "t", 7, 4), ("复盛镇", "Fusheng", "t", 6, 3), ("五宝镇", "Wubao", "t", 7, 3),
    ("龙山街道", "Longshan", "s", 3, 6), ("龙溪街道", "Longxi", "s", 4, 5), ("龙塔街道", "Longta", "s", 3, 5),
    ("天宫殿街道", "Tiangongdian", "s", 2, 5), ("人和街道", "Renhe", "s", 2, 4), ("大竹林街道", "Dazhulin", "s", 1, 4),
    ("康美街道", "Kangmei", "s", 3, 4), ("金山街道", "Jinshan", "s", 4, 4), ("礼嘉街道", "Lijia", "s", 1, 3),
    ("鸳鸯街道", "Yuanyang", "s", 2, 3), ("翠云街道", "Cuiyun", "s", 2, 2), ("回兴街道", "Huixing", "s", 4, 3),
    ("宝圣湖街道", "Baoshenghu", "s", 3, 3), ("双龙湖街道", "Shuanglonghu", "s", 3, 2), ("两路街道", "Lianglu", "s", 4, 2),
    ("双凤桥街道", "Shuangfengqiao", "s", 4, 1), ("王家街道", "Wangjia", "s", 3, 1), ("仙桃街道", "Xiantao", "s", 2, 1),
    ("悦来街道", "Yuelai", "s", 1, 2), ("玉峰山镇", "Yufengshan", "t", 5, 2), ("龙兴镇", "Longxing", "t", 6, 2),
    ("石船镇", "Shichuan", "t", 6, 1), ("洛碛镇", "Luoqi", "t", 7, 2), ("木耳镇", "Mu'er", "t", 3, 0), ("古路镇", "Gulu", "t", 4, 0),
    ("水土街道", "Shuitu", "s", 1, 1), ("复兴街道", "Fuxing", "s", 2, 0), ("蔡家岗街道", "Caijiagang", "s", 0, 2),
    ("施家梁镇", "Shijialiang", "t", 0, 1), ("童家溪镇", "Tongjiaxi", "t", 0, 3),
]  # fmt: skip
#: doors of the model community, as its hand-drawn map has them: lane, latitude, longitude, doors
LIMING = [
    ("莺花巷", 29.58912, 106.57262, 45), ("黎明路", 29.58940, 106.57120, 60), ("梯坎巷", 29.58985, 106.57480, 16),
    ("南桥巷", 29.58815, 106.57330, 12), ("学堂巷", 29.58870, 106.57560, 20), ("桂花巷", 29.59030, 106.57310, 14),
    ("红岩巷", 29.58955, 106.57610, 24), ("五红路", 29.58838, 106.57690, 40),
]  # fmt: skip
CENTRE = (29.5894, 106.5742)
SPACING = 0.045, 0.055  # degrees of latitude and longitude between neighbours, about 5 km
#: the community whose map was drawn by hand: its name, and the file that its area record names
MODEL, MODEL_STREET, DRAWING = "黎明社区", "五里店街道", "img/demo-community.geojson"
AREA_COLUMNS = ("id", "parent_id", "kind", "code", "name", "name_en", "path", "latitude", "longitude", "phone", "drawing")
PLACE_COLUMNS = ("area_id", "kind", "name", "address", "phone", "latitude", "longitude")


@dataclass(frozen=True)
class Community:
    id: int
    street_id: int
    name: str
    latitude: float
    longitude: float
    weight: float
    grids: tuple[int, ...]
    doors: tuple[tuple[str, float, float], ...]
    is_model: bool = False


@dataclass(frozen=True)
class District:
    id: int
    streets: tuple[tuple[int, str], ...]
    communities: tuple[Community, ...]

    @property
    def model(self) -> Community:
        """The community of the listed accounts."""
        return next((community for community in self.communities if community.is_model), self.communities[0])

    @property
    def weights(self) -> np.ndarray:
        weights = np.array([community.weight for community in self.communities])
        share: np.ndarray = weights / weights.sum()
        return share


class _Areas:
    """Collects rows of the tree with explicit ids."""

    def __init__(self, first: int) -> None:
        self.rows: list[tuple] = []
        self.next = first

    def add(self, parent: tuple | None, kind: str, code: str, name: str, name_en: str, latitude: float, longitude: float, drawing: str = "") -> tuple:
        path = f"{parent[6] if parent else '/'}{self.next}/"
        row = (self.next, parent[0] if parent else None, kind, code, name, name_en, path, latitude, longitude, "023-6789-0000", drawing)
        self.next += 1
        self.rows.append(row)
        return row


def build(rng: Generator, scale: Scale) -> District:
    areas = _Areas(1 + (Area.objects.order_by("-id").values_list("id", flat=True).first() or 0))
    top = areas.add(None, AreaKind.DISTRICT, "500157", "两江新区", "Liangjiang New Area", *CENTRE)
    places: list[tuple] = []
    streets, communities = [], []
    shares = _shares(rng, scale)
    for number, (name, english, kind, column, row) in enumerate(STREETS[: scale.streets]):
        latitude, longitude = _position(column, row)
        code = f"500157{number + 1:03d}"
        street = areas.add(top, AreaKind.TOWN if kind == "t" else AreaKind.STREET, code, name, english, latitude, longitude)
        streets.append((street[0], name))
        for index, community_name in enumerate(_names(rng, name, shares[number])):
            communities.append(_community(rng, areas, street, index, community_name, scale.doors, places))
    bulk.insert(Area, AREA_COLUMNS, areas.rows)
    bulk.insert(Place, PLACE_COLUMNS, places)
    return District(top[0], tuple(streets), tuple(communities))


def _shares(rng: Generator, scale: Scale) -> list[int]:
    """How many communities each street has; every street at least one."""
    extra = rng.multinomial(scale.communities - scale.streets, np.full(scale.streets, 1 / scale.streets))
    return [int(n) + 1 for n in extra]


def _position(column: int, row: int) -> tuple[float, float]:
    latitude = CENTRE[0] + (6 - row) * SPACING[0]
    return latitude, CENTRE[1] + (column + (row & 1) / 2 - 4) * SPACING[1]


def _names(rng: Generator, street: str, size: int) -> list[str]:
    drawn = names.communities(rng, size)
    if street == MODEL_STREET:
        drawn[0] = MODEL
    return drawn


def _community(rng: Generator, areas: _Areas, street: tuple, index: int, name: str, doors: int, places: list[tuple]) -> Community:
    model = (street[4], name) == (MODEL_STREET, MODEL)
    latitude = CENTRE[0] if model else street[7] + float(rng.normal(0, 0.011))
    longitude = CENTRE[1] if model else street[8] + float(rng.normal(0, 0.013))
    code, english = f"{street[3]}{index + 1:03d}", f"{street[5]} community {index + 1}"
    row = areas.add(street, AreaKind.COMMUNITY, code, name, english, latitude, longitude, DRAWING if model else "")
    grids = tuple(
        areas.add(row, AreaKind.GRID, f"{row[3]}{g + 1:02d}", f"第{g + 1}网格", f"Grid {g + 1}", latitude + 0.001 * g, longitude)[0] for g in range(3)
    )
    known = _model_doors() if model else _doors(rng, latitude, longitude, doors)
    places.extend((row[0], PlaceKind.DOOR, door, "", "", lat, lon) for door, lat, lon in known)
    station = f"{name[:-2]}志愿服务站"
    places.append((row[0], PlaceKind.STATION, station, f"{name}党群服务中心一楼", "023-6789-0000", latitude, longitude))
    weight = 4.0 if model else float(rng.lognormal(0, 0.6))
    return Community(row[0], street[0], name, latitude, longitude, weight, grids, tuple(known), model)


def _model_doors() -> list[tuple[str, float, float]]:
    found = []
    for lane, latitude, longitude, size in LIMING:
        for number in range(1, size, 2):
            found.append((f"{lane} {number} 号", latitude + (number % 9 - 4) * 0.00012, longitude + (number - size / 2) * 0.00003))
    return found


def _doors(rng: Generator, latitude: float, longitude: float, size: int) -> list[tuple[str, float, float]]:
    lanes = rng.choice(names.LANES, size=3, replace=False)
    found = {}
    for number in range(size):
        lat, lon = latitude + float(rng.normal(0, 0.0022)), longitude + float(rng.normal(0, 0.0026))
        found[f"{lanes[number % 3]} {number * 2 + 1} 号"] = (lat, lon)
    return [(name, *where) for name, where in found.items()]
