"""People in JSON: oneself, residents and volunteers of the staff's area; masked like the pages."""

from ninja import Router

from chunshui.people.api.me import router as me
from chunshui.people.api.merging import router as merging
from chunshui.people.api.papers import router as papers
from chunshui.people.api.persons import router as persons
from chunshui.people.api.relations import router as relations
from chunshui.people.api.volunteers import router as volunteers

router = Router()
for each in (me, merging, persons, relations, volunteers, papers):
    router.add_router("", each)

__all__ = ["router"]
