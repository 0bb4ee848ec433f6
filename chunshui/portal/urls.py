from django.urls import path

from chunshui.portal import views
from chunshui.portal.views import merging

urlpatterns = [
    path("", views.home, name="home"),
    path("place/", views.choose_place, name="choose_place"),
    path("components/", views.components, name="components"),
    path("components/<slug:shell>/", views.components, name="components"),
    path("residents/<int:kept_id>/merge/<int:gone_id>/", merging.merge_people, name="merge_people"),
    path("offline/", views.offline, name="offline"),
]
