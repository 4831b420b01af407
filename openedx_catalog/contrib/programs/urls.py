"""The URLs of programs, which the catalog's own include; reversed as ``openedx_catalog:programs:program-detail``."""

from django.urls import include, path

app_name = "programs"

urlpatterns = [path("api/catalog/v1/", include("openedx_catalog.contrib.programs.rest_api.v1.urls"))]
