"""For the doctor and the overview: an index that nobody keeps in step, and course catalogs that say nothing any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from openedx_catalog.api import Finding

from .. import conf
from ..exceptions import InvalidQuery
from ..models import CourseCatalog, SearchIndex
from ..queries import condition

# Whoever follows says so each minute (`indexing.SEEN_EVERY`).
FORGOTTEN = timedelta(hours=1)


def diagnose(quick: bool) -> Iterator[Finding]:
    """
    Warnings ``search_index_forgotten`` (one query) and, unless `quick`, ``course_catalog_broken``: a query of an app that is
    gone, or of a release that understood more. A site without an index does without search.
    """
    if (index := forgotten_index()) is not None:
        remedy = "manage.py follow_search_index"
        yield Finding("search_index_forgotten", "warning", index.name, forgotten_text(index), remedy)
    if quick:
        return
    for row in CourseCatalog.objects.order_by("pk").iterator():
        try:
            condition(row.query)
        except InvalidQuery as error:
            label = CourseCatalog._meta.label_lower
            yield Finding("course_catalog_broken", "warning", str(row.uuid), str(error), model=label, pk=row.pk)


def forgotten_index() -> SearchIndex | None:
    """The index that is searched, where nobody has kept it in step for an hour. One query."""
    since = timezone.now() - FORGOTTEN
    return SearchIndex.objects.filter(is_live=True, engine=conf.engine_path(), looked_at__lt=since).first()


def forgotten_text(index: SearchIndex) -> str:
    """What is wrong with it, and what to do."""
    text = _("Search shows the catalog as it was at %(time)s UTC: nobody follows its changes. Start follow_search_index.")
    return text % {"time": f"{index.looked_at:%Y-%m-%d %H:%M}"}
