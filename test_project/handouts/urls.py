"""Reversed as ``openedx_catalog:handouts:handout-detail``."""

from django.urls import include, path

from .rest import router

app_name = "handouts"
urlpatterns = [path("api/catalog/v1/", include(router.urls))]
