"""Lists as files: what a list shows, as it is filtered, for a spreadsheet or a script."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import label_for_field, lookup_field
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import path, reverse
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from ..tables import FORMATS, Row, Words, formats

# What servers accept as a request line.
MAX_QUERY = 8190
# What Django raises for values that it cannot compare with.
NO_FILTER = (OverflowError, ValueError)
PAGE = 1000
FORMAT = "_format"
LABELS = {"csv": "CSV", "jsonl": _("JSON lines"), "xlsx": "Excel"}
Table = tuple[Sequence[str], Iterable[Row]]


class ExportPages(admin.ModelAdmin):
    """
    ``export/`` of a list, with its search and filters: CSV, or as ``?_format=`` says.

    What an admin does not say otherwise (`export_table`) are the columns of its list, for reading.
    """

    # What `rows_to_export` prefetches besides what the list does.
    exported_with: ClassVar[tuple[str, ...]] = ()

    def get_urls(self) -> list[Any]:
        name, view = f"{self.opts.app_label}_{self.opts.model_name}_export", self.admin_site.admin_view(self.export_view)
        return [path("export/", view, name=name), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list, with a link for each format."""
        url, query = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_export"), request.GET.copy()
        links = []
        for form in formats():
            query[FORMAT] = form
            links.append((LABELS[form], f"{url}?{query.urlencode()}"))
        response = super().changelist_view(request, {**(extra_context or {}), "exports": links})
        context = getattr(response, "context_data", None) or {}
        for spec in getattr(context.get("cl"), "filter_specs", ()):
            # What a filter is drawn with, as `admin.filters.ChosenFilter` is.
            context["media"] += getattr(spec, "media", forms.Media())
        return response

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """The file; a filter that makes no sense leads back to the list, which says so."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        query: Any = request.GET.copy()
        form = str(query.pop(FORMAT, ["csv"])[-1])
        request.GET = query
        if form not in formats():
            raise Http404
        back = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        if len(request.META.get("QUERY_STRING", "")) > MAX_QUERY:
            return HttpResponseRedirect(back)
        try:
            rows = self.get_changelist_instance(request).get_queryset(request).prefetch_related(None)
            # Some filters fail only when the query is sent.
            list(rows.order_by().values("pk")[:1])
        except (IncorrectLookupParameters, *NO_FILTER):
            return HttpResponseRedirect(f"{back}?{request.GET.urlencode()}")
        names, table = self.export_table(request, rows)
        return StreamingHttpResponse(
            FORMATS[form].write(names, table),
            content_type=FORMATS[form].content_type,
            headers={"Content-Disposition": f'attachment; filename="{slugify(str(self.opts.verbose_name_plural))}.{form}"'},
        )

    def export_table(self, request: HttpRequest, rows: QuerySet[Any]) -> Table:
        """The names of the columns, and the rows as texts, by id. Some queries for each 1,000 rows."""
        names: list[Any] = list(self.get_list_display(request))
        labels = [str(label_for_field(name, self.model, self)) for name in names]
        return labels, ([self._cell(name, row) for name in names] for row in self.rows_to_export(request, rows))

    def rows_to_export(self, request: HttpRequest, rows: QuerySet[Any]) -> Iterator[Any]:
        """These rows, by id, with what a list has of them; pages of 1,000."""
        wanted = self.get_queryset(request).prefetch_related(*self.exported_with)
        wanted = wanted.filter(pk__in=rows.order_by().values("pk")).order_by("pk")
        last: Any = None
        while page := list((wanted if last is None else wanted.filter(pk__gt=last))[:PAGE]):
            yield from page
            last = page[-1].pk

    def _cell(self, name: Any, row: Any) -> str:
        field, _attribute, value = lookup_field(name, row, self)
        if field is not None and field.choices:
            value = dict(field.flatchoices).get(value, value)
        if value is None:
            return ""
        if isinstance(value, dt.date | dt.time):
            return value.isoformat()
        if isinstance(value, SafeString):
            return Words(html.unescape(strip_tags(value)))
        return Words(value) if isinstance(value, str) else str(value)
