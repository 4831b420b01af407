"""The forms of editors and reviewers. The API decides; its errors appear at the fields they name, else above the form."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.conf.locale import LANG_INFO
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from organizations.models import Organization

from openedx_catalog import permissions
from openedx_catalog.api.for_contrib import hold_courses
from openedx_catalog.contrib.listings import api as listings
from openedx_catalog.contrib.listings.pages.doors import user_of
from openedx_catalog.contrib.listings.pages.reading import language_name
from openedx_catalog.exceptions import CatalogError, InvalidRequest
from openedx_catalog.lib.forms import (
    CodesField,
    InOrderField,
    InstantField,
    ReasonField,
    UploadedImageField,
    refuse_what_others_changed,
    say_refusal,
)
from openedx_catalog.lib.routing import rows_of
from openedx_catalog.lib.transactions import writes_to
from openedx_catalog.models_api import CatalogCourse, CourseRun

from .. import api, fields
from ..data import Difference
from ..doors import acting
from ..models_api import CourseRunWorkingCopy, CourseWorkingCopy
from ..workflow import Action, State

_ADDRESSES = ("video_url", "courseware_url")
_ROWS = {"short_description": 3, "full_description": 14, "legal_note": 3}
# How many are suggested.
MAX_KNOWN = 500

TEXTS = ("title", "title_override", "short_description", "full_description")
FACTS = ("min_effort", "max_effort", "weeks", "languages")
SEEN = ("visibility", "invitation_only", "slug")
LEGAL = tuple(name for name, kind in fields.COURSE.items() if kind is fields.Kind.LEGAL)
COURSE_GROUPS: Any = (
    (_("What learners read"), (*TEXTS, "image", "image_alt", "video_url")),
    (_("Facts"), ("subjects", "level", *FACTS)),
    (_("Who offers it"), ("owners", "readable_id")),
    (_("Who sees it"), SEEN),
    (_("What the law says"), LEGAL),
)
RUN_GROUPS: Any = (
    (_("Dates"), (*fields.SCHEDULE, "unscheduled")),
    (_("What learners read"), (*TEXTS, "video_url")),
    (_("Facts"), FACTS),
    (_("Who sees it"), ("live", *SEEN, "courseware_url")),
)


# What is not taken by chance: it is folded away, with what it does.
APART = {
    Action.UNPUBLISH: _("Learners see the page no longer. Changes that wait stay as they are."),
    Action.DISCARD: _("What was changed here, and is not published, is lost."),
}


class ImageInput(forms.ClearableFileInput):
    """With a picture of the image that is there, and its name, so that another one in its place is noticed."""

    template_name = "openedx_catalog_publishing/image_input.html"
    use_fieldset = False


class ImageField(UploadedImageField):
    """An image: an open file, False where it is to go, else what is there."""

    widget = ImageInput

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What is there: a browser does not send a file twice."""
        return initial

    def has_changed(self, initial: Any, data: Any) -> bool:
        """A text is the name of what the page showed."""
        return data != (getattr(initial, "name", None) or "") if isinstance(data, str) else super().has_changed(initial, data)


class ApiForm(forms.Form):
    """A form that writes through the API: a subclass overrides `write`. Done, it is told of with `told`."""

    told: Any = _("Saved.")

    # Fields that the API calls otherwise: {its name: the form's}.
    named: ClassVar[dict[str, str]] = {"language": "languages", "org_code": "owners"}

    def __init__(self, request: HttpRequest, *, is_sent: bool = True, **kwargs: Any) -> None:
        """With what was sent; not `is_sent`: that is for another form of the page."""
        sent = (request.POST, request.FILES) if is_sent and request.method == "POST" else ()
        super().__init__(*sent, **kwargs)
        self.provenance: Any = {"source": "pages", "user": user_of(request)}

    def write(self) -> Any:
        """Make the change that the form asks for."""
        raise NotImplementedError

    def save(self) -> bool:
        """Whether the change was made; `result` is then what `write` has returned. Else the form has errors."""
        try:
            return self.tried()
        except (CatalogError, ObjectDoesNotExist) as error:
            say_refusal(self, self.provenance["user"], error)
            return False

    def tried(self) -> bool:
        """The same; errors of the API are raised."""
        if self.is_valid():
            self.result = self.write()
        return not self.errors


