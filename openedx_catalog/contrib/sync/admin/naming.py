"""What rows of sync are called in histories, deleted ones too."""

from __future__ import annotations

from openedx_catalog.admin.naming import run_names
from openedx_catalog.lib.admin.history import by_columns, named_by, through

from ..models_api import PinnedField, PinnedRecordField, RunSource, Source

named_by(Source._meta.label, by_columns(Source, "name"))
named_by(RunSource._meta.label, by_columns(RunSource, "external_id"))
named_by(PinnedField._meta.label, through(PinnedField, "run_id", run_names))
named_by(PinnedRecordField._meta.label, by_columns(PinnedRecordField, "record"))
