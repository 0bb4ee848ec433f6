from __future__ import annotations

from django.urls import path

from chunshui.hours import views

urlpatterns = [
    path("hours/", views.my_hours, name="my_hours"),
    path("hours/export/", views.export_hours, name="export_hours"),
]
