"""ProgramListRow."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib.fields import ExactCharField
from openedx_catalog.lib.models import CatalogModel


class ProgramListRow(CatalogModel):
    """
    What was made from a flat list of programs and courses: exactly one of a program, a curriculum, a course in a curriculum.

    By it a list that is taken back leaves alone what others made.

    .. no_pii:
    """

    source = ExactCharField(_("source"), help_text=_("The name of the list."))
    program = models.ForeignKey(
        "Program", on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("program")
    )
    curriculum = models.ForeignKey(
        "Curriculum", on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("curriculum")
    )
    membership = models.ForeignKey(
        "CurriculumCourseMembership",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("course"),
    )
    created = models.DateTimeField(_("created"), auto_now_add=True, editable=False)

    class Meta:
        verbose_name = _("Program List Row")
        verbose_name_plural = _("Program List Rows")
        constraints = [
            models.UniqueConstraint(fields=["source", name], name=f"oex_programs_listrow_{name}")
            for name in ("program", "curriculum", "membership")
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.program_id or self.curriculum_id or self.membership_id}"
