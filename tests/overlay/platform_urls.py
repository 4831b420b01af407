"""The URLs of plugins, as the platform includes them."""

from django.conf import settings
from edx_django_utils.plugins import get_plugin_url_patterns

urlpatterns = get_plugin_url_patterns(settings.PROJECT_TYPE)
