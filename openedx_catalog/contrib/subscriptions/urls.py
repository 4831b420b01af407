"""The URLs of subscriptions, in those of the catalog; reversed as ``openedx_catalog:subscriptions:subscription-detail``."""

from django.urls import include, path

app_name = "subscriptions"

urlpatterns = [path("api/catalog/v1/", include("openedx_catalog.contrib.subscriptions.rest_api.v1.urls"))]
