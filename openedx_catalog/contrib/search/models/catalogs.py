"""Stored catalog queries, and who sees them."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from openedx_catalog.history import CatalogHistoricalRecords
from openedx_catalog.lib.fields import FoldedCharField, TitleCharField, public_uuid
from openedx_catalog.lib.models import TimestampedModel
from openedx_catalog.lib.routing import CatalogQuerySet

KEPT_WITH = "openedx_catalog_search.CourseCatalog"


class KeptQuerySet(CatalogQuerySet):
    """Rows that are nobody's business but that of whoever may view course catalogs."""

    def public(self) -> Self:
        """None of them. Viewers of a catalog see it by way of `doors`."""
        return self.none()


class CourseCatalogQuerySet(KeptQuerySet):
    """Adjectives for course catalogs."""

    def for_viewer(self, user: Any) -> Self:
        """Those of which a user is a viewer, or a group that he is in; none for who has no account."""
        if user.pk is None:
            # To the database he would be in every group that nobody is in.
            return self.none()
        users = CourseCatalogUser.objects.filter(user_id=user.pk)
        groups = CourseCatalogGroup.objects.filter(group__user=user.pk)
        return self.filter(Q(pk__in=users.values("catalog_id")) | Q(pk__in=groups.values("catalog_id")))


class CourseCatalog(TimestampedModel):
    """
    A stored catalog query: the catalog courses that it finds whenever it is asked, e.g. "Economics at MITx", ``org:MITx``.
    discovery calls it Catalog. It has no courses of its own, so nothing needs to be done when courses change.

    .. no_pii:
    """

    kept_with: ClassVar[str] = KEPT_WITH

    uuid = public_uuid(help_text=_("Identifies this course catalog across services; never changes."))
    name = TitleCharField(_("name"), help_text=_('What people call it, e.g. "Economics at MITx". Unique, ignoring case.'))
    name_ci = FoldedCharField(source="name", unique=True)
    query = models.TextField(
        _("query"),
        help_text=_(
            "Which courses are in it: * for all, or conditions such as org:MITx, number:6.00* or "
            "key:(MITx+6.00x OR MITx+14.100x), which AND, OR, NOT and parentheses combine. Courses come and go as they fit."
        ),
    )
    include_archived = models.BooleanField(
        _("include archived"),
        default=False,
        help_text=_("If off, courses of which every run has ended are left out."),
    )

    objects = CourseCatalogQuerySet.as_manager()
    history = CatalogHistoricalRecords(excluded=("name_ci",), unindexed=("uuid",))

    class Meta:
        verbose_name = _("Course catalog")
        verbose_name_plural = _("Course catalogs")
        ordering = ("name_ci", "id")

    def __str__(self) -> str:
        return self.name


class Viewer(TimestampedModel):
    """Who sees a course catalog without the permission to view all; `end` is the column of it."""

    kept_with: ClassVar[str] = KEPT_WITH
    end: ClassVar[str]

    objects = KeptQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{getattr(self, 'catalog_id')}: {getattr(self, f'{self.end}_id')}"  # noqa: B009 - declared by subclasses


class CourseCatalogUser(Viewer):
    """
    A user who sees a course catalog. The row goes with his account.

    .. no_pii:
    """

    end = "user"
    catalog = models.ForeignKey(
        "CourseCatalog", on_delete=models.CASCADE, related_name="user_rows", verbose_name=_("Course catalog")
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("account"))

    history = CatalogHistoricalRecords()

    class Meta:
        verbose_name = _("Viewer of a course catalog")
        verbose_name_plural = _("Viewers of course catalogs")
        constraints = [models.UniqueConstraint(fields=["catalog", "user"], name="oex_search_catalog_user_uniq")]


class CourseCatalogGroup(Viewer):
    """
    A group whose members see a course catalog.

    .. no_pii:
    """

    end = "group"
    catalog = models.ForeignKey(
        "CourseCatalog", on_delete=models.CASCADE, related_name="group_rows", verbose_name=_("Course catalog")
    )
    group = models.ForeignKey("auth.Group", on_delete=models.CASCADE, related_name="+", verbose_name=_("group"))

    history = CatalogHistoricalRecords()

    class Meta:
        verbose_name = _("Viewing group of a course catalog")
        verbose_name_plural = _("Viewing groups of course catalogs")
        constraints = [models.UniqueConstraint(fields=["catalog", "group"], name="oex_search_catalog_group_uniq")]
