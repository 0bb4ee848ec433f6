"""Addresses of redemption."""

from chunshui.redemption.urls.merchants import urlpatterns as merchants

urlpatterns = [*merchants]
