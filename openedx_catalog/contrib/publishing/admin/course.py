"""What waits to be published, in the admin: what it changes, who has said what of it, and the steps that it can take."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from openedx_catalog.admin.filters import OrganizationFilter
from openedx_catalog.contrib.listings.admin.base import PartsColumns
from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.base import row_id, stored_on_post
from openedx_catalog.lib.admin.forms import ApiForm, ApiModelAdmin, InstantField, ReasonField
from openedx_catalog.lib.admin.images import image_cell
from openedx_catalog.lib.admin.texts import instant_column
from openedx_catalog.lib.exceptions import CatalogError
from openedx_catalog.models_api import CatalogCourse

from .. import api, doors
from ..models_api import CourseRunWorkingCopy, CourseWorkingCopy, WorkingCopyOwner, WorkingCopySubject
from ..workflow import Action, allowed
from .base import CREATED, MODIFIED, OfCourses
from .panels import panels_of_copy

# A row of each stands on the page that comes.
MAX_SELECTED = 200
GOES_LIVE = instant_column("go_live_at", _("Goes live"))


class BeginForm(ApiForm):
    """Of which course a copy is begun."""

    owner, taken = "catalog_course", _("It has a working copy already.")


class StepForm(forms.Form):
    """What is said of a step."""

    reason = ReasonField(help_text=_("Editors and reviewers read it. Needed to reject changes."))
    go_live_at = InstantField(
        label=_("Goes live at"),
        show_hidden_initial=False,
        help_text=_("For “Schedule”, in UTC. Blank: it is published when somebody publishes it."),
    )


@admin.register(CourseWorkingCopy)
class CourseWorkingCopyAdmin(PartsColumns, OfCourses, ApiModelAdmin):
    """
    The newest first. Values are read here, and changed on the pages for editors.

    Each row says itself, by the roles that a user has there, which steps he may have it take; to delete it is to discard it.
    """

    change_form_template = "admin/openedx_catalog_publishing/copy.html"
    form = BeginForm
    list_display = ("course_key", "title_", "organization", "state", GOES_LIVE, MODIFIED)
    list_filter = ("state", OrganizationFilter)
    actions = ("approve", "publish")
    autocomplete_fields = ("catalog_course",)
    prefetched = ("catalog_course__org", "level")
    found_by = ("title__icontains", "title_override__icontains")
    linked: ClassVar[dict[Any, str]] = {WorkingCopySubject: "copy_id", WorkingCopyOwner: "copy_id"}
    add_fieldsets: ClassVar[Any] = ((None, {"fields": ("catalog_course",)}),)
    _texts = ("title", "title_override", "short_description", "full_description", "picture", "image_alt", "video_url")
    _facts = ("subjects", "level", "min_effort", "max_effort", "weeks", "languages")
    fieldsets = (
        (None, {"fields": ("course_link", "editing_link", "state", GOES_LIVE, CREATED, MODIFIED)}),
        (_("What learners are to read"), {"fields": _texts}),
        (_("Who is to see it"), {"fields": ("visibility", "invitation_only", "slug")}),
        (_("Facts"), {"fields": _facts}),
        (_("Who offers it"), {"fields": ("owners", "readable_id")}),
        (_("Legal"), {"fields": ("restricted_countries", "legal_note")}),
    )
    create_row = staticmethod(api.open_working_copy)

    @staticmethod
    def delete_row(row: CourseWorkingCopy, **provenance: Any) -> None:
        """Its changes are discarded."""
        api.perform(row.catalog_course, Action.DISCARD, **provenance)

    def has_step_permission(self, request: HttpRequest) -> bool:
        """For the actions: whether a user is something to every course. Asked for each of them, several times a page."""
        if not hasattr(request, "publishing_roles"):
            request.publishing_roles = api.roles_everywhere(request.user)  # type: ignore[attr-defined]
        return bool(request.publishing_roles)  # type: ignore[attr-defined]

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """The copies of the runs go along, though nothing of the database says so."""
        rows = list(objs)
        runs = CourseRunWorkingCopy.objects.filter(run__catalog_course__working_copy__in=rows)
        counts = {self.opts.verbose_name_plural: len(rows), runs.model._meta.verbose_name_plural: runs.count()}
        shown = [f"{row}: {row.catalog_course.key_str}" for row in rows]
        return shown, {str(name): number for name, number in counts.items() if number}, set(), []

    @stored_on_post
    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The page, and a step that somebody takes on it."""
        if request.method != "POST":
            return super().change_view(request, object_id, form_url, extra_context)
        [row] = self.rows_for(request, [row_id(object_id)], "view")
        course, form, action = row.catalog_course, StepForm(request.POST), request.POST.get("_step", "")
        if not api.roles_of(request.user, [course])[course.pk]:
            raise PermissionDenied
        if form.is_valid() and action:
            given = form.cleaned_data if action == Action.SCHEDULE else {"reason": form.cleaned_data["reason"]}
            self._step(request, course, action, **given)
        for errors in form.errors.values():
            messages.error(request, " ".join(map(str, errors)))
        # Published or discarded, it is no more.
        is_there = self.model.objects.filter(pk=row.pk).exists()
        back = request.get_full_path() if is_there else f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
        return redirect(back)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, obj: Any = None, **kwargs: Any
    ) -> HttpResponse:
        if obj is not None:
            course, form = obj.catalog_course, StepForm(initial={"go_live_at": obj.go_live_at})
            roles = api.roles_of(request.user, [course])[course.pk]
            steps = [each for each in allowed(api.state_of(course), roles) if each in api.STEPS]
            if Action.SCHEDULE not in steps:
                del form.fields["go_live_at"]
            found = [panel for panel in panels_of_copy(obj, request.user) if panel.rows]
            context |= {"panels": found, "steps": steps, "step_form": form}
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    @admin.action(description=_("Approve"), permissions=["step"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """In the review in which each of them is."""
        self._each(request, queryset, Action.APPROVE)

    @admin.action(description=_("Publish"), permissions=["step"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Those that are reviewed, or need no review."""
        self._each(request, queryset, Action.PUBLISH)

    def _each(self, request: HttpRequest, queryset: QuerySet[Any], action: Action) -> None:
        """Each row in a transaction of its own: one that is refused is named, and stops none."""
        rows = list(queryset.order_by("pk")[: MAX_SELECTED + 1])
        if len(rows) > MAX_SELECTED:
            messages.error(request, _("Select at most %(limit)d rows.") % {"limit": MAX_SELECTED})
            return
        for row in rows:
            self._step(request, row.catalog_course, action, reason="")

    def _step(self, request: HttpRequest, course: CatalogCourse, action: str, **given: Any) -> None:
        """Take a step, and say what came of it."""
        try:
            said = {"source": "admin", "user": request.user, **given}
            state = doors.acting(request.user, course, action, lambda held: api.perform(held, action, **said))
        except PermissionDenied:
            why: Any = _("You may not do this in the state that it is in.")
        except (CatalogError, ObjectDoesNotExist) as error:
            why = permissions.discreet(request.user, error)
        else:
            messages.success(request, f"{course.key_str}: {state.label}")
            return
        messages.error(request, f"{course.key_str}: {why}")

    @admin.display(description=_("For editors"))
    def editing_link(self, row: CourseWorkingCopy) -> str:
        url = doors.editing_address(row.catalog_course)
        return format_html('<a href="{}">{}</a>', url, _("Edit")) if url else "–"

    @admin.display(description=_("Image"))
    def picture(self, row: CourseWorkingCopy) -> str:
        return image_cell(row.thumbnail_url, row.image_alt)
