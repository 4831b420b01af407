"""DeletedRunKey."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..lib.fields import ExactCharField, FoldedCharField
from ..lib.models import SignedModel


class DeletedRunKey(SignedModel):
    """
    The key of a run that was deleted for good: no file, sync or event creates it again, until somebody restores it.

    What the run was is kept for that. Written by the API only.

    .. pii: ``user_name`` is the username of who deleted the run.
    .. pii_types: username
    .. pii_retirement: retained
    """

    course_key = ExactCharField(_("course key"))
    key_ci = FoldedCharField(source="course_key", unique=True)
    title = ExactCharField(_("title"), blank=True, default="")
    association = models.CharField(_("association"), max_length=8)
    run_uuid = models.UUIDField(_("UUID"), null=True)
    catalog_course_uuid = models.UUIDField(_("catalog course"), null=True, help_text=_("UUID of the course it stood under."))

    class Meta:
        verbose_name = _("Deleted Run Key")
        verbose_name_plural = _("Deleted Run Keys")

    def __str__(self) -> str:
        return self.course_key
