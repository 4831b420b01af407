"""What the admins of programs share, on top of the core's."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib.admin.forms import ApiModelAdmin
from openedx_catalog.lib.admin.texts import instant_column, utc

DATES: Any = (_("In effect"), {"fields": ("effective_at", "retired_at")})
DATE_COLUMNS = (instant_column("effective_at", _("Effective")), instant_column("retired_at", _("Retired")))


class ProgramsModelAdmin(ApiModelAdmin):
    """With the styles of programs."""

    class Media:
        css: ClassVar[Any] = {"all": ["openedx_catalog_programs/admin.css"]}

    def dated_row(self, owner: Any, row: Any) -> tuple[Any, ...]:
        """A dated row as a table on the page of its owner shows it: with a link for whoever may see it."""
        link = self.link(owner, type(row), "change", row.pk, row)
        return link, row.version, utc(row.effective_at), utc(row.retired_at), row.is_current()
