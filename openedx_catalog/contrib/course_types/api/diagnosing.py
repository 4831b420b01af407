"""The rules of course types, for the doctor: runs are of a type of their course's type, types are of the right organization."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext as _

from openedx_catalog.api import Finding
from openedx_catalog.keys import format_key_str

from ..models import CourseRunTyping, CourseTypeOrganization, CourseTypeRunType, CourseTyping


def diagnose(quick: bool) -> Iterator[Finding]:
    """
    Warnings ``course_run_type_mismatch`` and ``course_type_not_allowed``. `quick` says nothing: each reads a table.
    """
    if quick:
        return
    allowed = CourseTypeRunType.objects.filter(
        course_type=OuterRef("run__catalog_course__course_typing__course_type"), course_run_type=OuterRef("course_run_type")
    )
    rows = CourseRunTyping.objects.exclude(run__catalog_course__course_typing=None).filter(~Exists(allowed)).order_by("pk")
    columns = (
        "run__course_key__text",
        "course_run_type__slug",
        "run__catalog_course__course_typing__course_type__slug",
        "run_id",
    )
    for key, run_type, course_type, pk in rows.values_list(*columns).iterator():
        text = _("It is of the type %(run)s, and its course of the type %(course)s, which does not have that.")
        facts = {"run": run_type, "course": course_type}
        yield _finding("course_run_type_mismatch", key, text % facts, "openedx_catalog.courserun", pk)
    limited = CourseTypeOrganization.objects.filter(course_type=OuterRef("course_type"))
    own = limited.filter(organization=OuterRef("catalog_course__org"))
    typings = CourseTyping.objects.filter(Exists(limited), ~Exists(own)).order_by("pk")
    named = typings.annotate(org=F("catalog_course__org__short_name"), code=F("catalog_course__course_code"))
    for org, code, slug, pk in named.values_list("org", "code", "course_type__slug", "catalog_course_id").iterator():
        text = _("It is of the type %(type)s, which is for other organizations.") % {"type": slug}
        subject = format_key_str(org, code)
        yield _finding("course_type_not_allowed", subject, text, "openedx_catalog.catalogcourse", pk)


def _finding(code: str, subject: str, message: str, model: str, pk: int) -> Finding:
    return Finding(code, "warning", subject, message, model=model, pk=pk)
