"""The verbs of orders, by noun."""

from chunshui.needs.commands.delivery import check_in, check_out, close_day, confirm_delivery, do_with_fewer, mark_absent, remark
from chunshui.needs.commands.follow_ups import (
    close_follow_up,
    complain,
    escalate_overdue,
    place_next_of_series,
    refer_follow_up,
    stop_series,
)
from chunshui.needs.commands.forgetting import forget_resident
from chunshui.needs.commands.menu import ServiceFields, add_service, change_service, set_menu_line
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
from chunshui.needs.commands.ratings import archive_needs, close_unrated, rate_need
from chunshui.needs.commands.review import accept_need, decline_need, merge_need, refer_need, send_back_need
from chunshui.needs.commands.tally import count, rebuild_tally

__all__ = [
    "OrderFields",
    "ServiceFields",
    "accept_need",
    "add_service",
    "archive_needs",
    "cancel_need",
    "change_note",
    "change_service",
    "check_in",
    "check_out",
    "close_day",
    "close_follow_up",
    "close_unrated",
    "complain",
    "complete_need",
    "confirm_delivery",
    "count",
    "decline_need",
    "do_with_fewer",
    "end_need",
    "escalate_overdue",
    "forget_resident",
    "let_go",
    "mark_absent",
    "merge_need",
    "next_number",
    "place_need",
    "place_next_of_series",
    "rate_need",
    "rebuild_tally",
    "refer_follow_up",
    "refer_need",
    "remark",
    "restart_clock",
    "send_back_need",
    "set_menu_line",
    "set_priority",
    "stop_series",
    "told",
    "weekly_copy",
    "write_tokens",
]
