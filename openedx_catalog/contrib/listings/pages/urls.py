"""The public pages, below ``catalog/``; reversed as ``openedx_catalog:listings:course-list``."""

from typing import Any

from django.apps import apps
from django.urls import path

from . import views

urlpatterns: list[Any] = [
    path("", views.front, name="front"),
    path("courses/", views.course_list, name="course-list"),
    path("courses/<path:slug>/", views.course_page, name="course-page"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
]

if apps.is_installed("openedx_catalog.contrib.programs"):
    from . import programs

    urlpatterns += [
        path("programs/", programs.program_list, name="program-list"),
        path("programs/<path:name>/", programs.program_page, name="program-page"),
    ]
