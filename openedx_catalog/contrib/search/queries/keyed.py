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
from .tree import Term

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

    def __init__(self, help: Any, *prefixes: str) -> None:
        super().__init__(help)
        self.prefixes = prefixes

    def equals(self, terms: Sequence[Term], now: datetime) -> Q:
        courses: set[tuple[str, str]] = set()
        runs: set[str] = set()
        for term in terms:
            text = self._without_prefix(term.text.strip())
            try:
                if text.startswith(_RUNS) or "/" in text:
                    runs.add(keys.parse_course_key(text).key_ci)
                else:
                    key = keys.parse_catalog_key(text)
                    courses.add((keys.fold(key.org), keys.fold(key.code)))
            except (InvalidCatalogKey, InvalidCourseKey) as error:
                raise term.refused(str(error.facts["reason"])) from error
        found = Q()
        if courses:
            # The codes by their index, then which of them belong to these organizations.
            codes = Q(code_ci__among=sorted({code for _org, code in courses}))
            found |= of_codes(codes & Q(Among(_whole_key(), sorted("+".join(key) for key in courses))), now)
        if runs:
            found |= of_runs(Q(key_ci__among=sorted(runs)), now)
        return found

    def like(self, term: Term, now: datetime) -> Q:
        first, *rest = folded(term.parts)
        if not isinstance(first, str):
            return of_codes(Q(Like(_whole_key(), pattern([first, *rest]))), now)
        first = self._without_prefix(first)
        if first.startswith(_RUNS) or "/" in first:
            return of_runs(Folded("key_ci").like([first, *rest]), now)
        org, plus, code = first.partition("+")
        if not plus:
            return of_codes(Q(Like(_whole_key(), pattern([first, *rest]))), now)
        parts = [code, *rest] if code else rest
        return of_codes(Q(Among(Lower(F("org__short_name")), [org])) & Folded("code_ci").like(parts), now)

    def _without_prefix(self, text: str) -> str:
        return next((text.removeprefix(prefix) for prefix in self.prefixes if text.startswith(prefix)), text)


class Languages(Field):
    """Codes (``en``, ``pt-br``), or English names of languages at large: ``English`` is also that of ``en-us``."""

    takes_lists = False

    def equals(self, terms: Sequence[Term], now: datetime) -> Q:
        found = Q()
        for term in terms:
            # Discovery writes "English - United States".
            name = keys.fold(term.text.partition(" - ")[0].strip())
            if code := _NAMES.get(name):
                found |= Q(language=code) | Q(language__startswith=f"{code}-")
            else:
                found |= Q(language=self._code(term))
        return found

    def like(self, term: Term, now: datetime) -> Q:
        return Q(Like(F("language"), pattern(folded(term.parts))))

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
