"""The verbs of orders, by noun."""

from chunshui.needs.commands.absence import do_with_fewer, mark_absent
from chunshui.needs.commands.changing import cancel_need, change_need, change_note, complete_need, set_priority
from chunshui.needs.commands.contacts import (
    see_phone,
)
from chunshui.needs.commands.delivery import check_in, check_out, close_day, confirm_delivery
from chunshui.needs.commands.dispatch import (
    accept_for_team,
    accept_offer,
    build_district,
    claim_need,
    decline_for_team,
    decline_offer,
    district_is_missing,
    expire_offers,
    first_waves,
    follow_event,
    mend_district,
    next_wave,
    offer_need,
    offer_to_team,
    refresh_people,
    release_assignment,
    withdraw_offer,
    withdraw_offers,
)
from chunshui.needs.commands.drafts import (
    clear_drafts,
    drop_photos,
    keep_photo,
    kept_photos,
)
from chunshui.needs.commands.follow_ups import (
    close_follow_up,
    complain,
    escalate_overdue,
    refer_follow_up,
)
from chunshui.needs.commands.forgetting import forget_resident
from chunshui.needs.commands.learning import learn_answers
from chunshui.needs.commands.menu import add_service, change_service, restore_service, retire_service, set_menu_line
from chunshui.needs.commands.merging import give_back_orders, take_over_orders
from chunshui.needs.commands.orders import (
    OrderFields,
    end_need,
    let_go,
    next_number,
    place_need,
    restart_clock,
    told,
    write_tokens,
)
from chunshui.needs.commands.proxy import (
    place_need_for,
)
from chunshui.needs.commands.ratings import archive_needs, close_unrated, rate_need
from chunshui.needs.commands.remarks import remark
from chunshui.needs.commands.reminders import remind_of_tomorrow
from chunshui.needs.commands.review import accept_need, decline_need, merge_need, refer_need, send_back_need
from chunshui.needs.commands.rounds import (
    discard_round,
    forbid_pair,
    free_pair,
    lock_pair,
    solve_again,
    start_round,
    take_up_round,
)
from chunshui.needs.commands.routes import ask_routes, drop_roads, keep_roads, order_visits
from chunshui.needs.commands.sending import continue_round, send_round
from chunshui.needs.commands.series import cancel_series, place_next_of_series, stop_series
from chunshui.needs.commands.service_fields import ServiceFields
from chunshui.needs.commands.solving import solve_round
from chunshui.needs.commands.tally import count, rebuild_tally
from chunshui.needs.commands.weights import set_weight

__all__ = [
    "OrderFields",
    "ServiceFields",
    "accept_for_team",
    "accept_need",
    "accept_offer",
    "add_service",
    "archive_needs",
    "ask_routes",
    "build_district",
    "cancel_need",
    "cancel_series",
    "change_need",
    "change_note",
    "change_service",
    "check_in",
    "check_out",
    "claim_need",
    "clear_drafts",
    "close_day",
    "close_follow_up",
    "close_unrated",
    "complain",
    "complete_need",
    "confirm_delivery",
    "continue_round",
    "count",
    "decline_for_team",
    "decline_need",
    "decline_offer",
    "discard_round",
    "district_is_missing",
    "do_with_fewer",
    "drop_photos",
    "drop_roads",
    "end_need",
    "escalate_overdue",
    "expire_offers",
    "first_waves",
    "follow_event",
    "forbid_pair",
    "forget_resident",
    "free_pair",
    "give_back_orders",
    "keep_photo",
    "keep_roads",
    "kept_photos",
    "learn_answers",
    "let_go",
    "lock_pair",
    "mark_absent",
    "mend_district",
    "merge_need",
    "next_number",
    "next_wave",
    "offer_need",
    "offer_to_team",
    "order_visits",
    "place_need",
    "place_need_for",
    "place_next_of_series",
    "rate_need",
    "rebuild_tally",
    "refer_follow_up",
    "refer_need",
    "refresh_people",
    "release_assignment",
    "remark",
    "remind_of_tomorrow",
    "restart_clock",
    "restore_service",
    "retire_service",
    "see_phone",
    "send_back_need",
    "send_round",
    "set_menu_line",
    "set_priority",
    "set_weight",
    "solve_again",
    "solve_round",
    "start_round",
    "stop_series",
    "take_over_orders",
    "take_up_round",
    "told",
    "withdraw_offer",
    "withdraw_offers",
    "write_tokens",
]
