"""The fields of which the values are keys of courses and runs, or languages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
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
        codes, runs = Q(), Q()
        courses: set[str] = set()
        run_keys: set[str] = set()
        for term in terms:
            if term.is_pattern:
                is_run, found = self._like(folded(term.parts))
                codes, runs = (codes, runs | found) if is_run else (codes | found, runs)
            else:
                self._read(term, courses, run_keys)
        if courses:
            # The codes by their index, then which of them belong to these organizations.
            by_code = Q(code_ci__among=sorted({key.partition("+")[2] for key in courses}))
            codes |= by_code & Q(Among(_whole_key(), sorted(courses)))
        if run_keys:
            runs |= Q(key_ci__among=sorted(run_keys))
        found = of_codes(codes, now) if codes else Q()
        return found | of_runs(runs, now) if runs else found

    def _read(self, term: Term, courses: set[str], runs: set[str]) -> None:
        text = self._without_prefix(term.text.strip())
        try:
            if text.startswith(_RUNS) or "/" in text:
                runs.add(keys.parse_course_key(text).key_ci)
            else:
                courses.add("+".join(map(keys.fold, keys.parse_catalog_key(text))))
        except (InvalidCatalogKey, InvalidCourseKey) as error:
            raise term.refused(str(error.facts["reason"])) from error

    def _like(self, parts: Sequence[str | Wildcard]) -> tuple[bool, Q]:
        """Whether a pattern is of keys of runs, and the condition on those, or on codes."""
        first, *rest = parts
        if not isinstance(first, str):
            return False, Q(Like(_whole_key(), pattern(parts)))
        first = self._without_prefix(first)
        if first.startswith(_RUNS) or "/" in first:
            return True, Folded("key_ci").like([first, *rest])
        org, plus, code = first.partition("+")
        if not plus:
            return False, Q(Like(_whole_key(), pattern([first, *rest])))
        return False, Q(Among(Lower(F("org__short_name")), [org])) & Folded("code_ci").like([code, *rest] if code else rest)

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


def _whole_key() -> Concat:
    return Concat(Lower(F("org__short_name")), Value("+"), F("code_ci"), output_field=CharField())
