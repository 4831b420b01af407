"""What our commands share: the progress bar, printing, and a clear word where the tables are not there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import attrs
from django.apps import apps
from django.core.management.base import CommandError
from django.db import OperationalError, connections, router
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm


def require_migrated(app_label: str = "openedx_catalog") -> None:
    """Raise CommandError (exit code 2) where the database of an app of ours cannot be reached or lacks migrations of it."""
    using = router.db_for_write(next(iter(apps.get_app_config(app_label).get_models())))
    try:
        executor = MigrationExecutor(connections[using])
        targets = [node for node in executor.loader.graph.leaf_nodes() if node[0] == app_label]
        pending = executor.migration_plan(targets)
    except OperationalError as error:
        raise CommandError(f"The database cannot be used: {error}", returncode=2) from error
    if pending:
        names = ", ".join(f"{migration.app_label}.{migration.name}" for migration, _backwards in pending[:3])
        raise CommandError(f"The database lacks migrations ({names}, …): run manage.py migrate first.", returncode=2)


@contextmanager
def progress_bar(stream: Any, total: int | None, unit: str, *, quiet: bool = False) -> Iterator[Callable[..., None]]:
    """
    Yield a function that takes how many more are done, and the total where that is known later; draws on `stream` only where
    that is a terminal.
    """
    terminal = bool(getattr(stream, "isatty", None) and stream.isatty())
    with tqdm(total=total, unit=f" {unit}", file=stream, disable=quiet or not terminal, dynamic_ncols=True) as bar:

        def advance(count: int, total: int | None = None) -> None:
            bar.total = bar.total if total is None else total
            bar.update(count)

        yield advance


def print_finding(stream: Any, finding: Any, *, as_json: bool) -> None:
    """A finding (severity, code, subject, message, remedy) as a line and one for the remedy, or as an object of JSON."""
    if as_json:
        stream.write(json.dumps(attrs.asdict(finding), ensure_ascii=False))
        return
    # A name with a line break must not pass for a command to paste.
    stream.write(printable(f"{finding.severity.upper():<8}{finding.code}: {finding.subject}: {finding.message}"))
    if finding.remedy:
        stream.write(f"        {finding.remedy}")


def counted(errors: int, warnings: int) -> str:
    """The last line of a command that prints findings."""
    return _("%(errors)s, %(warnings)s.") % {
        "errors": ngettext("%(number)d error", "%(number)d errors", errors) % {"number": errors},
        "warnings": ngettext("%(number)d warning", "%(number)d warnings", warnings) % {"number": warnings},
    }


def printable(text: str) -> str:
    """One line of a terminal: control characters, which could pass for another line or do something, are spelled out."""
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)
