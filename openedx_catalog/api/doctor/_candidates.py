"""Suggestions as they are shown: what speaks for them and against them, a command to paste, and a request of REST."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ... import keys
from ...data import Suggestion
from ...lib.values import format_utc
from ...models import CatalogCourse, CourseRun
from ._findings import repair
from ._likeness import Term

_REASON = "the same"


class Course(NamedTuple):
    """What is asked of a catalog course."""

    pk: int
    uuid: UUID
    org: str
    code: str
    title: str
    language: str
    runs: int

    @property
    def key_str(self) -> str:
        return keys.format_key_str(self.org, self.code)


class Run(NamedTuple):
    """What is asked of a run; `siblings` is how many runs its course has."""

    pk: int
    uuid: UUID
    text: str
    title: str
    start: datetime | None
    end: datetime | None
    course_id: int
    course_uuid: UUID
    org: str
    code: str
    siblings: int

    @property
    def key_str(self) -> str:
        return keys.format_key_str(self.org, self.code)


def _count(outer: str) -> Any:
    counted = CourseRun.objects.filter(catalog_course=OuterRef(outer)).order_by().values("catalog_course")
    return Coalesce(Subquery(counted.annotate(n=Count("pk")).values("n")), 0)


def course_facts(pks: Iterable[int]) -> dict[int, Course]:
    """Courses by id. One query."""
    columns = ("pk", "uuid", "org__short_name", "course_code", "title", "language", "count")
    rows = CatalogCourse.objects.filter(pk__in=set(pks)).order_by().annotate(count=_count("pk"))
    return {row[0]: Course(*row) for row in rows.values_list(*columns)}


def run_facts(pks: Iterable[int]) -> dict[int, Run]:
    """Runs by id. One query."""
    columns = (
        "pk", "uuid", "course_key__text", "title", "schedule__start", "schedule__end", "catalog_course_id",
        "catalog_course__uuid", "catalog_course__org__short_name", "catalog_course__course_code", "count",
    )  # fmt: skip
    rows = CourseRun.objects.filter(pk__in=set(pks)).order_by().annotate(count=_count("catalog_course_id"))
    return {row[0]: Run(*row) for row in rows.values_list(*columns)}


def organizations(one: tuple[int, str, str], other: tuple[int, str, str], held: dict[int, set[str]]) -> Suggestion:
    """Two organizations whose names look alike: their courses would have to become one another's."""
    shared = len(held[one[0]] & held[other[0]])
    why = [_("Their names differ only in punctuation, or in an x at the end.")]
    against: list[str] = []
    text = ngettext("%(count)d code is a course of both.", "%(count)d codes are courses of both.", shared)
    (why if shared else against).append(text % {"count": shared} if shared else _("No code is a course of both."))
    # A name that nobody gave is the short one.
    if one[2] != one[1] and other[2] != other[1]:
        (why if keys.fold(one[2]) == keys.fold(other[2]) else against).append(_names(one[2], other[2]))
    return Suggestion(
        "organizations_alike", "review", one[1], other[1], tuple(why), tuple(against),
        ("organization", one[1], other[1]),
        command=repair("list", f"--org={one[0]}", f"--org={other[0]}"), first_id=one[0], second_id=other[0],
    )  # fmt: skip


def courses(one: Course, other: Course, kind: str, why: str) -> Suggestion:
    """Two courses whose codes look alike: one would be merged into the other."""
    reasons = [why]
    against: list[str] = []
    same = keys.fold(one.title) == keys.fold(other.title)
    if one.title != one.code or other.title != other.code:
        (reasons if same else against).append(_names(one.title, other.title))
    if one.language != other.language:
        facts = {name: each.language or _("not set") for name, each in (("first", one), ("second", other))}
        against.append(_("Their languages differ: %(first)s, %(second)s.") % facts)
    if one.runs and other.runs:
        against.append(_("Both have runs: %(first)d and %(second)d.") % {"first": one.runs, "second": other.runs})
    else:
        reasons.append(_("One of them has no runs."))
    return Suggestion(
        kind, "merge", one.key_str, other.key_str, tuple(reasons), tuple(against),
        ("catalog_course", str(one.uuid), str(other.uuid)),
        command=repair("merge", f"--course={one.pk}", f"--into={other.pk}", f"--reason={_REASON}"),
        rest=_post("catalog-courses", one.uuid, "merge", into=str(other.uuid), reason=_REASON),
        first_id=one.pk, second_id=other.pk,
    )  # fmt: skip


