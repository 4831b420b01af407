"""Which course and which program teaches which skill, who says so, and what is not to be shown."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.history import CatalogHistoricalRecords
from openedx_catalog.lib.fields import ExactCharField
from openedx_catalog.lib.models import TimestampedModel
from openedx_catalog.lib.routing import CatalogQuerySet


class TaggedQuerySet(CatalogQuerySet):
    """Adjectives for skills of something."""

    def shown(self) -> TaggedQuerySet:
        """Those that are not blocked."""
        return self.filter(blocked=False)


class ProgramSkillQuerySet(TaggedQuerySet):
    """Rows that are kept back with their programs."""

    def public(self) -> ProgramSkillQuerySet:
        """Those of programs that everybody may know of."""
        return self.filter(program__in=Program.objects.public().order_by())


class _NamesRows(models.Manager):
    """With what a row is called by: a page that deletes a course names its rows one by one."""

    def get_queryset(self) -> Any:
        model: Any = self.model
        return super().get_queryset().select_related("skill", *model.named_with)


class TaggedManager(_NamesRows.from_queryset(TaggedQuerySet)):
    """Of courses."""


class ProgramSkillManager(_NamesRows.from_queryset(ProgramSkillQuerySet)):
    """Of programs."""


class Tagged(TimestampedModel):
    """
    A skill of something. A row that is blocked stays, and with it the skill away, whatever an import says.

    `source` is who gives the skill, and may take it away again; "" is nobody: the row is only there to block.
    """

    # What the name of a row is read from.
    named_with: ClassVar[tuple[str, ...]]

    skill = models.ForeignKey("Skill", on_delete=models.PROTECT, related_name="+", verbose_name=_("skill"))
    source = ExactCharField(
        _("source"),
        max_length=64,
        blank=True,
        default="",
        help_text=_('Who says so, e.g. "taxonomy" or "manual". An import takes away only what the same source has given.'),
    )
    confidence = models.FloatField(
        _("confidence"), null=True, blank=True, help_text=_("From 0 to 1, how sure the source is. Empty: nobody has said it.")
    )
    blocked = models.BooleanField(
        _("blocked"),
        default=False,
        help_text=_("If on, the skill is never shown here, and no import brings it back. The row has to stay for that."),
    )

    objects = TaggedManager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.subject}: {self.skill}"

    @property
    def subject(self) -> str:
        """What has the skill, in words."""
        raise NotImplementedError


def _between_0_and_1(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(confidence=None) | Q(confidence__gte=0, confidence__lte=1), name=name)


class CourseSkill(Tagged):
    """
    A skill of a catalog course.

    .. no_pii:
    """

    named_with = ("catalog_course__org",)

    catalog_course = models.ForeignKey(
        "openedx_catalog.CatalogCourse",
        on_delete=models.CASCADE,
        related_name="skill_rows",
        verbose_name=_("catalog course"),
    )

    history = CatalogHistoricalRecords()

    class Meta:
        verbose_name = _("Skill of a Course")
        verbose_name_plural = _("Skills of Courses")
        constraints = [
            models.UniqueConstraint(fields=["catalog_course", "skill"], name="oex_skills_course"),
            _between_0_and_1("oex_skills_course_confidence"),
        ]

    @property
    def subject(self) -> str:
        return self.catalog_course.key_str


class ProgramSkill(Tagged):
    """
    A skill of a program itself, which counts where none of its courses has any; blocked, none of its courses brings it either.

    .. no_pii:
    """

    kept_with: ClassVar[str] = Program.kept_with
    named_with = ("program",)

    program = models.ForeignKey(
        "openedx_catalog_programs.Program", on_delete=models.CASCADE, related_name="skill_rows", verbose_name=_("program")
    )

    objects = ProgramSkillManager()
    history = CatalogHistoricalRecords()

    class Meta:
        verbose_name = _("Skill of a Program")
        verbose_name_plural = _("Skills of Programs")
        constraints = [
            models.UniqueConstraint(fields=["program", "skill"], name="oex_skills_program"),
            _between_0_and_1("oex_skills_program_confidence"),
        ]

    @property
    def subject(self) -> str:
        return self.program.title
