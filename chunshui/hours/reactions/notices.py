"""Tell the people of a manual entry what became of it, each in their own language, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chunshui.hours import events, queries
from chunshui.kernel.events import on
from chunshui.notices import commands as notices
from chunshui.people import queries as people

if TYPE_CHECKING:
    from chunshui.kernel.models import Event
    from chunshui.people.models import Person

#: title and body for the volunteers of the entry
TEXTS = {
    events.ENTRY_PUBLISHED: (gettext_noop("补录的时长在公示：%(title)s"), gettext_noop("公示期满、没有人提出疑问，就计入您的时长。")),
    events.ENTRY_REFUSED: (gettext_noop("补录没有通过：%(title)s"), gettext_noop("原因：%(opinion)s")),
    events.ENTRY_WITHDRAWN: (gettext_noop("补录撤回了：%(title)s"), gettext_noop("录入的人撤回了这张补录单。")),
    events.LINE_COUNTED: (gettext_noop("时长计入了：%(title)s"), gettext_noop("公示期满，计入 %(minutes)s 分钟。")),
    events.LINE_NOT_COUNTED: (gettext_noop("有一段没有计入：%(title)s"), gettext_noop("原因：%(note)s 有疑问可以在“我的时长”里申诉。")),
}


#: title, body and page for the volunteer of an appeal or a bar
OWN = {
    events.APPEAL_GRANTED: (gettext_noop("您的申诉同意了"), gettext_noop("说明：%(answer)s"), "/hours/appeals/"),
    events.APPEAL_DISMISSED: (gettext_noop("您的申诉没有同意"), gettext_noop("原因：%(answer)s"), "/hours/appeals/"),
    events.BARRED: (
        gettext_noop("您的补录资格停了"),
        gettext_noop("原因：%(reason)s 现场签到的照样计，服务满规定的时间可以修复一次。"),
        "/hours/",
    ),
    events.BAR_REPAIRED: (gettext_noop("您的补录资格恢复了"), gettext_noop("谢谢您的服务。"), "/hours/"),
}


@on(*OWN)
def tell_volunteer(event: Event) -> None:
    title, body, url = OWN[event.name]
    person = people.person_told_of(event.data["person_id"])
    if person is not None and person.pk != event.actor_id:
        _tell(person, event, title, body, {name: event.data.get(name, "") for name in ("answer", "reason")}, url)


@on(*TEXTS)
def tell_of_entry(event: Event) -> None:
    entry = queries.entry_told_of(event.data.get("entry_id", event.subject_id))
    who = set(event.data.get("person_ids") or [event.data["person_id"]])
    if event.name == events.ENTRY_REFUSED:
        who.add(entry.entered_by_id)
    title, body = TEXTS[event.name]
    values = {"title": entry.title, **{name: event.data.get(name, "") for name in ("opinion", "note", "minutes")}}
    for person_id in sorted(who - {event.actor_id}):
        person = people.person_told_of(person_id)
        if person is not None:
            _tell(person, event, title, body, values, f"/hours/entries/{entry.pk}/")


def _tell(person: Person, event: Event, title: str, body: str, values: dict[str, object], url: str) -> None:
    with translation.override(person.language):
        notices.notify(
            person_id=person.pk,
            key=f"hours:{event.pk}:{person.pk}",
            kind=event.name,
            title=_(title) % values,
            body=_(body) % values,
            url=url,
            at=event.at,
        )
