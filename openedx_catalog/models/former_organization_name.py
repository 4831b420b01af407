"""FormerOrganizationName."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..fields import OrganizationForeignKey
from ..lib.fields import ExactCharField, FoldedCharField
from ..lib.models import SignedModel


class FormerOrganizationName(SignedModel):
    """
    A short_name that an organization had before: keys that were made with it keep leading to its courses.

    The present short_name of another organization counts before it. Written by the API only.

    .. pii: ``user_name`` is the username of who renamed the organization.
    .. pii_types: username
    .. pii_retirement: retained
    """

    org = OrganizationForeignKey(
        "organizations.Organization", on_delete=models.CASCADE, related_name="catalog_former_names",
        verbose_name=_("organization"),
    )  # fmt: skip
    name = ExactCharField(_("name"))
    name_ci = FoldedCharField(source="name", unique=True)

    class Meta:
        verbose_name = _("Former Organization Name")
        verbose_name_plural = _("Former Organization Names")

    def __str__(self) -> str:
        return self.name
