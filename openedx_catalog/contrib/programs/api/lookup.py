"""Finding programs; nothing here writes or checks permissions."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from organizations.models import Organization

from openedx_catalog import keys
from openedx_catalog.exceptions import InvalidRequest
from openedx_catalog.lib import values
from openedx_catalog.lib.routing import reads_from_writer, rows_of
from openedx_catalog.lib.slugs import find_slug
from openedx_catalog.lib.values import UUID_LIKE, parse_uuid

from ..data import ProgramState
from ..models import (
    Curriculum,
    CurriculumCourseMembership,
    CurriculumProgramMembership,
    DegreeCost,
    DegreeDeadline,
    FormerProgramSlug,
    Program,
    ProgramOrganization,
)
from .values import parse_status

ProgramName = Program | UUID | str
"""What a caller may name a program by: its object, its uuid, or the text of that."""


def get_program(uuid: UUID | str | None = None, *, readable_id: str = "", marketing_slug: str = "") -> Program:
    """
    Get a program, its type joined, by exactly one of uuid, readable id or marketing slug (the latter two in any case).

    Whatever its status. One query. Raises Program.DoesNotExist, InvalidRequest.
    """
    named = {"uuid": uuid, "readable_id": readable_id, "marketing_slug": marketing_slug}
    given = [(field, key) for field, key in named.items() if key]
    if len(given) != 1:
        raise InvalidRequest(reason=_("Give exactly one of uuid, readable_id and marketing_slug."))
    [(field, key)], programs = given, Program.objects.select_related("type")
    if uuid:
        return programs.get(uuid=parse_uuid(uuid))
    if keys.names_nothing(key):
        raise Program.DoesNotExist(_("No program has this %(field)s.") % {"field": field})
    return programs.get(**{f"{field}_ci": keys.fold(str(key).strip())})


def hold_program(program: ProgramName) -> Program:
    """
    A program as it is now, alone held: for what changes nothing that counts in programs which contain it. Two queries at most.

    Raises Program.DoesNotExist, InvalidRequest.
    """
    return Program.objects.select_for_update().get(pk=id_of(Program, program))


def find_program(uuid: UUID | str | None = None, *, readable_id: str = "", marketing_slug: str = "") -> Program | None:
    """`get_program`, or None where there is none. Raises InvalidRequest all the same."""
    with suppress(Program.DoesNotExist):
        return get_program(uuid, readable_id=readable_id, marketing_slug=marketing_slug)
    return None


def find_program_by_slug(slug: str) -> Program | None:
    """
    The program that has a marketing slug, in any case, or had it: its former addresses lead to it. None where there is none.
    Two queries at most. Raises InvalidRequest for "".
    """
    found = find_program(marketing_slug=slug)
    if found is None and (former := find_slug(FormerProgramSlug, slug)) is not None:
        return Program.objects.select_related("type").get(pk=former.program_id)
    return found


def get_programs(*, type: str | None = None, status: str | None = None, org_code: str | None = None) -> QuerySet[Program]:
    """
    All programs, deleted ones included, or those of a type (slug), a status, or an authoring organization (short_name).

    Their types are joined; newest first. Lazy: one query when it is read.
    """
    programs = Program.objects.select_related("type").order_by("-pk")
    if type is not None:
        programs = programs.filter(type__slug=values.text("type", type, max_length=64))
    if status is not None:
        programs = programs.filter(status=parse_status("status", status))
    if org_code is not None:
        programs = programs.filter(pk__in=authored_by(values.text("org", org_code)))
    return programs


@reads_from_writer()
def get_program_states(uuids: Iterable[str]) -> list[ProgramState]:
    """
    The states of those of these programs that exist, to compare a list from elsewhere with. Other texts are ignored.

    Read where it is written. Two queries for each 500.
    """
    wanted, found = sorted({name for name in uuids if UUID_LIKE.match(name)}), []
    authors = ProgramOrganization.objects.filter(role=ProgramOrganization.Role.AUTHORING).select_related("organization")
    programs = Program.objects.prefetch_related(Prefetch("organizations", authors))
    for start in range(0, len(wanted), 500):
        for row in programs.filter(uuid__in=wanted[start : start + 500]):
            codes = tuple(author.organization.short_name for author in row.organizations.all())
            found.append(ProgramState(row.uuid, row.status, row.hidden, row.marketing_slug or "", codes))
    return found


def get_curriculum(uuid: UUID | str) -> Curriculum:
    """Get a curriculum, its program joined. One query. Raises Curriculum.DoesNotExist, InvalidRequest."""
    return Curriculum.objects.select_related("program__type").get(uuid=parse_uuid(uuid))


def get_membership(uuid: UUID | str) -> CurriculumCourseMembership | CurriculumProgramMembership:
    """
    Get what says that a course or a program stands in a curriculum, both joined. At most two queries.

    Raises CurriculumCourseMembership.DoesNotExist for either, InvalidRequest.
    """
    wanted = parse_uuid(uuid)
    nested = CurriculumProgramMembership.objects.select_related("curriculum__program__type", "program__type")
    courses = CurriculumCourseMembership.objects.select_related("curriculum__program__type", "catalog_course__org")
    with suppress(CurriculumCourseMembership.DoesNotExist):
        return courses.get(uuid=wanted)
    if (found := nested.filter(uuid=wanted).first()) is None:
        raise CurriculumCourseMembership.DoesNotExist(_("Nothing in any curriculum has the UUID %(uuid)s.") % {"uuid": uuid})
    return found


def get_cost(uuid: UUID | str) -> DegreeCost:
    """Get what a part of a degree costs, the degree joined. One query. Raises DegreeCost.DoesNotExist, InvalidRequest."""
    return DegreeCost.objects.select_related("degree__program__type").get(uuid=parse_uuid(uuid))


def get_deadline(uuid: UUID | str) -> DegreeDeadline:
    """Get a deadline, the degree joined. One query. Raises DegreeDeadline.DoesNotExist, InvalidRequest."""
    return DegreeDeadline.objects.select_related("degree__program__type").get(uuid=parse_uuid(uuid))


# For the other modules of this API and the functions of the LMS


def authored_by(org_code: str) -> QuerySet[Any]:
    """
    The ids of the programs that the organization with exactly this short_name authors, on every database; else of the one that
    had it before, for which it takes one query more.
    """
    name = "" if keys.names_nothing(org_code) else org_code
    organizations = rows_of(Organization)
    exact = [org.pk for org in organizations.filter(short_name=name) if org.short_name == org_code]
    exact = exact or list(organizations.filter(catalog_former_names__name=name).values_list("pk", flat=True))
    authored = ProgramOrganization.objects.filter(role=ProgramOrganization.Role.AUTHORING, organization_id__in=exact)
    return authored.order_by().values("program_id")


def id_of(model: Any, given: Any) -> int:
    """The id of a row that is given as an object or by its uuid. Raises its DoesNotExist, InvalidRequest."""
    if isinstance(given, model):
        return given.pk
    found = model.objects.filter(uuid=parse_uuid(given)).values_list("pk", flat=True).first()
    if found is None:
        raise model.DoesNotExist(
            _("There is no %(kind)s with the UUID %(uuid)s.") % {"kind": model._meta.verbose_name, "uuid": given}
        )
    return found
