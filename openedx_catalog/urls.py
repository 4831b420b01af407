"""
The URLs of the catalog: ``path("", include("openedx_catalog.urls"))``, the platform's plugin machinery does the same.

Reverse them as ``openedx_catalog:v1:course-run-detail``. Apps that extend the catalog add theirs (`extensions`).
"""

from django.urls import include, path

from . import extensions

app_name = "openedx_catalog"

urlpatterns = [path("api/catalog/v1/", include("openedx_catalog.rest_api.v1.urls")), *extensions.url_patterns()]
