"""The fields of which the values are keys of courses and runs, or languages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.conf.locale import LANG_INFO
from django.db.models import CharField, Exists, F, OuterRef, Q, Value
from django.db.models.functions import Concat, Lower

from openedx_catalog import keys
from openedx_catalog.abstract_models import normalize_language
from openedx_catalog.exceptions import InvalidCatalogKey, InvalidCourseKey, InvalidLanguage
from openedx_catalog.lib.fields import Among
from openedx_catalog.models_api import CatalogCourseCode, CourseRun

from .columns import Folded, Like, folded, pattern
from .kinds import Field
from .tree import Term, Wildcard

_RUNS = ("course-v1:", "ccx-v1:")


def of_runs(found: Q, now: datetime) -> Q:
    """The way to runs: any will do."""
    return Q(Exists(CourseRun.objects.order_by().filter(found, catalog_course=OuterRef("pk"))))


def of_codes(found: Q, now: datetime) -> Q:
    """The way to the codes of a course, former ones too."""
    return Q(Exists(CatalogCourseCode.objects.order_by().filter(found, catalog_course=OuterRef("pk"))))


class Keys(Field):
    """
    Keys of courses (``MITx+14.100x``, former codes too), or of their runs: what begins with ``course-v1:``, or has slashes.

    A prefix that says what a key is of (``course:``) is left out.
    """

    takes_lists = True

    def __init__(self, help: Any, *prefixes: str) -> None:
        super().__init__(help)
        self.prefixes = prefixes

    def fits(self, terms: Sequence[Term], now: datetime) -> Q:
        of_patterns = [self._like(folded(term.parts), now) for term in terms if term.is_pattern]
        courses: set[str] = set()
        runs: set[str] = set()
        for term in terms:
            if not term.is_pattern:
                self._read(term, courses, runs)
        found = reduce(or_, of_patterns, Q())
        if courses:
            # The codes by their index, then which of them belong to these organizations.
            by_code = Q(code_ci__among=sorted({key.partition("+")[2] for key in courses}))
            found |= _listed(CatalogCourseCode, by_code & Q(Among(_whole_key(), sorted(courses))))
        if runs:
            found |= _listed(CourseRun, Q(key_ci__among=sorted(runs)))
        return found

    def _read(self, term: Term, courses: set[str], runs: set[str]) -> None:
        text = self._without_prefix(keys.fold(term.text.strip()))
        try:
            if text.startswith(_RUNS) or "/" in text:
                runs.add(keys.parse_course_key(text).key_ci)
            else:
                courses.add("+".join(map(keys.fold, keys.parse_catalog_key(text))))
        except (InvalidCatalogKey, InvalidCourseKey) as error:
            raise term.refused(str(error.facts["reason"])) from error

    def _like(self, parts: Sequence[str | Wildcard], now: datetime) -> Q:
        first, *rest = parts
        if isinstance(first, str):
            first = self._without_prefix(first)
        of_some_run = of_runs(Folded("key_ci").like([first, *rest]), now)
        if isinstance(first, str) and (first.startswith(_RUNS) or "/" in first):
            return of_some_run
        org, plus, code = first.partition("+") if isinstance(first, str) else ("", "", "")
        if not plus:
            # The key of a run may begin so, too.
            return of_codes(Q(Like(_whole_key(), pattern([first, *rest]))), now) | of_some_run
        by_code = Folded("code_ci").like([code, *rest] if code else rest)
        return of_codes(Q(Among(Lower(F("org__short_name")), [org])) & by_code, now)

    def _without_prefix(self, text: str) -> str:
        return next((text.removeprefix(prefix) for prefix in self.prefixes if text.startswith(prefix)), text)


class Languages(Field):
    """Codes (``en``, ``pt-br``), or English names of languages at large: ``English`` is also that of ``en-us``."""

    def fits(self, terms: Sequence[Term], now: datetime) -> Q:
        found = Q()
        for term in terms:
            if term.is_pattern:
                found |= Q(Like(F("language"), pattern(folded(term.parts))))
                continue
            # Discovery writes "English - United States".
            name = keys.fold(term.text.partition(" - ")[0].strip())
            if code := _NAMES.get(name):
                found |= Q(language=code) | Q(language__startswith=f"{code}-")
            else:
                found |= Q(language=self._code(term))
        return found

    def given(self, now: datetime) -> Q:
        return ~Q(language="")

    def _code(self, term: Term) -> str:
        try:
            return normalize_language(term.text)
        except InvalidLanguage as error:
            raise term.refused(str(error)) from error


_NAMES = {info["name"].lower(): code for code, info in LANG_INFO.items() if "name" in info and "-" not in code}


def _listed(model: Any, found: Q) -> Q:
    """
    The courses of rows that a query lists: no more than it has characters, so that a database reads them once. `Exists` would
    have SQLite look for each of them at each course.
    """
    return Q(pk__in=model.objects.order_by().filter(found).values("catalog_course"))


def _whole_key() -> Concat:
    return Concat(Lower(F("org__short_name")), Value("+"), F("code_ci"), output_field=CharField())
