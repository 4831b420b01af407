"""Creating, changing and deleting handouts. Nothing here checks permissions."""

from typing import Any, Unpack

from openedx_catalog.api import get_catalog_course
from openedx_catalog.data import UNSET, Unset
from openedx_catalog.lib import values
from openedx_catalog.lib.changes import (
    Change,
    Provenance,
    delete_with_history,
    record_event,
    refuse_duplicate,
    save_with_history,
    store_changes,
)
from openedx_catalog.lib.transactions import writes_to
from openedx_catalog.models_api import CatalogCourse

from .models import Handout
from .signals import HANDOUT_CHANGED, HANDOUT_DELETED


@writes_to(Handout)
def create_handout(
    *, slug: str, catalog_course: CatalogCourse | str, text: str = "", **provenance: Unpack[Provenance]
) -> Handout:
    """
    Create a handout of a catalog course (object or key). Emits ``handout.changed``.

    Raises InvalidValue, DuplicateValue, InvalidCatalogKey, CatalogCourse.DoesNotExist.
    """
    row = Handout(**_checked({"slug": slug, "text": text, "catalog_course": catalog_course}))
    refuse_duplicate(row, "slug")
    save_with_history(row, Change(**provenance))
    _record(HANDOUT_CHANGED, row)
    return row


@writes_to(Handout)
def update_handout(
    handout: Handout,
    *,
    text: str | Unset = UNSET,
    catalog_course: CatalogCourse | str | Unset = UNSET,
    **provenance: Unpack[Provenance],
) -> Handout:
    """Change what is given; nothing is written where nothing changes. Emits and raises as `create_handout`."""
    row = Handout.objects.select_for_update().get(pk=handout.pk)
    if store_changes(row, _checked({"text": text, "catalog_course": catalog_course}), Change(**provenance)):
        _record(HANDOUT_CHANGED, row)
    return row


@writes_to(Handout)
def delete_handout(handout: Handout, **provenance: Unpack[Provenance]) -> None:
    """Delete a handout. Emits ``handout.deleted``."""
    row = Handout.objects.select_for_update().get(pk=handout.pk)
    _record(HANDOUT_DELETED, row)
    delete_with_history(row, Change(**provenance))


def _checked(given: dict[str, Any]) -> dict[str, Any]:
    read = {"slug": values.slug, "text": values.text, "catalog_course": _course}
    return {name: read[name](name, value) for name, value in given.items() if value is not UNSET}


def _course(_field: str, given: CatalogCourse | str) -> CatalogCourse:
    return given if isinstance(given, CatalogCourse) else get_catalog_course(key_str=given)


def _record(signal: Any, row: Handout) -> None:
    record_event(signal, row, row.slug, {"slug": row.slug, "catalog_course_key": row.catalog_course.key_str})
