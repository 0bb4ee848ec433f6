"""Tell volunteers what became of their stars and proofs, and who objected what came of it, each in their own language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chunshui.hours import events
from chunshui.kernel.events import on
from chunshui.notices import commands as notices
from chunshui.people import queries as people

if TYPE_CHECKING:
    from chunshui.kernel.models import Event

#: title, body, and the page that it leads to
TEXTS = {
    events.STAR_PUBLISHED: (gettext_noop("您的 %(level)s 星申请在公示"), gettext_noop("公示到 %(until)s。"), "/stars/%(id)s/"),
    events.STAR_REFUSED: (gettext_noop("您的 %(level)s 星申请没有通过"), gettext_noop("原因：%(reason)s"), "/stars/%(id)s/"),
    events.STAR_GRANTED: (gettext_noop("恭喜，您是 %(level)s 星志愿者了"), gettext_noop("可以看看您的礼遇。"), "/stars/"),
    events.STAR_REVOKED: (gettext_noop("您的 %(level)s 星撤销了"), gettext_noop("原因：%(reason)s"), "/stars/%(id)s/"),
    events.PROOF_ACCEPTED: (gettext_noop("您申请的证明受理了"), "", "/proofs/%(id)s/"),
    events.PROOF_ISSUED: (gettext_noop("您的证明开好了：%(number)s"), gettext_noop("在单位内公示到 %(until)s，现在就能下载。"), "/proofs/%(id)s/"),
    events.PROOF_REFUSED: (gettext_noop("您申请的证明没有开"), gettext_noop("原因：%(reason)s"), "/proofs/%(id)s/"),
    events.PROOF_REVOKED: (gettext_noop("您的证明撤销了：%(number)s"), gettext_noop("原因：%(reason)s"), "/proofs/%(id)s/"),
}


@on(*TEXTS)
def tell_holder(event: Event) -> None:
    title, body, url = TEXTS[event.name]
    _tell(event, event.data["person_id"], title, body, url)


@on(events.OBJECTION_DECIDED)
def tell_objector(event: Event) -> None:
    """The answer, without a link: a star that was refused is not public any more."""
    title = gettext_noop("您提的异议成立") if event.data["is_upheld"] else gettext_noop("您提的异议不成立")
    _tell(event, event.data["by_id"], title, gettext_noop("处理结果：%(answer)s"), "")


def _tell(event: Event, person_id: int, title: str, body: str, url: str) -> None:
    person = people.person_told_of(person_id)
    if person is None or person.pk == event.actor_id:
        return
    values = {**event.data, "id": event.subject_id}
    with translation.override(person.language):
        notices.notify(
            person_id=person.pk,
            key=f"hours:{event.pk}:{person.pk}",
            kind=event.name,
            title=_(title) % values,
            body=_(body) % values if body else "",
            url=url % values,
            at=event.at,
        )
