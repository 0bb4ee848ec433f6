"""The verbs of orders, by noun."""

from chunshui.needs.commands.orders import (
    OrderFields,
    cancel_need,
    change_note,
    complete_need,
    end_need,
    let_go,
    next_number,
    place_need,
    restart_clock,
    set_priority,
    told,
    weekly_copy,
    write_tokens,
)
from chunshui.needs.commands.review import accept_need, decline_need, merge_need, refer_need, send_back_need

__all__ = [
    "OrderFields",
    "accept_need",
    "cancel_need",
    "change_note",
    "complete_need",
    "decline_need",
    "end_need",
    "let_go",
    "merge_need",
    "next_number",
    "place_need",
    "refer_need",
    "restart_clock",
    "send_back_need",
    "set_priority",
    "told",
    "weekly_copy",
    "write_tokens",
]