class CopyForm(ApiForm):
    """
    The values of a working copy. What was changed on the page is written, and nothing else; what somebody else has changed
    meanwhile is said at its field before it is overwritten, and nothing that was typed is lost.
    """

    model: ClassVar[Any]
    groups: ClassVar[Any]

    def __init__(self, request: HttpRequest, row: CatalogCourse | CourseRun, names: Sequence[str]) -> None:
        super().__init__(request)
        self.row: Any = row
        columns = forms.fields_for_model(self.model, names, formfield_callback=_form_field)
        self.fields.update({name: field for name, field in {**columns, **self.made()}.items() if name in names})
        for name, field in self.fields.items():
            field.show_hidden_initial = True
            if name in _ROWS:
                field.widget.attrs["rows"] = _ROWS[name]
        if not self.is_bound:
            self.initial = self.stored()

    def made(self) -> dict[str, forms.Field]:
        """Fields that are not as their columns are."""
        help_text = _("The codes of those that it is taught in, e.g. “en” or “es-419”.")
        choices = [(code, language_name(code)) for code in sorted(LANG_INFO)]
        return {"languages": InOrderField(choices, label=_("Languages"), is_open=True, help_text=help_text)}

    def stored(self) -> dict[str, Any]:
        """What is stored now."""
        raise NotImplementedError

    def shown_groups(self) -> list[tuple[Any, list[Any]]]:
        """The fields, in groups with a title each."""
        groups = [(title, [self[name] for name in names if name in self.fields]) for title, names in self.groups]
        return [(title, found) for title, found in groups if found]

    def changed(self) -> dict[str, Any]:
        """What is to be written."""
        return {name: self.cleaned_data[name] for name in self.changed_data}

    @writes_to(CourseWorkingCopy)
    def tried(self) -> bool:
        """Compare and write, while nobody else changes the course."""
        hold_courses(self.row.catalog_course if isinstance(self.row, CourseRun) else self.row)
        self.initial = self.stored()
        self.full_clean()
        return super().tried()

    def _post_clean(self) -> None:
        if not self.errors:
            refuse_what_others_changed(self)

    def save(self) -> bool:
        is_done = super().save()
        if not is_done and "image" in self.files and "image" in self.fields:
            self.add_error("image", _("Choose the file again: browsers do not send it twice."))
        return is_done


class CourseForm(CopyForm):
    """What is to be read of a course."""

    model, groups = CourseWorkingCopy, COURSE_GROUPS

    def made(self) -> dict[str, forms.Field]:
        subjects = ((row.slug, row.name_in()) for row in listings.get_subjects())
        levels = [("", "–"), *((row.slug, row.name_in()) for row in listings.get_levels())]
        known = permissions.visible(self.provenance["user"], rows_of(Organization).filter(active=True)).order_by("short_name")
        owners = known.values_list("short_name", "name")[:MAX_KNOWN]
        help_text = _("Short names of organizations in the order in which they are shown. Leave blank for that of the key.")
        countries = _("Where nobody may enroll: codes of countries, separated by commas, e.g. “CU, IR”.")
        return {
            **super().made(),
            "image": ImageField(),
            "subjects": InOrderField(subjects, label=_("Subjects"), help_text=_("The most important first.")),
            "level": forms.ChoiceField(choices=levels, required=False, label=_("Level")),
            "owners": InOrderField(owners, label=_("Owners"), is_open=True, help_text=help_text),
            "restricted_countries": CodesField(label=_("Restricted countries"), help_text=countries),
        }

    def stored(self) -> dict[str, Any]:
        found = api.values_of_course(self.row)
        countries = ", ".join(found["restricted_countries"])
        return found | {"image": CourseWorkingCopy(image=found["image"]).image, "restricted_countries": countries}

    def write(self) -> None:
        changed = self.changed()
        legal = {name: changed.pop(name) for name in LEGAL if name in changed}
        if changed:
            api.set_working_copy(self.row, **changed, **self.provenance)
        if legal:
            api.set_legal_fields(self.row, **legal, **self.provenance)


class RunForm(CopyForm):
    """What is to be read of a run, and its dates."""

    model, groups = CourseRunWorkingCopy, RUN_GROUPS

    def stored(self) -> dict[str, Any]:
        return api.values_of_run(self.row)

    def write(self) -> None:
        if changed := self.changed():
            api.set_run_working_copy(str(self.row.course_key), **changed, **self.provenance)


class NewCourseForm(ApiForm):
    """A course of one of some organizations."""

    named: ClassVar[dict[str, str]] = {"org_code": "organization", "catalog_course": "course_code"}

    organization = forms.ChoiceField(label=_("Organization"))
    course_code = forms.CharField(label=_("Course code"), max_length=255, help_text=_("As in its runs’ keys, e.g. “14.100x”."))
    title = forms.CharField(label=_("Title"), max_length=255, help_text=_("What learners read. It can be changed later."))

    def __init__(self, request: HttpRequest, organizations: Iterable[Organization]) -> None:
        super().__init__(request)
        self.fields["organization"].choices = [  # type: ignore[attr-defined]
            (row.short_name, f"{row.name} ({row.short_name})" if row.name else row.short_name) for row in organizations
        ]

    def write(self) -> Any:
        given = self.cleaned_data
        return api.create_course(org_code=given.pop("organization"), **given, **self.provenance)


