"""The owners hear what the community decided about their shop, each in their own language, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chunshui.kernel.events import on
from chunshui.notices import commands as notices
from chunshui.redemption import events, queries

if TYPE_CHECKING:
    from chunshui.kernel.models import Event

TEXTS = {
    events.MERCHANT_SUSPENDED: (gettext_noop("“%(shop)s”已暂停"), "%(words)s"),
    events.MERCHANT_RESTORED: (gettext_noop("“%(shop)s”已恢复营业"), ""),
    events.MERCHANT_LEFT: (gettext_noop("“%(shop)s”已退出爱心商家"), "%(words)s"),
}
PASSED = (gettext_noop("“%(shop)s”通过审核了"), gettext_noop("请看协议，签了就开张。%(words)s"))
NOT_PASSED = (gettext_noop("“%(shop)s”没有通过审核"), "%(words)s")


@on(events.MERCHANT_REVIEWED, *TEXTS)
def tell_owners(event: Event) -> None:
    title, body = TEXTS.get(event.name) or (PASSED if event.data["approved"] else NOT_PASSED)
    merchant = queries.merchant_told_of(event.subject_id)
    words = {"shop": merchant.name, "words": event.data.get("opinion") or event.data.get("reason") or ""}
    for person in queries.owners_told_of(merchant.pk):
        if person.pk == event.actor_id:
            continue
        with translation.override(person.language):
            head, text = _(title) % words, (_(body) % words).strip() if body else ""
        key, url = f"merchant:{event.pk}:{person.pk}", f"/shops/{merchant.pk}/"
        notices.notify(person_id=person.pk, key=key, kind=event.name, title=head, body=text, url=url, at=event.at)
