"""The rules of publishing, for the doctor: what is due goes live, and nothing waits that nobody can publish or send."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from openedx_catalog.api import Finding
from openedx_catalog.lib.pages import pages
from openedx_catalog.lib.texts import shorten
from openedx_catalog.lib.values import format_utc

from ..models import CourseComment, CourseRunWorkingCopy, CourseWorkingCopy

# What runs every few minutes has had many chances by then.
PATIENCE = timedelta(hours=1)


def diagnose(quick: bool) -> Iterator[Finding]:
    """
    Warnings ``publishing_overdue`` and ``course_comment_parked``, once each, for the course that is due for the longest and the
    oldest comment. Error ``run_copy_without_course``, unless `quick`, since it reads all working copies of runs, in pages.
    """
    overdue = CourseWorkingCopy.objects.due(timezone.now() - PATIENCE).order_by("go_live_at", "pk")
    if copy := overdue.select_related("catalog_course__org").first():
        text = _("It is reviewed and was to go live at %(at)s. Such courses: %(count)d.")
        message = text % {"at": format_utc(copy.go_live_at), "count": overdue.count()}
        yield _warning("publishing_overdue", copy, copy.catalog_course.key_str, message, "manage.py publish_due_listings")
    parked = CourseComment.objects.filter(state=CourseComment.State.PARKED)
    if comment := parked.select_related("catalog_course__org").order_by("pk").first():
        text = _("A comment on it was not sent. Attempts: %(attempts)d; last error: %(error)s. Such comments: %(count)d.")
        facts = {"attempts": comment.attempts, "error": shorten(comment.error) or "–", "count": parked.count()}
        subject = comment.course_key or comment.catalog_course.key_str
        remedy = "manage.py send_course_comments --retry-parked"
        yield _warning("course_comment_parked", comment, subject, text % facts, remedy)
    if quick:
        return
    alone = CourseRunWorkingCopy.objects.filter(run__catalog_course__working_copy=None)
    message = _("Its working copy is never published: its course has none. Begin one, and publish or discard both with it.")
    for page in pages(alone, "pk", "run__course_key__text"):
        for _pk, key in page:
            yield Finding("run_copy_without_course", "error", key, message)


def _warning(code: str, row: CourseWorkingCopy | CourseComment, subject: str, message: str, remedy: str) -> Finding:
    return Finding(code, "warning", subject, message, remedy, model=row._meta.label_lower, pk=row.pk)
