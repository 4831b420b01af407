"""The URLs of search, in those of the catalog; reversed as ``openedx_catalog:search:course_catalog-detail``."""

from django.urls import include, path

app_name = "search"

urlpatterns = [path("api/catalog/v1/", include("openedx_catalog.contrib.search.rest_api.v1.urls"))]
