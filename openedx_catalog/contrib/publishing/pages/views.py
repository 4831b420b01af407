"""The courses that somebody works on: their list, what is known of each and may be done to it, and their values."""

from __future__ import annotations

from collections.abc import Set
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from openedx_catalog import permissions
from openedx_catalog.contrib.listings.models_api import CourseListing
from openedx_catalog.contrib.listings.pages import reading
from openedx_catalog.contrib.listings.pages import views as public
from openedx_catalog.contrib.listings.pages.doors import private_page, user_of
from openedx_catalog.lib import searching, texts
from openedx_catalog.models_api import CatalogCourse, CourseRun

from .. import api, fields, showing
from ..doors import in_states, is_for
from ..models_api import CourseRunWorkingCopy
from ..workflow import Action, Role, State, allowed
from . import forms, previews

_SEARCHED = (
    "working_copy__title__icontains", "working_copy__title_override__icontains", "listing__title_override__icontains",
    "title__icontains", "course_code_ci__contains", "org__short_name__icontains", "org__name__icontains",
)  # fmt: skip
MAIN = (Action.SUBMIT, Action.APPROVE, Action.PUBLISH, Action.REJECT, Action.WITHDRAW)
GROUPS = (MAIN, (Action.SCHEDULE,), (Action.UNPUBLISH,), (Action.DISCARD,))


def courses_of(request: HttpRequest) -> QuerySet[CatalogCourse]:
    """The courses that the user works on, or may look at; organizations, listings and working copies joined."""
    user = user_of(request)
    return permissions.visible(user, api.workable_courses(user)).select_related("org", "listing", "working_copy")


def course_of(request: HttpRequest, uuid: UUID) -> tuple[CatalogCourse, frozenset[Role]]:
    """One of them, and what the user is to it. Raises Http404 for others, as for those that do not exist."""
    course = courses_of(request).filter(uuid=uuid).first()
    if course is None:
        raise Http404
    return course, api.roles_of(user_of(request), [course]).get(course.pk, frozenset())


def runs_of(request: HttpRequest, course: CatalogCourse) -> QuerySet[CourseRun]:
    """The runs of a course that the user may know of, by key; with schedules, listings and working copies."""
    rows = permissions.visible(user_of(request), CourseRun.objects.filter(catalog_course=course))
    return rows.select_related("schedule", "listing", "withdrawal", "working_copy").order_by("key_ci", "pk")


