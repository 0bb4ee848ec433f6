"""Hours in JSON."""

from ninja import Router

from chunshui.hours.api.records import router as records

router = Router()
for each in (records,):
    router.add_router("", each)

__all__ = ["router"]
