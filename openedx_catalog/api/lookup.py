"""Finding rows: by key in any case, by alias, and by exact key where another program left the identity NULL."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.db import router
from django.db.models import Q
from django.utils.translation import gettext as _
from opaque_keys.edx.keys import CourseKey
from organizations.models import Organization

from .. import identity, keys
from ..exceptions import InvalidRequest
from ..lib.routing import rows_of
from ..lib.transactions import Outdated
from ..lib.values import parse_uuid
from ..models import CatalogCourse, CatalogCourseCode, CatalogMerge, CourseRun
from ..organization_names import organization_id
from ._changes import follow_named
from .codes import course_by_code

CourseName = CatalogCourse | UUID | str
"""What a caller may name a catalog course by: its object, its uuid, the text of it, or its key."""

RunName = CourseKey | UUID | str
"""What a caller may name a run by: its key, the text of it, its uuid, or the text of that."""

# Merges that follow one another. More is a circle, and nothing of ours leads in one.
MAX_MERGES = 1000
_UUID = re.compile(r"[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}")


def catalog_course(
    pk: int | None, key_str: str, org_code: Organization | str, course_code: str, uuid: UUID | str | None
) -> CatalogCourse:
    """The catalog course that exactly one of the ways names. Raises InvalidRequest, InvalidCatalogKey, DoesNotExist."""
    org_code = organization_name(org_code)
    ways = [bool(pk), bool(key_str), bool(uuid), bool(org_code or course_code)]
    if sum(ways) != 1 or bool(org_code) != bool(course_code):
        raise InvalidRequest(reason=_("Give one of pk, uuid, key_str, or org_code with course_code."))
    if key_str:
        return course_by_code(*keys.parse_catalog_key(key_str))
    if org_code:
        return course_by_code(org_code, course_code)
    if uuid:
        return _course_by_uuid(parse_uuid(uuid))
    return course_by_id(parse_pk(pk))


def course_named(given: CourseName) -> CatalogCourse:
    """
    The catalog course that a caller names by its object, uuid (or the text of it) or key. Ids are for openedx-core's callers.

    An object is taken as it is; otherwise the organization is joined. Raises CatalogCourse.DoesNotExist, InvalidCatalogKey, or
    InvalidRequest for an object that was never saved, and for anything else.
    """
    if isinstance(given, CatalogCourse):
        if given.pk is None:
            raise InvalidRequest(reason=_("The catalog course is not saved. Save it, or give its key."), field="catalog_course")
        return given
    if isinstance(given, UUID):
        return _course_by_uuid(given)
    if not isinstance(given, str):
        reason = _("Expected a catalog course, its uuid or its key, got %(type)s.") % {"type": type(given).__name__}
        raise InvalidRequest(reason=reason, field="catalog_course")
    found = uuid_of(given)
    return _course_by_uuid(found) if found else course_by_code(*keys.parse_catalog_key(given))


def uuid_of(name: object) -> UUID | None:
    """The uuid that a text, or a UUID, is; None for a key."""
    if isinstance(name, UUID):
        return name
    # No key is without what joins its parts, and only the usual form of a uuid is.
    return UUID(name) if isinstance(name, str) and _UUID.fullmatch(name) else None


def _course_by_uuid(uuid: UUID) -> CatalogCourse:
    """Its own, or that of a course that was merged into it, for which it takes a query a merge."""
    courses = CatalogCourse.objects.with_org()
    found = courses.filter(uuid=uuid).first()
    if found is None and (path := path_of_merge(uuid)):
        found = courses.filter(uuid=path[-1]).first()
    return _required(found, uuid)


def surviving_uuids(uuids: Iterable[UUID]) -> set[UUID]:
    """
    These uuids of catalog courses, and instead of those of merged courses that of the survivor; what is none stays.

    One query where none is of a merged course; one more for each merge that followed another one. Does not check permissions.
    """
    found = set(uuids)
    for _step in range(MAX_MERGES):
        into = dict(CatalogMerge.objects.filter(uuid__in=found).values_list("uuid", "into_uuid"))
        if not into:
            break
        found = (found - set(into)) | set(into.values())
    return found


def path_of_merge(uuid: UUID) -> list[UUID]:
    """The uuids that the one of a merged course leads to, one merge after the other; the last is that of the survivor."""
    path = [uuid]
    while into := CatalogMerge.objects.filter(uuid=path[-1]).values_list("into_uuid", flat=True).first():
        if into in path:
            # Nothing of ours leads in a circle.
            break
        path.append(into)
    return path[1:]


def course_by_id(pk: int) -> CatalogCourse:
    """The catalog course with this id. Raises CatalogCourse.DoesNotExist."""
    return _required(CatalogCourse.objects.with_org().filter(pk=pk).first(), pk)


def _required(found: CatalogCourse | None, name: object) -> CatalogCourse:
    if found is None:
        raise CatalogCourse.DoesNotExist(_("There is no catalog course %(name)s.") % {"name": name})
    return found


def parse_pk(value: Any) -> int:
    """Return an id. Raises InvalidRequest."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidRequest(reason=_("%(value)r is not an id. Expected an integer.") % {"value": keys.shorten(value, 60)})
    return value


