"""Other names for catalog courses: another code, another organization. What they were called before leads on."""

from __future__ import annotations

from typing import Unpack

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from organizations.models import Organization

from .. import keys, signals
from ..lib.changes import Change, ReasonedProvenance, store_changes
from ..lib.transactions import writes_or_previews
from ..models import CatalogCourse
from . import lookup, values
from ._changes import record_course_event
from ._placing import hold_courses
from .course_codes import take_code, take_rerun_code_along
from .organizations import get_or_create_organization

__all__ = ["move_catalog_course", "rename_catalog_course"]


@writes_or_previews(CatalogCourse)
def rename_catalog_course(
    catalog_course: lookup.CourseName, *, course_code: str, dry_run: bool = False, **provenance: Unpack[ReasonedProvenance]
) -> CatalogCourse:
    """
    Give a catalog course another code within its organization. The old key keeps resolving, through an alias.

    It is given as an object, or by its uuid or key. The runs keep their keys and stay implicit, since their code still leads
    here; new runs may use either. A title that is only the code becomes the new one. Another case of the same code only changes
    the spelling; a code that is an alias of this very course is taken back. Emits ``catalog_course.renamed``. With `dry_run`
    all of it is rolled back, and the course is as it would be. Does not check permissions.

    Raises ReasonRequired, DuplicateCatalogCourse, InvalidCatalogKey, CatalogCourse.DoesNotExist, InvalidRequest.
    """
    change = Change(**provenance)
    change.require_reason(_("renaming a catalog course"))
    return _rename(catalog_course, None, keys.check_code(course_code), change)


@writes_or_previews(CatalogCourse)
def move_catalog_course(
    catalog_course: lookup.CourseName,
    *,
    org_code: Organization | str,
    course_code: str | None = None,
    dry_run: bool = False,
    **provenance: Unpack[ReasonedProvenance],
) -> CatalogCourse:
    """
    Give a catalog course to another organization, with its runs, and with another code where one is given.

    As `rename_catalog_course`: its former key leads on, so keys of runs go on to say the truth, and runs stay as they are
    associated. The organization is created if there is none and edx-organizations may create it. Emits
    ``catalog_course.renamed``. With `dry_run` all of it is rolled back, and the course has its ``codes`` prefetched, as they
    would be. Does not check permissions.

    New runs are keyed by the organization that owns the course now: a rerun code (`set_rerun_code`) of the former one goes on
    to lead here, but is a rerun code no more. Where the same code of the new organization leads here too, that one is it.

    Raises OrganizationNotFound, and what `rename_catalog_course` raises.
    """
    change = Change(**provenance)
    change.require_reason(_("moving a catalog course"))
    if course_code is not None:
        course_code = keys.check_code(course_code)
    org_code = keys.check_catalog_key(lookup.organization_name(org_code), course_code or "x").org
    # Before the course, as whoever renames it: or its name might change before the event that has it is written.
    course = _rename(catalog_course, get_or_create_organization(org_code, change), course_code, change)
    take_rerun_code_along(course, change)
    if dry_run:
        prefetch_related_objects([course], "codes__org")
    return course


def _rename(given: lookup.CourseName, org: Organization | None, course_code: str | None, change: Change) -> CatalogCourse:
    course = hold_courses(given)[0]
    org, course_code = org or course.org, course_code or course.course_code
    take_code(course, org=org, course_code=course_code, change=change)
    previous_key = course.key_str
    title = values.title_after_rename(course.title, course.course_code, course_code)
    if store_changes(course, {"org": org, "course_code": course_code, "title": title}, change):
        record_course_event(signals.CATALOG_COURSE_RENAMED, course, previous_key=previous_key, reason=change.reason)
    return course
