"""
The page on which a curriculum is built: courses and programs come, change places, leave and come back; runs are left out.

Every button is one call of the API. Works with the mouse and with the keyboard: rows are dragged, or moved by their buttons.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
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
from openedx_catalog.models_api import CatalogCourse, CourseRun

from .. import api
from ..models_api import Curriculum, CurriculumCourseMembership, CurriculumProgramMembership, Program

SHOWN_RUNS = 100
SCRIPTS = ["openedx_catalog_programs/builder.js"]
# As many as REST takes: each is looked up.
MAX_EXCLUDED = 500


class Bar(NamedTuple):
    """One row of the timeline, in percent of its width."""

    name: str
    version: str
    text: str
    left: float
    width: float
    current: bool


class AddForm(forms.Form):
    """What comes into the curriculum, and when."""

    effective_at = InstantField()
    retired_at = InstantField()

    def __init__(self, *args: Any, site: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["effective_at"].label = _("Effective")
        self.fields["retired_at"].label = _("Retired")
        self.fields["effective_at"].help_text = _("UTC. Empty: always; or from now on, if it was there before.")
        for field in self.fields.values():
            field.show_hidden_initial = False
        for name, model in (("catalog_course", CurriculumCourseMembership), ("program", CurriculumProgramMembership)):
            if name in self.fields:
                self.fields[name].widget = Autocomplete(model._meta.get_field(name), site)
                self.fields[name].widget.choices = self.fields[name].choices  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """The dates that were given."""
        return {name: self.cleaned_data[name] for name in ("effective_at", "retired_at") if self.cleaned_data[name]}


class AddCourseForm(AddForm):
    """A catalog course that comes into the curriculum."""

    catalog_course = forms.ModelChoiceField(label=_("Catalog course"), queryset=CatalogCourse.objects.with_org())
    excluded_runs = forms.CharField(
        label=_("Leave out"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
        help_text=_("Keys of its runs that do not count here, one a line."),
    )
    field_order = ("catalog_course", "effective_at", "retired_at", "excluded_runs")

    def clean_excluded_runs(self) -> list[str]:
        """The keys as they are stored."""
        given = dict.fromkeys(self.cleaned_data["excluded_runs"].split())
        if len(given) > MAX_EXCLUDED:
            text = _("These are %(found)s keys, and this form takes at most %(most)s.")
            raise forms.ValidationError(text, params={"found": f"{len(given):,}", "most": MAX_EXCLUDED})
        try:
            return [str(catalog.get_course_run(key).course_key) for key in given]
        except (CatalogError, CourseRun.DoesNotExist) as error:
            raise forms.ValidationError(str(error)) from error

    def values(self) -> dict[str, Any]:
        """The dates that were given, and the runs."""
        return {**super().values(), "excluded_runs": self.cleaned_data["excluded_runs"]}


class AddProgramForm(AddForm):
    """A program that comes into the curriculum."""

    program = forms.ModelChoiceField(label=_("Program"), queryset=Program.objects.all())
    field_order = ("program", "effective_at", "retired_at")


def build(model_admin: Any, request: HttpRequest, curriculum: Curriculum) -> HttpResponse:
    """Show the page, or do what a button of it says and show it again. Who may not change curricula gets no button."""
    site, notes = model_admin.admin_site, {"source": "admin", "user": request.user}
    may_change = model_admin.has_change_permission(request)
    asked = request.POST.get("_do", "") if request.method == "POST" else ""
    add_course = AddCourseForm(request.POST if asked == "add_course" else None, site=site, prefix="course")
    add_program = AddProgramForm(request.POST if asked == "add_program" else None, site=site, prefix="program")
    add_program.fields["program"].queryset = permissions.visible(request.user, Program.objects.all())  # type: ignore[attr-defined]
    if asked:
        adding = {"add_course": add_course, "add_program": add_program}.get(asked)
        try:
            if adding is None:
                _press(curriculum, asked, request, notes)
            elif adding.is_valid():
                _add(curriculum, adding, notes)
        except CatalogError as error:
            if adding is None:
                messages.error(request, str(error))
            else:
                name = "catalog_course" if adding is add_course else "program"
                adding.add_error(error.field if error.field in adding.fields else name, str(error))
        else:
            if adding is None or not adding.errors:
                return HttpResponseRedirect(request.path)
    return TemplateResponse(
        request,
        "admin/openedx_catalog_programs/curriculum_builder.html",
        {
            **site.each_context(request),
            **_content(curriculum, request.user),
            "may_change": may_change,
            "may_view_courses": permissions.can_view(request.user, CatalogCourse),
            "may_view_programs": permissions.can_view(request.user, Program),
            "title": (_("Build %(curriculum)s") if may_change else _("View %(curriculum)s")) % {"curriculum": curriculum},
            "original": curriculum,
            "has_view_permission": True,
            "opts": model_admin.opts,
            "add_course": add_course,
            "add_program": add_program,
            "media": model_admin.media + (add_course.media + forms.Media(js=SCRIPTS) if may_change else forms.Media()),
        },
    )


def _add(curriculum: Curriculum, form: AddForm, notes: dict[str, Any]) -> None:
    if isinstance(form, AddCourseForm):
        api.add_course(curriculum, form.cleaned_data["catalog_course"], **form.values(), **notes)
    else:
        api.add_program(curriculum, form.cleaned_data["program"], **form.values(), **notes)


def _press(curriculum: Curriculum, asked: str, request: HttpRequest, notes: dict[str, Any]) -> None:
    """Do what a button says: "up:12", where 12 is a membership of this curriculum; what is gone is not there any more."""
    what, _colon, number = asked.partition(":")
    if what == "order":
        _reorder(curriculum, [pk for text in request.POST.getlist("order") if (pk := _number(text))], notes)
        return
    rows = curriculum.program_memberships if what.endswith("_program") else curriculum.course_memberships
    member: Any = permissions.visible(request.user, rows.filter(pk=_number(number))).first()
    if member is None:
        messages.error(request, _("Somebody has removed it meanwhile."))
        return
    actions: dict[str, Callable[[], Any]] = {
        "up": lambda: _shift(curriculum, member, -1, notes),
        "down": lambda: _shift(curriculum, member, 1, notes),
        "retire": lambda: api.retire(member, **notes),
        "reintroduce": lambda: api.reintroduce(member, **notes),
        "remove": lambda: api.remove(member, **notes),
        "exclude": lambda: _exclude(member, request.POST.getlist(f"excluded:{member.pk}"), notes),
    }
    action = actions.get(what.removesuffix("_program"))
    if action is not None:
        action()


def _reorder(curriculum: Curriculum, pks: list[int], notes: dict[str, Any]) -> None:
    """The order that the page shows; what has come meanwhile stands last."""
    rows = list(curriculum.course_memberships.not_over().order_by("position", "pk").select_related("catalog_course__org"))
    place = {pk: number for number, pk in enumerate(pks)}
    rows.sort(key=lambda row: place.get(row.pk, len(place)))
    api.reorder(curriculum, list({row.catalog_course_id: row.catalog_course for row in rows}.values()), **notes)


def _shift(curriculum: Curriculum, member: CurriculumCourseMembership, by: int, notes: dict[str, Any]) -> None:
    pks = list(curriculum.course_memberships.not_over().order_by("position", "pk").values_list("pk", flat=True))
    if member.pk in pks:
        place = pks.index(member.pk)
        other = min(max(place + by, 0), len(pks) - 1)
        pks[place], pks[other] = pks[other], pks[place]
        _reorder(curriculum, pks, notes)


def _exclude(member: CurriculumCourseMembership, wanted: list[str], notes: dict[str, Any]) -> None:
    """Make these the runs that are left out."""
    excluded = {str(row.run.course_key) for row in member.run_exclusions.select_related("run")}
    for key in excluded - set(wanted):
        api.include_course_run(member, key, **notes)
    for key in sorted(set(wanted) - excluded):
        api.exclude_course_run(member, key, **notes)


def _number(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
    return number if number <= GREATEST_ID else 0


def _content(curriculum: Curriculum, viewer: Any) -> dict[str, Any]:
    """What stands in the curriculum, and may be known of by whoever looks. Five queries."""
    members = list(
        curriculum.course_memberships.select_related("catalog_course__org")
        .prefetch_related("run_exclusions")
        .order_by("position", "pk")
    )
    nested = permissions.visible(viewer, curriculum.program_memberships.all())
    programs = list(nested.select_related("program").order_by("position", "pk"))
    runs: dict[int, list[tuple[int, str]]] = {}
    known = CourseRun.objects.filter(catalog_course__in={member.catalog_course_id for member in members})
    for course, pk, key in known.order_by("key_ci").values_list("catalog_course_id", "pk", "course_key__text"):
        runs.setdefault(course, []).append((pk, key))
    for member in members:
        excluded = {exclusion.run_id for exclusion in member.run_exclusions.all()}
        own = runs.get(member.catalog_course_id, ())
        member.known_runs = [(key, pk in excluded) for pk, key in own[:SHOWN_RUNS]]  # type: ignore[attr-defined]
        member.excluded_count = len(excluded)  # type: ignore[attr-defined]
        member.name = f"{member.catalog_course.title} ({member.catalog_course.key_str})"  # type: ignore[attr-defined]
    for inside in programs:
        inside.name = inside.program.title  # type: ignore[attr-defined]
    for rows, target in ((members, "catalog_course_id"), (programs, "program_id")):
        there = {getattr(row, target) for row in rows if not row.is_over()}
        for row in rows:
            # What is there again is not offered once more.
            row.may_return = getattr(row, target) not in there  # type: ignore[union-attr]
            row.since, row.until = utc(row.effective_at), utc(row.retired_at)  # type: ignore[union-attr]
    return {
        "curriculum": curriculum,
        "members": [row for row in members if not row.is_over()],
        "former": [row for row in members if row.is_over()],
        "programs": [row for row in programs if not row.is_over()],
        "former_programs": [row for row in programs if row.is_over()],
        **_timeline([*members, *programs]),
    }


def _timeline(rows: list[Any]) -> dict[str, Any]:
    """Bars from the first date to the last, open ends at the edges; nothing where there are no dates at all."""
    moments = [moment for row in rows for moment in (row.effective_at, row.retired_at) if moment]
    if not moments:
        return {"bars": []}
    now = timezone.now()
    first, last = min(*moments, now), max(*moments, now)
    whole = max((last - first).total_seconds(), 1) * 1.2
    begin = first.timestamp() - whole / 12

    def place(moment: datetime | None, edge: float) -> float:
        return edge if moment is None else round(100 * (moment.timestamp() - begin) / whole, 2)

    bars = []
    for row in rows:
        left, right = place(row.effective_at, 0), place(row.retired_at, 100)
        text = f"{row.since} – {row.until}"
        bars.append(Bar(row.name, row.version, text, left, round(max(right - left, 0.5), 2), row.is_current(now)))
    return {"bars": bars, "today": place(now, 0), "first": utc(first.astimezone(UTC)), "last": utc(last.astimezone(UTC))}
