"""The rules of listings, for the doctor: each has a slug, which is its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import router
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from openedx_catalog.api import Finding
from openedx_catalog.lib.changes import Change, store_changes
from openedx_catalog.lib.transactions import atomically

from ..models import CourseListing, CourseRunListing, CourseRunSlug, CourseSlug
from .slugs import take_course_slug, take_run_slug


def diagnose(quick: bool) -> Iterator[Finding]:
    """Error ``listing_without_slug``, fixable. `quick` says nothing: it reads two tables."""
    if quick:
        return
    text = _("Its listing has the slug %(slug)r, which does not lead to it.")
    for row in _without_slug(CourseListing, CourseSlug, "catalog_course").select_related("catalog_course__org").iterator():
        said = text % {"slug": row.slug}
        yield _finding(row.catalog_course.key_str, said, "openedx_catalog.catalogcourse", row.catalog_course_id)
    for row in _without_slug(CourseRunListing, CourseRunSlug, "run").select_related("run").iterator():
        yield _finding(str(row.run.course_key), text % {"slug": row.slug}, "openedx_catalog.courserun", row.run_id)


def repair(change: Change) -> int:
    """Give those a slug of their titles. Returns how many."""
    changed = 0
    for model, slugs, owner in ((CourseListing, CourseSlug, "catalog_course"), (CourseRunListing, CourseRunSlug, "run")):
        for pk in list(_without_slug(model, slugs, owner).values_list("pk", flat=True)):
            changed += atomically(router.db_for_write(model), lambda model=model, pk=pk: _mend(model, pk, change))  # type: ignore[misc]
    return changed


def _mend(model: Any, pk: int, change: Change) -> bool:
    row = model.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        return False
    if model is CourseListing:
        slug = take_course_slug(row.catalog_course, "", row.title)
    else:
        slug = take_run_slug(row.run, "", str(row))
    return store_changes(row, {"slug": slug}, change)


def _without_slug(model: Any, slugs: Any, owner: str) -> Any:
    own = slugs.objects.filter(**{owner: OuterRef(owner), "slug": OuterRef("slug")})
    return model.objects.filter(~Exists(own)).order_by("pk")


def _finding(subject: str, message: str, model: str, pk: int) -> Finding:
    return Finding("listing_without_slug", "error", subject, message, fixable=True, model=model, pk=pk)
