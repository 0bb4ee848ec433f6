"""Roles, and the one role in which a person acts."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class RoleKind(models.TextChoices):
    RESIDENT = "resident", _("居民")
    VOLUNTEER = "volunteer", _("志愿者")
    LEADER = "leader", _("队长")
    GRID_WORKER = "grid_worker", _("网格员")
    COMMUNITY_WORKER = "community_worker", _("社区工作者")
    STREET_OFFICIAL = "street_official", _("街道工作人员")
    DISTRICT_OFFICIAL = "district_official", _("区级工作人员")
    OPERATOR = "operator", _("平台运维")


STAFF = frozenset({RoleKind.GRID_WORKER, RoleKind.COMMUNITY_WORKER, RoleKind.STREET_OFFICIAL, RoleKind.DISTRICT_OFFICIAL})
REVIEWERS = STAFF - {RoleKind.GRID_WORKER}
SECOND_FACTOR = STAFF | {RoleKind.OPERATOR}


@dataclass(frozen=True)
class Acting:
    """The one role in which a person acts now. `area_path` is empty where the role is bound to no area."""

    kind: str = RoleKind.RESIDENT.value
    role_id: int | None = None
    area_id: int | None = None
    area_path: str = ""
    team_id: int | None = None
    confirmed: bool = True

    def reaches(self, path: str) -> bool:
        """Whether a staff role's area is, or lies above, the area with this path."""
        return self.kind in STAFF and self.confirmed and bool(self.area_path) and path.startswith(self.area_path)
