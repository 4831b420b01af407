"""ProgramType, Program, its organizations and the runs it leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from openedx_catalog.fields import OrganizationForeignKey
from openedx_catalog.history import CatalogHistoricalRecords
from openedx_catalog.lib.fields import ExactCharField, FoldedCharField, TitleCharField, public_uuid
from openedx_catalog.lib.models import GuardedModel, TimestampedModel
from openedx_catalog.lib.named import Named, name_field, slug_field
from openedx_catalog.lib.slugs import Slug

from .bases import PUBLIC_STATUSES, Kept, RunExclusion
from .curriculum import CurriculumCourseMembership

if TYPE_CHECKING:
    from openedx_catalog.models_api import CatalogCourse


class ProgramType(Named):
    """
    A kind of program, e.g. MicroMasters. Operators add their own; those that a migration brings may be renamed.

    .. no_pii:
    """

    uuid = public_uuid()
    name = name_field(_('Name shown to learners, e.g. "MicroMasters".'))
    slug = slug_field(
        _(
            'Identifies the type in other systems, e.g. "micromasters", so do not change it later. Lowercase letters, digits '
            "and hyphens; leave blank for a new type to make it from the name."
        )
    )
    applicable_seat_types = models.JSONField(
        _("applicable seat types"),
        default=list,
        db_default=models.Value([], models.JSONField()),
        blank=True,
        help_text=_(
            'The kinds of seats and entitlements with which a program of this type is bought as a whole, e.g. "verified".'
        ),
    )

    history = CatalogHistoricalRecords(unindexed=("uuid", "slug"))

    class Meta:
        verbose_name = _("Program Type")
        verbose_name_plural = _("Program Types")
        ordering = ("name",)


class Program(TimestampedModel, Kept, GuardedModel):
    """
    Courses that belong together and end in a credential, e.g. the XSeries "Circuits and Electronics".

    Its courses are those of its curricula, and there is no other way. Rows are never deleted: that is a status.

    .. no_pii:
    """

    program_paths: ClassVar[tuple[str, ...]] = ("",)

    class Status(models.TextChoices):
        """The status of a program; `TRANSITIONS` has those that may follow."""

        UNPUBLISHED = "unpublished", _("Unpublished")
        ACTIVE = "active", _("Active")
        RETIRED = "retired", _("Retired")
        DELETED = "deleted", _("Deleted")

    uuid = public_uuid(help_text=_("Identifies this program across services; never changes."))
    title = TitleCharField(_("title"), help_text=_("Title shown to learners."))
    subtitle = models.CharField(
        _("subtitle"), max_length=255, blank=True, default="", help_text=_("A second line shown below the title.")
    )
    description = models.TextField(
        _("description"), blank=True, default="", help_text=_("What learners read of the program, in a few sentences.")
    )
    image = models.ImageField(
        _("image"),
        upload_to="openedx_catalog/programs",
        max_length=255,
        blank=True,
        help_text=_("PNG, JPEG, GIF or WebP, at most 2 MB."),
    )
    image_alt = TitleCharField(
        _("image description"),
        blank=True,
        default="",
        help_text=_("What is to be seen in the image, for those who cannot see it. Required with an image."),
    )
    type = models.ForeignKey("ProgramType", on_delete=models.PROTECT, related_name="programs", verbose_name=_("type"))
    status = models.CharField(
        _("status"),
        max_length=16,
        choices=Status.choices,
        default=Status.UNPUBLISHED,
        help_text=_("Active: offered. Retired: kept for its learners, with no new runs. Deleted: hidden everywhere."),
    )
    retired_at = models.DateTimeField(
        _("retired at"),
        null=True,
        blank=True,
        editable=False,
        help_text=_(
            "When the program was retired. Runs that start at that time or later do not count; without a start date, the day "
            "they were added decides."
        ),
    )
    hidden = models.BooleanField(
        _("hidden"),
        default=False,
        help_text=_(
            "If on, the program is in no list and has no public page: only whoever may view programs, and the LMS, know of it."
        ),
    )
    one_click_purchase_enabled = models.BooleanField(
        _("bought at once"),
        default=False,
        db_default=False,
        help_text=_("If on, the LMS offers to buy all courses of the program at once, where each can be bought."),
    )
    marketing_slug = ExactCharField(
        _("marketing slug"),
        null=True,
        blank=True,
        help_text=_('End of the address of its page, e.g. "mitx-circuits-and-electronics". Unique, ignoring case.'),
    )
    marketing_slug_ci = FoldedCharField(source="marketing_slug", unique=True)
    readable_id = ExactCharField(
        _("readable ID"), null=True, blank=True, help_text=_('For URLs, e.g. "program-v1:MITx+DEDP". Unique, ignoring case.')
    )
    readable_id_ci = FoldedCharField(source="readable_id", unique=True)

    history = CatalogHistoricalRecords(excluded=("marketing_slug_ci", "readable_id_ci"), unindexed=("uuid",))

    class Meta:
        verbose_name = _("Program")
        verbose_name_plural = _("Programs")
        indexes = [models.Index(fields=["status", "id"], name="oex_programs_program_status")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_public(self) -> bool:
        """Whether everybody may know of it, as `bases.public` says of rows."""
        return self.status in PUBLIC_STATUSES and not self.hidden

    @property
    def live(self) -> bool:
        """Whether it is offered: active. A retired program is still that of its learners."""
        return self.status == self.Status.ACTIVE

    @property
    def author_codes(self) -> list[str]:
        """The short names of the organizations that author it, in order. One query."""
        authors = self.organizations.filter(role=ProgramOrganization.Role.AUTHORING).order_by("position", "pk")
        return list(authors.values_list("organization__short_name", flat=True))

    @property
    def courses(self) -> list[CatalogCourse]:
        """
        The catalog courses of its curricula now, in order, each once; their organizations are joined. One query.

        For another instant, or those of nested programs too: `api.program_courses`.
        """
        rows = CurriculumCourseMembership.objects.counting().filter(curriculum__program=self)
        members = rows.select_related("catalog_course__org")
        return list({member.catalog_course_id: member.catalog_course for member in members}.values())


TRANSITIONS: dict[str, tuple[str, ...]] = {
    Program.Status.UNPUBLISHED: (Program.Status.ACTIVE, Program.Status.DELETED),
    Program.Status.ACTIVE: (Program.Status.UNPUBLISHED, Program.Status.RETIRED, Program.Status.DELETED),
    Program.Status.RETIRED: (Program.Status.ACTIVE, Program.Status.DELETED),
    Program.Status.DELETED: (Program.Status.UNPUBLISHED,),
}
"""Which status may follow which. Deleted goes back to unpublished, so that a slip can be undone."""


class ProgramOrganization(Kept):
    """
    An organization that authors a program, or gives credit for it, in the order of `position`.

    .. no_pii:
    """

    class Role(models.TextChoices):
        """What the organization does for the program."""

        AUTHORING = "authoring", _("Authoring")
        CREDIT = "credit", _("Credit backing")

    program = models.ForeignKey("Program", on_delete=models.CASCADE, related_name="organizations", verbose_name=_("program"))
    organization = OrganizationForeignKey(
        "organizations.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    role = models.CharField(_("role"), max_length=16, choices=Role.choices, default=Role.AUTHORING)
    position = models.PositiveIntegerField(_("position"), default=0)

    history = CatalogHistoricalRecords()

    class Meta:
        verbose_name = _("Program Organization")
        verbose_name_plural = _("Program Organizations")
        ordering = ("role", "position", "id")
        constraints = [
            models.UniqueConstraint(fields=["program", "organization", "role"], name="oex_programs_organization_uniq")
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} ({self.role})"


class FormerProgramSlug(Slug):
    """
    A marketing slug that a program had: it leads to the program, and no other one gets it.

    .. no_pii:
    """

    program = models.ForeignKey("Program", on_delete=models.CASCADE, related_name="former_slugs", verbose_name=_("program"))

    class Meta(Slug.Meta):
        verbose_name = _("Former Slug of a Program")
        verbose_name_plural = _("Former Slugs of Programs")


class ProgramCourseRunExclusion(RunExclusion):
    """
    A run of one of a program's courses that does not count in this program, in whichever curriculum.

    .. no_pii:
    """

    program = models.ForeignKey("Program", on_delete=models.CASCADE, related_name="run_exclusions", verbose_name=_("program"))

    history = CatalogHistoricalRecords()

    class Meta:
        verbose_name = _("Program Course Run Exclusion")
        verbose_name_plural = _("Program Course Run Exclusions")
        constraints = [models.UniqueConstraint(fields=["program", "run"], name="oex_programs_exclusion_uniq")]

    def __str__(self) -> str:
        return f"{self.program_id} without {self.run_id}"