def organization_named(given: Organization | str) -> Organization:
    """
    The organization that a caller names by its object or its short_name. An object is taken as it is.

    Raises Organization.DoesNotExist, or InvalidRequest for anything else.
    """
    pk = organization_id(Organization, given)
    if isinstance(given, Organization) and pk is not None:
        return given
    found = None if pk is None else rows_of(Organization).filter(pk=pk).first()
    if found is None:
        raise Organization.DoesNotExist(_("There is no organization %(name)r.") % {"name": keys.shorten(given, 60)})
    return found


def organization_name(given: Organization | str) -> str:
    """The short_name of an organization that may not exist yet: that of an object, or what is given."""
    return given.short_name if isinstance(given, Organization) else given


def several(given: Any, *, field: str = "course_keys") -> Iterable[Any]:
    """What is given, as it is. Raises InvalidRequest for a text, whose letters would be taken for keys, and for no list."""
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        facts = {"field": field, "type": type(given).__name__}
        raise InvalidRequest(reason=_("Expected a list as %(field)s, got %(type)s.") % facts, field=field)
    return given


def course_run(course_key: RunName, *, runs: Any = None) -> CourseRun:
    """
    The run of this key, in any case, or uuid. One query, two if it is not found by its key.

    Raises CourseRun.DoesNotExist, InvalidCourseKey.
    """
    runs = CourseRun.objects.all() if runs is None else runs
    if uuid := uuid_of(course_key):
        found = runs.filter(uuid=uuid).first()
        if found is None:
            raise CourseRun.DoesNotExist(_("There is no course run %(key)s.") % {"key": uuid})
        return found
    key = keys.parse_course_key(course_key)
    try:
        return runs.get(key_ci=key.key_ci)
    except CourseRun.DoesNotExist:
        # A row of another program, whose identity is not filled yet, or has been since the first look.
        identity_of_it = Q(key_ci=None) | Q(key_ci=key.key_ci)
        found = runs.filter(identity_of_it, course_key__text=key.text).order_by("id").first()
        if found is None:
            raise CourseRun.DoesNotExist(_("There is no course run %(key)s.") % {"key": key.text}) from None
        return found


def run_keys_by_uuid(names: Iterable[object]) -> dict[UUID, str]:
    """The keys of the runs that uuids among these names are of. One query, if any is one."""
    uuids = {uuid for name in names if (uuid := uuid_of(name))}
    rows = CourseRun.objects.filter(uuid__in=uuids) if uuids else CourseRun.objects.none()
    return {uuid: key for uuid, key in rows.values_list("uuid", "course_key__text") if uuid}


def key_of_run(given: Any, by_uuid: Mapping[UUID, str]) -> Any:
    """The key of a run that is named by its uuid, or what is given. Raises CourseRun.DoesNotExist."""
    uuid = uuid_of(given)
    if uuid is not None and uuid not in by_uuid:
        raise CourseRun.DoesNotExist(_("There is no course run %(key)s.") % {"key": uuid})
    return given if uuid is None else by_uuid[uuid]


def locked_courses(*given: CourseName) -> list[CatalogCourse]:
    """
    The catalog courses as they are now, in the order given, their organizations joined: held until the transaction ends.

    Locks in id order. Held first and read afterwards: in one statement PostgreSQL would join the organization as it was before
    it waited, and MariaDB would hold the organization as well. Raises as `course_named`; Outdated where one that is given by a
    name was merged while it was waited for: the name leads elsewhere by now.
    """
    pks = [course_named(name).pk for name in given]
    rows = CatalogCourse.objects.filter(pk__in=pks).order_by("pk")
    list(rows.select_for_update().values_list("pk"))
    held = {course.pk: course for course in rows.with_org()}
    for name, pk in zip(given, pks, strict=True):
        if pk not in held and not isinstance(name, CatalogCourse):
            raise Outdated(_("the catalog course %(name)s is gone meanwhile") % {"name": name})
    return [_required(held.get(pk), pk) for pk in pks]


def complete(run: CourseRun) -> CourseRun:
    """Fill the identity of a run that is about to be written, if another program left it NULL."""
    if run.key_ci is None or run.uuid is None:
        identity.complete_course_runs(CourseRun, router.db_for_write(CourseRun, instance=run), Q(pk=run.pk))
        run.refresh_from_db(fields=["key_ci", "uuid"])
    return run


def complete_course(course: CatalogCourse) -> CatalogCourse:
    """Fill the identity and slot of a catalog course that is about to be written."""
    if course.course_code_ci is None or course.uuid is None or not course.codes.exists():
        using = router.db_for_write(CatalogCourse, instance=course)
        named = partial(follow_named, CatalogCourse, using=using)
        identity.complete_catalog_courses(CatalogCourse, CatalogCourseCode, using, Q(pk=course.pk), on_named=named)
        course.refresh_from_db(fields=["course_code_ci", "uuid"])
    return course
