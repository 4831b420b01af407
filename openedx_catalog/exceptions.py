"""
Every error of the catalog: one family, each with a stable ``code`` and the facts as attributes.

Each class also inherits the nearest Django or builtin class, so that callers, forms and DRF need no special case.
"""

from __future__ import annotations

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _
from opaque_keys import InvalidKeyError

from .lib.exceptions import CatalogConflict as CatalogConflict
from .lib.exceptions import CatalogError as CatalogError
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
    template = _('%(value)r is not a language code. Expected a code such as "en", "fr-ca" or "zh-cn".')


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
    """Raised when a short_name is taken, in whatever case. Facts: ``short_name``, ``existing``."""

    field = "short_name"
    template = _("The organization %(short_name)r already exists as %(existing)r.")


class OrganizationRenameRefused(CatalogError, ValidationError):
    """Raised when another short_name would contradict the keys of implicit runs. Facts: ``old``, ``new``, ``course_key``."""

    field = "short_name"
    template = _(
        "The organization %(old)r cannot be renamed to %(new)r, because the key of the implicitly associated run "
        "%(course_key)s names it. Change upper and lower case only, or associate such runs explicitly first."
    )


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


class DuplicateCatalogCourse(CatalogConflict, ValidationError):
    """
    Raised when a course code is already taken within its organization, as a current code or as an alias.

    Facts: ``org_code``, ``course_code``, ``key_str`` of the owner.
    """

    field = "course_code"
    template = _(
        "The code %(course_code)r of %(org_code)s already belongs to %(key_str)s. Choose another code, or use that course."
    )


class DuplicateUUID(CatalogConflict, ValidationError):
    """Raised when a uuid given for a new catalog course is taken. Facts: ``uuid``, ``key_str`` of the owner."""

    field = "uuid"
    template = _("The UUID %(uuid)s already belongs to %(key_str)s. Choose another one, or leave it out to get a new one.")


class DuplicateCourseRun(CatalogConflict, ValidationError):
    """Raised when a run with this key, in whatever case, exists. Facts: ``course_key``, ``existing_key``."""

    field = "course_key"
    template = _("The course run %(course_key)s already exists as %(existing_key)s.")


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
