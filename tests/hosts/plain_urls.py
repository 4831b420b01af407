"""A second admin of the host's, with Django's own page for every model of ours."""

from django.contrib import admin
from django.urls import path

plain_site = admin.AdminSite(name="plain")
for model in admin.site._registry:
    if model._meta.app_label.startswith("openedx_catalog"):
        plain_site.register(model)

urlpatterns = [path("admin/", admin.site.urls), path("plain/", plain_site.urls)]
