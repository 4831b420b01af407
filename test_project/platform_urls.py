"""The URLs of a host shaped like the platform: its own first, those of plugins behind them."""

from django.conf import settings
from django.contrib import admin
from django.http import HttpResponse
from django.urls import path
from edx_django_utils.plugins import get_plugin_url_patterns

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/courses/v1/courses/", lambda request: HttpResponse("the platform's own")),
    *get_plugin_url_patterns(settings.PROJECT_TYPE),
]
