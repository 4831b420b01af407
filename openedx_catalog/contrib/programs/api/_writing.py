"""How every write of this API ends up in a row: values checked, dates held apart, history and event written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections, models, router
from django.db.models import QuerySet
from django.utils import timezone
from organizations.models import Organization

from openedx_catalog import keys
from openedx_catalog.api.for_contrib import (
    Change,
    delete_with_history,
    parse_datetime,
    parse_uuid,
    record_events,
    record_history,
)
from openedx_catalog.api.for_contrib import save_with_history as _save_with_history
from openedx_catalog.data import UNSET
from openedx_catalog.events import Event
from openedx_catalog.fields import FoldedCharField
from openedx_catalog.keys import format_key_str
from openedx_catalog.routing import rows_of

from ..exceptions import DatesOverlap, DuplicateVersion, InvalidDates, InvalidValue
from ..models import CurriculumCourseMembership, Program, ProgramOrganization
from ..models.dated import Dated

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
READABLE = re.compile(r"[A-Za-z0-9._~:+@-]+\Z")
UUID_LIKE = re.compile(r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}\Z")
# What discovery's marketing slugs are made of, "xseries/delft-…" and "business-(online)" among them: what a path may have.
PATH = re.compile(r"[^\s?#%\\<>\"\x00-\x1f\x7f]+\Z")


def save(row: models.Model, change: Change, **kwargs: Any) -> None:
    """Save a row of ours; the guard for rows that are saved past the API leaves it alone."""
    row._checked = True  # type: ignore[attr-defined]
    try:
        _save_with_history(row, change, **kwargs)
    finally:
        del row._checked  # type: ignore[attr-defined]


def delete(row: models.Model, change: Change) -> None:
    """Delete a row of ours, and say in its history who did it and why."""
    row._checked = True  # type: ignore[attr-defined]
    delete_with_history(row, change)


def save_many(rows: Sequence[models.Model], change: Change) -> None:
    """
    Insert rows of one model, and their history: two statements for each thousand. Their guard does not hear of it.

    One by one where a database does not say which ids it has given (MySQL).
    """
    for start in range(0, len(rows), 1000):
        page = rows[start : start + 1000]
        model, using = type(page[0]), router.db_for_write(type(page[0]))
        if not connections[using].features.can_return_rows_from_bulk_insert:
            for row in page:
                save(row, change)
            continue
        pks = [row.pk for row in model._base_manager.using(using).bulk_create(page)]
        record_history(model, "+", change, using=using, column="id", values=pks)


def delete_many(model: type[models.Model], pks: Sequence[int], change: Change) -> None:
    """Delete rows that nothing points at, and say in their history who did it and why: two statements for each thousand."""
    using = router.db_for_write(model)
    for start in range(0, len(pks), 1000):
        page = pks[start : start + 1000]
        record_history(model, "-", change, using=using, column="id", values=page)
        # Past the signals: simple-history would write a row for each, and the guard would look at each.
        model._base_manager.using(using).filter(pk__in=page)._raw_delete(using)


def store_changes(row: models.Model, wanted: dict[str, Any], change: Change) -> bool:
    """Write what differs from the stored row, and say whether anything did. UNSET values are left alone."""
    changed = {name: value for name, value in wanted.items() if value is not UNSET and getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    if changed:
        # Nothing else: the other columns may be of before another writer's commit.
        stamped = ["modified"] if any(field.name == "modified" for field in row._meta.concrete_fields) else []
        save(row, change, update_fields=[*changed, *_folded(row, changed), *stamped])
    return bool(changed)


def _folded(row: models.Model, changed: Iterable[str]) -> list[str]:
    """The columns that hold the folded form of those that change."""
    fields = row._meta.concrete_fields
    return [field.name for field in fields if isinstance(field, FoldedCharField) and field.source in changed]


# Values


def text(field: str, value: Any, *, most: int = 255, required: bool = False) -> str:
    """A text, stripped. Raises InvalidValue."""
    why = "is missing" if value is None else keys.unstorable(value)
    stripped = "" if why else value.strip()
    if not why and len(stripped) > most:
        why = f"is longer than {most} characters"
    if not why and required and not stripped:
        why = "is empty"
    if why:
        raise invalid(field, value, f"it {why}")
    return stripped


def path_or_none(field: str, value: Any) -> str | None:
    """A part of a URL, or None for None and "". Raises InvalidValue."""
    found = "" if value is None else text(field, value)
    if found and not PATH.match(found):
        raise invalid(field, value, 'a blank or one of ? # % \\ < > " cannot stand in it')
    if len(keys.fold(found)) > keys.MAX_LENGTH:
        raise invalid(field, value, f"it is longer than {keys.MAX_LENGTH} characters in lower case")
    return found or None


def readable_or_none(value: Any) -> str | None:
    """A readable id, which is one part of a URL and no uuid, or None for None and "". Raises InvalidValue."""
    found = "" if value is None else text("readable_id", value)
    if found and (not READABLE.match(found) or not found.strip(".")):
        raise invalid("readable_id", value, "only letters, digits and . _ ~ : + @ - can stand in it")
    if UUID_LIKE.match(found):
        raise invalid("readable_id", value, "it looks like a uuid, which names a program already")
    return found or None


def at_or_now(at: Any) -> datetime:
    """An instant to ask for, now unless given. Raises InvalidDate for one without a zone, or what is none."""
    return parse_datetime(at, "at") or timezone.now()


def authored_by(org_code: str) -> QuerySet[Any]:
    """The ids of the programs that the organization with exactly this short_name authors, on every database."""
    found = rows_of(Organization).filter(short_name="" if keys.names_nothing(org_code) else org_code)
    exact = [org.pk for org in found if org.short_name == org_code]
    authored = ProgramOrganization.objects.filter(role=ProgramOrganization.Role.AUTHORING, organization_id__in=exact)
    return authored.order_by().values("program_id")


def slug(field: str, value: Any, *, most: int = 64) -> str:
    """Lowercase letters, digits and single hyphens. Raises InvalidValue."""
    found = text(field, value, most=most, required=True)
    if not SLUG.match(found):
        raise invalid(field, value, "only lowercase letters, digits and single hyphens between them")
    return found


def flag(field: str, value: Any) -> bool:
    """True or False, and nothing that could be taken for them. Raises InvalidValue."""
    if not isinstance(value, bool):
        raise invalid(field, value, "it is neither true nor false")
    return value


def identifier(value: UUID | str | None) -> dict[str, UUID]:
    """``{"uuid": …}`` where one is given. Raises InvalidRequest."""
    return {} if value is None else {"uuid": parse_uuid(value)}


def instant(field: str, value: Any) -> Any:
    """An aware datetime in UTC, None for None and "", UNSET as it is. Raises InvalidDate."""
    return value if value is UNSET else parse_datetime(value, field)


def invalid(field: str, value: Any, reason: str) -> InvalidValue:
    """The error for a value that cannot be stored."""
    return InvalidValue(field=field, value=keys.shorten(value, 60), reason=reason)


# Dates


def check_dates(row: Dated, subject: str) -> None:
    """
    Hold a dated row against the others of its pair, while its parent is locked. One query.

    Raises InvalidDates, DuplicateVersion, DatesOverlap.
    """
    if row.effective_at and row.retired_at and row.retired_at < row.effective_at:
        raise InvalidDates(effective_at=said(row.effective_at), retired_at=said(row.retired_at))
    for other in siblings(row):
        if other.version == row.version:
            raise DuplicateVersion(subject=subject, version=row.version)
        if overlap(row, other):
            since = said(other.effective_at) or "ever"
            raise DatesOverlap(
                subject=subject, version=other.version, since=since, until=said(other.retired_at) or "further notice"
            )


def siblings(row: Dated) -> list[Any]:
    """The other rows of the same pair, whatever their dates. Texts compare folded. One query."""
    parent, *rest = row.pair
    rows = type(row)._base_manager.filter(**{f"{parent}_id": getattr(row, f"{parent}_id")}).exclude(pk=row.pk)
    return [other for other in rows if _pair(other, rest) == _pair(row, rest)]


def next_version(row: Dated) -> str:
    """The number after those that this row's pair has had. One query."""
    taken = {other.version for other in siblings(row)}
    return next(str(number) for number in range(len(taken) + 1, 2 * len(taken) + 3) if str(number) not in taken)


