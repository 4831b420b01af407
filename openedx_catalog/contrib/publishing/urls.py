"""The URLs of publishing, in those of the catalog; reversed as ``openedx_catalog:publishing:publishing-course-detail``."""

from django.urls import include, path

app_name = "publishing"

urlpatterns = [
    path("api/catalog/v1/", include("openedx_catalog.contrib.publishing.rest_api.v1.urls")),
    path("catalog/edit/", include("openedx_catalog.contrib.publishing.pages.urls")),
]
