"""Curriculum, what stands in it, and the runs it leaves out."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openedx_catalog.history import CatalogHistoricalRecords
from openedx_catalog.lib.dated import dated_constraints
from openedx_catalog.lib.fields import ExactCharField, public_uuid
from openedx_catalog.lib.models import TimestampedModel

from .bases import ProgramDated, ProgramDatedQuerySet, RunExclusion


class CurriculumQuerySet(ProgramDatedQuerySet):  # type: ignore[override]  # the manager that it becomes
    """Adjectives for curricula."""

    def open(self, at: datetime | None = None) -> Self:
        """Only those that take new learners at an instant, now unless given: in effect, and not closed."""
        at = at or timezone.now()
        return self.current(at).filter(Q(closed_at=None) | Q(closed_at__gt=at))


class Curriculum(TimestampedModel, ProgramDated):
    """
    One way through a program, e.g. the track "Business Analytics" of a degree. A program may have many, several current.

    .. no_pii:
    """

    version_of = ("program", "name")

    uuid = public_uuid()
    program = models.ForeignKey("Program", on_delete=models.PROTECT, related_name="curricula", verbose_name=_("program"))
    name = ExactCharField(
        _("name"), help_text=_('Distinguishes it from the other curricula of the program, e.g. "Business Analytics".')
    )
    closed_at = models.DateTimeField(
        _("closed at"),
        null=True,
        blank=True,
        help_text=_("When it closes to new learners (UTC). Those who are in it go on until it is retired. Blank: it does not."),
    )

    objects = CurriculumQuerySet.as_manager()
    history = CatalogHistoricalRecords(unindexed=("uuid",))

    class Meta:
        verbose_name = _("Curriculum")
        verbose_name_plural = _("Curricula")
        constraints = dated_constraints("oex_programs_curriculum", "program", "name")

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        return _("The curriculum %(name)r") % {"name": self.name}

    def is_closed(self, at: datetime | None = None) -> bool:
        """Whether it takes no new learners any more, now or at another instant. Those who are in it go on."""
        return self.closed_at is not None and self.closed_at <= (at or timezone.now())

    def is_open(self, at: datetime | None = None) -> bool:
        """Whether it takes new learners, now or at another instant."""
        return self.is_current(at) and not self.is_closed(at)


class CurriculumGroup(ProgramDated):
    """
    How many of some courses and programs of a curriculum have to be passed, e.g. at least 2 of its "Electives".

    Those are the rows whose `group` has this name, whatever its case. Another number later is another version.

    .. no_pii:
    """

    version_of = ("curriculum", "name")
    within = ("curriculum__",)
    program_paths: ClassVar[tuple[str, ...]] = ("curriculum__program__",)

    uuid = public_uuid()
    curriculum = models.ForeignKey("Curriculum", on_delete=models.CASCADE, related_name="groups", verbose_name=_("curriculum"))
    name = ExactCharField(_("name"), max_length=100, help_text=_('For example "Electives".'))
    minimum = models.PositiveIntegerField(_("minimum"), help_text=_("How many of the group have to be passed, at least."))

    history = CatalogHistoricalRecords(unindexed=("uuid",))

    class Meta:
        verbose_name = _("Curriculum Group")
        verbose_name_plural = _("Curriculum Groups")
        constraints = dated_constraints("oex_programs_group", "curriculum", "name")

    def __str__(self) -> str:
        return f"{self.name}: {self.minimum}"

    @property
    def subject(self) -> str:
        names = {"group": self.name, "curriculum": self.curriculum.name}
        return _("The group %(group)r of the curriculum %(curriculum)r") % names


class CurriculumMembership(ProgramDated):
    """What stands in a curriculum, from one instant until another. It may leave and come back as another version."""

    within = ("curriculum__",)

    uuid = public_uuid()
    position = models.PositiveIntegerField(_("position"), default=0, help_text=_("Position in the curriculum, from 0."))
    group = ExactCharField(
        _("group"),
        max_length=100,
        blank=True,
        default="",
        help_text=_("The group of the curriculum of which it counts, e.g. Electives. Leave blank if it is required."),
    )

    class Meta:
        abstract = True
        ordering = ("position", "id")

    def __str__(self) -> str:
        # Ids, since titles would cost a query for each row of a list.
        parent, member = self.version_of
        return f"{getattr(self, f'{member}_id')} in {getattr(self, f'{parent}_id')}"


class CourseMembershipQuerySet(ProgramDatedQuerySet):  # type: ignore[override]  # the manager that it becomes
    """Adjectives for courses in curricula."""

    def counting(self, at: datetime | None = None) -> Self:
        """Only those in effect in a curriculum in effect, in order: the curricula of a program by age, then the courses."""
        return super().counting(at).order_by("curriculum_id", "position", "pk")

    def begun(self, at: datetime | None = None) -> Self:
        """Those as well that were, in the same order."""
        return super().begun(at).order_by("curriculum_id", "position", "pk")


class CurriculumCourseMembership(CurriculumMembership):
    """
    A catalog course in a curriculum.

    .. no_pii:
    """

    version_of = ("curriculum", "catalog_course")
    program_paths: ClassVar[tuple[str, ...]] = ("curriculum__program__",)

    curriculum = models.ForeignKey(
        "Curriculum", on_delete=models.CASCADE, related_name="course_memberships", verbose_name=_("curriculum")
    )
    catalog_course = models.ForeignKey(
        "openedx_catalog.CatalogCourse",
        on_delete=models.PROTECT,
        related_name="curriculum_memberships",
        verbose_name=_("catalog course"),
    )

    objects = CourseMembershipQuerySet.as_manager()
    history = CatalogHistoricalRecords(unindexed=("uuid",))

    class Meta(CurriculumMembership.Meta):
        verbose_name = _("Curriculum Course")
        verbose_name_plural = _("Curriculum Courses")
        constraints = dated_constraints("oex_programs_course", "curriculum", "catalog_course")

    @property
    def subject(self) -> str:
        names = {"course": self.catalog_course.key_str, "curriculum": self.curriculum.name}
        return _("%(course)s in the curriculum %(curriculum)r") % names


class CurriculumProgramMembership(CurriculumMembership):
    """
    A program in a curriculum of another one, e.g. a MicroMasters in a degree. Never in its own, at any depth.

    .. no_pii:
    """

    version_of = ("curriculum", "program")
    program_paths: ClassVar[tuple[str, ...]] = ("curriculum__program__", "program__")

    curriculum = models.ForeignKey(
        "Curriculum", on_delete=models.CASCADE, related_name="program_memberships", verbose_name=_("curriculum")
    )
    program = models.ForeignKey(
        "Program", on_delete=models.PROTECT, related_name="curriculum_memberships", verbose_name=_("program")
    )

    history = CatalogHistoricalRecords(unindexed=("uuid",))

    class Meta(CurriculumMembership.Meta):
        verbose_name = _("Curriculum Program")
        verbose_name_plural = _("Curriculum Programs")
        constraints = dated_constraints("oex_programs_program", "curriculum", "program")

    @property
    def subject(self) -> str:
        names = {"program": self.program.title, "curriculum": self.curriculum.name}
        return _("The program %(program)r in the curriculum %(curriculum)r") % names


class CurriculumCourseRunExclusion(RunExclusion):
    """
    A run of a curriculum's course that does not count in this curriculum.

    .. no_pii:
    """

    program_paths = ("membership__curriculum__program__",)

    membership = models.ForeignKey(
        "CurriculumCourseMembership", on_delete=models.CASCADE, related_name="run_exclusions", verbose_name=_("membership")
    )

    history = CatalogHistoricalRecords()

    class Meta:
        verbose_name = _("Curriculum Course Run Exclusion")
        verbose_name_plural = _("Curriculum Course Run Exclusions")
        constraints = [models.UniqueConstraint(fields=["membership", "run"], name="oex_programs_run_exclusion_uniq")]

    def __str__(self) -> str:
        return f"{self.membership_id} without {self.run_id}"
