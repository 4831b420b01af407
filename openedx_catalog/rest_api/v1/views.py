"""The resources: organizations, catalog courses, course runs. Each method is a call of `openedx_catalog.api`."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from organizations.models import Organization
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from ... import api, keys, permissions
from ...data import SCHEDULE_FIELDS
from ...exceptions import CatalogError, UnknownCatalogCourse
from ...lib.rest.base import LIST_PARAMETERS, is_uuid, needing, row_action
from ...lib.rest.schema import DRY_RUN, SHAPE, described, refusals
from ...models_api import CatalogCourse, CourseRun
from . import filters, serializers
from .associating import AssociationsReader, AssociationsWriter, associate
from .base import CatalogViewSet, find_course, find_run
from .course_codes import CourseCodeActions
from .curation import CurationActions
from .extending import TakesExtensions, all_course_fields, all_run_fields, narrowed_by_extensions
from .history import HistoryActions
from .moving import MovesRuns

AT = OpenApiParameter("at", datetime, description="The instant for status and enrollable; default: now.")


class OrganizationViewSet(HistoryActions, CatalogViewSet):
    """Organizations, by short_name in any case; inactive ones included."""

    model = Organization
    reader: Any = serializers.OrganizationReader
    writer = serializers.OrganizationWriter
    filterset_class = filters.OrganizationFilter
    lookup_field = "short_name"
    minimal_fields = ("short_name", "name")
    error_fields: ClassVar[dict[str, Any]] = {"*": {"title": "name"}}
    create_row = staticmethod(api.create_organization)
    update_row = staticmethod(api.update_organization)
    delete_row = staticmethod(api.delete_organization)

    def rows(self) -> QuerySet:
        return api.get_organizations()

    def find(self, key: str) -> Any:
        organization = api.find_organization_by_code(key)
        if organization is None:
            text = _("There is no organization %(short_name)s.")
            raise Organization.DoesNotExist(text % {"short_name": keys.shorten(key, 60)})
        return organization


class CatalogCourseViewSet(HistoryActions, CurationActions, TakesExtensions, CourseCodeActions):
    """Catalog courses, by uuid or key (``catalog-course:MITx:14.100x`` or ``MITx+14.100x``); former keys answer too."""

    model = CatalogCourse
    reader: Any = serializers.CatalogCourseReader
    writer = serializers.CatalogCourseWriter
    patch_writer = serializers.CatalogCoursePatch
    filterset_class: Any = narrowed_by_extensions(all_course_fields)(filters.CatalogCourseFilter)
    lookup_url_kwarg = "key"
    minimal_fields = ("uuid", "key", "title")
    error_fields: ClassVar[dict[str, Any]] = {
        **CourseCodeActions.error_fields,
        "create": {"catalog_course": "course_code"},
        "merge": {"catalog_course": "into"},
        "rename": {"catalog_course": "course_code"},
        **CurationActions.error_fields,
    }
    references: ClassVar[dict[Any, str]] = {**CourseCodeActions.references, **CurationActions.references}
    extended_by = staticmethod(all_course_fields)
    delete_row = staticmethod(api.delete_catalog_course)

    def find(self, key: str) -> Any:
        return find_course(key)

    def lookup_of(self, row: Any) -> str:
        # A row of another program may have no uuid yet.
        return str(row.uuid or row.key_str)

    def do_create(self, values: dict[str, Any]) -> Any:
        self.refuse_unseen_organization(values["org_code"])
        return self.with_extensions(values, lambda own: api.create_catalog_course(**own, **self.provenance()))

    def do_update(self, row: Any, values: dict[str, Any]) -> Any:
        def store(own: dict[str, Any]) -> Any:
            api.update_catalog_course(row, **own, **self.provenance())
            return row

        return self.with_extensions(values, store)

    @described(parameters=[*SHAPE, AT], responses={200: serializers.CourseRunReader(many=True), **refusals(404)}, filters=False)
    @action(detail=True)
    def runs(self, request: Request, **kwargs: Any) -> Response:
        """The runs of a catalog course."""
        self.refuse_unknown_parameters((*LIST_PARAMETERS, "at"))
        runs = permissions.visible(request.user, self.found().runs.order_by("pk"))
        self.reader, self.minimal_fields = serializers.CourseRunReader, CourseRunViewSet.minimal_fields
        return self.answer_page(runs)

    @row_action(serializers.MergeWriter, "change", "delete")
    def merge(self, row: CatalogCourse, values: dict[str, Any]) -> CatalogCourse:
        """Move every run of this catalog course to `into`, and delete it. Answers with `into`."""
        into = self.target("into", values.pop("into"))
        return api.merge_catalog_courses(row, into=into, **values, **self.provenance())

    @row_action(serializers.RenameWriter)
    def rename(self, row: CatalogCourse, values: dict[str, Any]) -> CatalogCourse:
        """Give this catalog course another code; its present key keeps resolving."""
        return api.rename_catalog_course(row, **values, **self.provenance())


class CourseRunViewSet(HistoryActions, MovesRuns, TakesExtensions, CatalogViewSet):
    """Course runs, by uuid or course key (``course-v1:…``, ``ccx-v1:…``, percent-encoded ``Org/Code/Run``)."""

    model = CourseRun
    reader: Any = serializers.CourseRunReader
    writer = serializers.CourseRunWriter
    patch_writer = serializers.CourseRunPatch
    filterset_class: Any = narrowed_by_extensions(all_run_fields)(filters.CourseRunFilter)
    lookup_url_kwarg = "course_key"
    # The server has decoded %2F; one key is no slash or two of them, and what follows is an action.
    lookup_value_regex = "[^/]+(?:/[^/]+/[^/]+)?"
    minimal_fields = ("uuid", "course_key", "title")
    reading_actions = ("resolve",)
    detail_parameters: ClassVar[Any] = (AT,)
    error_fields: ClassVar[dict[str, Any]] = {"*": {name: f"schedule.{name}" for name in SCHEDULE_FIELDS}}
    extended_by = staticmethod(all_run_fields)

    def find(self, key: str) -> Any:
        return find_run(key)

    def lookup_of(self, row: Any) -> str:
        return str(row.course_key)

    def do_create(self, values: dict[str, Any]) -> Any:
        return self.with_extensions(values, self._create)

    def _create(self, values: dict[str, Any]) -> Any:
        language = values.pop("language", None)
        # A name that nobody has given to a course is a slip, as in `move`, unless it is said to be new.
        values.setdefault("create_catalog_course", False)
        name = values.get("catalog_course", "")
        if is_uuid(name):
            values["catalog_course"] = self.target("catalog_course", name)
        for error in self.hidden(CatalogCourse, [name] if name else []).values():
            raise ValidationError({"catalog_course": [str(error)]})
        if "next_for" in values:
            values["next_for"] = self.target("next_for", values["next_for"])
        elif "course_key" not in values:
            raise ValidationError({"course_key": [_("Give a course key, or next_for: the course whose next run it is.")]})
        create = partial(api.create_course_run, language_short=language, **values, **self.provenance())
        return self.led(create, lambda: _no_course_of(values))

    def do_update(self, row: Any, values: dict[str, Any]) -> Any:
        return self.with_extensions(values, lambda own: api.update_course_run(str(row.course_key), **own, **self.provenance()))

    @row_action(serializers.MoveWriter)
    def move(self, row: CourseRun, values: dict[str, Any]) -> CourseRun:
        """Make `catalog_course` the catalog course of this run, for good."""
        to = self.target("catalog_course", values.pop("catalog_course"))
        return api.move_course_run(str(row.course_key), to, **values, **self.provenance())

    @described(
        request=AssociationsWriter, parameters=[DRY_RUN], responses={200: AssociationsReader, **refusals(409)}, filters=False
    )
    @needing("add", "change", ("add", CatalogCourse))
    @action(detail=False, methods=["post"])
    def associate(self, request: Request, **kwargs: Any) -> Response:
        """
        Make sure that up to 1,000 runs exist, and take over what is said of them: each as a row of a catalog file.

        Answers with 200 and what became of each, also where some could not be taken.
        """
        self.refuse_unknown_parameters(("dry_run",))
        options = {"create_catalog_course": False, **self.read_body(AssociationsWriter), **self.provenance()}
        return Response(associate(options.pop("records"), self.hidden, dry_run=self.is_asked("dry_run"), **options))

    @described(request=serializers.ResolveWriter, responses={200: serializers.ResolveReader, **refusals()}, filters=False)
    @action(detail=False, methods=["post"])
    def resolve(self, request: Request, **kwargs: Any) -> Response:
        """Up to 1,000 keys or uuids at once: which course is each a run of?"""
        self.refuse_unknown_parameters(())
        given = self.read_body(serializers.ResolveWriter)["course_keys"]
        found = self.known(api.resolve_course_runs(given))
        missing = [key for key in dict.fromkeys(given) if key not in found]
        invalid = {key: None for key in missing if not _names_run(key)}
        return Response(
            {
                "runs": {key: run._asdict() for key, run in found.items()},
                "unknown": [key for key in missing if key not in invalid],
                "invalid": list(invalid),
            }
        )

    def known(self, found: dict[str, api.ResolvedRun]) -> dict[str, api.ResolvedRun]:
        """Those of some runs by key that the user may see."""
        if permissions.sees_all(self.request.user, CourseRun):
            return found
        rows = self.get_queryset().filter(key_ci__in={keys.fold(run.course_key) for run in found.values()})
        seen = set(rows.values_list("key_ci", flat=True))
        return {key: run for key, run in found.items() if keys.fold(run.course_key) in seen}


def _no_course_of(values: dict[str, Any]) -> UnknownCatalogCourse:
    """For a new run that comes under a course which is kept back from the user."""
    course = values.get("catalog_course") or values.get("next_for")
    if course is None:
        key = keys.parse_course_key(values["course_key"])
        course = keys.format_key_str(key.org, key.course)
    return UnknownCatalogCourse(name=getattr(course, "key_str", course))


def _names_run(text: str) -> bool:
    """Whether it could be the key or the uuid of a run."""
    try:
        return is_uuid(text) or bool(keys.parse_course_key(text))
    except CatalogError:
        return False
