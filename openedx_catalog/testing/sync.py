"""A factory for sources, as `factories`; for hosts with openedx_catalog.contrib.sync."""

from __future__ import annotations

import factory

from ..contrib.sync import api
from ..contrib.sync.models_api import Source
from .factories import ApiFactory


class SourceFactory(ApiFactory):
    """A source of files, which may create runs; another ``kind=`` needs a ``base_url=``."""

    class Meta:
        model = Source

    create_row = staticmethod(api.create_source)
    name = factory.Sequence(lambda n: f"source-{n}")
    kind = "file"
    create_missing = True
