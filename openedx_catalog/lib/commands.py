"""What our commands share: progress, how they end, printing, and a clear word where the tables are not there."""

from __future__ import annotations

import io
import json
import os
import signal
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import attrs
from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connections, router
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

# Seconds between two lines of progress in a log.
LOG_EVERY = 10
LOG_FORMAT = "{n_fmt}/{total_fmt}{unit} [{elapsed} < {remaining}, {rate_fmt}]"


class CatalogCommand(BaseCommand):
    """
    A command as ours behave where they are called from a terminal; `call_command` changes nothing of its process.

    SIGINT and SIGTERM end it: the transaction at hand is rolled back, and it says how much is done. Where it `stops_between`
    batches, it finishes the one at hand, and the system ends it at a second signal. The exit code is then 128 and the number of
    the signal, 130 or 143, as a shell has it. That nobody reads its output any more (``| head``) is no error.
    """

    stops_between = False

    _signal = 0
    _at_work = False
    _done, _total, _unit = 0, None, ""

    def run_from_argv(self, argv: list[str]) -> None:
        former = {number: signal.signal(number, self._end) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            try:
                super().run_from_argv(argv)
            except (KeyboardInterrupt, SystemExit):
                self._exit_if_interrupted()
                raise
            finally:
                sys.stdout.flush()
            self._exit_if_interrupted()
        except BrokenPipeError:
            # Python would flush it once more when it ends, and complain.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(128 + signal.SIGPIPE)
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)

    def _end(self, number: int, _frame: Any) -> None:
        self._signal = number
        if not (self.stops_between and self._at_work):
            raise KeyboardInterrupt
        # Python would see the second one late, or never where it has just begun to wait.
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_DFL)
        os.write(2, (_("Ending after what is at hand. Once more to end at once.") + "\n").encode())

    def is_interrupted(self) -> bool:
        """Whether it was asked to end."""
        return bool(self._signal)

    @contextmanager
    def progress(self, total: int | None, unit: str, options: dict[str, Any]) -> Iterator[Callable[..., None]]:
        """`progress_bar` on standard error, unless ``-v 0``; it is told, too, where the command is interrupted."""
        self._done, self._total, self._unit = 0, total, unit
        with progress_bar(self.stderr, total, unit, quiet=options["verbosity"] == 0) as advance:

            def counted(count: int, total: int | None = None) -> None:
                self._done, self._total = self._done + count, self._total if total is None else total
                advance(count, total)

            self._at_work = True
            yield counted

    def _exit_if_interrupted(self) -> None:
        if not self._signal:
            return
        names = {"done": f"{self._done:,}", "total": "?" if self._total is None else f"{self._total:,}", "unit": self._unit}
        if self._unit:
            text = _("Interrupted: %(done)s of %(total)s %(unit)s are done. Run it again to go on.") % names
        else:
            text = _("Interrupted.")
        self.stderr.write(text)
        sys.exit(128 + self._signal)


def require_migrated(*app_labels: str) -> None:
    """
    Raise CommandError (exit code 2) where the database of an app of ours, of the core unless named, cannot be reached or lacks
    migrations of it.
    """
    for app_label in app_labels or ("openedx_catalog",):
        _require_migrated(app_label)


def _require_migrated(app_label: str) -> None:
    models = list(apps.get_app_config(app_label).get_models())
    if not models:
        return
    using = router.db_for_write(models[0])
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
    Yield a function that takes how many more are done, and the total where that is known later.

    On a terminal it draws one line, with the rate and the time left; in a file it writes a line every ten seconds; elsewhere,
    as in a pipe, nothing.
    """
    # Django's wrapper ends whatever is written with a line, in red.
    out = getattr(stream, "_out", stream)
    style: dict[str, Any] = {"dynamic_ncols": True}
    if is_log := _is_file(out):
        style = dict.fromkeys(("mininterval", "maxinterval", "delay"), LOG_EVERY) | {"bar_format": LOG_FORMAT, "leave": False}
        out = _Lines(out)
    is_terminal = bool(getattr(out, "isatty", None) and out.isatty())
    with tqdm(total=total, unit=f" {unit}", file=out, disable=quiet or not (is_terminal or is_log), **style) as bar:

        def advance(count: int, total: int | None = None) -> None:
            bar.total = bar.total if total is None else total
            bar.update(count)

        yield advance


def _is_file(stream: Any) -> bool:
    try:
        return stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
    except (AttributeError, OSError, io.UnsupportedOperation):
        return False


class _Lines:
    """What is drawn over and over on a terminal, as lines of a file."""

    def __init__(self, stream: Any) -> None:
        self.stream, self.flush, self.encoding = stream, stream.flush, getattr(stream, "encoding", None)

    def write(self, text: str) -> None:
        if line := text.strip():
            self.stream.write(f"{line}\n")


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
