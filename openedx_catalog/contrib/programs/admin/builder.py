"""
The page on which a curriculum is built: courses and programs are added, moved, retired and offered again; runs are left out.

Every button is one call of the API. Works with the mouse and with the keyboard: rows are dragged, or moved by their buttons.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.db import router
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openedx_catalog import api as catalog
from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.base import GREATEST_ID, Autocomplete
from openedx_catalog.lib.admin.forms import InstantField
from openedx_catalog.lib.admin.texts import utc
from openedx_catalog.lib.transactions import atomically
from openedx_catalog.models_api import CatalogCourse, CourseRun

from .. import api
from ..models_api import Curriculum, CurriculumCourseMembership, CurriculumProgramMembership, Program
from .base import BEGINS, AlwaysField, begin

TEMPLATE = "admin/openedx_catalog_programs/curriculum_builder.html"
_GROUP = _("The group of the curriculum of which it counts, e.g. Electives. Leave blank if it is required.")
SCRIPTS = forms.Media(js=["openedx_catalog_programs/builder.js"])
MAX_RUNS = 100
# As many as REST takes: each is looked up.
MAX_EXCLUDED = 500


class AddForm(forms.Form):
    """What is added to the curriculum, and when it is in effect."""

    model: Any
    target: str
    add: Any
    effective_at = InstantField(
        label=_("Effective"),
        show_hidden_initial=False,
        help_text=BEGINS,
    )
    always = AlwaysField()
    retired_at = InstantField(label=_("Retired"), show_hidden_initial=False)
    group = forms.CharField(label=_("Group"), required=False, max_length=100, help_text=_GROUP)

    def __init__(self, builder: Builder, **kwargs: Any) -> None:
        asked = builder.asked == f"add_{self.prefix}"
        super().__init__(builder.request.POST if asked else None, **kwargs)
        self.builder = builder
        target: Any = self.fields[self.target]
        target.widget = Autocomplete(self.model._meta.get_field(self.target), builder.admin.admin_site)
        target.queryset = permissions.visible(builder.request.user, target.queryset.all())

    def save(self) -> None:
        """Add it. Raises CatalogError."""
        values = begin({name: value for name, value in self.cleaned_data.items() if value})
        type(self).add(self.builder.curriculum, values.pop(self.target), **values, **self.builder.provenance)


class AddCourseForm(AddForm):
    """A catalog course that is added to the curriculum."""

    catalog_course = forms.ModelChoiceField(label=_("Catalog course"), queryset=CatalogCourse.objects.with_org())
    excluded_runs = forms.CharField(
        label=_("Leave out"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
        help_text=_("Keys of runs of the course that do not count here, one per line."),
    )
    field_order = ("catalog_course", "effective_at", "always", "retired_at", "group", "excluded_runs")
    model, target, prefix = CurriculumCourseMembership, "catalog_course", "course"
    add = staticmethod(api.add_course)

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


class AddProgramForm(AddForm):
    """A program that is added to the curriculum."""

    program = forms.ModelChoiceField(label=_("Program"), queryset=Program.objects.all())
    field_order = ("program", "effective_at", "always", "retired_at", "group")
    model, target, prefix = CurriculumProgramMembership, "program", "program"
    add = staticmethod(api.add_program)


class MemberForm(forms.Form):
    """When a course or program is in the curriculum, and of which group it counts. It sends what it showed along."""

    effective_at = InstantField(label=_("Effective"), help_text=_("UTC. Blank: as long as the curriculum."))
    retired_at = InstantField(label=_("Retired"), help_text=_("UTC. Blank: it does not end."))
    group = forms.CharField(label=_("Group"), required=False, max_length=100, show_hidden_initial=True, help_text=_GROUP)

    def __init__(self, member: Any, data: Any = None) -> None:
        shown = {name: getattr(member, name) for name in ("effective_at", "retired_at", "group")}
        super().__init__(data, prefix=f"{member._meta.model_name}-{member.pk}", initial=shown)
        self.member = member

    def save(self, provenance: dict[str, Any]) -> None:
        """Change what is otherwise than it was shown, in one step. Raises CatalogError, ValidationError."""
        if not self.is_valid():
            raise forms.ValidationError([error for errors in self.errors.values() for error in errors])
        changed = {name: self.cleaned_data[name] for name in self.changed_data}
        group = {"group": changed.pop("group")} if "group" in changed else {}
        atomically(router.db_for_write(type(self.member)), partial(self._write, changed, group, provenance))

    def _write(self, dates: dict[str, Any], group: dict[str, Any], provenance: dict[str, Any]) -> None:
        if dates:
            api.reschedule(self.member, **dates, **provenance)
        if group:
            api.update_member(self.member, **group, **provenance)


class Builder:
    """One request to the page. Users who may not change curricula get no buttons."""

    def __init__(self, model_admin: Any, request: HttpRequest, curriculum: Curriculum) -> None:
        self.admin, self.request, self.curriculum = model_admin, request, curriculum
        self.provenance: dict[str, Any] = {"source": "admin", "user": request.user}
        self.asked = request.POST.get("_do", "") if request.method == "POST" else ""

    def respond(self) -> HttpResponse:
        """Do what a button says, and show the page again; with what a form was refused for, if it was."""
        forms_by_name = {"add_course": AddCourseForm(self), "add_program": AddProgramForm(self)}
        adding = forms_by_name.get(self.asked)
        try:
            if adding is None:
                self._press()
            elif adding.is_valid():
                adding.save()
        except CatalogError as error:
            if adding is None:
                messages.error(self.request, str(permissions.discreet(self.request.user, error)))
            else:
                text = str(permissions.discreet(self.request.user, error))
                adding.add_error(error.field if error.field in adding.fields else adding.target, text)
        except forms.ValidationError as error:
            messages.error(self.request, " ".join(error.messages))
        if self.asked and not (adding and adding.errors):
            return HttpResponseRedirect(self.request.path)
        return TemplateResponse(self.request, TEMPLATE, self._context(**forms_by_name))

    def _context(self, **forms_by_name: Any) -> dict[str, Any]:
        user, may_change = self.request.user, self.admin.has_change_permission(self.request)
        title = _("Build %(curriculum)s") if may_change else _("View %(curriculum)s")
        media = self.admin.media + forms_by_name["add_course"].media + SCRIPTS if may_change else self.admin.media
        return {
            **self.admin.admin_site.each_context(self.request),
            **forms_by_name,
            **_content(self.curriculum, user),
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
            self._reorder([_number(text) for text in self.request.POST.getlist("order")])
        elif what:
            rows: Any = self.curriculum.course_memberships
            if what.endswith("_program"):
                rows = self.curriculum.program_memberships
            member = permissions.visible(self.request.user, rows.filter(pk=_number(number))).first()
            if member is None:
                messages.error(self.request, _("Another user has removed it in the meantime."))
            else:
                self._change(member, what.removesuffix("_program"))

    def _change(self, member: Any, what: str) -> None:
        if what in ("up", "down"):
            self._shift(member, 1 if what == "down" else -1)
        elif what == "dates":
            MemberForm(member, self.request.POST).save(self.provenance)
        elif what in ("retire", "reintroduce", "remove"):
            getattr(api, what)(member, **self.provenance)
        elif what == "exclude":
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


def _number(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
    return number if number <= GREATEST_ID else 0


def _content(curriculum: Curriculum, viewer: Any) -> dict[str, Any]:
    """What stands in the curriculum, and may be known of by whoever looks. Seven queries."""
    courses = curriculum.course_memberships.select_related("catalog_course__org").prefetch_related("run_exclusions")
    programs = permissions.visible(viewer, curriculum.program_memberships.all()).select_related("program")
    members: list[Any] = list(courses.order_by("position", "pk"))
    nested: list[Any] = list(programs.order_by("position", "pk"))
    _add_runs(members, curriculum.program)
    for row in nested:
        row.name = row.program.title
    for rows, target, suffix in ((members, "catalog_course_id", ""), (nested, "program_id", "_program")):
        offered = {getattr(row, target) for row in rows if not row.is_over()}
        for row in rows:
            # What is offered again already is not offered once more.
            row.may_return = getattr(row, target) not in offered
            row.since, row.until, row.suffix = utc(row.effective_at), utc(row.retired_at), suffix
            row.dates = MemberForm(row)
    groups: list[Any] = list(permissions.visible(viewer, curriculum.groups.not_over()).order_by("pk"))
    for group in groups:
        group.since, group.until = utc(group.effective_at), utc(group.retired_at)
    return {
        "curriculum": curriculum,
        "groups": groups,
        "closed": utc(curriculum.closed_at) if curriculum.closed_at else "",
        "members": [row for row in members if not row.is_over()],
        "former": [row for row in [*members, *nested] if row.is_over()],
        "programs": [row for row in nested if not row.is_over()],
        **_timeline([*members, *nested]),
    }


def _add_runs(members: list[Any], program: Program) -> None:
    """Give memberships what the page shows of their courses and runs."""
    nowhere = set(program.run_exclusions.values_list("run_id", flat=True))
    runs: dict[int, list[tuple[int, str]]] = {}
    known = CourseRun.objects.filter(catalog_course__in={member.catalog_course_id for member in members})
    for course, pk, key in known.order_by("key_ci").values_list("catalog_course_id", "pk", "course_key__text"):
        runs.setdefault(course, []).append((pk, key))
    for member in members:
        excluded = {exclusion.run_id for exclusion in member.run_exclusions.all()}
        own = runs.get(member.catalog_course_id, [])
        member.known_runs = [(key, pk in excluded, pk in nowhere) for pk, key in own[:MAX_RUNS]]
        member.excluded_count = sum(pk in excluded or pk in nowhere for pk, _key in own)
        member.name = f"{member.catalog_course.title} ({member.catalog_course.key_str})"


def _timeline(rows: list[Any]) -> dict[str, Any]:
    """Rows as bars, in percent, from the first date to the last, open ends at the edges; none where there are no dates."""
    moments = [moment for row in rows for moment in (row.effective_at, row.retired_at) if moment]
    if not moments:
        return {"bars": []}
    now = timezone.now()
    first, last = min(*moments, now), max(*moments, now)
    length = max((last - first).total_seconds(), 1) * 1.2
    begin = first.timestamp() - length / 12
    for row in rows:
        row.left, right = _percent(row.effective_at, begin, length, 0), _percent(row.retired_at, begin, length, 100)
        row.width = round(max(right - row.left, 0.5), 2)
    return {"bars": rows, "today": _percent(now, begin, length, 0), "first": utc(first), "last": utc(last)}


def _percent(moment: datetime | None, begin: float, length: float, edge: float) -> float:
    return edge if moment is None else round(100 * (moment.timestamp() - begin) / length, 2)
