"""The errors of programs: members of the catalog's family."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from openedx_catalog.exceptions import CatalogConflict, CatalogError


class InvalidTransition(CatalogError, ValidationError):
    """Raised when a program cannot go from its status to another. Facts: ``status``, ``to``, ``allowed`` (text)."""

    field = "status"
    template = _("A program that is %(status)s cannot become %(to)s. Allowed: %(allowed)s.")


class ProgramClosed(CatalogError, ValidationError):
    """Raised when a retired or deleted program would gain something. Facts: ``program``, ``status``."""

    template = _("The program %(program)r is %(status)s, so nothing can be added to it. Activate it first.")


class ProgramCycle(CatalogError, ValidationError):
    """Raised when a program would contain itself, at any depth. Facts: ``program``, ``curriculum``."""

    field = "program"
    template = _(
        "The program %(program)r cannot be added to the curriculum %(curriculum)r: it contains that curriculum itself."
    )


class NotAMember(CatalogError, ValidationError):
    """Raised when a run that would be excluded is in none of the courses concerned. Facts: ``course_key``, ``subject``."""

    field = "course_key"
    template = _("%(course_key)s is not a run of %(subject)s.")


class ExternalKeyConflict(CatalogConflict, ValidationError):
    """
    Raised when two runs of one course or one program would have the same external course key.

    ``conflicts`` is a list of `data.ExternalKeyUse`, one for each use of the key. Facts: ``key``, ``places`` (text).
    """

    field = "external_course_key"
    template = _("The external course key %(key)r would name several runs: %(places)s. Give the runs different keys.")

    def __init__(self, *, conflicts: Any = (), **facts: Any) -> None:
        super().__init__(**facts)
        self.conflicts = list(conflicts)
