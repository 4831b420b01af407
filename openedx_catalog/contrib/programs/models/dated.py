"""What is dated in programs: rows that are as public as the programs they belong to."""

from __future__ import annotations

from openedx_catalog.lib.dated import Dated, DatedQuerySet

from .visibility import Kept, KeptQuerySet


class ProgramDatedQuerySet(KeptQuerySet, DatedQuerySet):  # type: ignore[override]  # the manager that it becomes
    """Adjectives for dated rows of programs."""


class ProgramDated(Kept, Dated):
    """A dated row of a program."""

    objects = ProgramDatedQuerySet.as_manager()  # type: ignore[assignment]  # a queryset with more adjectives

    class Meta:
        abstract = True

    @property
    def subject(self) -> str:
        """What it is called in messages."""
        raise NotImplementedError
