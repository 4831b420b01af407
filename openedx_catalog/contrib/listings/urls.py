"""The URLs of listings, in those of the catalog; reversed as ``openedx_catalog:listings:listing-course-detail``."""

from django.urls import include, path

app_name = "listings"

urlpatterns = [
    path("api/catalog/v1/", include("openedx_catalog.contrib.listings.rest_api.v1.urls")),
    path("catalog/", include("openedx_catalog.contrib.listings.pages.urls")),
]
