"""Orders in JSON: the same doors as the pages."""

from ninja import Router

from chunshui.needs.api.delivery import router as delivery
from chunshui.needs.api.dispatch import router as dispatch
from chunshui.needs.api.menu import router as menu
from chunshui.needs.api.orders import router as orders
from chunshui.needs.api.rounds import router as rounds

router = Router()
for each in (orders, menu, dispatch, rounds, delivery):
    router.add_router("", each)

__all__ = ["router"]
