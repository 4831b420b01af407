"""The URLs of the test project, a start page before them, and an LMS beside them."""

from django.http import HttpResponse
from django.urls import path

from test_project.urls import urlpatterns as _of_the_project

from . import lms, start

urlpatterns = [
    path("", start.start_view, name="start"),
    path(f"{lms.PREFIX}/api/courses/v1/courses/", lms.course_list, name="demo-lms"),
    # Browsers ask for one; that there is none need not stand on the console.
    path("favicon.ico", lambda request: HttpResponse(status=204)),
    *_of_the_project,
]
