"""System checks of publishing: comments that cannot be kept where a setting says. Imported when the app is ready."""

from __future__ import annotations

from typing import Any

from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from .comments import comments_backend


@checks.register("openedx_catalog")
def check_comments(app_configs: Any = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """E001: OPENEDX_CATALOG_COMMENTS names a backend that cannot be used, and why."""
    try:
        backend = comments_backend()
        why = backend.problem() if backend else ""
    except ImproperlyConfigured as error:
        why = str(error)
    return [checks.Error(why, id="openedx_catalog_publishing.E001")] if why else []
