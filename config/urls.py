from django.urls import include, path

urlpatterns = [
    path("", include("chunshui.kernel.urls")),
    path("", include("chunshui.portal.urls")),
    path("", include("chunshui.areas.urls")),
    path("", include("chunshui.people.urls")),
    path("", include("chunshui.teams.urls")),
    path("", include("chunshui.notices.urls")),
    path("", include("chunshui.ledger.urls")),
    path("", include("chunshui.hours.urls")),
    path("", include("chunshui.needs.urls")),
    path("", include("chunshui.redemption.urls")),
    path("api/", include("chunshui.api.urls")),
]

handler400 = "chunshui.api.views.bad_request"
handler403 = "chunshui.portal.views.forbidden"
handler404 = "chunshui.portal.views.not_found"
handler500 = "chunshui.portal.views.server_error"