def how_alike(one: Course, other: Course) -> str:
    """What the keys of two courses have in common."""
    if one.org == other.org:
        return _("Their codes differ only in punctuation.")
    if keys.fold(one.code) == keys.fold(other.code):
        return _("They have one code, and the names of their organizations look alike.")
    return _("Their codes differ only in punctuation, and the names of their organizations look alike.")


def renaming(course: Course, term: Term) -> Suggestion:
    """A course whose code carries a term, and none other looks like it."""
    why = _("Its code contains %(term)r, which is a matter of its runs.") % {"term": term.text}
    against = _("No other course has this code without it; it may be part of the name.")
    return Suggestion(
        "course_code_with_term", "rename", course.key_str, keys.format_key_str(course.org, term.base), (why,), (against,),
        ("course_code", str(course.uuid), term.base),
        command=repair("rename", f"--course={course.pk}", f"--code={term.base}", f"--reason={_REASON}"),
        rest=_post("catalog-courses", course.uuid, "rename", course_code=term.base, reason=_REASON),
        first_id=course.pk,
    )  # fmt: skip


def is_one_run(one: Run, other: Run) -> bool:
    """Whether two keys are one run in two notations, which both stay: ``Org/Code/Run`` and ``course-v1:Org+Code+Run``."""
    first, second = keys.parse_course_key(one.text), keys.parse_course_key(other.text)
    return [keys.fold(part) for part in first[2:]] == [keys.fold(part) for part in second[2:]]


def runs(one: Run, other: Run) -> Suggestion:
    """Two runs with equal title and dates: one is a copy of the other, or both are one delivery."""
    facts = {"title": one.title, "start": format_utc(one.start), "end": format_utc(one.end) or "–"}
    why = [_("Both are %(title)r, from %(start)s to %(end)s.") % facts]
    distinct = ("course_run", str(one.uuid), str(other.uuid))
    if one.course_id == other.course_id:
        against = [_("They are runs of one course: nothing is to be moved. Withdraw or delete one if it is left over.")]
        return Suggestion(
            "runs_alike",
            "review",
            one.text,
            other.text,
            tuple(why),
            tuple(against),
            distinct,
            first_id=one.pk,
            second_id=other.pk,
        )
    against = [_("They stand under %(first)s and %(second)s.") % {"first": one.key_str, "second": other.key_str}]
    return _moving("runs_alike", one, other.course_id, other.course_uuid, other.text, why, against, distinct)


def placement(run: Run, course: Course) -> Suggestion:
    """An explicit run whose key names another course that there is."""
    why = [_("Its key names %(course)s.") % {"course": course.key_str}]
    against = [_("Somebody put it under %(course)s; its history says why.") % {"course": run.key_str}]
    distinct = ("placement", str(run.uuid), str(course.uuid))
    return _moving("run_of_other_course", run, course.pk, course.uuid, course.key_str, why, against, distinct)


def _moving(
    kind: str, run: Run, course_id: int, course_uuid: UUID, second: str, why: list[str], against: list[str],
    distinct: tuple[str, str, str],
) -> Suggestion:  # fmt: skip
    return Suggestion(
        kind, "move", run.text, second, tuple(why), tuple(against), distinct,
        command=repair("move", f"--run={run.pk}", f"--into={course_id}", f"--reason={_REASON}"),
        rest=_post("course-runs", run.uuid, "move", catalog_course=str(course_uuid), reason=_REASON),
        first_id=run.pk, second_id=course_id,
    )  # fmt: skip


def _names(first: str, second: str) -> str:
    if keys.fold(first) == keys.fold(second):
        return _("Both are called %(name)r.") % {"name": first}
    return _("Their titles differ: %(first)r, %(second)r.") % {"first": first, "second": second}


def _post(kind: str, uuid: UUID, action: str, **body: str) -> dict[str, Any]:
    return {"method": "POST", "path": f"{kind}/{uuid}/{action}/", "body": body}
