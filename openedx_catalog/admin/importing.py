"""
Import in the admin: upload a catalog file, see what would become of every row, confirm.

The file comes back with the confirmation, compressed and signed, in the page itself: nothing is stored meanwhile, and it does
not matter which server answers. What is too large for that is for ``manage.py backfill_catalog``.
"""

from __future__ import annotations

import io
from collections import defaultdict
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from .. import api, conf
from ..data import AssociationReport, RowChange, RowOutcome
from ..lib.changes import MAX_TEXT
from ..lib.tables import FORMATS
from ..transfer import CatalogFile, UnreadableFile, format_of, lines_to_mend, open_catalog_file, rejected_rows, text_of

SALT = "openedx_catalog.import"
# The limits of a file: the setting, how it is counted, and the reason for refusing a file that has more.
_LIMITS = {
    "OPENEDX_CATALOG_IMPORT_MAX_BYTES": (
        len,
        _("it has %(found)s bytes, and this page takes at most %(limit)s; use manage.py backfill_catalog."),
    ),
    "OPENEDX_CATALOG_IMPORT_MAX_LINES": (
        lambda content: content.count(b"\n"),
        _("it has %(found)s lines, and this page takes at most %(limit)s; use manage.py backfill_catalog."),
    ),
    # A comma within a cell counts for one more; this is about what a request can bear.
    "OPENEDX_CATALOG_IMPORT_MAX_CELLS": (
        lambda content: content.count(b",") + content.count(b"\n"),
        _("it has %(found)s cells, and this page takes at most %(limit)s; use manage.py backfill_catalog."),
    ),
}
# Django takes 2.5 MB of form data, unless a host sets another limit.
MAX_CHARACTERS = 2_000_000
MAX_SECONDS = 3600
SHOWN = 500


class ImportForm(forms.Form):
    """The file, and the name that the history gives to the import."""

    file = forms.FileField(
        label=_("Catalog file"),
        help_text=_(
            "CSV, JSON lines or a workbook (.xlsx). Required: course_key. Optional: title, start, end, enrollment_start, "
            "enrollment_end, pacing, language, catalog_course, association, observed_at. An empty cell says nothing; “none” "
            "takes a date or the pacing away. A language counts where the catalog course has none."
        ),
    )
    source = forms.RegexField(
        r"^[\w.-]+$",
        label=_("Name"),
        max_length=60,
        initial="import",
        help_text=_("Letters, digits, periods, underscores and hyphens. The history of every run shows it as admin:name."),
    )
    move = forms.BooleanField(
        label=_("Move runs"),
        required=False,
        help_text=_(
            "A row whose catalog_course is not the course that the run stands under moves the run there, for good. Without "
            "this such a row is a conflict, and the run stays."
        ),
    )
    overwrite = forms.BooleanField(
        label=_("Overwrite edits"),
        required=False,
        help_text=_(
            "Also overwrite what a person has set since, in the admin or over REST. Without this it is kept, and listed below."
        ),
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=MAX_TEXT,
        help_text=_("Recorded in the history of every row that changes. Required where runs are to be moved."),
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("move") and not (values.get("reason") or "").strip():
            self.add_error("reason", _("Give a reason for moving runs; it is recorded in the history."))
        return values


class Import(NamedTuple):
    """What is imported, and how: what comes back with the confirmation."""

    name: str
    text: str
    source: str
    move: bool = False
    reason: str = ""
    overwrite: bool = False


class Result(NamedTuple):
    """What became of a file: its rows, the values that they change, by line, and what is to be said of it."""

    report: AssociationReport
    rows: list[RowOutcome]
    changes: dict[int, list[RowChange]]
    remarks: list[str]


class ShownRow(NamedTuple):
    """A row as the page shows it."""

    line: int
    course_key: str
    outcome: str
    changes: list[RowChange]


def import_view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """GET: the form. POST with a file: the report of a dry run. POST with the signed file: the import."""
    if not may_import(model_admin, request):
        raise PermissionDenied
    form = ImportForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"title": _("Import course runs"), "original": _("Import course runs"), "form": form}
    if "signed" in request.POST:
        try:
            if "_rejected" in request.POST:
                return rejected(request)
            context |= import_signed(model_admin, request)
        except UnreadableFile as error:
            # The limits are others than when it was uploaded.
            model_admin.message_user(request, str(error), messages.ERROR)
            return redirect(request.path)
        except signing.BadSignature:
            text = _("The confirmation has expired after an hour. Upload the file again.")
            model_admin.message_user(request, text, messages.ERROR)
            return redirect(request.path)
    elif request.method == "POST" and form.is_valid():
        try:
            context |= check_upload(**form.cleaned_data, user=request.user)
        except UnreadableFile as error:
            form.add_error("file", str(error))
    context |= {"opts": model_admin.opts, "has_view_permission": True, "media": model_admin.media}
    return TemplateResponse(
        request, "admin/openedx_catalog/import_form.html", {**model_admin.admin_site.each_context(request), **context}
    )


