"""The errors of course types: members of the catalog's family."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from openedx_catalog.exceptions import CatalogError


class CourseTypeNotAllowed(CatalogError, ValidationError):
    """Raised when a type is not for the organization of a course. Facts: ``course_type``, ``org_code``, ``allowed`` (text)."""

    field = "course_type"
    template = _("The course type %(course_type)r is not for courses of %(org_code)r. It is for: %(allowed)s.")


class CourseRunTypeMismatch(CatalogError, ValidationError):
    """
    Raised when a run would have a type that is none of its course's type. Facts: ``course_key``, ``course_run_type``,
    ``course_type``, ``allowed`` (text).
    """

    field = "course_run_type"
    template = _(
        "%(course_key)s cannot be of the type %(course_run_type)r: its course is of the type %(course_type)r, whose runs are "
        "of: %(allowed)s. Say that a mismatch is meant, if it is."
    )
