"""What the admins of publishing share: nearly all their rows are about a catalog course."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from openedx_catalog.admin.owned import OwnedAdmin
from openedx_catalog.lib.admin.base import KeptAdmin, ReadOnlyModelAdmin
from openedx_catalog.lib.admin.texts import instant_column

CREATED, MODIFIED = instant_column("created", _("Created")), instant_column("modified", _("Modified"))
AT = instant_column("at", _("When"))


class OfCourses(KeptAdmin, OwnedAdmin):
    """Rows about catalog courses."""

    prefetched: ClassVar[tuple[str, ...]] = ("catalog_course__org",)
    search_fields: ClassVar[Any] = ("title",)
    search_help_text = _("Search by current or former code or key, or title of the course.")


class ReadOnlyOfCourses(ReadOnlyModelAdmin, OfCourses):
    """Rows that are written elsewhere."""
