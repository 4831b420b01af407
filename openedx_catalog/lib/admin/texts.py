"""What an operator reads: instants in UTC, and the names of outcomes."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

# Outcomes and severities, which templates translate by their names: {% translate row.outcome %}.
NAMES = (
    gettext_noop("created"),
    gettext_noop("updated"),
    gettext_noop("moved"),
    gettext_noop("confirmed"),
    gettext_noop("unchanged"),
    gettext_noop("skipped"),
    gettext_noop("pinned"),
    gettext_noop("outranked"),
    gettext_noop("stale"),
    gettext_noop("conflict"),
    gettext_noop("invalid"),
    gettext_noop("missing"),
    gettext_noop("failed"),
    gettext_noop("error"),
    gettext_noop("warning"),
)


def utc(moment: datetime | None) -> str:
    """
    An instant with its date as the reader's language writes it, or a dash.

    Never local: an hour in autumn comes twice, and the last day of 9999 has none in Tokyo. With seconds, which no format of
    Django has and by which an operator compares it with a log.
    """
    if moment is None:
        return "–"
    moment = moment.astimezone(UTC)
    return _("%(date)s, %(time)s UTC") % {"date": date_format(moment, "DATE_FORMAT"), "time": f"{moment:%H:%M:%S}"}


def utc_cell(moment: datetime | None) -> SafeString:
    """The same in a cell of a table, which keeps the room for a date in one line."""
    return format_html('<span class="catalog-instant">{}</span>', utc(moment)) if moment else mark_safe("–")


def key_cell(key: str) -> SafeString:
    """A course key in a cell, which is broken before a + or / alone."""
    parts = ((part,) for part in re.split(r"(?=[+/])", key))
    return format_html_join(mark_safe("<wbr>"), '<span class="catalog-part">{}</span>', parts)


def in_zone(moment: datetime, zone: ZoneInfo) -> str:
    """The same on the clocks of a zone, which is named."""
    moment = moment.astimezone(zone)
    facts = {"date": date_format(moment, "DATE_FORMAT"), "time": f"{moment:%H:%M:%S}", "zone": zone.key}
    return _("%(date)s, %(time)s %(zone)s") % facts


def instant_column(field: str, label: Any) -> Any:
    """A column of a list, or a value of a form, that shows an instant: an entry of `list_display` or `readonly_fields`."""

    @admin.display(description=label, ordering=field)
    def column(row: Any) -> str:
        return utc_cell(getattr(row, field))

    column.__name__ = field
    return column


def value_column(path: str, label: Any, *, ordering: str | None = None, boolean: bool | None = None) -> Any:
    """A method of an admin: a value that a row has, or what it points at, e.g. ``catalog_course.org.short_name``."""
    read = attrgetter(path)
    return admin.display(description=label, ordering=ordering, boolean=boolean)(lambda self, row: read(row))


def link_column(field: str, label: Any, *, ordering: str | None = None, text: str = "") -> Any:
    """A method of an admin: a row that a row points at, or what that says as `text`, as a link for whoever may see it."""

    @admin.display(description=label, ordering=ordering)
    def column(self: Any, row: Any) -> str:
        related = getattr(row, field)
        return self.link(row, type(related), "change", related.pk, getattr(related, text) if text else related)

    return column
