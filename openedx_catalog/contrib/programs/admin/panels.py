"""What programs know of a catalog course or of a run, on its page in the admin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.links import page_of
from openedx_catalog.lib.admin.panels import Panel, PanelRow
from openedx_catalog.lib.admin.texts import utc
from openedx_catalog.models_api import CourseRun

from ..models_api import (
    Curriculum,
    CurriculumCourseMembership,
    CurriculumCourseRunExclusion,
    ExternalCourseKey,
    Program,
    ProgramCourseRunExclusion,
)

SHOWN = 50


def panels(row: Any, viewer: Any) -> Iterator[Panel]:
    """The programs in whose curricula it stands, and what partners call it. Six queries at most."""
    run = row if isinstance(row, CourseRun) else None
    if isinstance(row, Program):
        return
    if permissions.can_view(viewer, Program) and permissions.can_view(viewer, Curriculum):
        yield Panel(_("Programs"), _programs(row.pk if run is None else run.catalog_course_id, run, viewer))
    if permissions.can_view(viewer, ExternalCourseKey):
        keys = ExternalCourseKey.objects.filter(**({"run__catalog_course": row} if run is None else {"run": run}))
        known = permissions.visible(viewer, CourseRun.objects.all())
        found = keys.filter(run__in=known).select_related("run").order_by("run__key_ci", "pk")[:SHOWN]
        rows = [PanelRow(key.key, str(key.run.course_key), page_of(viewer, key)) for key in found]
        yield Panel(_("External keys"), rows)


def _programs(course_id: int, run: CourseRun | None, viewer: Any) -> list[PanelRow]:
    offered = permissions.visible(viewer, Program.objects.exclude(status=Program.Status.DELETED))
    members = CurriculumCourseMembership.objects.filter(catalog_course=course_id, curriculum__program__in=offered)
    members = members.select_related("curriculum__program").order_by("curriculum__program__title", "pk")[:SHOWN]
    without = set() if run is None else set(ProgramCourseRunExclusion.objects.filter(run=run).values_list("program", flat=True))
    left_out = (
        set() if run is None else set(CurriculumCourseRunExclusion.objects.filter(run=run).values_list("membership", flat=True))
    )
    rows = []
    for member in members:
        curriculum = member.curriculum
        notes = [curriculum.name]
        if member.effective_at:
            notes.append(_("since %(date)s") % {"date": utc(member.effective_at)})
        if member.retired_at:
            notes.append(_("until %(date)s") % {"date": utc(member.retired_at)})
        if member.pk in left_out or curriculum.program_id in without:
            notes.append(_("this run does not count"))
        rows.append(PanelRow(curriculum.program.title, ", ".join(notes), page_of(viewer, curriculum.program)))
    return rows
