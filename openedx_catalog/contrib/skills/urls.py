"""The URLs of skills, in those of the catalog; reversed as ``openedx_catalog:skills:skill-detail``."""

from django.urls import include, path

app_name = "skills"

urlpatterns = [path("api/catalog/v1/", include("openedx_catalog.contrib.skills.rest_api.v1.urls"))]
