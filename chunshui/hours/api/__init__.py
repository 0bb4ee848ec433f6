"""Hours in JSON."""

from ninja import Router

from chunshui.hours.api.cases import router as cases
from chunshui.hours.api.entries import router as entries
from chunshui.hours.api.proofs import router as proofs
from chunshui.hours.api.records import router as records
from chunshui.hours.api.stars import router as stars

router = Router()
for each in (records, entries, cases, stars, proofs):
    router.add_router("", each)

__all__ = ["router"]
