from django.urls import path

from chunshui.portal import views

urlpatterns = [
    path("", views.home, name="home"),
    path("place/", views.choose_place, name="choose_place"),
    path("components/", views.components, name="components"),
    path("components/<slug:shell>/", views.components, name="components"),
    path("offline/", views.offline, name="offline"),
]
