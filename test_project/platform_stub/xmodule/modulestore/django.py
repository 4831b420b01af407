"""The signals of the modulestore, and what happens when a course is published or deleted."""

from django.db import transaction
from django.dispatch import Signal
from openedx_events.content_authoring.data import CourseCatalogData, CourseScheduleData
from openedx_events.content_authoring.signals import COURSE_CATALOG_INFO_CHANGED

COURSE_PUBLISHED = Signal()
COURSE_DELETED = Signal()


class ModuleStore:
    """What the platform calls the sender."""


def publish(course_key, edited_at, **fields):
    """
    Publish a course: one transaction, in which the overview is loaded by a receiver of the signal; then the event.

    Receivers that raise are logged, not raised, as in the platform. `fields` are those of CourseOverview.
    """
    with transaction.atomic():
        MODULESTORE[str(course_key)] = {**fields, "edited_at": edited_at}
        answers = COURSE_PUBLISHED.send_robust(sender=ModuleStore, course_key=course_key)
        transaction.on_commit(lambda: _tell(course_key, edited_at, fields))
    return [answer for _receiver, answer in answers if isinstance(answer, Exception)]


def delete(course_key):
    """Delete a course, and its overview."""
    MODULESTORE.pop(str(course_key), None)
    with transaction.atomic():
        return COURSE_DELETED.send_robust(sender=ModuleStore, course_key=course_key)


def _tell(course_key, edited_at, fields):
    if not course_key.is_course:
        return
    names = ("start", "end", "enrollment_start", "enrollment_end")
    schedule = CourseScheduleData(
        pacing="self" if fields.get("self_paced") else "instructor", **{name: fields.get(name) for name in names}
    )
    info = CourseCatalogData(
        course_key=course_key.for_branch(None), name=fields.get("display_name") or "?", schedule_data=schedule
    )
    COURSE_CATALOG_INFO_CHANGED.send_event(time=edited_at, catalog_info=info)


# What has been published, by key.
MODULESTORE: dict = {}
