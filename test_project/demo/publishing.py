"""What is on its way to learners in the demo: a change of a public course, submitted by its editor, waiting for a review."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from openedx_catalog.contrib.publishing import api
from openedx_catalog.contrib.publishing.models_api import CourseEditor, CourseWorkingCopy
from openedx_catalog.models_api import CatalogCourse

EDITOR = "editor"
BEFORE_IT_GOES_LIVE = timedelta(days=14)


@transaction.atomic
def create_review(course: CatalogCourse) -> None:
    """Have somebody of its organization change this course, which learners know, unless it has an editor already."""
    if CourseEditor.objects.filter(catalog_course=course).exists():
        return
    users = get_user_model()._default_manager
    # Nobody signs in as the editor: the user of the demo may do everything that he may.
    editor = users.filter(username=EDITOR).first() or users.create_user(EDITOR, first_name="Ada", last_name="Lovelace")
    api.add_member(course.org, editor, source="demo")
    api.add_editor(course, editor, source="demo")
    said = {"user": editor, "source": "demo"}
    title = f"{course.title or course.course_code}, Revised"
    short = "What it is about, and what has changed since it was last taught."
    api.set_working_copy(course, title=title, short_description=short, **said)
    api.perform(course, "schedule", go_live_at=timezone.now() + BEFORE_IT_GOES_LIVE, **said)
    api.perform(course, "submit", reason="The second week is new.", **said)
    api.add_comment(course, "May we still call it the same course? The exam is another one.", user=editor, source="demo")


def copy_in_review() -> CourseWorkingCopy | None:
    """The working copy that waits for a review, unless somebody has published or discarded it."""
    return api.get_working_copies().filter(catalog_course__editor_rows__user__username=EDITOR).first()
