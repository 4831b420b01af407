"""The doctor: every rule checked over the whole database, what is fixable mended, and what looks doubtful listed."""

from __future__ import annotations

from collections.abc import Iterator

from ...data import Finding
from ...extensions import installed_extensions
from ...models import CatalogCourse, CatalogCourseCode, CourseRun, DeletedRunKey, FormerOrganizationName
from . import _rules, _times
from ._findings import unfolded_rows
from .distinct import forget_distinct, get_distinct_pairs, mark_distinct
from .mending import complete_identities, mend_source_times, repair_findings
from .reports import get_doctor_report, is_doctor_running, run_doctor, start_doctor
from .suggestions import suggest_repairs

__all__ = [
    "complete_identities",
    "diagnose",
    "forget_distinct",
    "get_distinct_pairs",
    "get_doctor_report",
    "is_doctor_running",
    "mark_distinct",
    "mend_source_times",
    "repair_findings",
    "run_doctor",
    "start_doctor",
    "suggest_repairs",
]


def diagnose(*, quick: bool = False) -> Iterator[Finding]:
    """
    Every broken rule of the core, then those of each installed extension. Reads pages of 2,000; writes nothing.

    That takes minutes of a million runs. `quick` asks only what indexes answer: organizations, courses and runs whose identity
    is missing, messages, and what extensions can say as fast. Extensions: `CatalogExtensionConfig.diagnose`.

    Codes of errors: ``organizations_differ_by_case``, ``catalog_course_identity_missing``, ``catalog_course_twin``,
    ``catalog_course_identity_wrong``, ``invalid_catalog_course_code``, ``invalid_course_key``, ``course_run_identity_missing``,
    ``course_run_twin``, ``course_run_identity_wrong``, ``run_code_mismatch``, ``implicit_mismatch``, ``pathway_twin``,
    ``folded_text_wrong``, ``source_time_ahead``, ``withdrawal_ahead``, ``message_ahead``.
    Codes of warnings: ``end_before_start``, ``enrollment_end_before_start``, ``enrollment_start_after_end``; ``inbox_waiting``,
    ``inbox_parked``, ``outbox_waiting`` and ``outbox_parked``, once each, for the oldest message that has been waiting for five
    minutes, or was given up. A finding's `remedy` is a command to paste; `repair_findings` mends those that are `fixable`.
    """
    yield from _rules.organizations()
    yield from _rules.catalog_courses(CatalogCourse.objects.incomplete() if quick else CatalogCourse.objects.all())
    yield from _rules.course_runs(CourseRun.objects.incomplete() if quick else CourseRun.objects.all())
    if not quick:
        yield from unfolded_rows(CatalogCourseCode, FormerOrganizationName, DeletedRunKey)
        yield from _rules.pathways()
        yield from _times.source_times()
        yield from _times.schedules()
    yield from _times.messages()
    for extension in installed_extensions():
        yield from extension.diagnose(quick)
