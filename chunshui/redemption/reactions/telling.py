"""Tell people what became of their points, each in the own language, once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chunshui.kernel import clock, moments
from chunshui.kernel.events import on
from chunshui.kernel.models import Event
from chunshui.notices import commands as notices
from chunshui.people import queries as people
from chunshui.redemption import events, queries

if TYPE_CHECKING:
    from chunshui.people.models import Person

VOUCHER = "/vouchers/%(id)d/"
#: event → title, body and page of the message to the person concerned
TEXTS: dict[str, tuple[str, str, str]] = {
    events.AWARDED: (gettext_noop("得 %(points)d 分：%(title)s"), gettext_noop("服务 %(minutes)d 分钟，积分已记到您名下。"), "/points/"),
    events.EXPIRING: (gettext_noop("%(points)d 分快到期了"), gettext_noop("最早的 %(first)s 到期，请在那之前用掉。先得的分先用。"), "/points/"),
    events.EXPIRED: (gettext_noop("%(points)d 分到期了"), gettext_noop("到期的分不能再用，账上能查到。"), "/points/"),
    events.VOUCHER_EXPIRED: (gettext_noop("兑换码过期：%(title)s"), gettext_noop("%(points)d 分已经退回，想要可以再兑换。"), VOUCHER),
    events.SETTLED: (gettext_noop("兑换成功：%(title)s"), gettext_noop("在%(merchant)s用了 %(points)d 分。不是您本人用的，请申诉。"), VOUCHER),
    events.REFUNDED: (gettext_noop("已退 %(points)d 分：%(title)s"), gettext_noop("原因：%(reason)s"), VOUCHER),
    events.INVITED: (
        gettext_noop("%(name)s请您合用积分"),
        gettext_noop("同意后，一户人的积分可以一起用；随时可以退出，自己的分还是自己的。"),
        "/points/household/",
    ),
}
OWED = gettext_noop("少的 %(owed)d 分已经用掉，以后得分时先还，不用补钱。")


@on(*TEXTS)
def tell_person(event: Event) -> None:
    title, body, url = TEXTS[event.name]
    _tell(event, event.data["person_id"], title, body, url)


@on(events.TAKEN_BACK)
def tell_taken_back(event: Event) -> None:
    """Why, how many, and what happens to those that were spent already."""
    body = gettext_noop("这次服务的时长作废了，得的分也收回。")
    if event.data["owed"]:
        body = OWED
    _tell(event, event.data["person_id"], gettext_noop("收回 %(points)d 分：%(title)s"), body, "/points/")


@on(events.TAKEN)
def tell_household(event: Event) -> None:
    """Whose points somebody else of the household uses, hears of it."""
    for payer, points in event.data["payers"].items():
        if int(payer) != event.data["person_id"]:
            body = gettext_noop("家人兑换了“%(title)s”，用了您的 %(used)d 分。")
            _tell(event, int(payer), gettext_noop("家人用了您的积分"), body, "/points/", used=points)


@on(events.DISPUTED)
def tell_staff(event: Event) -> None:
    dispute = queries.dispute_told_of(event.subject_id)
    for worker in queries.staff_of(dispute.area):
        body = gettext_noop("“%(title)s”有一条申诉，请由无关的人处理。")
        _tell(event, worker.pk, gettext_noop("兑换申诉"), body, f"/desk/disputes/{dispute.pk}/")


@on(events.DISPUTE_DECIDED)
def tell_disputant(event: Event) -> None:
    _tell(event, event.data["by_id"], gettext_noop("申诉有结果了：%(title)s"), gettext_noop("%(result)s"), f"/vouchers/{event.data['voucher_id']}/")


def _tell(event: Event, person_id: int, title: str, body: str, url: str, **more: Any) -> None:
    person: Person | None = people.person_told_of(person_id)
    if person is None or person.erased_at is not None:
        return
    with translation.override(person.language):
        values = {**_values(event), **more}
        notices.notify(
            person_id=person.pk,
            key=f"redemption:{event.pk}:{person.pk}",
            kind=event.name,
            title=_(title) % values,
            body=_(body) % values,
            url=url % values if "%(" in url else url,
            at=event.at,
        )


def _values(event: Event) -> dict[str, Any]:
    data = dict(event.data)
    voucher_id = event.subject_id if event.subject == "voucher" else data.get("voucher_id")
    if voucher_id:
        voucher = queries.voucher_told_of(voucher_id)
        data |= {"id": voucher.pk, "title": voucher.title, "merchant": voucher.merchant.name}
    if "first" in data:
        data["first"] = moments.day(clock.at(date.fromisoformat(data["first"])), event.at)
    return {**data, "name": event.actor.name if event.actor is not None else ""}
