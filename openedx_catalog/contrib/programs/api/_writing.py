"""How every write of this API ends up in a row: values checked, dates held apart, history and event written."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import router
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from organizations.models import Organization

from openedx_catalog import keys
from openedx_catalog.keys import format_key_str
from openedx_catalog.lib import values
from openedx_catalog.lib.changes import Change, record_events
from openedx_catalog.lib.events import Event
from openedx_catalog.lib.routing import rows_of
from openedx_catalog.lib.values import parse_datetime, parse_uuid

from ..models import CurriculumCourseMembership, Program, ProgramOrganization

READABLE = re.compile(r"[A-Za-z0-9._~:+@-]+\Z")
UUID_LIKE = re.compile(r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}\Z")
# What discovery's marketing slugs are made of, "xseries/delft-…" and "business-(online)" among them: what a path may have.
PATH = re.compile(r"[^\s?#%\\<>\"\x00-\x1f\x7f]+\Z")


# Values


def path_or_none(field: str, value: Any) -> str | None:
    """A part of a URL, or None for None and "". Raises InvalidValue."""
    found = "" if value is None else values.text(field, value)
    if found and not PATH.match(found):
        raise values.invalid(field, value, _('spaces and the characters ? # %% \\ < > " are not allowed'))
    if len(keys.fold(found)) > keys.MAX_LENGTH:
        raise values.invalid(
            field, value, _("it is longer than %(limit)d characters in lower case") % {"limit": keys.MAX_LENGTH}
        )
    return found or None


def readable_or_none(value: Any) -> str | None:
    """A readable id, which is one part of a URL and no uuid, or None for None and "". Raises InvalidValue."""
    found = "" if value is None else values.text("readable_id", value)
    if found and (not READABLE.match(found) or not found.strip(".")):
        raise values.invalid("readable_id", value, "only letters, digits and . _ ~ : + @ - can stand in it")
    if UUID_LIKE.match(found):
        raise values.invalid("readable_id", value, "it looks like a uuid, which names a program already")
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


def identifier(value: UUID | str | None) -> dict[str, UUID]:
    """``{"uuid": …}`` where one is given. Raises InvalidRequest."""
    return {} if value is None else {"uuid": parse_uuid(value)}


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
    told = {
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
    record_events([Event(signal, str(program.uuid), told)], using=router.db_for_write(Program))
