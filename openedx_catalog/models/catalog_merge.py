"""CatalogMerge, and what it moved."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..fields import OrganizationForeignKey
from ..lib.fields import ExactCharField
from ..lib.models import CatalogModel, SignedModel


class CatalogMerge(SignedModel):
    """
    A catalog course that became part of another one: its uuid keeps leading there, and the merge can be undone.

    `into_uuid` is no foreign key, so that it outlives the survivor: a course that is merged in its turn leads on by its own
    row, and a uuid is never given again. Undoing deletes the row. Written by the API only.

    .. pii: ``user_name`` is the username of who merged the courses.
    .. pii_types: username
    .. pii_retirement: retained
    """

    # What the course was, its row number included: its history is found by it.
    course_id = models.BigIntegerField(_("row number"), unique=True)
    uuid = models.UUIDField(_("UUID"), unique=True)
    org = OrganizationForeignKey(
        "organizations.Organization", on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("organization")
    )
    course_code = ExactCharField(_("course code"))
    title = ExactCharField(_("title"))
    language = ExactCharField(_("language"), max_length=64, blank=True, default="")
    created = models.DateTimeField(_("creation date"))
    into_uuid = models.UUIDField(_("merged into"), db_index=True)

    class Meta:
        verbose_name = _("Catalog Merge")
        verbose_name_plural = _("Catalog Merges")

    def __str__(self) -> str:
        return f"{self.course_code} ({self.title})"


class CatalogMergeCode(CatalogModel):
    """
    A code that a merge gave to the surviving course.

    .. no_pii:
    """

    merge = models.ForeignKey(CatalogMerge, on_delete=models.CASCADE, related_name="codes", verbose_name=_("merge"))
    # NULL once it is released: what cannot come back is said by its key.
    code = models.ForeignKey(
        "CatalogCourseCode", on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("code")
    )
    key = ExactCharField(_("key"), max_length=600, help_text=_("The catalog course key of the code when it was merged."))
    # Whether new runs of the merged course were keyed with it.
    for_reruns = models.BooleanField(_("rerun code"), default=False)

    class Meta:
        verbose_name = _("Code of a Catalog Merge")
        verbose_name_plural = _("Codes of Catalog Merges")

    def __str__(self) -> str:
        return self.key


class CatalogMergeRun(CatalogModel):
    """
    A run that a merge moved to the surviving course, and how it was associated before.

    .. no_pii:
    """

    merge = models.ForeignKey(CatalogMerge, on_delete=models.CASCADE, related_name="runs", verbose_name=_("merge"))
    # NULL once it is deleted.
    run = models.ForeignKey("CourseRun", on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("run"))
    course_key = ExactCharField(_("course key"))
    association = models.CharField(_("association"), max_length=8)
    # Since then somebody has said where the run belongs: undoing the merge leaves it there.
    decided = models.BooleanField(_("decided since"), default=False)

    class Meta:
        verbose_name = _("Run of a Catalog Merge")
        verbose_name_plural = _("Runs of Catalog Merges")

    def __str__(self) -> str:
        return self.course_key
