"""The rules of programs, for the doctor: nothing contains itself, versions stand apart, external keys name one run."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from openedx_catalog.api import Finding
from openedx_catalog.api.for_contrib import unfolded_rows
from openedx_catalog.lib import folds
from openedx_catalog.lib.changes import Change
from openedx_catalog.lib.dated import Dated, contradictions, period
from openedx_catalog.lib.transactions import writes_to

from .. import models
from . import _scopes
from ._rules import broken_rules, finding, mend
from .auditing import audit_external_keys, repair_slots

# What is joined so that a row can say what it is.
_DATED: dict[type[Dated], tuple[str, ...]] = {
    models.Curriculum: ("program",),
    models.CurriculumCourseMembership: ("catalog_course__org", "curriculum__program"),
    models.CurriculumProgramMembership: ("program", "curriculum__program"),
    models.CurriculumGroup: ("curriculum__program",),
    models.DegreeCost: ("degree__program",),
    models.DegreeDeadline: ("degree__program",),
}


def diagnose(quick: bool) -> Iterator[Finding]:
    """
    Every broken rule of programs. `quick` says nothing: each of these rules reads a table.

    Codes of errors: ``program_cycle``, ``versions_overlap``, ``version_twice``, ``positions_tied``, ``closed_before_begun``,
    ``exclusion_of_other_course``, ``retired_at_wrong``, ``image_without_alt``, ``image_missing``, ``folded_text_wrong``,
    ``external_key_conflict``, ``external_key_unfolded``, ``external_key_unclaimed``. Of warnings: ``closed_after_retired``,
    ``group_too_small``, ``group_missing``, ``exclusion_outlived``, ``program_without_courses``, ``external_key_outlived``.
    """
    if quick:
        return
    yield from _cycles()
    for model, joined in _DATED.items():
        yield from _versions(model, joined)
    yield from _exclusions()
    yield from broken_rules()
    yield from unfolded_rows(models.Program)
    yield from audit_external_keys()


@writes_to(models.Program)
def repair(change: Change) -> int:
    """
    Mend what is fixable of that. Folded columns and the slots of external keys are derived: no history, no event; the order of
    a curriculum, when it closes, and what is left out of a program have both.
    """
    fixable = sum(each.fixable for each in audit_external_keys())
    if fixable:
        repair_slots()
    mended = mend(change)
    return folds.refold(models.Program) + fixable + mended


def _cycles() -> Iterator[Finding]:
    graph = _scopes.ProgramGraph()
    for ring in graph.rings():
        titles = dict(models.Program.objects.filter(pk__in=ring).values_list("pk", "title"))
        names = ", ".join(f"{titles.get(pk)} (id {pk})" for pk in sorted(ring))
        rows = models.CurriculumProgramMembership.objects.standing().filter(curriculum__program__in=ring, program__in=ring)
        where = ", ".join(str(pk) for pk in rows.order_by("pk").values_list("curriculum_id", flat=True))
        message = _("These programs contain each other: %(names)s. Take one out of a curriculum (ids: %(curricula)s).")
        first = min(ring)
        yield finding(
            "program_cycle", titles.get(first, ""), message % {"names": names, "curricula": where}, models.Program, first
        )


def _versions(model: Any, joined: tuple[str, ...]) -> Iterator[Finding]:
    """Rows of one thing that are in effect at one time, or have one version. Reads the table in the order of the parents."""
    parent = f"{model.version_of[0]}_id"
    # In effect at any time: what is over was wrong, too, but who reads a past instant gets both.
    rows = model.objects.select_related(*joined).order_by(parent, "pk").iterator(chunk_size=2000)
    for _parent, members in groupby(rows, key=lambda row: getattr(row, parent)):
        for code, row, other in contradictions(list(members)):
            facts = {"version": row.version, "other": other.version, "one": period(row), "two": period(other)}
            if code == "versions_overlap":
                text = _("Version %(version)s (%(one)s) and version %(other)s (%(two)s) are in effect at one time. Retire one.")
            else:
                text = _("Version %(version)s is there twice (%(one)s; %(two)s). Delete or rename one.")
            yield finding(code, f"{_program_of(row)}: {row.subject}", text % facts, model, row.pk)


def _program_of(row: Any) -> str:
    for name in row.program_paths[0].removesuffix("__").split("__"):
        row = getattr(row, name)
    return str(row)


def _exclusions() -> Iterator[Finding]:
    own = models.CurriculumCourseMembership.objects.filter(
        pk=OuterRef("membership"), catalog_course=OuterRef("run__catalog_course")
    )
    foreign = models.CurriculumCourseRunExclusion.objects.filter(~Exists(own)).order_by("pk")
    rows = foreign.values_list("run__course_key__text", "membership__curriculum_id", "membership__curriculum__name")
    for text, pk, name in rows.iterator(chunk_size=2000):
        message = _("It is excluded from the curriculum %(name)r with a course that it is no run of. Include it again.")
        yield finding("exclusion_of_other_course", text, message % {"name": name}, models.Curriculum, pk)
