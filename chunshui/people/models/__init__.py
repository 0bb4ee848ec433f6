"""The tables of people, by noun."""

from chunshui.people.models.access import AccessToken, Reveal, SignInCode, SignInSession
from chunshui.people.models.consents import Consent, ConsentText
from chunshui.people.models.merges import Merge
from chunshui.people.models.persons import Block, Person, PersonalKey, PersonManager, PersonRows, PersonToken, Relation, Role
from chunshui.people.models.volunteers import Credential, IdentityPaper, Volunteer, VolunteerRows

__all__ = [
    "AccessToken",
    "Block",
    "Consent",
    "ConsentText",
    "Credential",
    "IdentityPaper",
    "Merge",
    "Person",
    "PersonManager",
    "PersonRows",
    "PersonToken",
    "PersonalKey",
    "Relation",
    "Reveal",
    "Role",
    "SignInCode",
    "SignInSession",
    "Volunteer",
    "VolunteerRows",
]
