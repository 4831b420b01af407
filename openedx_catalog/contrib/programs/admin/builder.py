"""
The page on which a curriculum is built: courses and programs are added, ordered, dated and offered again; runs are left out.

What takes something away is asked for on a page of its own (`leaving`).
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin import building
from openedx_catalog.lib.admin.base import row_id
from openedx_catalog.models_api import CatalogCourse

from .. import api
from ..models_api import CurriculumCourseMembership, Program
from .builder_forms import AddCourseForm, AddProgramForm, MemberForm
from .builder_rows import content


class Builder(building.Builder):
    """One request to the page. Users who may not change curricula get no buttons."""

    template = "admin/openedx_catalog_programs/curriculum_builder.html"
    adding = (AddCourseForm, AddProgramForm)

    def content(self, may_change: bool) -> dict[str, Any]:
        user, title = self.request.user, _("Build %(curriculum)s") if may_change else _("View %(curriculum)s")
        return {
            **content(self.row, user, self.refused),
            "may_view_courses": permissions.can_view(user, CatalogCourse),
            "may_view_programs": permissions.can_view(user, Program),
            "title": title % {"curriculum": self.row},
        }

    def press(self, what: str, number: str) -> None:
        if what == "order":
            self._reorder([row_id(text) for text in self.request.POST.getlist("order")])
            return
        rows: Any = self.row.course_memberships
        if what.endswith("_program"):
            rows = self.row.program_memberships
        member = permissions.visible(self.request.user, rows.filter(pk=row_id(number))).first()
        if member is None:
            self.part_is_gone()
        else:
            self._change(member, what.removesuffix("_program"))

    def _change(self, member: Any, what: str) -> None:
        kind = "course" if isinstance(member, CurriculumCourseMembership) else "program"
        if what in ("up", "down"):
            self.focus = f"{what}-{kind}-{member.pk}"
            self._shift(member, 1 if what == "down" else -1)
        elif what == "dates":
            self.focus = f"dates-{kind}-{member.pk}"
            self.save_part(MemberForm(member, self.request.POST))
        elif what == "reintroduce":
            api.reintroduce(member, **self.provenance)
        elif what == "exclude":
            self.focus = f"runs-{kind}-{member.pk}"
            wanted = set(self.request.POST.getlist(f"excluded:{member.pk}"))
            excluded = {str(row.run.course_key) for row in member.run_exclusions.select_related("run")}
            for key in sorted(excluded - wanted):
                api.include_course_run(member, key, **self.provenance)
            for key in sorted(wanted - excluded):
                api.exclude_course_run(member, key, **self.provenance)

    def _shift(self, member: Any, by: int) -> None:
        rows = list(type(member).objects.filter(curriculum=self.row).not_over().order_by("position", "pk"))
        if member in rows:
            other = rows[min(max(rows.index(member) + by, 0), len(rows) - 1)]
            api.update_member(member, position=other.position, **self.provenance)

    def _reorder(self, pks: list[int]) -> None:
        """The order that the page shows; what was added meanwhile stays last."""
        rows = self.row.course_memberships.not_over().select_related("catalog_course__org").order_by("position", "pk")
        courses = {row.catalog_course_id: row.catalog_course for row in building.in_order(rows, pks)}
        api.reorder(self.row, list(courses.values()), **self.provenance)
