"""Points, vouchers, counters, disputes, the circle."""

from __future__ import annotations

from django.urls import path

from chunshui.redemption import views

urlpatterns = [
    path("points/", views.my_points, name="my_points"),
    path("points/statement/", views.points_statement, name="points_statement"),
    path("points/export/", views.export_points, name="export_points"),
    path("points/household/", views.household, name="household"),
    path("points/household/invite/", views.invite_to_household, name="invite_to_household"),
    path("points/household/<int:place_id>/answer/", views.answer_invitation, name="answer_invitation"),
    path("points/household/<int:place_id>/leave/", views.leave_household, name="leave_household"),
    path("offers/<int:offer_id>/take/", views.take_offer, name="take_offer"),
    path("vouchers/", views.vouchers, name="vouchers"),
    path("vouchers/export/", views.export_vouchers, name="export_vouchers"),
    path("vouchers/<int:voucher_id>/", views.voucher, name="voucher"),
    path("vouchers/<int:voucher_id>/qr.png", views.voucher_qr, name="voucher_qr"),
    path("vouchers/<int:voucher_id>/cancel/", views.cancel_voucher, name="cancel_voucher"),
    path("vouchers/<int:voucher_id>/dispute/", views.open_dispute, name="open_dispute"),
    path("counter/", views.counter, name="counter"),
    path("counter/settle/", views.settle_voucher, name="settle_voucher"),
    path("counter/<int:merchant_id>/vouchers/", views.counter_vouchers, name="counter_vouchers"),
    path("counter/<int:merchant_id>/vouchers/export/", views.export_counter_vouchers, name="export_counter_vouchers"),
    path("counter/vouchers/<int:voucher_id>/", views.counter_voucher, name="counter_voucher"),
    path("counter/vouchers/<int:voucher_id>/refund/", views.refund_voucher, name="refund_voucher"),
    path("desk/disputes/", views.disputes, name="disputes"),
    path("desk/disputes/export/", views.export_disputes, name="export_disputes"),
    path("desk/disputes/<int:dispute_id>/", views.dispute, name="dispute"),
    path("desk/disputes/<int:dispute_id>/decide/", views.decide_dispute, name="decide_dispute"),
    path("circle/", views.circle_here, name="circle_here"),
    path("circle/<int:area_id>/", views.circle, name="circle"),
    path("circle/<int:area_id>/export/", views.export_circle, name="export_circle"),
]
