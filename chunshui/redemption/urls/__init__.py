"""Addresses of redemption."""

from chunshui.redemption.urls.merchants import urlpatterns as merchants
from chunshui.redemption.urls.points import urlpatterns as points

urlpatterns = [*merchants, *points]
