"""
Import in the admin: upload a catalog file, see what would become of every row, confirm.

The file comes back with the confirmation, compressed and signed, in the page itself: nothing is stored meanwhile, and it does
not matter which server answers. What is too large for that is for ``manage.py backfill_catalog``.
"""

from __future__ import annotations

import io
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from .. import api, conf
from ..data import AssociationReport, RowOutcome
from ..transfer import UnreadableFile, open_catalog_file

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
            "CSV or JSON lines. Required: course_key. Optional: title, start, end, enrollment_start, enrollment_end, pacing, "
            "language, catalog_course."
        ),
    )
    source = forms.RegexField(
        r"^[\w.-]+$",
        label=_("Name"),
        max_length=60,
        initial="import",
        help_text=_("Letters, digits, periods, underscores and hyphens. The history of every run shows it as admin:name."),
    )


def import_view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """GET: the form. POST with a file: the report of a dry run. POST with the signed file: the import."""
    if not may_import(model_admin, request):
        raise PermissionDenied
    form = ImportForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"title": _("Import course runs"), "original": _("Import course runs"), "form": form}
    if "signed" in request.POST:
        try:
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
            context |= check_upload(form.cleaned_data["file"], form.cleaned_data["source"], request.user)
        except UnreadableFile as error:
            form.add_error("file", str(error))
    context |= {"opts": model_admin.opts, "has_view_permission": True, "media": model_admin.media}
    return TemplateResponse(
        request, "admin/openedx_catalog/import_form.html", {**model_admin.admin_site.each_context(request), **context}
    )


def import_signed(model_admin: Any, request: HttpRequest) -> dict[str, Any]:
    """Import the file that came back. Returns the context of its report. Raises BadSignature, UnreadableFile."""
    name, text, source = signing.loads(request.POST["signed"], salt=SALT, max_age=MAX_SECONDS)
    report, rows = run(name, text, source, request.user, dry_run=False)
    message = _("%(taken)d of %(rows)d rows imported.") % {"taken": report.rows - report.failed, "rows": report.rows}
    model_admin.message_user(request, message, messages.WARNING if report.failed else messages.SUCCESS)
    return {**shown(report, rows), "done": True}


def check_upload(upload: Any, source: str, user: Any) -> dict[str, Any]:
    """Try an uploaded file. Returns the context of its report, and the file to confirm. Raises UnreadableFile."""
    refuse_too_much(upload.name, "OPENEDX_CATALOG_IMPORT_MAX_BYTES", upload.size)
    try:
        text = upload.read().decode("utf-8")
    except UnicodeDecodeError as error:
        reason = _("it is not UTF-8 (%(error)s). Save it as UTF-8 and upload it again.") % {"error": error.reason}
        raise UnreadableFile(name=upload.name, reason=reason) from error
    signed = signing.dumps([upload.name, text, source], salt=SALT, compress=True)
    if len(signed) > MAX_CHARACTERS:
        raise UnreadableFile(name=upload.name, reason=_("it is too large for a form; use manage.py backfill_catalog."))
    return {**shown(*run(upload.name, text, source, user, dry_run=True)), "signed": signed}


def may_import(model_admin: Any, request: HttpRequest) -> bool:
    """A file creates runs and changes those that are there."""
    return model_admin.has_add_permission(request) and model_admin.has_change_permission(request)


def run(name: str, text: str, source: str, user: Any, *, dry_run: bool) -> tuple[AssociationReport, list[RowOutcome]]:
    """What ``backfill_catalog`` does with the file, and what became of each row. Raises UnreadableFile."""
    content = text.encode()
    for setting, (count, _text) in _LIMITS.items():
        refuse_too_much(name, setting, count(content))
    stdin = io.BytesIO(content)
    rows: list[RowOutcome] = []
    with open_catalog_file("-", format="jsonl" if name.lower().endswith((".jsonl", ".ndjson")) else "csv", stdin=stdin) as file:
        report = api.associate_course_runs(
            file.records(), dry_run=dry_run, source=f"admin:{source}", on_row=rows.append, user=user
        )
    return report, rows


def refuse_too_much(name: str, setting: str, found: int) -> None:
    """
    Raise UnreadableFile where a file has more of something than a setting allows.

    Before it is read, and also of what came back compressed: 40 MB of equal lines are a small form, and minutes of a worker.
    """
    limit = conf.import_limit(setting)
    if found > limit:
        _count, text = _LIMITS[setting]
        raise UnreadableFile(name=name, reason=text % {"found": f"{found:,}", "limit": f"{limit:,}"})


def shown(report: AssociationReport, rows: list[RowOutcome]) -> dict[str, Any]:
    """What fits on a page: problems first, then the rows one by one."""
    return {
        "report": report,
        "problems": report.problems[:SHOWN],
        "more_problems": max(0, len(report.problems) - SHOWN),
        "rows": rows[:SHOWN],
        "more_rows": max(0, len(rows) - SHOWN),
    }
