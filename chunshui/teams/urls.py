from __future__ import annotations

from django.urls import path, re_path

from chunshui.teams import views

urlpatterns = [
    path("teams/", views.teams, name="teams"),
    path("teams/file/", views.file_team, name="file_team"),
    path("teams/export/", views.export_teams, name="export_teams"),
    path("teams/mine/", views.my_teams, name="my_teams"),
    path("teams/review/", views.review_teams, name="review_teams"),
    path("teams/<int:team_id>/", views.team, name="team"),
    path("teams/<int:team_id>/change/", views.change_team, name="change_team"),
    path("teams/<int:team_id>/review/", views.review_team, name="review_team"),
    path("teams/<int:team_id>/join/", views.apply_to_team, name="apply_to_team"),
    path("teams/<int:team_id>/leave/", views.leave_team, name="leave_team"),
    path("teams/<int:team_id>/members/", views.team_members, name="team_members"),
    re_path(r"^teams/(?P<team_id>\d{1,18})/(?P<verb>suspend|restore|standing|not-standing)/$", views.decide_team, name="decide_team"),
    re_path(
        r"^teams/(?P<team_id>\d{1,18})/members/(?P<person_id>\d{1,18})/(?P<verb>accept|refuse|remove|lead|unlead)/$",
        views.decide_member,
        name="decide_member",
    ),
]
