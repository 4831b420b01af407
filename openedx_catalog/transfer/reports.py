"""Reports that a person can read and a script can parse."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..data import AssociationReport
from ..exceptions import CatalogError
from ..lib.values import iso_instant
from .reading import CatalogFile

# The column that says why a row was rejected; it is ignored where the file is read again.
PROBLEM = "problem"
_KEPT = ("edited", "pinned", "language_kept", "stale")


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


def lines_to_mend(report: AssociationReport) -> dict[int, list[str]]:
    """
    ``{line: reasons}`` of the rows that were not taken, or not wholly.

    What is only kept, as a person's edit is, and what is skipped, need no mending.
    """
    why: dict[int, list[str]] = {}
    for problem in report.problems:
        if problem.outcome != "skipped" and problem.code not in _KEPT:
            why.setdefault(problem.line, []).append(problem.reason)
    return why


def rejected_rows(file: CatalogFile, report: AssociationReport) -> tuple[list[str], Iterator[list[str]]]:
    """The rows to mend, and import again, as a table: as they stand in the file, and what is wrong with each."""
    why = lines_to_mend(report)
    columns = [name for name in file.columns if name != PROBLEM]
    rows = (
        [*("" if row.get(name) is None else str(row[name]) for name in columns), " ".join(why[line])]
        for line, row in file.cells()
        if line in why
    )
    return [*columns, PROBLEM], rows


def change_text(value: Any) -> str | None:
    """A value before or after a change, for JSON: dates in UTC."""
    return iso_instant(value) if isinstance(value, datetime) else value


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
    A file that is either whole or not there, JSON unless `write_chunks` says what it is.

    `prepare` before the work finds out whether it can be written at all; `write` replaces the file in one step.
    """

    def __init__(self, path: str) -> None:
        self.path = Path(path)

    def is_at(self, path: str) -> bool:
        """Whether `path` is this very file."""
        return self.path.exists() and Path(path).exists() and self.path.samefile(path)

    def prepare(self) -> None:
        """Raise UnwritableReport where the folder is missing, the path is one, or the disk takes nothing."""
        self._store([b"{}\n"], keep=False)

    def write(self, content: dict[str, Any]) -> None:
        """Write `content` as JSON. Raises UnwritableReport, and leaves what was there before."""
        text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
        self._store([text.encode("utf-8", "backslashreplace")], keep=True)

    def write_chunks(self, chunks: Iterable[bytes]) -> None:
        """The same of what it is to hold, as that comes: what raises meanwhile leaves what was there before."""
        self._store(chunks, keep=True)

    def _store(self, chunks: Iterable[bytes], *, keep: bool) -> None:
        try:
            if self.path.exists() and not self.path.is_file():
                # A pipe or a device cannot be replaced; a folder says so itself.
                if keep or not self.path.is_fifo():
                    with self.path.open("wb") as stream:
                        stream.writelines(chunks if keep else [b" "])
                return
            handle, temporary = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.name}.")
            try:
                with os.fdopen(handle, "wb") as stream:
                    stream.writelines(chunks)
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
