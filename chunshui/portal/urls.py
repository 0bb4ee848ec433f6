from django.urls import path

from chunshui.portal import views

urlpatterns = [
    path("", views.home, name="home"),
]
