"""Types that the routes of people share."""

from typing import Annotated, Literal

from ninja import Path, Query, Schema

from chunshui.kernel.rest import MOST_ID, Given, Id, Latitude, Line, Longitude, Within
from chunshui.people.states import CredentialKind, FreeTime, Language, Skill

PersonId = Annotated[int, Path(ge=1, le=MOST_ID)]
RowId = Annotated[int, Path(ge=1, le=MOST_ID)]
Cursor = Annotated[str, Query(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=100)]
Search = Annotated[str, Query(max_length=40)]
SexCode = Literal[0, 1, 2]
SkillCode = Annotated[int, Within(1, len(Skill))]
SlotCode = Annotated[int, Within(1, len(FreeTime))]
LanguageCode = Annotated[int, Within(1, len(Language))]
CredentialCode = Annotated[int, Within(1, len(CredentialKind))]
Reach = Annotated[int, Within(100, 50000)]
Weekly = Annotated[int, Within(1, 21)]
Offers = Annotated[int, Within(1, 50)]


class Told(Schema):
    """That it was done, where nothing else is to be said."""

    done: bool = True


class AddressIn(Given):
    area_id: Id
    address: Line
    latitude: Latitude | None = None
    longitude: Longitude | None = None
