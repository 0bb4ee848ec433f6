from django.urls import path

from chunshui.api.root import api
from chunshui.api.views import docs

urlpatterns = [path("v1/docs", docs, name="api_docs"), path("v1/", api.urls)]