def said(moment: datetime | None) -> str:
    """An instant in a message."""
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC") if moment else ""


def _pair(row: Any, names: Iterable[str]) -> list[Any]:
    values = [getattr(row, row._meta.get_field(name).attname) for name in names]
    return [keys.fold(value) if isinstance(value, str) else value for value in values]


def overlap(one: Dated, other: Dated) -> bool:
    """Whether there is an instant at which both are in effect."""

    def before(end: datetime | None, start: datetime | None) -> bool:
        return end is not None and start is not None and end <= start

    def never(row: Dated) -> bool:
        return row.effective_at is not None and row.effective_at == row.retired_at

    apart = before(one.retired_at, other.effective_at) or before(other.retired_at, one.effective_at)
    return not (apart or never(one) or never(other))


# Events


def record_program_event(signal: Any, program: Program, change: Change) -> None:
    """
    Record an event about a program, which is locked, as it now stands, and date the program: all that is part of it counts.

    Three queries, one UPDATE and one INSERT.
    """
    now = timezone.now()
    Program.objects.filter(pk=program.pk).update(modified=now)
    program.modified = now
    organizations = program.organizations.filter(role=ProgramOrganization.Role.AUTHORING).order_by("position", "pk")
    courses = CurriculumCourseMembership.objects.counting(now).filter(curriculum__program=program)
    codes = courses.values_list("catalog_course__org__short_name", "catalog_course__course_code")
    values = {
        "uuid": str(program.uuid),
        "title": program.title,
        "subtitle": program.subtitle,
        "type": program.type.slug,
        "status": str(program.status),
        "hidden": program.hidden,
        "marketing_slug": program.marketing_slug or "",
        "readable_id": program.readable_id or "",
        "organizations": list(organizations.values_list("organization__short_name", flat=True)),
        "catalog_courses": list(dict.fromkeys(format_key_str(org, code) for org, code in codes)),
        "reason": change.reason,
    }
    record_events([Event(signal, str(program.uuid), values)], using=router.db_for_write(Program))
