"""Merchants, their counters, their offers."""

from __future__ import annotations

from django.urls import path, re_path

from chunshui.redemption import views

urlpatterns = [
    path("shops/", views.shops, name="shops"),
    path("shops/apply/", views.apply_shop, name="apply_shop"),
    path("shops/mine/", views.my_shops, name="my_shops"),
    path("shops/all/", views.shops_staff, name="shops_staff"),
    path("shops/export/", views.export_shops, name="export_shops"),
    path("shops/join/<str:invitation>/", views.join_counter, name="join_counter"),
    path("shops/<int:merchant_id>/", views.shop, name="shop"),
    path("shops/<int:merchant_id>/change/", views.change_shop, name="change_shop"),
    path("shops/<int:merchant_id>/review/", views.review_shop, name="review_shop"),
    path("shops/<int:merchant_id>/agreement/", views.shop_agreement, name="shop_agreement"),
    path("shops/<int:merchant_id>/plate/", views.shop_plate, name="shop_plate"),
    path("shops/<int:merchant_id>/clerks/", views.shop_clerks, name="shop_clerks"),
    path("shops/<int:merchant_id>/clerks/<int:clerk_id>/end/", views.end_clerk, name="end_clerk"),
    path("shops/<int:merchant_id>/offers/", views.shop_offers, name="shop_offers"),
    path("shops/<int:merchant_id>/offers/new/", views.make_offer, name="make_offer"),
    path("shops/<int:merchant_id>/offers/export/", views.export_offers, name="export_offers"),
    re_path(r"^shops/(?P<merchant_id>\d{1,18})/(?P<verb>suspend|restore|leave)/$", views.decide_shop, name="decide_shop"),
    path("offers/", views.offers, name="offers"),
    path("offers/<int:offer_id>/", views.shop_offer, name="shop_offer"),
    path("offers/<int:offer_id>/change/", views.change_offer, name="change_offer"),
    path("offers/<int:offer_id>/photos/<int:photo_id>/drop/", views.drop_offer_photo, name="drop_offer_photo"),
    path("offers/photos/<int:photo_id>/", views.offer_photo, name="offer_photo"),
    re_path(r"^offers/(?P<offer_id>\d{1,18})/(?P<verb>publish|pause|end)/$", views.step_offer, name="step_offer"),
    path("shops/ranking/", views.shop_ranking, name="shop_ranking"),
    path("shops/<int:merchant_id>/statement/", views.shop_statement, name="shop_statement"),
    path("shops/<int:merchant_id>/statement/export/", views.export_statement, name="export_statement"),
    path("shops/<int:merchant_id>/give/", views.give_back, name="give_back"),
    path("shops/<int:merchant_id>/pledge/", views.pledge_share, name="pledge_share"),
    path("shops/<int:merchant_id>/points/", views.recycle_points, name="recycle_points"),
    path("fund/", views.my_fund, name="my_fund"),
    path("fund/<int:area_id>/", views.fund, name="fund"),
    path("fund/<int:area_id>/export/", views.export_fund, name="export_fund"),
    path("fund/waiting/", views.fund_waiting, name="fund_waiting"),
    path("fund/new/", views.declare_entry, name="declare_entry"),
    path("fund/entries/<int:entry_id>/", views.fund_entry, name="fund_entry"),
    path("fund/receipts/<int:receipt_id>/", views.fund_receipt, name="fund_receipt"),
    re_path(r"^fund/entries/(?P<entry_id>\d{1,18})/(?P<verb>confirm|refuse|reverse)/$", views.decide_entry, name="decide_entry"),
]
