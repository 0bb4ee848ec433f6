from __future__ import annotations

from django.urls import path

from chunshui.notices import views

urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/read/", views.mark_read, name="mark_all_read"),
    path("inbox/<int:message_id>/read/", views.mark_read, name="mark_read"),
]
