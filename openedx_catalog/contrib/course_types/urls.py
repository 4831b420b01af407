"""The URLs of course types, which the catalog's own include; reversed as ``openedx_catalog:course_types:mode-detail``."""

from django.urls import include, path

app_name = "course_types"

urlpatterns = [path("api/catalog/v1/", include("openedx_catalog.contrib.course_types.rest_api.v1.urls"))]
