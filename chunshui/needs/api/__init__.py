"""Orders in JSON: the same doors as the pages."""

from ninja import Router

from chunshui.needs.api.delivery import router as delivery
from chunshui.needs.api.desk import router as desk
from chunshui.needs.api.dispatch import router as dispatch
from chunshui.needs.api.menu import router as menu
from chunshui.needs.api.orders import router as orders
from chunshui.needs.api.rounds import router as rounds
from chunshui.needs.api.routes import router as routes
from chunshui.needs.api.weights import router as weights

router = Router()
for each in (menu, orders, desk, dispatch, rounds, routes, weights, delivery):
    router.add_router("", each)

__all__ = ["router"]
