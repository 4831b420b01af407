"""What the admins of programs share."""

from __future__ import annotations

from typing import Any, ClassVar

from openedx_catalog.lib.admin.forms import ApiModelAdmin


class ProgramsModelAdmin(ApiModelAdmin):
    """With the styles of programs."""

    class Media:
        css: ClassVar[Any] = {"all": ["openedx_catalog_programs/admin.css"]}
