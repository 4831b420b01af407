"""System checks of pathways: an audience of nobody. Imported when the app is ready."""

from __future__ import annotations

from typing import Any

from django.core import checks

from . import conf
from .policies import audience_policy


@checks.register("openedx_catalog")
def check_audience(app_configs: Any = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """E001: OPENEDX_CATALOG_PATHWAY_AUDIENCE names what cannot be imported, or what does not say for whom pathways are."""
    try:
        policy = audience_policy()
    except Exception as error:
        # Whatever a module of the host's raises while it is imported.
        why = f"{type(error).__name__}: {error}"
    else:
        missing = [name for name in ("groups_of", "organizations_of") if not callable(getattr(policy, name, None))]
        why = f"it has no {' and no '.join(missing)}" if missing else ""
    if not why:
        return []
    text = f"OPENEDX_CATALOG_PATHWAY_AUDIENCE is {conf.audience_path()!r}, which cannot be used: {why}."
    hint = "Name a subclass of openedx_catalog.contrib.pathways.policies.GroupsOfUser."
    return [checks.Error(text, hint=hint, id="openedx_catalog_pathways.E001")]
