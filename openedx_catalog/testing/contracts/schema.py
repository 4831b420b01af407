"""What every OpenAPI document keeps; needs drf-spectacular."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pytest
from django.core.management import call_command

from ..marks import same_everywhere


class SchemaContract:
    """
    The OpenAPI document of a site is valid, without warnings, has these `paths`, and is the one that was committed.

    `snapshot` is its file; without it the document is only validated. After a change of the API write it anew, with
    ``manage.py spectacular --file``, and look at the difference.
    """

    snapshot: ClassVar[Path | None] = None
    paths: ClassVar[tuple[str, ...]] = ()

    def test_the_document_is_valid(self, tmp_path: Path) -> None:
        """With every release of drf-spectacular: where it fails on one of our views, the host has no document at all."""
        text = self.made(tmp_path)
        assert [path for path in self.paths if f"\n  {path}:\n" not in text] == []

    @same_everywhere
    def test_the_document_is_as_committed(self, tmp_path: Path) -> None:
        if self.snapshot is None:
            raise pytest.skip.Exception("no snapshot is named")
        assert self.made(tmp_path) == self.snapshot.read_text(encoding="utf-8")

    def made(self, folder: Path) -> str:
        """The document; a warning is an error."""
        made = folder / "openapi.yml"
        call_command("spectacular", validate=True, fail_on_warn=True, file=str(made))
        return made.read_text(encoding="utf-8")
