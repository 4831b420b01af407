"""
Every error of the catalog: one family, each with a stable ``code`` and the facts as attributes.

Each class also inherits the nearest Django or builtin class, so that callers, forms and DRF need no special case.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _
from opaque_keys import InvalidKeyError

from .lib.exceptions import CatalogConflict as CatalogConflict
from .lib.exceptions import CatalogError as CatalogError
from .lib.exceptions import CatalogUnavailable as CatalogUnavailable
from .lib.exceptions import ConstraintViolated as ConstraintViolated
from .lib.exceptions import DatesOverlap as DatesOverlap
from .lib.exceptions import DuplicateValue as DuplicateValue
from .lib.exceptions import DuplicateVersion as DuplicateVersion
from .lib.exceptions import HasDependents as HasDependents
from .lib.exceptions import InvalidDate as InvalidDate
from .lib.exceptions import InvalidDates as InvalidDates
from .lib.exceptions import InvalidRequest as InvalidRequest
from .lib.exceptions import InvalidValue as InvalidValue
from .lib.exceptions import ReasonRequired as ReasonRequired
from .lib.exceptions import RetryableConflict as RetryableConflict


class InvalidCourseKey(CatalogError, ValidationError, InvalidKeyError):
    """Raised when a value is not the key of a course run. Facts: ``value``, ``reason``."""

    field = "course_key"
    template = _("%(value)r is not a course run key: %(reason)s.")


class InvalidCatalogKey(CatalogError, ValidationError):
    """Raised when a value is not the key of a catalog course. Facts: ``value``, ``reason``."""

    field = "catalog_course"
    template = _("%(value)r is not a catalog course key (catalog-course:Org:Code or Org+Code): %(reason)s.")


class InvalidTitle(CatalogError, ValidationError):
    """Raised when a title cannot be stored. Facts: ``value`` (shortened), ``reason``."""

    field = "title"
    template = _("The title %(value)r cannot be stored: %(reason)s.")


class InvalidLanguage(CatalogError, ValidationError, IntegrityError):
    """
    Raised when a language code cannot be stored. Facts: ``value``.

    Also an IntegrityError, which is what the database gives callers of openedx-core's app.
    """

    field = "language"
    template = _('%(value)r is not a language code. Expected a code such as "en", "fr-ca" or "fil", or nothing.')


class InvalidPacing(CatalogError, ValidationError):
    """Raised when a pacing is neither "instructor" nor "self". Facts: ``value``."""

    field = "pacing"
    template = _('%(value)r is not a pacing. Expected "instructor" or "self".')


class OrganizationNotFound(CatalogError, ObjectDoesNotExist, ValueError):
    """
    Raised when no organization has this short name, and none may be created.

    Also a ValueError, which openedx-core's ``create_course_run_for_modulestore_course_with`` raises; where a look-up finds
    none, also the ``DoesNotExist`` of the organizations. Facts: ``org_code``, ``reason``.
    """

    field = "org_code"
    template = _("There is no organization %(org_code)r, and it was not created: %(reason)s.")


class InvalidOrganizationCode(CatalogError, ValidationError):
    """Raised when a short_name cannot be an organization's. Facts: ``value``."""

    field = "short_name"
    template = _('%(value)r is not a short name. Expected at most 255 letters, digits, ".", "_" and "-".')


class DuplicateOrganization(CatalogConflict, ValidationError):
    """
    Raised when a short_name is taken, in whatever case, or was another organization's before that was renamed.

    Facts: ``short_name``, ``existing`` (the present short_name of that organization).
    """

    field = "short_name"
    template = _(
        "The short name %(short_name)r belongs to the organization %(existing)r, or did before that was renamed. "
        "Choose another one, or use that organization."
    )


class OrganizationNameHasRuns(CatalogConflict, ValidationError):
    """
    Raised when implicit runs stand under their catalog courses only because a former name of an organization is in their keys.

    Facts: ``name``, ``short_name`` (its present one), ``course_keys`` (a list, of at most ten of them), ``examples`` (a text).
    """

    field = "name"
    template = _(
        "The name %(name)r is in the keys of runs that stand under their courses by it: %(examples)s. Move them first. A move "
        "to the course that they are under already keeps them there, whatever their keys say."
    )

    def __init__(self, *, course_keys: Sequence[str] = (), **facts: Any) -> None:
        super().__init__(course_keys=list(course_keys), **{"examples": ", ".join(course_keys), **facts})


class OrganizationMismatch(CatalogError, ValidationError):
    """
    Raised when an implicit run's key names another organization than its catalog course.

    Facts: ``course_key``, ``key_str``.
    """

    template = _(
        "The key %(course_key)s names a different organization from that of %(key_str)s. "
        "Associate the run explicitly, with a reason."
    )


class CourseCodeMismatch(CatalogError, ValidationError):
    """Raised when an implicit run's key names another course than its catalog course. Facts: ``course_key``, ``key_str``."""

    template = _(
        "The key %(course_key)s names a different course code from that of %(key_str)s. "
        "Associate the run explicitly, with a reason."
    )


class RunCodeMismatch(CatalogError, ValidationError):
    """Raised when ``run_code`` is not the run of the course key. Facts: ``course_key``, ``run_code``."""

    field = "run_code"
    template = _(
        "The run code %(run_code)r is not the one in the key %(course_key)s. Leave it empty, or spell it as in the key."
    )


