"""The pages below ``catalog/edit/``; reversed as ``openedx_catalog:publishing:edit-course``."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.course_list, name="edit-list"),
    path("new/", views.new_course, name="edit-new"),
    path("<uuid:uuid>/", views.course_page, name="edit-course"),
    path("<uuid:uuid>/values/", views.course_values, name="edit-values"),
    path("<uuid:uuid>/runs/<uuid:run>/", views.run_values, name="edit-run"),
    path("<uuid:uuid>/preview/", views.preview, name="edit-preview"),
]
