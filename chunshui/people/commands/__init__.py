"""The verbs of people."""

from chunshui.people.commands.consents import give_consent, publish_text, withdraw_consent
from chunshui.people.commands.credentials import add_credential, add_paper, expire_credentials, review_credential
from chunshui.people.commands.login_phone import change_login_phone, give_login_phone
from chunshui.people.commands.merging import merge_people, note_moved, unmerge_people
from chunshui.people.commands.own_data import erase, export_own, export_volunteers, reveal, show_phone
from chunshui.people.commands.persons import (
    add_person,
    add_relation,
    block,
    change_person,
    end_relation,
    keep_address,
    name_helper,
    set_address,
    unblock,
)
from chunshui.people.commands.roles import end_role, end_token, grant_role, make_token, use_token
from chunshui.people.commands.second_factor import begin_second_factor, check_second_factor, demo_second_factor
from chunshui.people.commands.sign_in import (
    demo_sign_in,
    end_session,
    forget_session,
    request_code,
    set_password,
    sign_in_by_code,
    sign_in_by_password,
    spend_code,
    start_session,
)
from chunshui.people.commands.volunteers import add_minutes, change_volunteer, leave, pause, register_volunteer, resume, resume_due, review_volunteer

__all__ = [
    "add_credential",
    "add_minutes",
    "add_paper",
    "add_person",
    "add_relation",
    "begin_second_factor",
    "block",
    "change_login_phone",
    "change_person",
    "change_volunteer",
    "check_second_factor",
    "demo_second_factor",
    "demo_sign_in",
    "end_relation",
    "end_role",
    "end_session",
    "end_token",
    "erase",
    "expire_credentials",
    "export_own",
    "export_volunteers",
    "forget_session",
    "give_consent",
    "give_login_phone",
    "grant_role",
    "keep_address",
    "leave",
    "make_token",
    "merge_people",
    "name_helper",
    "note_moved",
    "pause",
    "publish_text",
    "register_volunteer",
    "request_code",
    "resume",
    "resume_due",
    "reveal",
    "review_credential",
    "review_volunteer",
    "set_address",
    "set_password",
    "show_phone",
    "sign_in_by_code",
    "sign_in_by_password",
    "spend_code",
    "start_session",
    "unblock",
    "unmerge_people",
    "use_token",
    "withdraw_consent",
]
