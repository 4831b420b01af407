"""The errors of programs: members of the catalog's family."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from openedx_catalog.exceptions import CatalogConflict, CatalogError

from .data import ExternalKeyUse

MAX_NAMED = 10


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


class AmbiguousMember(CatalogConflict, ValidationError):
    """
    Raised when a course or program names several rows of a curriculum, e.g. one until 2027 and one from 2028.

    Facts: ``subject``, ``rows`` (text).
    """

    field = "membership"
    template = _("%(subject)s has several rows: %(rows)s. Name one by its UUID.")


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

    def known_to(self, visible: Callable[[QuerySet[Any]], QuerySet[Any]]) -> CatalogError:
        # By their titles, since the program that a curriculum is of may stand in that within which the key must be unique.
        named = apps.get_model("openedx_catalog_programs", "Program").objects.filter(
            title__in={use.program for use in self.conflicts} - {""}
        )
        kept = set(named.exclude(pk__in=visible(named).values("pk")).values_list("title", flat=True))
        if not kept:
            return self
        # The runs are public, so that somebody can do something.
        uses = [use._replace(curriculum="", program="") if use.program in kept else use for use in self.conflicts]
        return ExternalKeyConflict(conflicts=uses, key=self.facts["key"], places=describe(uses))


class AmbiguousKey(CatalogConflict, ValidationError):
    """
    Raised when a partner's key names several runs of a program, which only what was written past the API can bring about, or
    runs of former curricula. Facts: ``key``, ``runs`` (a text), ``course_keys`` (a list of at most ten).
    """

    field = "key"
    template = _("The key %(key)r names several runs of the program: %(runs)s. Ask for one of them by its course key.")


def describe(uses: Sequence[ExternalKeyUse]) -> str:
    """All runs with their course, curriculum and program, as one text."""
    texts = list(dict.fromkeys(_describe(use) for use in uses))
    named, more = "; ".join(texts[:MAX_NAMED]), len(texts) - MAX_NAMED
    if more <= 0:
        return named
    return ngettext("%(named)s and %(more)d more", "%(named)s and %(more)d more", more) % {"named": named, "more": more}


def _describe(use: ExternalKeyUse) -> str:
    if not use.curriculum:
        return f"{use.course_key} ({use.catalog_course})"
    return gettext("%(run)s (%(course)s, curriculum %(curriculum)r, program %(program)r)") % {
        "run": use.course_key, "course": use.catalog_course, "curriculum": use.curriculum, "program": use.program,
    }  # fmt: skip
