"""The URLs of search, in those of the catalog; reversed as ``openedx_catalog:search:course_catalog-detail``."""

from typing import Any

from django.apps import apps
from django.urls import include, path

app_name = "search"

urlpatterns: list[Any] = [path("api/catalog/v1/", include("openedx_catalog.contrib.search.rest_api.v1.urls"))]

if apps.is_installed("openedx_catalog.contrib.listings"):
    urlpatterns.append(path("catalog/", include("openedx_catalog.contrib.search.pages.urls")))