class EditorForm(ApiForm):
    """Who is to be an editor of a course, or no longer."""

    editor = forms.CharField(label=_("Username"), max_length=150)

    def __init__(self, request: HttpRequest, course: CatalogCourse, *, removes: bool = False, **kwargs: Any) -> None:
        super().__init__(request, auto_id="id_editor_%s", **kwargs)
        self.course, self.change = course, api.remove_editor if removes else api.add_editor
        self.fields["editor"].widget.attrs |= {"list": "id_editors_known", "autocomplete": "off"}

    def known(self) -> list[str]:
        """The usernames of those who may be made editors, as many as are suggested."""
        return [user.get_username() for user in api.get_candidates(self.course)[:MAX_KNOWN]]

    def write(self) -> None:
        self.change(self.course, self.cleaned_data["editor"], **self.provenance)


class CommentForm(ApiForm):
    """A comment on a course, or on one of its runs."""

    named: ClassVar[dict[str, str]] = {"course_key": "run"}

    body = forms.CharField(label=_("Comment"), max_length=10_000, widget=forms.Textarea({"rows": 3}))
    run = forms.ChoiceField(label=_("About"), required=False)

    def __init__(self, request: HttpRequest, course: CatalogCourse, runs: Iterable[CourseRun], **kwargs: Any) -> None:
        super().__init__(request, auto_id="id_comment_%s", **kwargs)
        self.course = course
        keys = [str(run.course_key) for run in runs]
        self.fields["run"].choices = [("", _("the course")), *((key, key) for key in keys)]  # type: ignore[attr-defined]

    def write(self) -> None:
        given = self.cleaned_data
        api.add_comment(self.course, given["body"], course_key=given["run"], **self.provenance)


class StepForm(ApiForm):
    """
    Some of the steps that a course may take, a button for each. `version` is that of what the page shows: who approves has seen
    what he approves.
    """

    reason = ReasonField(widget=forms.Textarea({"rows": 2}), help_text=_("Optional. It is shown in “What has happened”."))
    version = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, request: HttpRequest, course: CatalogCourse, group: Sequence[Action], possible: Collection[Action], **kwargs: Any
    ) -> None:
        super().__init__(request, auto_id=f"id_{group[0]}_%s", **kwargs)
        self.course, self.group, self.note = course, group, APART.get(group[0])
        self.actions = [each for each in group if each in possible]
        if Action.REJECT in self.actions:
            self.fields["reason"].help_text = _("Who rejects says why. The course team reads it.")
        if Action.SCHEDULE in group:
            help_text = CourseWorkingCopy._meta.get_field("go_live_at").help_text
            self.fields["go_live_at"] = InstantField(label=_("Goes live at"), help_text=help_text, show_hidden_initial=False)
            del self.fields["reason"]

    def write(self) -> None:
        """Compare and take the step, while nobody else changes the course. Raises PermissionDenied."""
        state = acting(self.provenance["user"], self.course, self.data["action"], self._taken)
        self.told = _("Done. The course is in the state “%(state)s” now.") % {"state": state.label}

    def _taken(self, course: CatalogCourse) -> State:
        said = {**self.cleaned_data}
        version = version_of(api.state_of(course), api.find_working_copy(course), api.compare(course))
        if said.pop("version") != version:
            given: Any = self.data
            self.data = given.copy()
            self.data["version"] = version  # type: ignore[index]
            text = _("Somebody has changed this course since you opened the page. Look at the changes below, then do it again.")
            raise InvalidRequest(reason=text)
        return api.perform(course, self.data["action"], **said, **self.provenance)


def version_of(state: State, copy: CourseWorkingCopy | None, differences: list[Difference]) -> str:
    """What tells apart two versions of what somebody decides about."""
    seen = (state, copy and copy.go_live_at, differences)
    return hashlib.sha256(repr(seen).encode("utf-8", "backslashreplace")).hexdigest()[:32]


def organizations_for(user: Any) -> QuerySet[Organization]:
    """Of which organizations a user begins courses: those that he is a member of; all, for staff."""
    is_staff = permissions.can_write(user, CourseWorkingCopy, "change")
    rows = rows_of(Organization).filter(active=True).order_by("short_name") if is_staff else api.organizations_of(user)
    return permissions.visible(user, rows)


def _form_field(column: Any, **kwargs: Any) -> Any:
    if isinstance(column, models.DateTimeField):
        kwargs |= {"form_class": InstantField, "help_text": f"{column.help_text} {_('In UTC.')}"}
    elif column.name in _ADDRESSES:
        kwargs |= {"form_class": forms.URLField, "assume_scheme": "https"}
    return column.formfield(**kwargs)
