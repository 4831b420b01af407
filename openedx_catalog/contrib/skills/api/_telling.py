"""What else shows skills: courses and programs are other ones now, which dates them, and the change feed says so."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import router
from django.utils import timezone

from openedx_catalog.contrib.programs.api import note_shown_programs, programs_around
from openedx_catalog.keys import format_key_str
from openedx_catalog.lib import feed
from openedx_catalog.lib.pages import slices
from openedx_catalog.models_api import CatalogCourse

BATCH = 1000


def note_courses(ids: Iterable[int]) -> None:
    """
    Date these catalog courses, and the programs that have them now, and name them in the change feed. No event. Six queries
    for each thousand. Call it in the transaction of the change.
    """
    for pks in slices(sorted(set(ids)), BATCH):
        now, rows = timezone.now(), CatalogCourse.objects.filter(pk__in=pks)
        # In the order of all writers.
        list(rows.order_by("pk").select_for_update().values_list("pk"))
        rows.update(modified=now)
        columns = ("uuid", "org__short_name", "course_code")
        named = rows.order_by("pk").values_list(*columns)
        entries = [
            feed.Entry("catalog_course", str(uuid) if uuid else None, format_key_str(org, code), "updated")
            for uuid, org, code in named
        ]
        feed.write(entries, using=router.db_for_write(CatalogCourse))
        note_programs(programs_around(pks, now))


def note_programs(ids: Iterable[int]) -> None:
    """The same of programs. Four queries for each thousand."""
    for pks in slices(sorted(set(ids)), BATCH):
        note_shown_programs(pks)
