"""Areas in JSON: public, so that an order can say where."""

from typing import Annotated, Any

from ninja import Query, Router, Schema

from chunshui.areas import queries
from chunshui.kernel.rest import MOST_ID, answers, reads

router = Router(tags=["areas"])


class AreaOut(Schema):
    id: int
    kind: str
    code: str
    name: str
    name_en: str
    parent_id: int | None
    latitude: float
    longitude: float


@router.get("/areas", response=answers(list[AreaOut]), summary="The parts of an area; without a parent, the district")
@reads()
def list_areas(request: Any, parent_id: Annotated[int | None, Query(ge=1, le=MOST_ID)] = None) -> Any:
    return list(queries.children(queries.visible_area(parent_id)))[:500] if parent_id else [queries.district()]
