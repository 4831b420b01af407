"""Which programs everybody may know of, and with them their curricula, degrees, costs and deadlines."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db.models import Q

from openedx_catalog.lib.models import CatalogModel
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

    class Meta:
        abstract = True
