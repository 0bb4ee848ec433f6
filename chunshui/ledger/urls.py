from __future__ import annotations

from django.urls import path

from chunshui.ledger import views

urlpatterns = [path("settings/ledger/", views.ledger_audits, name="ledger_audits")]
