"""What every OpenAPI document keeps; needs drf-spectacular."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

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

    @same_everywhere
    def test_the_document_is_valid_and_as_committed(self, tmp_path: Path) -> None:
        made = tmp_path / "openapi.yml"
        call_command("spectacular", validate=True, fail_on_warn=True, file=str(made))
        text = made.read_text(encoding="utf-8")
        assert [path for path in self.paths if f"\n  {path}:\n" not in text] == []
        if self.snapshot is not None:
            assert text == self.snapshot.read_text(encoding="utf-8")
