"""The URLs of pathways, in those of the catalog; reversed as ``openedx_catalog:pathways:learner-pathway-detail``."""

from django.urls import include, path

app_name = "pathways"

urlpatterns = [path("api/catalog/v1/", include("openedx_catalog.contrib.pathways.rest_api.v1.urls"))]