def import_signed(model_admin: Any, request: HttpRequest) -> dict[str, Any]:
    """Import the file that came back. Returns the context of its report. Raises BadSignature, UnreadableFile."""
    given = Import(*signing.loads(request.POST["signed"], salt=SALT, max_age=MAX_SECONDS))
    result = run(given, request.user, dry_run=False)
    report = result.report
    message = _("%(taken)d of %(rows)d rows imported.") % {"taken": report.rows - report.failed, "rows": report.rows}
    model_admin.message_user(request, message, messages.WARNING if report.failed else messages.SUCCESS)
    return {**shown(result), "done": True, "signed": request.POST["signed"]}


def rejected(request: HttpRequest) -> HttpResponse:
    """The rows of the file that came back that are not taken, as a file to mend. Raises BadSignature, UnreadableFile."""
    given = Import(*signing.loads(request.POST["signed"], salt=SALT, max_age=MAX_SECONDS))
    report = run(given, request.user, dry_run=True).report
    with opened(given) as file:
        content = b"".join(FORMATS["csv"].write(*rejected_rows(file, report)))
    headers = {"Content-Disposition": 'attachment; filename="rejected.csv"'}
    return HttpResponse(content, content_type=FORMATS["csv"].content_type, headers=headers)


def opened(given: Import) -> AbstractContextManager[CatalogFile]:
    """The file, to be read. Raises UnreadableFile."""
    return open_catalog_file("-", format=format_of(given.name), stdin=io.BytesIO(given.text.encode()))


def check_upload(*, file: Any, user: Any, **how: Any) -> dict[str, Any]:
    """Try an uploaded file. Returns the context of its report, and the file to confirm. Raises UnreadableFile."""
    refuse_too_much(file.name, "OPENEDX_CATALOG_IMPORT_MAX_BYTES", file.size)
    text, remarks = text_of(file.name, file, most=conf.import_limit("OPENEDX_CATALOG_IMPORT_MAX_BYTES"))
    given = Import(file.name, text, **how)
    signed = signing.dumps(list(given), salt=SALT, compress=True)
    if len(signed) > MAX_CHARACTERS:
        raise UnreadableFile(name=file.name, reason=_("it is too large for a form; use manage.py backfill_catalog."))
    result = run(given, user, dry_run=True)
    return {**shown(result), "signed": signed, "remarks": remarks + result.remarks}


def may_import(model_admin: Any, request: HttpRequest) -> bool:
    """A file creates runs and changes those that are there."""
    return model_admin.has_add_permission(request) and model_admin.has_change_permission(request)


def run(given: Import, user: Any, *, dry_run: bool) -> Result:
    """What ``backfill_catalog`` does with the file. Raises UnreadableFile."""
    content = given.text.encode()
    for setting, (count, _text) in _LIMITS.items():
        refuse_too_much(given.name, setting, count(content))
    rows: list[RowOutcome] = []
    changes: dict[int, list[RowChange]] = defaultdict(list)
    with opened(given) as file:
        report = api.associate_course_runs(
            file.records(),
            move=given.move,
            keep_edits=not given.overwrite,
            dry_run=dry_run,
            on_row=rows.append,
            on_change=lambda change: changes[change.line].append(change),
            source=f"admin:{given.source}",
            reason=given.reason,
            user=user,
        )
    return Result(report, rows, changes, file.remarks)


def refuse_too_much(name: str, setting: str, found: int) -> None:
    """
    Raise UnreadableFile where a file has more of something than a setting allows.

    Before it is read, and also of what came back compressed: 40 MB of equal lines are a small form, and minutes of a worker.
    """
    limit = conf.import_limit(setting)
    if found > limit:
        _count, text = _LIMITS[setting]
        raise UnreadableFile(name=name, reason=text % {"found": f"{found:,}", "limit": f"{limit:,}"})


def shown(result: Result) -> dict[str, Any]:
    """What fits on a page: problems first, then the rows one by one."""
    report, rows = result.report, result.rows
    return {
        "report": report,
        "rejected": len(lines_to_mend(report)),
        "problems": report.problems[:SHOWN],
        "more_problems": max(0, len(report.problems) - SHOWN),
        "rows": [ShownRow(*row, result.changes.get(row.line, [])) for row in rows[:SHOWN]],
        "more_rows": max(0, len(rows) - SHOWN),
    }
