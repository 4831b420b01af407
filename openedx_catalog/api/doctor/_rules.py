"""The rules of identity and of the mapping: organizations, catalog courses, runs, and codes of pathways."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from organizations.models import Organization

from ... import keys
from ...data import Finding
from ...exceptions import CatalogError
from ...lib.pages import pages
from ...lib.routing import rows_of
from ...models import CatalogCourse, CatalogPathway, CourseRun, PathwayCategory
from ...organization_names import read_names
from .. import codes
from ._findings import FIX, finding, repair

_NO_SLOT = gettext_lazy("It is implicit, and the code of its catalog course %(key_str)s is not registered.")
_UNDER_TWIN = gettext_lazy(
    "It is implicit, but the code of its catalog course %(key_str)s belongs to another one. Merge the two."
)


def organizations() -> Iterator[Finding]:
    """Names that only case tells apart. Reads all of them."""
    rows = rows_of(Organization).values_list("short_name", "pk")
    names = sorted(rows, key=lambda row: (keys.fold(row[0]), row[0]))
    for _folded, group in groupby(names, key=lambda row: keys.fold(row[0])):
        if len(twins := dict(group)) > 1:
            remedy = repair("list", *(f"--org={pk}" for pk in twins.values()))
            yield finding("organizations_differ_by_case", next(iter(twins)), remedy, names=", ".join(twins))


def catalog_courses(courses: QuerySet[CatalogCourse]) -> Iterator[Finding]:
    """What identifies a course: its folded code, its uuid, and the slot of its code."""
    columns = ("pk", "org_id", "org__short_name", "course_code", "course_code_ci", "uuid")
    for page in pages(courses, *columns):
        owners = codes.owners({row[1] for row in page}, {keys.fold(row[3]) for row in page})
        for pk, org_id, org, code, code_ci, uuid in page:
            subject, folded = keys.format_key_str(org, code), keys.fold(code)
            owner = owners.get((org_id, folded))
            if not _is_code(code) or ":" in org:
                yield finding("invalid_catalog_course_code", subject)
            elif owner is not None and owner != pk:
                yield _twin_course(subject, owner, pk)
            elif code_ci is None or uuid is None or owner is None:
                yield finding("catalog_course_identity_missing", subject, FIX, fixable=True)
                # The first row has the identity; of the others the next run says that they are its twins.
                owners.setdefault((org_id, folded), pk)
            elif code_ci != folded:
                yield finding("catalog_course_identity_wrong", subject, FIX, fixable=True, stored=code_ci)


def _twin_course(subject: str, owner: int, pk: int) -> Finding:
    other = CatalogCourse.objects.with_org().get(pk=owner)
    return finding("catalog_course_twin", subject, _merge(pk, owner), owner=other.key_str, owner_id=owner, id=pk)


def _merge(pk: int, owner: int) -> str:
    return repair("merge", f"--course={pk}", f"--into={owner}", "--reason=twin")


def _is_code(code: str) -> bool:
    try:
        return keys.check_code(code) == code
    except CatalogError:
        return False


class _Run(NamedTuple):
    pk: int
    text: str
    key_ci: str | None
    uuid: Any
    run_code: str
    association: str
    course_id: int
    org: str
    code: str


def course_runs(runs: QuerySet[CourseRun]) -> Iterator[Finding]:
    """What identifies a run, and whether an implicit one stands where its key says."""
    columns = (
        "pk", "course_key__text", "key_ci", "uuid", "run_code", "association", "catalog_course_id",
        "catalog_course__org__short_name", "catalog_course__course_code",
    )  # fmt: skip
    orgs = read_names(Organization)
    for page in pages(runs, *columns):
        rows = [(_Run(*row), parsed(row[1])) for row in page]
        good = [key for _row, key in rows if isinstance(key, keys.RunKey)]
        owners = codes.owners({pk for key in good for pk in orgs.find(key.org)}, {keys.fold(key.course) for key in good})
        twins = _holders(rows)
        for row, key in rows:
            if isinstance(key, CatalogError):
                yield finding("invalid_course_key", row.text, reason=key)
                continue
            yield from _run_identity(row, key, twins)
            if row.run_code != key.run:
                yield finding("run_code_mismatch", row.text, FIX, fixable=True, run_code=row.run_code, expected=key.run)
            wanted = [owners.get((org, keys.fold(key.course))) for org in orgs.find(key.org)]
            if row.association == CourseRun.Association.IMPLICIT and row.course_id not in wanted:
                yield _implicit_mismatch(row, key, next((pk for pk in wanted if pk is not None), None))


def _holders(rows: list[tuple[_Run, Any]]) -> dict[str, str]:
    """``{folded key: key}`` of the rows that rightly hold an identity that rows of a page lack."""
    wanted = [key.key_ci for row, key in rows if isinstance(key, keys.RunKey) and row.key_ci != key.key_ci]
    found = CourseRun.objects.filter(key_ci__in=wanted).values_list("key_ci", "course_key__text")
    return {key_ci: text for key_ci, text in found if keys.fold(text) == key_ci}


def _run_identity(row: _Run, key: keys.RunKey, twins: dict[str, str]) -> Iterator[Finding]:
    if row.key_ci == key.key_ci and row.uuid is not None:
        return
    if row.key_ci != key.key_ci and key.key_ci in twins:
        remedy = repair("delete-twin", f"--run={row.pk}", "--reason=twin")
        yield finding("course_run_twin", row.text, remedy, other=twins[key.key_ci], id=row.pk)
    elif row.key_ci is None or row.uuid is None:
        yield finding("course_run_identity_missing", row.text, FIX, fixable=True)
    else:
        yield finding("course_run_identity_wrong", row.text, FIX, fixable=True, stored=row.key_ci)
    # Of two that lack the same identity the first one gets it.
    twins.setdefault(key.key_ci, row.text)


def _implicit_mismatch(row: _Run, key: keys.RunKey, owner: int | None) -> Finding:
    key_str = keys.format_key_str(row.org, row.code)
    if not keys.same_course((key.org, key.course), (row.org, row.code)):
        remedy = repair("move", f"--run={row.pk}", f"--into={row.course_id}", "--reason=it belongs here")
        return finding("implicit_mismatch", row.text, remedy, key_str=key_str)
    if owner is not None:
        return finding("implicit_mismatch", row.text, _merge(row.course_id, owner), text=_UNDER_TWIN, key_str=key_str)
    # The course itself has no slot; that is a finding of the course.
    return finding("implicit_mismatch", row.text, FIX, fixable=True, text=_NO_SLOT, key_str=key_str)


def parsed(text: str) -> keys.RunKey | CatalogError:
    """The parts of a stored key, or what is wrong with it."""
    try:
        key = keys.parse_course_key(text)
    except CatalogError as error:
        return error
    if key.text != text:
        return keys.InvalidCourseKey(value=text, reason=_("it should read %(key)r") % {"key": key.text})
    return key


def pathways() -> Iterator[Finding]:
    """Codes that two have, which MariaDB cannot refuse to other programs."""
    for model, code, owner in ((PathwayCategory, "category_code", ()), (CatalogPathway, "pathway_code", ("org",))):
        groups = model.objects.order_by().values(*owner, folded=Lower(code)).annotate(count=Count("pk")).filter(count__gt=1)
        for group in groups:
            twins = model.objects.with_code(group["folded"]).filter(**{name: group[name] for name in owner}).order_by("pk")
            names = ", ".join(f"{getattr(twin, code)} (id {twin.pk})" for twin in twins)
            yield finding("pathway_twin", getattr(twins[0], "key_str", group["folded"]), names=names)