def shown(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page, with what the base template shows."""
    notices = messages.get_messages(request)
    said = {**public.frame("editing"), "notices": notices, "noindex": True, **context}
    return render(request, f"openedx_catalog_publishing/{template}.html", said)


def done(request: HttpRequest, course: CatalogCourse, told: Any) -> HttpResponse:
    """Back to the page of a course, or to the list, where it is the user's no more; with a notice, where the host has some."""
    messages.success(request, told, fail_silently=True)
    if not courses_of(request).filter(pk=course.pk).exists():
        return redirect("openedx_catalog:publishing:edit-list")
    return redirect("openedx_catalog:publishing:edit-course", course.uuid)


@private_page
def course_list(request: HttpRequest) -> HttpResponse:
    """Those that the user works on, what was changed last first, narrowed by words and state. Some fifteen queries."""
    words, state = (request.GET.get(name, "").strip() for name in ("q", "state"))
    words = "" if texts.unstorable(words) else searching.searched(words)
    rows = courses_of(request).annotate(changed=_changed())
    if words:
        rows = rows.filter(searching.has_words(words, _SEARCHED, ()))
    if state in State.values:
        rows = rows.filter(in_states([state]))
    found = public.page_of(rows.order_by("-changed", "-pk"), request)
    states = api.states_of([row.pk for row in found.object_list])
    context = {
        "courses": [(row, title_of(row), states[row.pk].label) for row in found.object_list],
        "page": found,
        "q": words,
        "state": state,
        "states": State.choices,
        "query": urlencode({name: value for name, value in (("q", words), ("state", state)) if value}),
        "may_create": forms.organizations_for(user_of(request)).exists(),
    }
    return shown(request, "list", context)


@private_page
def course_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """
    Where a course is on its way to learners, what would change for them, who works on it, and what the user may do now. What is
    sent is one of the forms of this page, which `do` names.
    """
    course, roles = course_of(request, uuid)
    form = _posted_form(request, course, roles) if request.method == "POST" else None
    if form is not None and form.save():
        return done(request, course, form.told)
    return shown(request, "course", _overview(request, course, roles, form))


@private_page
def preview(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The page that learners would see if the course was published now."""
    course, _roles = course_of(request, uuid)
    said = previews.previewed(user_of(request), course, runs_of(request, course))
    programs = public.programs_with(user_of(request), said.listing)
    context = {"course": said, "listing": said.listing, "effort": reading.effort_of(said.listing), "programs": programs}
    return shown(request, "preview", context)


@private_page
def new_course(request: HttpRequest) -> HttpResponse:
    """A course of one of the user's organizations; of any, for staff."""
    organizations = list(forms.organizations_for(user_of(request)))
    if not organizations:
        raise PermissionDenied
    form = forms.NewCourseForm(request, organizations)
    if form.is_bound and form.save():
        return done(request, form.result.catalog_course, form.told)
    return shown(request, "new", {"form": form})


@private_page
def course_values(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What learners are to read of a course; what the law says of it for legal reviewers alone."""
    course, roles = course_of(request, uuid)
    parts = ((Action.EDIT, fields.editable(fields.COURSE)), (Action.EDIT_LEGAL, forms.LEGAL))
    names = [name for action, group in parts if is_for(roles, action) for name in group]
    runs = list(runs_of(request, course)) if is_for(roles, Action.EDIT) else []
    return _values(request, forms.CourseForm, course, names, roles, runs=runs)


@private_page
def run_values(request: HttpRequest, uuid: UUID, run: UUID) -> HttpResponse:
    """What learners are to read of a run, and its dates."""
    course, roles = course_of(request, uuid)
    row = runs_of(request, course).filter(uuid=run).first()
    if row is None:
        raise Http404
    names = fields.editable(fields.RUN) if is_for(roles, Action.EDIT) else []
    return _values(request, forms.RunForm, course, names, roles, run=row)


def _values(
    request: HttpRequest, form_class: Any, course: CatalogCourse, names: list[str], roles: Set[Role], **more: Any
) -> HttpResponse:
    """The form for these values. In some states of the course they are not saved: then it says so, and keeps what was typed."""
    if not names:
        raise PermissionDenied
    form = form_class(request, more.get("run", course), names)
    if form.is_bound and form.save():
        return done(request, course, form.told)
    state = api.state_of(course)
    now = set(allowed(state, roles))
    context = {
        "form": form,
        "course": course,
        "title": title_of(course),
        "state": state,
        "is_closed": is_for(roles, Action.EDIT) and Action.EDIT not in now,
        "may_save": form.is_bound or now & {Action.EDIT, Action.EDIT_LEGAL},
        **more,
    }
    return shown(request, "values", context)


def title_of(course: CatalogCourse) -> str:
    """What a course is to be called, or is. Listing and working copy are joined."""
    named = getattr(course, "working_copy", None) or getattr(course, "listing", None)
    return str(named or course.title)


def _posted_form(request: HttpRequest, course: CatalogCourse, roles: frozenset[Role]) -> forms.ApiForm:
    """The form that was sent. Raises PermissionDenied, BadRequest for one that this page does not have."""
    match request.POST.get("do"):
        case "step":
            possible = set(allowed(api.state_of(course), roles))
            for group in GROUPS:
                if request.POST.get("action") in group:
                    return forms.StepForm(request, course, group, possible)
        case "add_editor" | "remove_editor" as change:
            if not is_for(roles, Action.EDIT):
                raise PermissionDenied
            return forms.EditorForm(request, course, removes=change == "remove_editor")
        case "comment" if api.takes_comments():
            if not roles:
                raise PermissionDenied
            return forms.CommentForm(request, course, runs_of(request, course))
    raise BadRequest


def _overview(request: HttpRequest, course: CatalogCourse, roles: Set[Role], posted: Any) -> dict[str, Any]:
    state, copy, listing = api.state_of(course), api.find_working_copy(course), getattr(course, "listing", None)
    may, is_editor, runs = set(allowed(state, roles)), is_for(roles, Action.EDIT), list(runs_of(request, course))
    differences = api.compare(course) if copy else []
    seen = {"version": forms.version_of(state, copy, differences), "go_live_at": copy.go_live_at if copy else None}

    def form(kind: Any, *args: Any, **more: Any) -> Any:
        """One of the forms of the page: the one that was sent, with what was typed."""
        made = kind(request, course, *args, is_sent=False, **more)
        return posted if posted and posted.auto_id == made.auto_id else made

    steps = [form(forms.StepForm, group, may, initial=seen) for group in GROUPS]
    return {
        "course": course,
        "title": title_of(course),
        "roles": [each.label for each in Role if each in roles],
        "state": state,
        "way": showing.way_of(state),
        "words": showing.words_of(state, copy, is_live=bool(listing and listing.live)),
        "public": CourseListing.objects.reachable().filter(catalog_course=course).first(),
        "differences": showing.in_words(differences),
        "steps": [each for each in steps if each.actions or each is posted],
        "may_edit": may & {Action.EDIT, Action.EDIT_LEGAL},
        "runs": runs if is_editor else [],
        "posted": posted,
        "reviews": [(row, showing.named_action(row)) for row in api.get_reviews(course).reverse()],
        "editors": api.get_editors(course),
        "editor_form": form(forms.EditorForm) if is_editor else None,
        "comments": api.get_comments(course) if api.takes_comments() else None,
        "comment_form": form(forms.CommentForm, runs) if roles else None,
    }


def _changed() -> Coalesce:
    """When the changes of a course were changed last, those of its runs included; else what learners see of it."""
    runs = CourseRunWorkingCopy.objects.filter(run__catalog_course=OuterRef("pk")).order_by("-modified")
    last = Coalesce(Subquery(runs.values("modified")[:1]), "working_copy__modified")
    return Coalesce(Greatest("working_copy__modified", last), "listing__modified", "modified")
