"""What our tables are built on: rows that are as public as the programs they belong to, dated ones, and runs left out."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib.dated import Dated, DatedQuerySet
from openedx_catalog.lib.models import CatalogModel, GuardedModel
from openedx_catalog.lib.routing import CatalogQuerySet

PUBLIC_STATUSES = ("active", "retired")
"""A retired program is still that of its learners."""


def public(prefix: str = "") -> Q:
    """The condition that a program is neither unpublished, nor deleted, nor hidden."""
    return Q(**{f"{prefix}status__in": PUBLIC_STATUSES, f"{prefix}hidden": False})


class KeptQuerySet(CatalogQuerySet):
    """Rows that are as public as the programs they belong to (`openedx_catalog.permissions.visible`)."""

    def public(self) -> Self:
        """Only those of programs that everybody may know of."""
        model: Any = self.model
        return self.filter(*(public(path) for path in model.program_paths))


class Kept(CatalogModel):
    """A row that is shown to whoever may view programs; to others only with its programs."""

    kept_with: ClassVar[str] = "openedx_catalog_programs.Program"
    program_paths: ClassVar[tuple[str, ...]] = ("program__",)
    """The ways from it to the programs that must be public."""

    objects = KeptQuerySet.as_manager()

    class Meta:
        abstract = True


class ProgramDatedQuerySet(KeptQuerySet, DatedQuerySet):  # type: ignore[override]  # the manager that it becomes
    """Adjectives for dated rows of programs."""


class ProgramDated(Kept, Dated):
    """A dated row of a program."""

    objects = ProgramDatedQuerySet.as_manager()  # type: ignore[assignment]  # a queryset with more adjectives

    class Meta:
        abstract = True


class RunExclusion(Kept, GuardedModel):
    """A run that does not count, although its catalog course is there."""

    run = models.ForeignKey("openedx_catalog.CourseRun", on_delete=models.CASCADE, related_name="+", verbose_name=_("run"))

    class Meta:
        abstract = True
