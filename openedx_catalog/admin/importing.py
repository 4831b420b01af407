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

from .. import api
from ..data import AssociationReport, RowOutcome
from ..transfer import UnreadableFile, open_catalog_file

SALT = "openedx_catalog.import"
# Django takes 2.5 MB of form data unless a host says otherwise.
MOST_CHARACTERS = 2_000_000
MOST_SECONDS = 3600
SHOWN = 500


class ImportForm(forms.Form):
    """The file, and what the history will call it."""

    file = forms.FileField(
        label=_("Catalog file"),
        help_text=_("CSV or JSON lines with course_key, and maybe title, dates, pacing, language, catalog_course."),
    )
    source = forms.RegexField(
        r"^[\w.-]+$",
        label=_("Name"),
        max_length=60,
        initial="import",
        help_text=_("Stands in the history of every run as admin:name."),
    )


def import_view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """GET: the form. POST with a file: the report of a dry run. POST with the signed file: the import."""
    if not may_import(model_admin, request):
        raise PermissionDenied
    form = ImportForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"title": _("Import course runs"), "form": form}
    if "signed" in request.POST:
        try:
            name, text, source = signing.loads(request.POST["signed"], salt=SALT, max_age=MOST_SECONDS)
        except signing.BadSignature:
            model_admin.message_user(request, _("That was too long ago: please upload the file again."), messages.ERROR)
            return redirect(request.path)
        report, rows = run(name, text, source, request.user, dry_run=False)
        text = _("%(taken)d of %(rows)d rows imported.") % {"taken": report.rows - report.failed, "rows": report.rows}
        model_admin.message_user(request, text, messages.WARNING if report.failed else messages.SUCCESS)
        context |= {**shown(report, rows), "done": True}
    elif request.method == "POST" and form.is_valid():
        upload, source = form.cleaned_data["file"], form.cleaned_data["source"]
        try:
            text = upload.read().decode("utf-8")
            signed = signing.dumps([upload.name, text, source], salt=SALT, compress=True)
            if len(signed) > MOST_CHARACTERS:
                raise UnreadableFile(name=upload.name, reason=_("it is too large for a form; use manage.py backfill_catalog."))
            context |= {**shown(*run(upload.name, text, source, request.user, dry_run=True)), "signed": signed}
        except UnicodeDecodeError as error:
            form.add_error("file", str(UnreadableFile(name=upload.name, reason=f"it is not UTF-8 ({error.reason}).")))
        except UnreadableFile as error:
            form.add_error("file", str(error))
    context = {**model_admin.admin_site.each_context(request), **context, "original": context["title"]}
    context |= {"opts": model_admin.opts, "has_view_permission": True, "media": model_admin.media}
    return TemplateResponse(request, "admin/openedx_catalog/import_form.html", context)


def may_import(model_admin: Any, request: HttpRequest) -> bool:
    """A file creates runs and changes those that are there."""
    return model_admin.has_add_permission(request) and model_admin.has_change_permission(request)


def run(name: str, text: str, source: str, user: Any, *, dry_run: bool) -> tuple[AssociationReport, list[RowOutcome]]:
    """What ``backfill_catalog`` does with the file, and what became of each row. Raises UnreadableFile."""
    stdin = io.BytesIO(text.encode())
    rows: list[RowOutcome] = []
    with open_catalog_file("-", format="jsonl" if name.lower().endswith((".jsonl", ".ndjson")) else "csv", stdin=stdin) as file:
        report = api.associate_course_runs(
            file.records(), dry_run=dry_run, source=f"admin:{source}", on_row=rows.append, user=user
        )
    return report, rows


def shown(report: AssociationReport, rows: list[RowOutcome]) -> dict[str, Any]:
    """What fits on a page: problems first, then the rows one by one."""
    return {
        "report": report,
        "problems": report.problems[:SHOWN],
        "more_problems": max(0, len(report.problems) - SHOWN),
        "rows": rows[:SHOWN],
        "more_rows": max(0, len(rows) - SHOWN),
    }
