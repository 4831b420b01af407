"""
The page on which a curriculum is built: courses and programs are added, ordered, dated and offered again; runs are left out.

Every button is one call of the API. Works with the mouse and with the keyboard, without a script too: a row that was moved is
where the page comes back, its button in focus. What takes something away is asked for on a page of its own (`leaving`).
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.base import row_id
from openedx_catalog.models_api import CatalogCourse

from .. import api
from ..models_api import Curriculum, CurriculumCourseMembership, Program
from .builder_forms import AddCourseForm, AddProgramForm, MemberForm
from .builder_rows import content

TEMPLATE = "admin/openedx_catalog_programs/curriculum_builder.html"
SCRIPTS = forms.Media(js=["openedx_catalog_programs/builder.js"])


class Builder:
    """One request to the page. Users who may not change curricula get no buttons."""

    def __init__(self, model_admin: Any, request: HttpRequest, curriculum: Curriculum) -> None:
        self.admin, self.request, self.curriculum = model_admin, request, curriculum
        self.provenance: dict[str, Any] = {"source": "admin", "user": request.user}
        self.asked = request.POST.get("_do", "") if request.method == "POST" else ""
        # What was sent of a member's dates, where it is refused.
        self.refused: MemberForm | None = None
        # The id of what is in focus when the page comes back.
        self.focus = ""

    def respond(self) -> HttpResponse:
        """Do what a button says, and show the page again; with what a form was refused for, if it was."""
        forms_by_name = {"add_course": AddCourseForm(self), "add_program": AddProgramForm(self)}
        adding = forms_by_name.get(self.asked)
        try:
            if adding is None:
                self._press()
            elif adding.is_valid():
                count = adding.save(self.provenance)
                text = ngettext("%(count)d was added.", "%(count)d were added.", count) % {"count": count}
                messages.success(self.request, text)
        except CatalogError as error:
            self._refuse(adding or self.refused, error)
        if self.asked and not (adding and adding.errors) and not self.refused:
            return HttpResponseRedirect(f"{self.request.path}#{self.focus}" if self.focus else self.request.path)
        return TemplateResponse(self.request, TEMPLATE, self._context(**forms_by_name))

    def _refuse(self, form: Any, error: CatalogError) -> None:
        """What the API refused stands at its field, where a form was sent."""
        text = str(permissions.discreet(self.request.user, error))
        if form is None:
            messages.error(self.request, text)
        else:
            form.add_error(error.field if error.field in form.fields else getattr(form, "target", None), text)

    def _context(self, **forms_by_name: Any) -> dict[str, Any]:
        user, may_change = self.request.user, self.admin.has_change_permission(self.request)
        title = _("Build %(curriculum)s") if may_change else _("View %(curriculum)s")
        media = self.admin.media + forms_by_name["add_course"].media + SCRIPTS if may_change else self.admin.media
        return {
            **self.admin.admin_site.each_context(self.request),
            **forms_by_name,
            **content(self.curriculum, user, self.refused),
            "may_change": may_change,
            "may_view_courses": permissions.can_view(user, CatalogCourse),
            "may_view_programs": permissions.can_view(user, Program),
            "title": title % {"curriculum": self.curriculum},
            "original": self.curriculum,
            "has_view_permission": True,
            "opts": self.admin.opts,
            "media": media,
        }

    def _press(self) -> None:
        """Do what a button says: "up:12", where 12 is a membership of this curriculum, which may be gone by now."""
        what, _colon, number = self.asked.partition(":")
        if what == "order":
            self._reorder([row_id(text) for text in self.request.POST.getlist("order")])
        elif what:
            rows: Any = self.curriculum.course_memberships
            if what.endswith("_program"):
                rows = self.curriculum.program_memberships
            member = permissions.visible(self.request.user, rows.filter(pk=row_id(number))).first()
            if member is None:
                messages.error(self.request, _("Another user has removed it in the meantime."))
            else:
                self._change(member, what.removesuffix("_program"))

    def _change(self, member: Any, what: str) -> None:
        kind = "course" if isinstance(member, CurriculumCourseMembership) else "program"
        if what in ("up", "down"):
            self.focus = f"{what}-{kind}-{member.pk}"
            self._shift(member, 1 if what == "down" else -1)
        elif what == "dates":
            self.focus, self.refused = f"dates-{kind}-{member.pk}", MemberForm(member, self.request.POST)
            if self.refused.is_valid():
                self.refused.save(self.provenance)
                self.refused = None
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
        rows = list(type(member).objects.filter(curriculum=self.curriculum).not_over().order_by("position", "pk"))
        if member in rows:
            other = rows[min(max(rows.index(member) + by, 0), len(rows) - 1)]
            api.update_member(member, position=other.position, **self.provenance)

    def _reorder(self, pks: list[int]) -> None:
        """The order that the page shows; what was added meanwhile comes last."""
        order = {pk: index for index, pk in enumerate(pks)}
        rows = sorted(self._rows(), key=lambda row: order.get(row.pk, len(order)))
        courses = {row.catalog_course_id: row.catalog_course for row in rows}
        api.reorder(self.curriculum, list(courses.values()), **self.provenance)

    def _rows(self) -> list[CurriculumCourseMembership]:
        rows = self.curriculum.course_memberships.not_over().select_related("catalog_course__org")
        return list(rows.order_by("position", "pk"))
