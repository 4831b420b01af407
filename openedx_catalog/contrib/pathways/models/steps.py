"""The steps of a learner pathway, and what each offers."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from openedx_catalog.history import CatalogHistoricalRecords
from openedx_catalog.lib.fields import ExactCharField, TitleCharField, public_uuid
from openedx_catalog.lib.models import GuardedModel, TimestampedModel

from .pathway import Kept, KeptQuerySet


class LearnerPathwayStep(TimestampedModel, Kept, GuardedModel):
    """
    A step of a pathway: some of its nodes are to be completed before the next one.

    .. no_pii:
    """

    uuid = public_uuid()
    pathway = models.ForeignKey(
        "LearnerPathway", on_delete=models.CASCADE, related_name="steps", verbose_name=_("learner pathway")
    )
    position = models.PositiveIntegerField(_("position"))
    title = TitleCharField(
        _("title"),
        blank=True,
        default="",
        help_text=_('What learners read above it, e.g. "The basics". May be blank.'),
    )
    min_requirement = models.PositiveSmallIntegerField(
        _("minimum to complete"),
        default=1,
        validators=[MinValueValidator(1)],
        help_text=_("How many of what it offers a learner has to complete: from 1 to all."),
    )

    objects = KeptQuerySet.as_manager()
    history = CatalogHistoricalRecords(unindexed=("uuid",))

    class Meta:
        verbose_name = _("Step of a Pathway")
        verbose_name_plural = _("Steps of Pathways")
        ordering = ("position", "id")
        constraints = [
            models.UniqueConstraint(fields=["pathway", "position"], name="oex_pathways_step_position"),
            models.CheckConstraint(condition=Q(min_requirement__gte=1), name="oex_pathways_step_min"),
        ]

    def __str__(self) -> str:
        return self.title or f"{self.pathway_id}: {self.position + 1}"


class LearnerPathwayNode(TimestampedModel, Kept, GuardedModel):
    """
    What a step offers: a catalog course, a program, or a block of a course, e.g. a video.

    A course has no `usage_key`, a block has one, and a program has neither course nor key.

    .. no_pii:
    """

    path: ClassVar[str] = "step__pathway__"

    uuid = public_uuid()
    step = models.ForeignKey("LearnerPathwayStep", on_delete=models.CASCADE, related_name="nodes", verbose_name=_("step"))
    position = models.PositiveIntegerField(_("position"), default=0)
    catalog_course = models.ForeignKey(
        "openedx_catalog.CatalogCourse",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("catalog course"),
    )
    program = models.ForeignKey(
        "openedx_catalog_programs.Program",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("program"),
    )
    usage_key = ExactCharField(
        _("block"),
        blank=True,
        default="",
        help_text=_('The usage key of a part of the course, e.g. "block-v1:MITx+14.100x+1T2018+type@video+block@intro".'),
    )
    hours = models.DecimalField(
        _("hours"),
        max_digits=6,
        decimal_places=1,
        null=True,
        blank=True,
        help_text=_("How long a learner needs. Blank: as the effort of the course or program says; unknown of a block."),
    )

    objects = KeptQuerySet.as_manager()
    history = CatalogHistoricalRecords(unindexed=("uuid",))

    class Meta:
        verbose_name = _("Node of a Pathway")
        verbose_name_plural = _("Nodes of Pathways")
        ordering = ("position", "id")
        constraints = [
            models.UniqueConstraint(fields=["step", "catalog_course", "usage_key"], name="oex_pathways_node_course"),
            models.UniqueConstraint(fields=["step", "program"], name="oex_pathways_node_program"),
            # Neither is not forbidden: MariaDB and MySQL have it for a moment, while Django deletes a course with its nodes.
            models.CheckConstraint(
                condition=Q(program__isnull=True) | Q(catalog_course__isnull=True, usage_key=""),
                name="oex_pathways_node_target",
            ),
        ]

    def __str__(self) -> str:
        # No query: a page that deletes says this of each, before it names them.
        return self.usage_key or f"{self.step_id}: {self.position + 1}"

    @property
    def kind(self) -> str:
        """ "course", "program" or "block"."""
        return "program" if self.program_id else "block" if self.usage_key else "course"

    @property
    def target(self) -> tuple[int | None, int | None, str]:
        """What it is that the step offers: no two nodes of a step have the same."""
        return self.catalog_course_id, self.program_id, self.usage_key
