"""
Import in the admin: upload a catalog file, see what would become of every row, confirm.

The file comes back with the confirmation, compressed and signed, in the page itself: nothing is stored meanwhile, and it does
not matter which server answers. What is too large for that is for ``manage.py backfill_catalog``.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Any, ClassVar, NamedTuple

import attrs
from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from .. import api, conf
from ..data import AssociationRecord, AssociationReport, CatalogCourseRecord, RowChange, RowOutcome
from ..lib.admin.forms import ApiModelAdmin
from ..lib.changes import MAX_TEXT
from ..lib.tables import FORMATS
from ..transfer import CatalogFile, UnreadableFile, format_of, lines_to_mend, open_catalog_file, rejected_rows, text_of

SALT = "openedx_catalog.import"
# The limits of a file: the setting, how it is counted, and the reason for refusing a file that has more.
_LIMITS = {
    "OPENEDX_CATALOG_IMPORT_MAX_BYTES": (
        len,
        _("it has %(found)s bytes, and this page takes at most %(limit)s; %(instead)s."),
    ),
    "OPENEDX_CATALOG_IMPORT_MAX_LINES": (
        lambda content: content.count(b"\n"),
        _("it has %(found)s lines, and this page takes at most %(limit)s; %(instead)s."),
    ),
    # A comma within a cell counts for one more; this is about what a request can bear.
    "OPENEDX_CATALOG_IMPORT_MAX_CELLS": (
        lambda content: content.count(b",") + content.count(b"\n"),
        _("it has %(found)s cells, and this page takes at most %(limit)s; %(instead)s."),
    ),
}
# Django takes 2.5 MB of form data, unless a host sets another limit.
MAX_CHARACTERS = 2_000_000
MAX_SECONDS = 3600
SHOWN = 500
# What somebody does with a file that is too large for a page.
SPLIT = _("split it into several files")


class ImportForm(forms.Form):
    """The file, and the name that the history gives to the import."""

    file = forms.FileField(
        label=_("Catalog file"),
        help_text=_("CSV, JSON lines or a workbook (.xlsx), with the columns below. An empty cell says nothing."),
    )
    source = forms.RegexField(
        r"^[\w.-]+$",
        label=_("Name"),
        max_length=60,
        initial="import",
        help_text=_("Letters, digits, periods, underscores and hyphens. The history of every row shows it as admin:name."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=MAX_TEXT,
        help_text=_("Recorded in the history of every row that changes."),
    )


class RunImportForm(ImportForm):
    """What besides may be done with runs."""

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
    field_order = ("file", "source", "move", "overwrite", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _(
            "Recorded in the history of every row that changes. Required where runs are to be moved."
        )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("move") and not (values.get("reason") or "").strip():
            self.add_error("reason", _("Give a reason for moving runs; it is recorded in the history."))
        return values


class Import(NamedTuple):
    """A file that is imported, and how: what comes back with the confirmation. `how` are the other fields of the form."""

    name: str
    text: str
    how: dict[str, Any]


class Column(NamedTuple):
    """A column that a file may have, what it says, and how that looks in the sample; "" where a sample needs none."""

    name: str
    meaning: Any
    example: str = ""


@attrs.frozen
class Importer:
    """
    What files of one kind are about.

    `write` is called with the file's rows as `records` makes them of ``(line, {column: cell})``, with what the form asks as
    keyword arguments, with ``on_row``, ``on_change`` and ``dry_run``, and who and why; it returns an AssociationReport.
    """

    title: Any
    columns: Sequence[Column]
    # One of these columns must be there.
    keys: Sequence[str]
    key_label: Any
    record: Callable[..., Any]
    write: Callable[..., AssociationReport]
    form: type[ImportForm] = ImportForm
    instead: Any = SPLIT

    def opened(self, given: Import) -> AbstractContextManager[CatalogFile]:
        """The file, to be read. Raises UnreadableFile."""
        stdin = io.BytesIO(given.text.encode())
        return open_catalog_file("-", format=format_of(given.name), stdin=stdin, keys=self.keys, columns=self.names)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def records(self, file: CatalogFile) -> Iterator[Any]:
        """The rows of the file, without what is not known."""
        for line, row in file.cells():
            yield self.record(line=line, **{name: value for name, value in row.items() if name in self.names})


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


class ImportPages(ApiModelAdmin):
    """``import/`` of a list, with a button there for those who may."""

    importer: ClassVar[Importer]

    def get_urls(self) -> list[Any]:
        name, view = f"{self.opts.app_label}_{self.opts.model_name}_import", partial(import_view, self, self.importer)
        return [path("import/", self.admin_site.admin_view(view), name=name), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {**(extra_context or {}), "may_import": self.may_import(request)})

    def may_import(self, request: HttpRequest) -> bool:
        """A file creates rows and changes those that are there."""
        return self.has_add_permission(request) and self.has_change_permission(request)


def import_view(model_admin: Any, importer: Importer, request: HttpRequest) -> HttpResponse:
    """GET: the form. POST with a file: the report of a dry run. POST with the signed file: the import."""
    if not model_admin.may_import(request):
        raise PermissionDenied
    if "sample" in request.GET:
        return _file("sample.csv", importer.names, [[column.example for column in importer.columns]])
    form = importer.form(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"title": importer.title, "original": importer.title, "form": form, "columns": importer.columns}
    if "signed" in request.POST:
        try:
            if "_rejected" in request.POST:
                return rejected(importer, request)
            context |= import_signed(model_admin, importer, request)
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
            context |= check_upload(importer, **form.cleaned_data, user=request.user)
        except UnreadableFile as error:
            form.add_error("file", str(error))
    options = model_admin.opts
    context |= {"opts": options, "has_view_permission": True, "media": model_admin.media, "key_label": importer.key_label}
    context["back"] = reverse(f"admin:{options.app_label}_{options.model_name}_changelist")
    return TemplateResponse(
        request, "admin/openedx_catalog/import_form.html", {**model_admin.admin_site.each_context(request), **context}
    )


def signed_file(importer: Importer, request: HttpRequest) -> Import:
    """The file that came back. Raises BadSignature, also for what another page has signed."""
    return Import(*signing.loads(request.POST["signed"], salt=SALT + str(importer.names), max_age=MAX_SECONDS))


def import_signed(model_admin: Any, importer: Importer, request: HttpRequest) -> dict[str, Any]:
    """Import the file that came back. Returns the context of its report. Raises BadSignature, UnreadableFile."""
    result = run(importer, signed_file(importer, request), request.user, dry_run=False)
    report = result.report
    message = _("%(taken)d of %(rows)d rows imported.") % {"taken": report.rows - report.failed, "rows": report.rows}
    model_admin.message_user(request, message, messages.WARNING if report.failed else messages.SUCCESS)
    return {**shown(result), "done": True, "signed": request.POST["signed"]}


def rejected(importer: Importer, request: HttpRequest) -> HttpResponse:
    """The rows of the file that came back that are not taken, as a file to mend. Raises BadSignature, UnreadableFile."""
    given = signed_file(importer, request)
    report = run(importer, given, request.user, dry_run=True).report
    with importer.opened(given) as file:
        return _file("rejected.csv", *rejected_rows(file, report))


def _file(name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(b"".join(FORMATS["csv"].write(columns, rows)), FORMATS["csv"].content_type, headers=headers)


def check_upload(importer: Importer, *, file: Any, user: Any, **how: Any) -> dict[str, Any]:
    """Try an uploaded file. Returns the context of its report, and the file to confirm. Raises UnreadableFile."""
    refuse_too_much(importer, file.name, "OPENEDX_CATALOG_IMPORT_MAX_BYTES", file.size)
    text, remarks = text_of(file.name, file, most=conf.import_limit("OPENEDX_CATALOG_IMPORT_MAX_BYTES"))
    given = Import(file.name, text, how)
    signed = signing.dumps(list(given), salt=SALT + str(importer.names), compress=True)
    if len(signed) > MAX_CHARACTERS:
        reason = _("it is too large for a form; %(instead)s.") % {"instead": importer.instead}
        raise UnreadableFile(name=file.name, reason=reason)
    result = run(importer, given, user, dry_run=True)
    return {**shown(result), "signed": signed, "remarks": remarks + result.remarks}


def run(importer: Importer, given: Import, user: Any, *, dry_run: bool) -> Result:
    """What becomes of the file. Raises UnreadableFile."""
    content = given.text.encode()
    for setting, (count, _text) in _LIMITS.items():
        refuse_too_much(importer, given.name, setting, count(content))
    rows: list[RowOutcome] = []
    changes: dict[int, list[RowChange]] = defaultdict(list)
    with importer.opened(given) as file:
        report = importer.write(
            importer.records(file),
            dry_run=dry_run,
            on_row=rows.append,
            on_change=lambda change: changes[change.line].append(change),
            user=user,
            **{**given.how, "source": f"admin:{given.how['source']}"},
        )
    return Result(report, rows, changes, file.remarks)


def refuse_too_much(importer: Importer, name: str, setting: str, found: int) -> None:
    """
    Raise UnreadableFile where a file has more of something than a setting allows.

    Before it is read, and also of what came back compressed: 40 MB of equal lines are a small form, and minutes of a worker.
    """
    limit = conf.import_limit(setting)
    if found > limit:
        _count, text = _LIMITS[setting]
        facts = {"found": f"{found:,}", "limit": f"{limit:,}", "instead": importer.instead}
        raise UnreadableFile(name=name, reason=text % facts)


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


def _associate(records: Iterator[Any], *, overwrite: bool, **how: Any) -> AssociationReport:
    """What ``backfill_catalog`` does with a file."""
    return api.associate_course_runs(records, keep_edits=not overwrite, **how)


_DATE = _("ISO 8601 date and time with an offset; “none” takes it away.")
_TITLE = _("What learners read.")
_LANGUAGE = _("A code such as en or pt-br; “none” takes it away.")
RUNS = Importer(
    title=_("Import course runs"),
    columns=(
        Column(
            "course_key",
            _("Required. Its key; what does not exist yet is created."),
            "course-v1:MITx+14.100x+3T2027",
        ),
        Column("title", _TITLE, "Microeconomics"),
        Column("start", _DATE, "2027-09-01T10:00:00Z"),
        Column("end", _DATE, "2027-12-20T10:00:00Z"),
        Column("enrollment_start", _DATE),
        Column("enrollment_end", _DATE),
        Column("pacing", _("instructor or self; “none” takes it away."), "instructor"),
        Column("language", _("A code such as en or pt-br. It counts where the catalog course has none."), "en"),
        Column("catalog_course", _("Its course, e.g. catalog-course:MITx:14.100x, where the key names another one.")),
        Column("association", _("implicit or explicit, as an export has it.")),
        Column("observed_at", _("When it was so, as a date: what a source has said since then stays.")),
    ),
    keys=("course_key",),
    key_label=_("Course key"),
    record=partial(AssociationRecord, course_key=""),
    write=_associate,
    form=RunImportForm,
    instead=_("use manage.py backfill_catalog"),
)
COURSES = Importer(
    title=_("Import catalog courses"),
    columns=(
        Column("catalog_course", _("Required. Its key; what does not exist yet is created."), "catalog-course:MITx:14.100x"),
        Column("title", _TITLE, "Microeconomics"),
        Column("language", _LANGUAGE, "en"),
    ),
    keys=("catalog_course",),
    key_label=_("Catalog course"),
    record=partial(CatalogCourseRecord, catalog_course=""),
    write=api.import_catalog_courses,
)
