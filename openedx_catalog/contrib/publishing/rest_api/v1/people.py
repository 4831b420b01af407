"""Who edits: the editors of a course, the members of an organization, and the role PUBLISHER_EDITOR."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from organizations.models import Organization
from rest_framework import permissions as drf_permissions
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from openedx_catalog import api as catalog
from openedx_catalog.exceptions import InvalidValue
from openedx_catalog.keys import shorten
from openedx_catalog.lib import permissions
from openedx_catalog.lib.rest.base import CatalogPermission, SignedIn, needing
from openedx_catalog.lib.rest.restricted import NotRestricted
from openedx_catalog.lib.rest.schema import REASON, described, refusals
from openedx_catalog.lib.rest.serializers import with_reason
from openedx_catalog.rest_api.v1.base import CatalogViewSet

from ... import api
from ...models_api import CourseEditor, OrganizationGroup, PublisherRole, PublisherRoleAssignment
from ...permission_policies import PublisherEditors
from ...workflow import Role
from . import readers, writers
from .base import OfCourse


class AssignersOnly(CatalogPermission):
    """Who holds which role is for those who see or write that."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.method not in drf_permissions.SAFE_METHODS:
            return super().has_permission(request, view)
        verbs = ("view", "change", "add", "delete")
        return any(permissions.can_write(request.user, view.model, verb) for verb in verbs)


class People(CatalogViewSet):
    """Users, by username: a list to which some are added, and from which they are removed."""

    lookup_url_kwarg = "username"
    minimal_fields = ("username",)
    error_fields: ClassVar[dict[str, dict[str, str]]] = {"*": {"member": "username", "editor": "username"}}

    # Those of this list.
    people: Callable[..., QuerySet]
    # Whether that changed anything; raises InvalidValue where the name cannot be on this list.
    add: Callable[..., bool]
    # Whether he was on the list; raises InvalidValue where nobody has this name.
    remove: Callable[..., bool]

    def get_queryset(self) -> Any:
        # Those who write documents have nothing of which this is a list.
        fake = getattr(self, "swagger_fake_view", False)
        return self.reader.model._default_manager.none() if fake else self.people()

    @described(
        request=with_reason(writers.PersonWriter),
        responses={200: readers.PersonReader, 201: readers.PersonReader, **refusals(404)},
    )
    @needing("change")
    def create(self, request: Request, **kwargs: Any) -> Response:
        """Add a user, by the exact username. Answers with 200 where nothing changes."""
        self.refuse_unknown_parameters(())
        name = self.read_body(self.writer)["username"]
        return Response({"username": name}, status.HTTP_201_CREATED if self.add(name) else status.HTTP_200_OK)

    @described(parameters=[REASON], responses={204: None, **refusals(404)})
    @needing("change")
    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Remove a user."""
        self.refuse_unknown_parameters(self.delete_parameters)
        self.reason, name = request.query_params.get("reason", ""), self.kwargs["username"]
        try:
            is_removed = self.remove(name)
        except InvalidValue:
            is_removed = False
        if not is_removed:
            raise NotFound(_("There is nobody here whose username is %(name)r.") % {"name": shorten(name, 60)})
        return Response(status=status.HTTP_204_NO_CONTENT)


class CourseEditors(People, OfCourse):
    """The editors of a course, by username. Where there are none, all members of its organizations edit it."""

    model = CourseEditor
    reader: Any = readers.PersonReader
    writer: Any = writers.PersonWriter

    def people(self) -> QuerySet:
        return api.get_editors(self.course)

    def add(self, name: str) -> bool:
        self._refuse_unless_editing()
        return api.add_editor(self.course, name, **self.provenance())

    def remove(self, name: str) -> bool:
        self._refuse_unless_editing()
        return api.remove_editor(self.course, name, **self.provenance())

    def _refuse_unless_editing(self) -> None:
        if not self.roles(self.course) & {Role.EDITOR, Role.STAFF}:
            self.permission_denied(self.request)


class OrganizationMembers(People):
    """The members of an organization, by username: they create courses of it, and may become editors of its courses."""

    model = OrganizationGroup
    permission_classes = (NotRestricted, AssignersOnly)
    reader: Any = readers.PersonReader
    writer: Any = writers.PersonWriter

    @property
    def organization(self) -> Organization:
        """That of this URL. Raises NotFound, also where it is kept back."""
        name = self.kwargs["short_name"]
        found = catalog.find_organization_by_code(name)
        if found is None or not permissions.known_rows(self.request.user, [found]):
            raise NotFound(_("There is no organization %(name)r.") % {"name": shorten(name, 60)})
        return found

    def people(self) -> QuerySet:
        return api.get_members(self.organization)

    def add(self, name: str) -> bool:
        return api.add_member(self.organization, name, **self.provenance())

    def remove(self, name: str) -> bool:
        return api.remove_member(self.organization, name, **self.provenance())


class RoleAssignments(CatalogViewSet):
    """Who has the role PUBLISHER_EDITOR, and why. A site may let staff only read courses without it."""

    model = PublisherRoleAssignment
    permission_classes = (NotRestricted, AssignersOnly)
    lookup_url_kwarg = "username"
    reader: Any = readers.AssignmentReader
    writer: Any = writers.RoleAssignmentWriter
    minimal_fields = ("username",)
    error_fields: ClassVar[dict[str, dict[str, str]]] = {"*": {"holder": "username"}}

    def get_queryset(self) -> QuerySet:
        return api.get_publisher_editors()

    def find(self, key: str) -> Any:
        return self._of(key).get()

    def seen(self, row: Any, name: str = "") -> Any:
        return row

    @described(
        request=writers.RoleAssignmentWriter,
        responses={200: readers.AssignmentReader, 201: readers.AssignmentReader, **refusals(404)},
    )
    def create(self, request: Request, **kwargs: Any) -> Response:
        """Give somebody the role PUBLISHER_EDITOR. Answers with 200, and as it was, where he has it already."""
        self.refuse_unknown_parameters(())
        given = self.read_body(self.writer)
        is_new = not self._of(given["username"]).exists()
        row = api.grant_publisher_editor(given["username"], **self.provenance() | {"reason": given["reason"]})
        return Response(self.represent(row), status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)

    def do_delete(self, row: Any) -> None:
        api.revoke_publisher_editor(row.user, **self.provenance())

    def _of(self, name: str) -> QuerySet:
        return self.get_queryset().filter(**{f"user__{readers.User.USERNAME_FIELD}": name})


class OwnRole(CatalogViewSet):
    """What the user is."""

    model = PublisherRole
    permission_classes: Any = (NotRestricted, SignedIn)

    @described(responses={200: readers.RoleReader, **refusals()}, filters=False)
    def own(self, request: Request, **kwargs: Any) -> Response:
        """What you are to courses: your roles, whose courses you may create, and your PUBLISHER_EDITOR assignment."""
        self.refuse_unknown_parameters(())
        user: Any = request.user
        rows = api.get_publisher_editors().filter(user=user).values_list("pk", flat=True)
        return Response(
            {
                "username": user.get_username(),
                "roles": sorted(api.roles_everywhere(user)),
                "organizations": list(api.organizations_of(user).values_list("short_name", flat=True)),
                "is_restricted": isinstance(permissions.policy(), PublisherEditors),
                "publisher_editor": next(iter(readers.AssignmentReader.read(list(rows))), None),
            }
        )
