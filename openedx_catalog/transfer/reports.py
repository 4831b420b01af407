"""Reports that a person can read and a script can parse."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import attrs
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..data import AssociationReport
from ..exceptions import CatalogError


class UnwritableReport(CatalogError, OSError):
    """Raised when a report cannot be written; no half of it is left. Facts: ``name``, ``reason``."""

    code = "unwritable_report"
    template = gettext_lazy("The report %(name)s cannot be written: %(reason)s")


def report_as_dict(report: AssociationReport) -> dict[str, Any]:
    """``rows``, ``outcomes``, ``catalog_courses_created``, ``organizations_created`` and ``problems``, ready for JSON."""
    return {
        "rows": report.rows,
        "outcomes": report.outcomes,
        "catalog_courses_created": report.catalog_courses_created,
        "organizations_created": report.organizations_created,
        "problems": [attrs.asdict(problem) for problem in report.problems],
    }


def report_as_table(report: AssociationReport) -> str:
    """The outcomes, a line each, aligned."""
    lines = {
        **report.outcomes,
        _("rows"): report.rows,
        _("catalog courses created"): report.catalog_courses_created,
        _("organizations created"): report.organizations_created,
    }
    return "\n".join(f"{name:<24}{count:>9,}" for name, count in lines.items())


class ReportFile:
    """
    A JSON file that is either whole or not there.

    `prepare` before the work finds out whether it can be written at all; `write` replaces the file in one step.
    """

    def __init__(self, path: str) -> None:
        self.path = Path(path)

    def is_at(self, path: str) -> bool:
        """Whether `path` is this very file."""
        return self.path.exists() and Path(path).exists() and self.path.samefile(path)

    def prepare(self) -> None:
        """Raise UnwritableReport where the folder is missing, the path is one, or the disk takes nothing."""
        self._store("{}\n", keep=False)

    def write(self, content: dict[str, Any]) -> None:
        """Write `content` as JSON. Raises UnwritableReport, and leaves what was there before."""
        self._store(json.dumps(content, ensure_ascii=False, indent=1) + "\n", keep=True)

    def _store(self, text: str, *, keep: bool) -> None:
        try:
            if self.path.exists() and not self.path.is_file():
                # A pipe or a device cannot be replaced; a folder says so itself.
                if keep or not self.path.is_fifo():
                    with self.path.open("w", encoding="utf-8") as stream:
                        stream.write(text if keep else " ")
                return
            handle, temporary = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.name}.")
            try:
                with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as stream:
                    stream.write(text)
                    stream.flush()
                    os.fsync(stream.fileno())
                if keep:
                    os.chmod(temporary, 0o644)
                    os.replace(temporary, self.path)
            finally:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(temporary)
        except OSError as error:
            raise UnwritableReport(name=str(self.path), reason=f"{error.strerror or error}.") from error
