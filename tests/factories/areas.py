"""One small district: two streets, three communities, one grid."""

from __future__ import annotations

from itertools import count

from chunshui.areas.models import Area, Place
from chunshui.areas.states import AreaKind, PlaceKind

_number = count(1)
_CHILD = {AreaKind.DISTRICT: AreaKind.STREET, AreaKind.STREET: AreaKind.COMMUNITY, AreaKind.COMMUNITY: AreaKind.GRID}


def area(parent: Area | None = None, name: str = "", **more: object) -> Area:
    n = next(_number)
    kind = _CHILD[AreaKind(parent.kind)] if parent else AreaKind.DISTRICT
    values = {"latitude": 29.59 + n % 97 / 5000, "longitude": 106.57 + n % 97 / 5000, "phone": "023-6789-0000", **more}
    made = Area(parent=parent, kind=kind, code=f"T{n}", name=name or f"{kind.label}{n}", name_en=f"{kind.value} {n}", path=f"t{n}", **values)
    made.save()
    made.path = f"{parent.path if parent else '/'}{made.pk}/"
    made.save(update_fields=["path"])
    return made


def door(community: Area, name: str = "莺花巷 27 号", **more: object) -> Place:
    values = {"latitude": community.latitude, "longitude": community.longitude, **more}
    return Place.objects.create(area=community, kind=PlaceKind.DOOR, name=name, **values)
