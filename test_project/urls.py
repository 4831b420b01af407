"""The admin; and, where the core app is installed, its REST API, its OpenAPI document, and a page to read that."""

from django.apps import apps
from django.conf import settings
from django.conf.urls.static import static
from django.contrib import admin
from django.urls import include, path

# In debug mode alone, and a host has a web server for them.
urlpatterns = [path("admin/", admin.site.urls), *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT)]

if apps.is_installed("openedx_catalog"):
    from drf_spectacular.views import SpectacularAPIView, SpectacularRedocView

    urlpatterns += [
        path("", include("openedx_catalog.urls")),
        path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
        path("api/docs/", SpectacularRedocView.as_view(url_name="schema"), name="docs"),
    ]