class UnknownCatalogCourse(CatalogError, ObjectDoesNotExist):
    """
    Raised when a run is to join a catalog course that does not exist, and none may be created for it.

    Facts: ``name``, the key or the uuid.
    """

    field = "catalog_course"
    template = _("There is no catalog course %(name)s. Check its spelling, or say create_catalog_course to create it.")


class DuplicateCatalogCourse(CatalogConflict, ValidationError):
    """
    Raised when a course code is already taken within its organization, as a current code or as an alias.

    Facts: ``org_code``, ``course_code``, ``key_str`` of the owner.
    """

    field = "course_code"
    template = _(
        "The code %(course_code)r of %(org_code)s already belongs to %(key_str)s. Choose another code, or use that course."
    )


class UnknownCourseCode(CatalogError, ValidationError):
    """
    Raised when a code is none of a catalog course's. Facts: ``course_code``, ``key_str`` of the course, ``codes`` (text: those
    that it has).
    """

    field = "code"
    template = _("%(course_code)r is no code of %(key_str)s. Choose one of its codes: %(codes)s.")


class CourseCodeInUse(CatalogConflict, ValidationError):
    """
    Raised when a catalog course cannot do without a code, because it is its present one or its rerun code.

    Facts: ``org_code``, ``course_code``, ``key_str`` of the course, ``reason``.
    """

    field = "code"
    template = _("%(key_str)s cannot do without the code %(course_code)r of %(org_code)s: %(reason)s.")


class CourseCodeHasRuns(CatalogConflict, ValidationError):
    """
    Raised when runs stand under a catalog course only because a code in their keys leads to it.

    Facts: ``org_code``, ``course_code``, ``key_str`` of the course, ``count`` of the runs, ``course_keys`` (a list, of at most
    ten of them), ``examples`` (the same as a text).
    """

    field = "code"
    template = _(
        "The code %(course_code)r of %(org_code)s still places runs under %(key_str)s (%(count)d): %(examples)s. Move them "
        "first. A move to the course that they are under already keeps them there, whatever their keys say."
    )

    def __init__(self, *, course_keys: Sequence[str] = (), **facts: Any) -> None:
        super().__init__(course_keys=course_keys, **{"examples": ", ".join(course_keys), **facts})


class DuplicateUUID(CatalogConflict, ValidationError):
    """Raised when a uuid given for a new catalog course is taken. Facts: ``uuid``, ``key_str`` of the owner."""

    field = "uuid"
    template = _("The UUID %(uuid)s already belongs to %(key_str)s. Choose another one, or leave it out to get a new one.")


class DuplicateCourseRun(CatalogConflict, ValidationError):
    """Raised when a run with this key, in whatever case, exists. Facts: ``course_key``, ``existing_key``."""

    field = "course_key"
    template = _("The course run %(course_key)s already exists as %(existing_key)s.")


class DeletedOnPurpose(CatalogConflict, ValidationError):
    """
    Raised when a run is to be created whose key somebody deleted for good.

    Facts: ``course_key``, ``at`` (aware), ``by`` (a user name, else the source), ``why`` (the reason given, or ""), ``day`` (of
    `at`, made of it).
    """

    field = "course_key"
    template = _(
        "The course run %(course_key)s was deleted for good on %(day)s by %(by)s (reason: %(why)s). Restore the deleted run "
        "if it is to exist again, or choose another key."
    )

    def __init__(self, *, at: datetime | None = None, why: str = "", **facts: Any) -> None:
        day = at.date().isoformat() if at else ""
        super().__init__(**{"day": day, "at": at, **facts, "why": why or _("none was given")})


class KeyLeadsNowhere(CatalogConflict, ValidationError):
    """Raised when a run is to follow its key, and no catalog course owns its code. Facts: ``course_key``, ``key_str``."""

    template = _(
        "The key %(course_key)s leads to %(key_str)s, and there is no such catalog course. Create it first, or move the run "
        "to another course."
    )


class InvalidPathwayValue(InvalidValue, IntegrityError):
    """
    Raised when a value of a pathway or of a category cannot be stored. Facts: as InvalidValue.

    Also an IntegrityError, which is what the database gives callers of openedx-core's app.
    """


class DuplicatePathway(DuplicateValue, IntegrityError):
    """
    Raised when the code of a pathway or of a category is taken, in whatever case. Facts: as DuplicateValue.

    Also an IntegrityError, which is what the database gives callers of openedx-core's app.
    """


class CreationRefused(CatalogError, ValidationError):
    """Raised when a filter that the operator configured refuses to create something. Facts: ``key``, ``reason``."""

    template = _("%(key)s was not created: %(reason)s")


class MoveRefused(CatalogError, ValidationError):
    """Raised when a filter that the operator configured refuses to move a run. Facts: ``course_key``, ``reason``."""

    template = _("%(course_key)s was not moved: %(reason)s")


class UninstallRefused(CatalogError, RuntimeError):
    """Raised by ``migrate openedx_catalog zero`` while rows or foreign tables would be lost. Facts: ``label``, ``losses``."""

    template = _(
        "migrate %(label)s zero would lose %(losses)s. Export what you need, then set OPENEDX_CATALOG_ALLOW_UNINSTALL = True."
    )


class DowngradeRefused(CatalogError, RuntimeError):
    """Raised by ``migrate`` on the way back to openedx-core's migrations where its app cannot take over. Facts: ``reason``."""

    template = _("This migrate cannot hand the tables of openedx_catalog back to openedx-core's app. %(reason)s")
