from __future__ import annotations

from django.urls import path

from chunshui.hours import views

urlpatterns = [
    path("hours/", views.my_hours, name="my_hours"),
    path("hours/export/", views.export_hours, name="export_hours"),
    path("hours/declare/", views.declare_hours, name="declare_hours"),
    path("hours/entries/", views.hour_entries, name="hour_entries"),
    path("hours/entries/<int:entry_id>/", views.hour_entry, name="hour_entry"),
    path("hours/entries/<int:entry_id>/approve/", views.approve_entry, name="approve_entry"),
    path("hours/entries/<int:entry_id>/refuse/", views.refuse_entry, name="refuse_entry"),
    path("hours/entries/<int:entry_id>/withdraw/", views.withdraw_entry, name="withdraw_entry"),
    path("hours/evidence/<int:file_id>/", views.hour_file, name="hour_file"),
    path("hours/publicity/", views.hours_publicity, name="hours_publicity"),
    path("hours/publicity/<int:line_id>/report/", views.report_line, name="report_line"),
    path("teams/<int:team_id>/hours/", views.enter_team_hours, name="enter_team_hours"),
    path("desk/hours/", views.hours_desk, name="hours_desk"),
    path("desk/hours/enter/", views.enter_area_hours, name="enter_area_hours"),
]
