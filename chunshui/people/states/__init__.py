"""Codes of people, the life of a volunteer, roles, consents, and the checks of numbers."""

from chunshui.people.states.codes import CredentialKind, FocusGroup, FreeTime, IdKind, Language, Sex, Skill
from chunshui.people.states.consent_texts import FIRST_ON, FIRST_TEXTS, NECESSARY, OPTIONAL, FirstText
from chunshui.people.states.consents import Channel, ConsentKind, RelationKind, RevealField, Scope
from chunshui.people.states.identity import Identity, check_character, plain, read_mobile, read_paper, read_phone, read_resident_id
from chunshui.people.states.roles import REVIEWERS, SECOND_FACTOR, STAFF, Acting, RoleKind
from chunshui.people.states.rules import COMPANY_UNDER, GUARDIAN_UNDER, MIN_AGE, MOST_TOKENS, OWN_INCOME_FROM, SENSITIVE_UNDER
from chunshui.people.states.volunteers import (
    SERVING,
    SKILL_MASK,
    STEPS,
    CredentialState,
    Filters,
    VolunteerState,
    credentials_of,
    qualification_mask,
    skills_of,
    volunteer_number,
)

__all__ = [
    "COMPANY_UNDER",
    "FIRST_ON",
    "FIRST_TEXTS",
    "GUARDIAN_UNDER",
    "MIN_AGE",
    "MOST_TOKENS",
    "NECESSARY",
    "OPTIONAL",
    "OWN_INCOME_FROM",
    "REVIEWERS",
    "SECOND_FACTOR",
    "SENSITIVE_UNDER",
    "SERVING",
    "SKILL_MASK",
    "STAFF",
    "STEPS",
    "Acting",
    "Channel",
    "ConsentKind",
    "CredentialKind",
    "CredentialState",
    "Filters",
    "FirstText",
    "FocusGroup",
    "FreeTime",
    "IdKind",
    "Identity",
    "Language",
    "RelationKind",
    "RevealField",
    "RoleKind",
    "Scope",
    "Sex",
    "Skill",
    "VolunteerState",
    "check_character",
    "credentials_of",
    "plain",
    "qualification_mask",
    "read_mobile",
    "read_paper",
    "read_phone",
    "read_resident_id",
    "skills_of",
    "volunteer_number",
]
