"""CatalogCourse, and the slots: which (organization, code) belongs to which course."""

from __future__ import annotations

from typing import Any, NewType, TypeAlias

from django.db import models, router, transaction
from django.utils.translation import gettext_lazy as _

from .. import keys
from ..abstract_models import AbstractCatalogCourse, catalog_course_constraints
from ..fields import OrganizationForeignKey
from ..history import CatalogHistoricalRecords
from ..lib.fields import ExactCharField, FoldedCharField
from ..lib.models import CatalogModel
from ..organization_names import names_of


class CatalogCourse(AbstractCatalogCourse):
    """
    The set of runs of one course, e.g. ``catalog-course:MITx:14.100x``. See AbstractCatalogCourse.

    .. no_pii:
    """

    # The types of an id, as openedx-core's callers annotate with them.
    CatalogCourseID = NewType("CatalogCourseID", int)
    ID: TypeAlias = CatalogCourseID
    IDField = models.BigAutoField

    history = CatalogHistoricalRecords(excluded=("course_code_ci",), unindexed=("uuid",))

    class Meta(AbstractCatalogCourse.Meta):
        # The names of openedx-core's app, whose tables these are (ADR 0007).
        constraints = catalog_course_constraints("oex_catalog_catalogcourse")

    def save(self, **kwargs: Any) -> None:
        """Save, and let a new course take its slot: IntegrityError where the code is another course's alias."""
        adding = self._state.adding
        using = kwargs.get("using") or router.db_for_write(CatalogCourse, instance=self)
        with transaction.atomic(using=using):
            super().save(**kwargs)
            if adding:
                slot = CatalogCourseCode(org_id=self.org_id, code=self.course_code, catalog_course=self)
                # The history of the course has its first code.
                slot.skip_history_when_saving = True  # type: ignore[attr-defined]  # of simple-history
                slot.save(using=using)

    def owns_code(self, org_code: str, course_code: str) -> bool:
        """
        Whether (organization, code) leads to this course: its own code, or an alias from a rename or a merge.

        Its organization may be named by a former short_name. Costs no query where ``codes__org__catalog_former_names`` is
        prefetched, but for such a name.
        """
        if super().owns_code(org_code, course_code):
            return True
        if self.pk is None:
            return False
        orgs = [slot.org for slot in self.codes.all() if slot.code_ci == keys.fold(course_code)]
        named = keys.fold(org_code)
        # The present names first: that of most codes is one.
        return any(keys.fold(org.short_name) == named for org in orgs) or any(named in names_of(org) for org in orgs)


class CatalogCourseCode(CatalogModel):
    """
    One (organization, code) that leads to a catalog course: its current code, or one from before a rename or a merge.

    The unique index makes it impossible that a code is both a course and an alias. Whether a row is the current code is
    not stored: it is the one that equals the course's own. Written by the API only; its history has what changed since its
    course was created.

    .. no_pii:
    """

    org = OrganizationForeignKey(
        "organizations.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    code = ExactCharField(_("code"), help_text=_("The code in its own spelling, for example 14.100x."))
    code_ci = FoldedCharField(source="code")
    catalog_course = models.ForeignKey(
        CatalogCourse, on_delete=models.CASCADE, related_name="codes", verbose_name=_("catalog course")
    )
    # True for one code of a course at most, else NULL, of which a unique index takes as many as there are.
    for_reruns = models.BooleanField(
        _("rerun code"), null=True, help_text=_("New runs of the course are keyed with this code, whatever its own is.")
    )

    history = CatalogHistoricalRecords(excluded=("code_ci",))

    class Meta:
        verbose_name = _("Catalog Course Code")
        verbose_name_plural = _("Catalog Course Codes")
        # A code without its organization: what somebody searches for.
        indexes = [models.Index(fields=["code_ci", "catalog_course"], name="oex_catalog_coursecode_code_ci")]
        constraints = [
            models.UniqueConstraint(fields=["org", "code_ci"], name="oex_catalog_coursecode_org_code_ci_uniq"),
            models.UniqueConstraint(fields=["catalog_course", "for_reruns"], name="oex_catalog_coursecode_rerun_uniq"),
        ]

    def __str__(self) -> str:
        return self.code
