from django.urls import URLPattern, include, path
from django.views.decorators.csrf import csrf_exempt

from chunshui.api.root import answered, api, unknown_path
from chunshui.api.views import docs

doors, kind, namespace = api.urls
for pattern in doors:
    if isinstance(pattern, URLPattern):
        pattern.callback = answered(pattern.callback)

urlpatterns = [
    path("v1/docs", docs, name="api_docs"),
    path("v1/", include((doors, kind), namespace=namespace)),
    path("v1/<path:path>", csrf_exempt(unknown_path)),
]
