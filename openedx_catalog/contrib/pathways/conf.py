"""Typed access to the settings of this app; docs/references/settings.rst describes them."""

from __future__ import annotations

from django.conf import settings

AUDIENCE = "openedx_catalog.contrib.pathways.policies.GroupsOfUser"


def audience_path() -> str:
    """The dotted path of the policy of which organizations and groups a user is of."""
    return getattr(settings, "OPENEDX_CATALOG_PATHWAY_AUDIENCE", None) or AUDIENCE
