"""Pages of orders: the order form, the resident's, the volunteer's, and the staff's."""

from __future__ import annotations

from django.urls import URLPattern, path

from chunshui.needs.views import (
    again,
    ask,
    check,
    desk,
    desk_intake,
    desk_lists,
    desk_round,
    desk_routes,
    kiosk,
    menu,
    resident,
    routes,
    team_questions,
    volunteer,
    weights,
)

# --- 点单 the order form
asking: list[URLPattern] = [
    path("ask/", ask.place_need, name="place_need"),
    path("ask/check/", check.check_need, name="check_need"),
    path("ask/done/", check.need_placed, name="need_placed"),
    path("ask/<slug:page>/", ask.ask, name="ask"),
    path("kiosk/", kiosk.kiosk, name="kiosk"),
    path("kiosk/leave/", kiosk.leave_kiosk, name="leave_kiosk"),
]

# --- the resident's side of an order
following: list[URLPattern] = [
    path("needs/", resident.my_needs, name="my_needs"),
    path("needs/<int:need_id>/", resident.need, name="need"),
    path("needs/<int:need_id>/qr.png", resident.need_qr, name="need_qr"),
    path("needs/photos/<int:photo_id>/", resident.need_photo, name="need_photo"),
    path("needs/<int:need_id>/cancel/", resident.cancel_need, name="cancel_need"),
    path("needs/<int:need_id>/stop-series/", resident.stop_series, name="stop_series"),
    path("needs/<int:need_id>/note/", resident.change_note, name="change_note"),
    path("needs/<int:need_id>/complete/", again.complete_need, name="complete_need"),
    path("needs/<int:need_id>/complete/<slug:page>/", again.answer_again, name="answer_again"),
    path("needs/<int:need_id>/confirm/", resident.confirm_delivery, name="confirm_delivery"),
    path("needs/<int:need_id>/rate/", resident.rate_need, name="rate_need"),
    path("needs/<int:need_id>/complain/", resident.complain, name="complain"),
    path("needs/<int:need_id>/call/<int:assignment_id>/", resident.call_volunteer, name="call_volunteer"),
]

# --- the volunteer's side
serving: list[URLPattern] = [
    path("volunteer/", volunteer.volunteer_home, name="volunteer_home"),
    path("volunteer/offers/<int:offer_id>/", volunteer.offer, name="offer"),
    path("volunteer/offers/<int:offer_id>/accept/", volunteer.accept_offer, name="accept_offer"),
    path("volunteer/offers/<int:offer_id>/decline/", volunteer.decline_offer, name="decline_offer"),
    path("volunteer/teams/<int:team_id>/needs/<int:need_id>/", team_questions.accept_for_team, name="accept_for_team"),
    path("volunteer/teams/<int:team_id>/needs/<int:need_id>/decline/", team_questions.decline_for_team, name="decline_for_team"),
    path("volunteer/open/", volunteer.open_list, name="open_list"),
    path("volunteer/open/<int:need_id>/claim/", volunteer.claim_need, name="claim_need"),
    path("volunteer/tasks/<int:assignment_id>/", volunteer.task, name="task"),
    path("volunteer/tasks/<int:assignment_id>/in/", volunteer.check_in, name="check_in"),
    path("volunteer/tasks/<int:assignment_id>/out/", volunteer.check_out, name="check_out"),
    path("volunteer/tasks/<int:assignment_id>/call/", volunteer.call_resident, name="call_resident"),
    path("volunteer/tasks/<int:assignment_id>/release/", volunteer.release_assignment, name="release_assignment"),
    path("volunteer/tasks/<int:assignment_id>/remark/", volunteer.remark, name="remark"),
    path("volunteer/route/", routes.my_route, name="my_route"),
    path("volunteer/route/order/", routes.order_visits, name="order_visits"),
    path("volunteer/answers/", volunteer.my_answers, name="my_answers"),
    path("volunteer/services/", volunteer.my_services, name="my_services"),
    path("s/<str:token>/", volunteer.scan, name="scan"),
]

# --- the staff's side
staff: list[URLPattern] = [
    path("desk/", desk.desk, name="desk"),
    path("desk/<int:need_id>/", desk.desk_need, name="desk_need"),
    path("desk/<int:need_id>/offer/", desk.desk_offer, name="desk_offer"),
    path("desk/<int:need_id>/hand/", desk.desk_hand, name="desk_hand"),
    path("desk/<int:need_id>/do/<slug:verb>/", desk.desk_verb, name="desk_verb"),
    path("desk/offers/<int:offer_id>/withdraw/", desk.desk_withdraw, name="desk_withdraw"),
    path("desk/places/<int:assignment_id>/<slug:verb>/", desk.desk_place, name="desk_place"),
    path("desk/intake/", desk_intake.desk_intake, name="desk_intake"),
    path("desk/intake/<int:person_id>/", desk_intake.take_order, name="take_order"),
    path("desk/intake/done/<int:need_id>/", desk_intake.intake_done, name="intake_done"),
    path("desk/round/", desk_round.desk_round, name="desk_round"),
    path("desk/round/start/", desk_round.start_round, name="start_round"),
    path("desk/round/<int:round_id>/<slug:verb>/", desk_round.round_verb, name="round_verb"),
    path("desk/round/<int:round_id>/pair/<slug:verb>/", desk_round.round_pair, name="round_pair"),
    path("desk/routes/", desk_routes.desk_routes, name="desk_routes"),
    path("desk/routes/ask/", desk_routes.ask_routes, name="ask_routes"),
    path("desk/needs/", desk_lists.needs_list, name="needs_list"),
    path("desk/needs/export/", desk_lists.export_needs, name="export_needs"),
    path("desk/follow-ups/", desk_lists.follow_ups, name="follow_ups"),
    path("desk/follow-ups/<int:follow_up_id>/", desk_lists.follow_up, name="follow_up"),
    path("desk/statistics/", desk_lists.statistics, name="statistics"),
    path("desk/statistics/export/", desk_lists.export_statistics, name="export_statistics"),
    path("desk/weights/", weights.dispatch_weights, name="dispatch_weights"),
    path("desk/weights/<str:weight>/", weights.set_weight, name="set_weight"),
    path("desk/menu/", menu.service_menu, name="service_menu"),
    path("desk/menu/preview/", menu.menu_preview, name="menu_preview"),
    path("desk/menu/add/", menu.add_service, name="add_service"),
    path("desk/menu/services/<slug:code>/", menu.change_service, name="change_service"),
    path("desk/menu/services/<slug:code>/retire/", menu.retire_service, name="retire_service"),
    path("desk/menu/services/<slug:code>/restore/", menu.restore_service, name="restore_service"),
]

urlpatterns: list[URLPattern] = [*asking, *following, *serving, *staff]
