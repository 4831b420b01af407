"""Stored catalog queries: creating, changing, deleting, and who sees them. Nothing here checks permissions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Unpack
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from openedx_catalog.data import Unset
from openedx_catalog.lib import texts, values
from openedx_catalog.lib.changes import (
    Change,
    Provenance,
    delete_with_history,
    parted,
    refuse_duplicate,
    save_with_history,
    store_changes,
)
from openedx_catalog.lib.dated import revised
from openedx_catalog.lib.routing import rows_of
from openedx_catalog.lib.transactions import writes_to

from ..models import CourseCatalog, CourseCatalogGroup, CourseCatalogUser
from ..queries import condition

CatalogName = CourseCatalog | UUID | str
"""What a caller may name a course catalog by: its object, its uuid, or the text of it."""

# Those of today list thousands of keys.
MAX_QUERY, MAX_VIEWERS = 100_000, 1000


class CatalogValues(Provenance, total=False):
    """UNSET is as not given, and stays."""

    name: str | Unset
    query: str | Unset
    include_archived: bool | Unset
    viewers: Sequence[Any] | Unset
    viewer_groups: Sequence[Group | str] | Unset


def get_course_catalogs() -> QuerySet[CourseCatalog]:
    """All course catalogs, by name. One query when it is read."""
    return CourseCatalog.objects.order_by("name_ci", "pk")


def get_course_catalog(catalog: CatalogName) -> CourseCatalog:
    """The course catalog with this uuid. One query. Raises CourseCatalog.DoesNotExist, InvalidRequest."""
    return _named(CourseCatalog.objects.all(), catalog)


@writes_to(CourseCatalog)
def create_course_catalog(*, uuid: UUID | str | None = None, **given: Unpack[CatalogValues]) -> CourseCatalog:
    """
    Store a catalog query with a `name`, which is that of no other one in any case, and a `query`. Without `include_archived`
    it leaves out courses of which every run has ended (`courses_in`).

    `viewers` (users, objects or usernames) and `viewer_groups` (Django's, objects or names) see it without the permission to
    view all; they are given whole, and must exist: nobody gets an account here. No event.

    Raises InvalidQuery, DuplicateValue (name, uuid), InvalidValue (also for viewers that do not exist), InvalidRequest.
    """
    row = CourseCatalog() if uuid is None else CourseCatalog(uuid=values.parse_uuid(uuid))
    refuse_duplicate(row, "uuid")
    return _store(row, "create_course_catalog", {"name": None, "query": None, **given})


@writes_to(CourseCatalog)
def update_course_catalog(catalog: CatalogName, **given: Unpack[CatalogValues]) -> CourseCatalog:
    """
    Change a course catalog, an object or its uuid; UNSET values stay. Otherwise as `create_course_catalog`. Raises
    CourseCatalog.DoesNotExist besides.
    """
    return _store(_hold(catalog), "update_course_catalog", dict(given))


def set_viewers(
    catalog: CatalogName, *, viewers: Sequence[Any], viewer_groups: Sequence[Group | str], **provenance: Unpack[Provenance]
) -> CourseCatalog:
    """`update_course_catalog` of all who see it, and of nothing else."""
    return update_course_catalog(catalog, viewers=viewers, viewer_groups=viewer_groups, **provenance)


@writes_to(CourseCatalog)
def delete_course_catalog(catalog: CatalogName, **provenance: Unpack[Provenance]) -> None:
    """Delete a course catalog; no course goes with it. Raises CourseCatalog.DoesNotExist, InvalidRequest."""
    change, row = Change(**provenance), _hold(catalog)
    for viewers in (row.user_rows, row.group_rows):
        for each in viewers.order_by("pk"):
            delete_with_history(each, change)
    delete_with_history(row, change)


def viewers_of(catalogs: Sequence[int]) -> dict[int, tuple[list[str], list[str]]]:
    """``{id of a course catalog: (usernames, names of groups)}``, sorted, of all of these. Two queries."""
    found: dict[int, tuple[list[str], list[str]]] = {pk: ([], []) for pk in catalogs}
    parts: Any = ((CourseCatalogUser, f"user__{_username()}"), (CourseCatalogGroup, "group__name"))
    for index, (model, name) in enumerate(parts):
        for pk, text in model.objects.filter(catalog__in=list(catalogs)).values_list("catalog_id", name):
            found[pk][index].append(text)
    return {pk: (sorted(users), sorted(groups)) for pk, (users, groups) in found.items()}


def _store(row: CourseCatalog, function: str, given: dict[str, Any]) -> CourseCatalog:
    change, said = parted(function, given, CatalogValues)
    parts = {model: _existing(name, said.pop(name), *of) for name, (model, *of) in _parts().items() if name in said}
    wanted = {name: _READERS[name](name, value) for name, value in said.items()}
    if "name" in wanted:
        refuse_duplicate(revised(row, wanted), "name")
    store_changes(row, wanted, change)
    for model, ends in parts.items():
        _set_viewers(model, row, ends, change)
    return row


def _set_viewers(model: Any, row: CourseCatalog, ends: Sequence[Any], change: Change) -> None:
    stored = {getattr(each, f"{model.end}_id"): each for each in model.objects.filter(catalog=row)}
    wanted = {end.pk: end for end in ends}
    for pk in sorted(stored.keys() - wanted):
        delete_with_history(stored[pk], change)
    for pk in sorted(wanted.keys() - stored):
        save_with_history(model(catalog=row, **{model.end: wanted[pk]}), change)


def _existing(field: str, given: Any, model: Any, column: str, reason: Any) -> list[Any]:
    """The rows of these objects or names. One query. Raises InvalidValue, which names the first that does not exist."""
    named = values.sequence(field, given, most=MAX_VIEWERS)
    names = [getattr(each, column) if isinstance(each, model) else values.text(field, each, required=True) for each in named]
    found = {getattr(row, column): row for row in rows_of(model).filter(**{f"{column}__in": set(names)})}
    for name in names:
        # MariaDB finds it in any case.
        if name not in found:
            raise values.invalid(field, name, reason)
    return [found[name] for name in dict.fromkeys(names)]


def _parts() -> dict[str, tuple[Any, ...]]:
    """By argument: the table of viewers, the model of who may be one, what they are called by, and why one is refused."""
    return {
        "viewers": (CourseCatalogUser, get_user_model(), _username(), _("there is no such user")),
        "viewer_groups": (CourseCatalogGroup, Group, "name", _("there is no group of this name")),
    }


def _username() -> str:
    return get_user_model().USERNAME_FIELD


def _name(field: str, value: Any) -> str:
    return values.text_to_fold(field, values.text(field, value, required=True))


def _query(field: str, value: Any) -> str:
    found = values.text(field, value, max_length=MAX_QUERY, required=True)
    condition(found)
    return found


_READERS: dict[str, Callable[[str, Any], Any]] = {"name": _name, "query": _query, "include_archived": values.flag}


def _hold(given: CatalogName) -> CourseCatalog:
    """Held: otherwise another writer's values would be taken for unchanged ones, and overwrite nothing."""
    return _named(CourseCatalog.objects.select_for_update(), given)


def _named(rows: QuerySet[CourseCatalog], given: CatalogName) -> CourseCatalog:
    if isinstance(given, CourseCatalog):
        return rows.get(pk=given.pk)
    uuid = values.parse_uuid(given)
    if (found := rows.filter(uuid=uuid).first()) is None:
        raise CourseCatalog.DoesNotExist(_("There is no course catalog %(uuid)s.") % {"uuid": texts.shorten(uuid, 60)})
    return found
