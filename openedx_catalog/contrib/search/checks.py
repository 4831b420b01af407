"""System checks of search: settings that name what cannot be used. Imported when the app is ready."""

from __future__ import annotations

from typing import Any

from django.core import checks
from django.utils.module_loading import import_string

from . import conf

_CALLS = ("create", "put", "remove", "ids", "drop", "search", "suggest")


@checks.register("openedx_catalog")
def check_search_settings(app_configs: Any = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """
    E001: OPENEDX_CATALOG_SEARCH_ENGINE, E002: OPENEDX_CATALOG_EXTERNAL_START name what cannot be imported or used. E003: a
    number is none.
    """
    found: list[checks.CheckMessage] = []
    if why := _unusable(conf.engine_path(), _CALLS) or _unmakable(conf.engine_path()):
        text = f"OPENEDX_CATALOG_SEARCH_ENGINE is {conf.engine_path()!r}, which cannot be used: {why}."
        hint = "Name a class as openedx_catalog.contrib.search.engines.base.Engine describes it."
        found.append(checks.Error(text, hint=hint, id="openedx_catalog_search.E001"))
    path = conf.external_start_path()
    if path and (why := _unusable(path, ("__call__",))):
        text = f"OPENEDX_CATALOG_EXTERNAL_START is {path!r}, which cannot be used: {why}."
        hint = "Name a function that is given a list of keys and answers {key: datetime}."
        found.append(checks.Error(text, hint=hint, id="openedx_catalog_search.E002"))
    for name, read in conf.NUMBERS.items():
        try:
            if read() >= 0:
                continue
            why = "less than 0"
        except (TypeError, ValueError):
            why = "no number"
        text = f"{name} is {why}."
        found.append(checks.Error(text, hint="Give a whole number, 0 or more.", id="openedx_catalog_search.E003"))
    return found


def _unmakable(path: str) -> str:
    """An engine may need what is not installed, or settings of its own."""
    try:
        import_string(path)()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def _unusable(path: str, calls: tuple[str, ...]) -> str:
    try:
        named = import_string(path)
    except Exception as error:
        # Whatever a module of the host's raises while it is imported.
        return f"{type(error).__name__}: {error}"
    missing = [name for name in calls if not callable(getattr(named, name, None))]
    return f"it has no {' and no '.join(missing)}" if missing else ""
