"""What an operator reads: instants in UTC, and the names of outcomes."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

# Outcomes and severities, which templates translate by their names: {% translate row.outcome %}.
NAMES = (
    gettext_noop("created"),
    gettext_noop("updated"),
    gettext_noop("unchanged"),
    gettext_noop("skipped"),
    gettext_noop("pinned"),
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
