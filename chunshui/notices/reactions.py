"""What notices do when a lower domain tells something: people hear of their teams, and an erased person leaves no messages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chunshui.kernel.events import on
from chunshui.notices import commands
from chunshui.people import events as people
from chunshui.people import queries as person_queries
from chunshui.teams import events as team_events
from chunshui.teams import queries as teams

if TYPE_CHECKING:
    from chunshui.kernel.models import Event
    from chunshui.people.models import Person

PERSON, LEADERS, FILER = "person", "leaders", "filer"


@dataclass(frozen=True)
class Text:
    """Whom to tell, and in which words."""

    to: str
    title: str
    body: str = ""


TEXTS = {
    team_events.MEMBER_APPLIED: Text(LEADERS, gettext_noop("有人申请加入“%(team)s”"), gettext_noop("请到“队员和申请”里看看。")),
    team_events.MEMBER_ACCEPTED: Text(PERSON, gettext_noop("“%(team)s”同意您加入了")),
    team_events.MEMBER_REFUSED: Text(PERSON, gettext_noop("“%(team)s”这次没有同意您加入"), gettext_noop("您可以再申请，也可以看看别的队伍。")),
    team_events.MEMBER_LEFT: Text(PERSON, gettext_noop("您已不在“%(team)s”")),
    team_events.LEADER_NAMED: Text(PERSON, gettext_noop("您是“%(team)s”的队长了")),
    team_events.TEAM_SUSPENDED: Text(LEADERS, gettext_noop("“%(team)s”已停用"), "%(words)s"),
    team_events.TEAM_RESTORED: Text(LEADERS, gettext_noop("“%(team)s”已恢复")),
}
PASSED = Text(FILER, gettext_noop("“%(team)s”通过审核了"), "%(words)s")
NOT_PASSED = Text(FILER, gettext_noop("“%(team)s”没有通过审核"), "%(words)s")


@on(people.ERASED)
def forget_messages(event: Event) -> None:
    commands.forget_person(person_id=event.subject_id)


@on(people.MERGED)
def take_over_messages(event: Event) -> None:
    commands.take_over_messages(merge_id=event.data["merge_id"])


@on(people.UNMERGED)
def give_back_messages(event: Event) -> None:
    commands.give_back_messages(merge_id=event.data["merge_id"])


@on(people.VOLUNTEER_REVIEWED)
def tell_of_review(event: Event) -> None:
    """The answer to a registration, also as a text message: whoever registered was promised one."""
    person = person_queries.person_told_of(event.subject_id)
    if person is None:
        return
    with translation.override(person.language):
        passed = event.data["state"] == "active"
        commands.notify(
            person_id=person.pk,
            key=f"people:{event.pk}",
            kind=event.name,
            title=_("您的志愿者报名通过了") if passed else _("您的志愿者报名没有通过"),
            body=_("现在就可以接单了。") if passed else event.data["reason"],
            url="/me/volunteer/",
            sms=True,
            at=event.at,
        )


@on(people.LOGIN_PHONE_CHANGED)
def tell_of_phone(event: Event) -> None:
    """In the inbox too, for who never saw the text message on the old phone."""
    person = person_queries.person_told_of(event.subject_id)
    if person is None:
        return
    with translation.override(person.language):
        by_worker = _("由工作人员办理：%(reason)s") % {"reason": event.data["reason"]}
        commands.notify(
            person_id=person.pk,
            key=f"people:{event.pk}",
            kind=event.name,
            title=_("登录手机号换了"),
            body=by_worker if event.data["way"] == "assisted" else _("不是您本人换的，请马上联系社区。"),
            url="/me/sessions/",
            at=event.at,
        )


@on(*TEXTS, team_events.TEAM_REVIEWED)
def tell_of_team(event: Event) -> None:
    """One message to each person concerned, in his or her language; who did it is not told."""
    if event.name == team_events.LEADER_NAMED and not event.data["is_leader"]:
        return
    reviewed = PASSED if event.data.get("approved") else NOT_PASSED
    text = TEXTS.get(event.name, reviewed)
    name = teams.team_told_of(event.subject_id).name
    values = {"team": name, "words": event.data.get("opinion") or event.data.get("reason") or ""}
    told = {person.pk: person for person in _readers(text.to, event) if person.pk != event.actor_id}
    for person in told.values():
        _tell(person, text, values, event)


def _readers(to: str, event: Event) -> Iterable[Person]:
    if to == PERSON:
        return teams.people_told_of(event.subject_id, event.data["person_id"])
    leaders = teams.people_told_of(event.subject_id)
    filer = teams.team_told_of(event.subject_id).filed_by if to == FILER else None
    return [*leaders, filer] if filer is not None and filer.erased_at is None else leaders


def _tell(person: Person, text: Text, values: dict[str, Any], event: Event) -> None:
    page = "members/" if text.to == LEADERS and event.name == team_events.MEMBER_APPLIED else ""
    with translation.override(person.language):
        commands.notify(
            person_id=person.pk,
            key=f"teams:{event.pk}:{person.pk}",
            kind=event.name,
            title=_(text.title) % values,
            body=_(text.body) % values if text.body else "",
            url=f"/teams/{event.subject_id}/{page}",
            at=event.at,
        )
