"""Shared by the resources of the catalog, and by those of optional apps whose bodies name catalog courses and runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext as _
from organizations.models import Organization

from ... import api, conf, keys, permissions
from ...exceptions import CatalogError, OrganizationNotFound
from ...lib.rest.base import ResourceViewSet, is_uuid
from ...lib.rest.named import NamedFilter
from ...models_api import CatalogCourse, CourseRun
from .filters import moment_of
from .serializers import CourseRunReader

Row = TypeVar("Row", bound=CatalogCourse | CourseRun | None)


def find_course(name: str) -> Any:
    """The catalog course of a uuid or a key, in a URL or a body. Raises CatalogCourse.DoesNotExist, InvalidCatalogKey."""
    return api.get_catalog_course(uuid=name) if is_uuid(name) else api.get_catalog_course(key_str=name)


def find_run(name: str) -> CourseRun:
    """The run of a uuid or a course key, in a URL or a body. Raises CourseRun.DoesNotExist, InvalidCourseKey."""
    return api.get_course_run(str(UUID(name)) if is_uuid(name) else name)


def no_such(model: Any, name: str) -> Exception:
    """What is raised where a name that was read before is that of no row: the same for one that is not there, or not shown."""
    if model is CourseRun:
        key = str(UUID(name)) if is_uuid(name) else keys.parse_course_key(name).text
        return CourseRun.DoesNotExist(_("There is no course run %(key)s.") % {"key": key})
    shown = str(UUID(name)) if is_uuid(name) else keys.shorten(keys.parse_catalog_key(name))
    return CatalogCourse.DoesNotExist(_("There is no catalog course %(name)s.") % {"name": shown})


class CatalogViewSet(ResourceViewSet):
    """A resource whose bodies name catalog courses and runs: what does not exist is an error of its field."""

    def target(self, field: str, name: str) -> Any:
        """The catalog course that a field of the body names. Raises ValidationError on that field."""
        return self.named(field, lambda: self.seen(find_course(name), name))

    def target_run(self, field: str, name: str) -> Any:
        """The course key of a run that a field of the body names. Raises ValidationError on that field."""
        return self.named(field, lambda: self.seen(find_run(name), name).course_key)

    def seen(self, row: Any, name: str = "") -> Any:
        try:
            return super().seen(row, name)
        except ObjectDoesNotExist:
            if name and isinstance(row, CatalogCourse | CourseRun):
                raise no_such(type(row), name) from None
            raise

    def refuse_unseen_organization(self, name: str | None, *, creates: bool = True) -> None:
        """
        Raise what the API does for an organization that is not there, where this one is kept back from the user.

        That is OrganizationNotFound where the call `creates` organizations if it may, else Organization.DoesNotExist.
        """
        if name is None or permissions.sees_all(self.request.user, Organization):
            return
        found = api.find_organization_by_code(name)
        if found is None or permissions.known_rows(self.request.user, [found]):
            return
        if not creates:
            raise Organization.DoesNotExist(_("There is no organization %(name)r.") % {"name": keys.shorten(name, 60)})
        # Where it would be created if it were not there, no answer is the same.
        reason = _("it cannot be created here") if conf.organizations_autocreate() else _("ORGANIZATIONS_AUTOCREATE is off")
        raise OrganizationNotFound(org_code=name, reason=reason)

    def led(self, work: Callable[[], Row], missing: Callable[[], Exception]) -> Row:
        """
        Do `work`, and return the course, or the run under it, to which not the request, but what is stored has led.

        Where the user may not know of that course or its organization, nothing is done, and `missing` makes the error: that of
        what does not exist.
        """
        if not self.keeps_back():
            return work()

        def if_known() -> Row:
            row = work()
            if row is not None and not self.knows(row):
                raise missing()
            return row

        return api.run_atomically(if_known)

    def keeps_back(self) -> bool:
        """Whether any courses or organizations may be kept back from the user."""
        return not all(permissions.sees_all(self.request.user, model) for model in (CatalogCourse, Organization))

    def knows(self, row: CatalogCourse | CourseRun) -> bool:
        """Whether the user may know of a course, or of that of a run, and of its organization."""
        course = row.catalog_course if isinstance(row, CourseRun) else row
        return len(permissions.known_rows(self.request.user, [course, course.org])) == 2

    def hidden(self, model: Any, names: Iterable[Any]) -> dict[str, Exception]:
        """
        Those among names of catalog courses or runs whose rows the user may not know of, and the error for each.

        No query where nothing of the model is kept back; otherwise one or two for each name.
        """
        if permissions.sees_all(self.request.user, model):
            return {}
        find = find_run if model is CourseRun else find_course
        return {name: error for name in {name for name in names if isinstance(name, str)} if (error := self._why(find, name))}

    def _why(self, find: Any, name: str) -> Exception | None:
        try:
            row = find(name)
        except (CatalogError, ObjectDoesNotExist):
            # The API says what is wrong with it.
            return None
        try:
            self.seen(row, name)
        except ObjectDoesNotExist as error:
            return error
        return None

    def read(self, pks: Sequence[int]) -> Sequence[dict[str, Any]]:
        """What dates say is said for the instant that was asked for."""
        if not issubclass(self.reader, CourseRunReader):
            return super().read(pks)
        return self.reader.read(pks, self.request.user, moment=moment_of(self.request))


class NamedViewSet(CatalogViewSet):
    """What has a slug, by which it is addressed, and a name."""

    filterset_class: Any = NamedFilter
    lookup_field = "slug"
    minimal_fields = ("slug", "name")
