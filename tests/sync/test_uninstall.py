"""The app of syncs is not removed with its rows."""

from openedx_catalog.contrib.sync import api
from openedx_catalog.contrib.sync.models_api import Source
from openedx_catalog.testing import ApiFactory
from openedx_catalog.testing.contracts import InstalledAppContract


class SourceFactory(ApiFactory):
    class Meta:
        model = Source

    create_row = staticmethod(api.create_source)
    name, kind, create_missing = "legacy", "file", True


class TestSync(InstalledAppContract):
    factory = SourceFactory
