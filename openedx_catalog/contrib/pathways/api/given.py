"""What is said of a learner pathway, as functions of this API take it."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.models import Group
from django.core.files import File
from organizations.models import Organization

from openedx_catalog.data import Unset
from openedx_catalog.lib.changes import Provenance
from openedx_catalog.models_api import CatalogPathway


class PathwayValues(Provenance, total=False):
    """UNSET is as not given, and stays."""

    title: str | Unset
    overview: str | Unset
    image: File | Unset | None
    image_alt: str | Unset
    status: str | Unset
    visibility: str | Unset
    scope: str | Unset
    organizations: Sequence[Organization | str] | Unset
    groups: Sequence[Group | str] | Unset
    catalog_pathway: CatalogPathway | str | Unset | None
