"""
The URLs of the catalog: ``path("", include("openedx_catalog.urls"))``, the platform's plugin machinery does the same.

https://docs.djangoproject.com/en/stable/topics/http/urls/#url-namespaces: reverse them as ``openedx_catalog:v1:…``.
"""

from django.urls import include, path

app_name = "openedx_catalog"

urlpatterns = [path("api/catalog/v1/", include("openedx_catalog.rest_api.v1.urls"))]
