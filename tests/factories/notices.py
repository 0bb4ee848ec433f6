from __future__ import annotations

from itertools import count

from chunshui.notices.models import Message
from chunshui.notices.states import SendState
from chunshui.people.models import Person
from tests.factories.needs import NOON

_number = count(1)


def message(person: Person, *, sms: bool = False, **more: object) -> Message:
    n = next(_number)
    state = SendState.QUEUED if sms else SendState.INBOX
    values = {"kind": "test", "title": f"消息{n}", "at": NOON, "not_before": NOON, "state": state, **more}
    return Message.objects.create(person=person, key=f"test:{n}", sms=sms, **values)
