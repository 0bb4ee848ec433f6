from __future__ import annotations

from django.urls import path

from chunshui.areas import views

urlpatterns = [
    path("area/", views.choose_area, name="choose_area"),
    path("settings/rules/", views.settings_rules, name="settings_rules"),
    path("settings/rules/<str:key>/", views.set_rule, name="set_rule"),
    path("settings/calendar/", views.calendar_days, name="calendar_days"),
    path("settings/calendar/clear/", views.clear_day, name="clear_day"),
]
