"""The forms of the builder: what is added to a curriculum, and how a member of it is dated and grouped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ObjectDoesNotExist
from django.db import router
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openedx_catalog import api as catalog
from openedx_catalog.api.for_contrib import course_named
from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin import building
from openedx_catalog.lib.admin.building import PartForm, RowsInOrderField
from openedx_catalog.lib.admin.forms import InstantField, ReasonField
from openedx_catalog.lib.dated import check_dates
from openedx_catalog.lib.transactions import atomically
from openedx_catalog.models_api import CatalogCourse, CourseRun

from .. import api
from ..models_api import CurriculumCourseMembership, CurriculumProgramMembership, Program
from .base import BEGINS, AlwaysField, begin

_GROUP = _("The group of the curriculum of which it counts, e.g. Electives. Leave blank if it is required.")
# As many as REST takes: each is looked up.
MAX_EXCLUDED = 500
MAX_ADDED = 200
_BETWEEN_KEYS = re.compile(r"[\s,;]+")


class AddForm(building.AddForm):
    """What is added to the curriculum, and when it is in effect. The fields of `first` are in sight, the others unfold."""

    first: Sequence[str]
    effective_at = InstantField(
        label=_("Effective"),
        show_hidden_initial=False,
        help_text=BEGINS,
    )
    always = AlwaysField()
    retired_at = InstantField(label=_("Retired"), show_hidden_initial=False, help_text=_("UTC. Blank: it does not end."))
    group = forms.CharField(label=_("Group"), required=False, max_length=100, help_text=_GROUP)
    reason = ReasonField()

    def in_sight(self) -> list[Any]:
        """The fields that are shown at once."""
        return [self[name] for name in self.first]

    def further(self) -> list[Any]:
        """The others."""
        return [self[name] for name in self.fields if name not in self.first]

    def unfolded(self) -> bool:
        """Whether the others are to be seen, since something was said there, or is wrong with it."""
        return self.is_bound and any(field.errors or field.data for field in self.further())

    def given(self) -> dict[str, Any]:
        """The dates, the group and the reason as the API takes them."""
        names = ("effective_at", "always", "retired_at", "group", "reason")
        return begin({name: self.cleaned_data[name] for name in names if self.cleaned_data[name]})


class AddCourseForm(AddForm):
    """Catalog courses that are added to the curriculum, chosen or pasted: all of them, or none."""

    catalog_course = RowsInOrderField(
        label=_("Catalog courses"), queryset=CatalogCourse.objects.with_org(), required=False,
        help_text=_("As many as you like, in the order in which they are to stand."),
    )  # fmt: skip
    keys = forms.CharField(
        label=_("Or their keys"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
        help_text=_(
            "Keys of catalog courses (catalog-course:MITx:6.00x or MITx+6.00x) or of any of their runs, as a column of a "
            "spreadsheet has them: one per line, or separated by blanks, commas or tabs."
        ),
    )
    excluded_runs = forms.CharField(
        label=_("Leave out"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
        help_text=_("Keys of runs of the courses that do not count here, one per line."),
    )
    field_order = ("catalog_course", "keys", "effective_at", "always", "retired_at", "group", "excluded_runs", "reason")
    model, targets, prefix = CurriculumCourseMembership, ("catalog_course",), "course"
    first = ("catalog_course", "keys")

    def clean_excluded_runs(self) -> list[str]:
        """The keys as they are stored."""
        given = dict.fromkeys(self.cleaned_data["excluded_runs"].split())
        if len(given) > MAX_EXCLUDED:
            text = _("This field takes at most %(limit)s keys, got %(found)s.")
            raise forms.ValidationError(text, params={"found": f"{len(given):,}", "limit": MAX_EXCLUDED})
        try:
            return [str(catalog.get_course_run(key).course_key) for key in given]
        except (CatalogError, CourseRun.DoesNotExist) as error:
            raise forms.ValidationError(str(error)) from error

    def clean_keys(self) -> list[tuple[str, CatalogCourse]]:
        """Each key as it was typed, with its course. A sentence for each that names nothing."""
        given = [key for key in _BETWEEN_KEYS.split(self.cleaned_data["keys"]) if key]
        if len(given) > MAX_ADDED:
            text = _("This field takes at most %(limit)s keys, got %(found)s.")
            raise forms.ValidationError(text, params={"found": f"{len(given):,}", "limit": MAX_ADDED})
        found = self._courses_by_key(given)
        unknown = [key for key in dict.fromkeys(given) if key not in found]
        if unknown:
            text = _("%(key)s is not known: no catalog course and no course run has this key.")
            raise forms.ValidationError([forms.ValidationError(text, params={"key": key}) for key in unknown])
        return [(key, found[key]) for key in given]

    def _courses_by_key(self, keys: Sequence[str]) -> dict[str, CatalogCourse]:
        runs = catalog.get_course_runs(keys)
        seen = {run.pk for run in permissions.known_rows(self.user, runs.values())}
        found = {key: run.catalog_course for key, run in runs.items() if run.pk in seen}
        for key in dict.fromkeys(keys):
            if key not in runs:
                try:
                    found[key] = course_named(key)
                except (CatalogError, ObjectDoesNotExist):
                    continue
        known = {course.pk for course in permissions.known_rows(self.user, found.values())}
        return {key: course for key, course in found.items() if course.pk in known}

    def clean(self) -> dict[str, Any]:
        """A sentence, at its field, for each course that is named twice, or stands in the curriculum at that time."""
        values: Any = super().clean()
        if self.errors:
            return values
        given = [("catalog_course", course.key_str, course) for course in values["catalog_course"]]
        given += [("keys", key, course) for key, course in values["keys"]]
        if not given:
            self.add_error("catalog_course", _("Choose courses, or paste their keys."))
        values["courses"] = []
        names: dict[int, str] = {}
        dates = {"effective_at": timezone.now(), "retired_at": values["retired_at"], **self.given()}
        for field, key, course in given:
            if course.pk in names:
                text = _("%(key)s is there twice: it names the same course as %(other)s.")
                self.add_error(field, text % {"key": key, "other": names[course.pk]})
                continue
            names[course.pk] = key
            values["courses"].append(course)
            if (field == "keys" or len(given) > 1) and (refusal := self._refused(course, dates)):
                self.add_error(field, refusal)
        return values

    def _refused(self, course: CatalogCourse, dates: dict[str, Any]) -> str:
        """What the API would say of one of several, so that all are told at once; "" where it takes it."""
        row = CurriculumCourseMembership(curriculum=self.row, catalog_course=course, version="")
        row.effective_at, row.retired_at = dates["effective_at"], dates["retired_at"]
        try:
            check_dates(row)
        except CatalogError as error:
            return str(permissions.discreet(self.user, error))
        return ""

    def save(self, provenance: dict[str, Any]) -> int:
        runs = self.cleaned_data["excluded_runs"]
        rows = api.add_courses(self.row, self.cleaned_data["courses"], excluded_runs=runs, **self.given(), **provenance)
        return len(rows)


class AddProgramForm(AddForm):
    """A program that is added to the curriculum."""

    program = forms.ModelChoiceField(label=_("Program"), queryset=Program.objects.all())
    field_order = ("program", "effective_at", "always", "retired_at", "group", "reason")
    model, targets, prefix = CurriculumProgramMembership, ("program",), "program"
    first = ("program",)

    def save(self, provenance: dict[str, Any]) -> int:
        api.add_program(self.row, self.cleaned_data["program"], **self.given(), **provenance)
        return 1


class MemberForm(PartForm):
    """When a course or program is in the curriculum, and of which group it counts."""

    effective_at = InstantField(label=_("Effective"), help_text=_("UTC. Blank: as long as the curriculum."))
    retired_at = InstantField(label=_("Retired"), help_text=_("UTC. Blank: it does not end."))
    group = forms.CharField(label=_("Group"), required=False, max_length=100, help_text=_GROUP)
    columns = ("effective_at", "retired_at", "group")

    def save(self, provenance: dict[str, Any]) -> None:
        """Change what is otherwise than it was shown, in one step. Raises CatalogError."""
        changed = self.changed()
        group = {"group": changed.pop("group")} if "group" in changed else {}
        atomically(router.db_for_write(type(self.part)), partial(self._write, changed, group, self.why(provenance)))

    def _write(self, dates: dict[str, Any], group: dict[str, Any], provenance: dict[str, Any]) -> None:
        if dates:
            api.reschedule(self.part, **dates, **provenance)
        if group:
            api.update_member(self.part, **group, **provenance)
