"""The doctor as a job: what its last runs found, stored, for pages that cannot wait for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import attrs
from django.utils import timezone
from django.utils.translation import gettext as _

from ... import conf
from ...data import Finding
from ...exceptions import InvalidRequest
from ...lib import background
from ...lib.database_errors import in_words
from ...lib.routing import reads_from_writer
from ...lib.texts import storable
from ...lib.transactions import writes_to
from ...models import DoctorReport
from .suggestions import suggest_repairs

__all__ = ["get_doctor_report", "is_doctor_running", "run_doctor", "start_doctor"]

# Of `tasks.run_doctor`.
TASK = "openedx_catalog.tasks.run_doctor"
LISTED, KEPT = 1000, 10
# A run without an end after that has died with its process.
LONGEST = timedelta(hours=1)


def get_doctor_report() -> DoctorReport | None:
    """The last run of the doctor that came to an end, or None where there was none. One query."""
    return DoctorReport.objects.exclude(finished_at=None).order_by("-finished_at", "-pk").first()


def is_doctor_running() -> bool:
    """Whether a run has begun within the last hour and not ended. One query."""
    return DoctorReport.objects.filter(finished_at=None, started_at__gt=timezone.now() - LONGEST).exists()


def run_doctor(*, on_finding: Callable[[Finding], None] | None = None) -> DoctorReport:
    """
    Ask the doctor about every row, list what it would suggest, and store both: the report is what the admin shows.

    Counts all findings by code, and keeps the first 1,000 of them, and as many suggestions; the last ten reports are kept.
    `on_finding` is called with each finding as it is found. Mends nothing: `repair_findings`. Does not check permissions, emits
    nothing. Where it ends early, the report says why, and the error is raised.
    """
    if on_finding is not None and not callable(on_finding):
        raise InvalidRequest(reason=_("Expected a function as on_finding."), field="on_finding")
    return _run(on_finding)


@reads_from_writer()
def _run(on_finding: Callable[[Finding], None] | None, on_begun: Callable[[], None] = lambda: None) -> DoctorReport:
    report = _begin()
    on_begun()
    counts: Counter[tuple[str, str]] = Counter()
    try:
        _collect(report, counts, on_finding)
    except (KeyboardInterrupt, SystemExit, BrokenPipeError):
        # Somebody has seen enough; the report before this one says more.
        _discard(report)
        raise
    except Exception as error:
        _finish(report, counts, f"{type(error).__name__}: {in_words(error)}")
        raise
    _finish(report, counts, "")
    return report


def start_doctor() -> bool:
    """
    Begin `run_doctor`, and do not wait: by Celery, or in a thread, as OPENEDX_CATALOG_DOCTOR_RUNNER says.

    Returns False, and begins nothing, while a run is going on. Does not check permissions.
    """
    if is_doctor_running():
        return False
    if conf.doctor_runner() == "celery":
        background.delay(TASK)
    else:
        background.in_thread("catalog doctor", partial(_run, None))
    return True


def _collect(report: DoctorReport, counts: Counter[tuple[str, str]], on_finding: Callable[[Finding], None] | None) -> None:
    from . import diagnose

    for finding in diagnose():
        counts[finding.severity, finding.code] += 1
        if len(report.findings) < LISTED:
            report.findings.append(_storable(attrs.asdict(finding)))
        if on_finding:
            on_finding(finding)
    for suggestion in suggest_repairs():
        report.suggestions += 1
        if report.suggestions <= LISTED:
            report.candidates.append(_storable(attrs.asdict(suggestion)))


@writes_to(DoctorReport)
def _begin() -> DoctorReport:
    return DoctorReport.objects.create(started_at=timezone.now())


def _finish(report: DoctorReport, counts: Counter[tuple[str, str]], error: str) -> None:
    report.finished_at, report.error = timezone.now(), storable(error)
    report.counts = {code: count for (_severity, code), count in sorted(counts.items())}
    report.errors = sum(count for (severity, _code), count in counts.items() if severity == "error")
    report.warnings = sum(counts.values()) - report.errors
    _store(report)


@writes_to(DoctorReport)
def _store(report: DoctorReport) -> None:
    report.save()
    kept = list(DoctorReport.objects.order_by("-pk").values_list("pk", flat=True)[:KEPT])
    DoctorReport.objects.filter(pk__lt=min(kept)).delete()


@writes_to(DoctorReport)
def _discard(report: DoctorReport) -> None:
    DoctorReport.objects.filter(pk=report.pk).delete()


def _storable(value: Any) -> Any:
    """What PostgreSQL takes into JSON: no NUL, and no half of a character."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {name: _storable(part) for name, part in value.items()}
    return [_storable(part) for part in value] if isinstance(value, list | tuple) else value
