"""
The URLs of the profiles that are shaped like real services: the admin, REST of edx-organizations, and ours.

In LMS and CMS ours come by the machinery of plugins, elsewhere the host includes them.
"""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

project_type = getattr(settings, "PROJECT_TYPE", None)
urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/organizations/", include("organizations.urls", namespace="organizations")),
]
if project_type:
    from edx_django_utils.plugins import get_plugin_url_patterns

    urlpatterns += get_plugin_url_patterns(project_type)
else:
    urlpatterns.append(path("", include("openedx_catalog.urls")))
