"""What learners read in the demo: the courses of the program, and others that run or begin, are public."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from openedx_catalog.contrib.listings import api
from openedx_catalog.models_api import CatalogCourse
from test_project import sample_catalog

COURSES = 40
LEVELS = {"Introductory": "Inicial", "Intermediate": "Intermedio", "Advanced": "Avanzado"}
WORDS = {
    "en": (
        "What it is about, where it came from, and what you can do with it on Monday.",
        "<p>A course of the demo: nobody teaches it.</p><h3>What you will learn</h3><ul><li>The words that everybody in the "
        "field uses</li><li>Three methods, and when not to use them</li><li>Where to read on</li></ul>",
    ),
    "es": (
        "De qué se trata, de dónde viene y qué puede hacer con ello el lunes.",
        "<p>Un curso de la demostración: nadie lo imparte.</p><h3>Qué aprenderá</h3><ul><li>Las palabras que todos usan</li>"
        "<li>Tres métodos, y cuándo no usarlos</li></ul>",
    ),
}


def create_listings(first: Sequence[CatalogCourse]) -> None:
    """Publish these courses, and the next ones that have not ended, up to forty."""
    subjects = _create_kinds()
    others = CatalogCourse.objects.filter(runs__schedule__end__gt=timezone.now()).exclude(title="")
    others = others.exclude(pk__in=[each.pk for each in first]).distinct().order_by("-pk")
    for course in [*first, *others[: COURSES - len(first)]]:
        short, full = WORDS.get(course.language or "en", ("", ""))
        subject = next((slug for prefix, slug in subjects.items() if course.course_code.startswith(prefix)), "")
        values: dict[str, Any] = {"weeks": 4 + course.pk % 9, "min_effort": 2 + course.pk % 3, "max_effort": 5 + course.pk % 4}
        values |= {"subjects": [subject] if subject else [], "level": _level(course.title), "live": True}
        api.set_course_listing(course, short_description=short, full_description=full, source="demo", **values)


def _create_kinds() -> dict[str, str]:
    """Subjects and levels; the slugs of the former by how codes of courses begin."""
    for name, spanish in LEVELS.items():
        api.create_level(name=name, translations={"es": spanish}, source="demo")
    return {prefix: api.create_subject(name=name, source="demo").slug for prefix, name in sample_catalog.SUBJECTS}


def _level(title: str) -> str:
    if title.startswith("Introduction") or title.endswith("for Everyone"):
        return "introductory"
    return "advanced" if title.startswith("Advanced") else "intermediate"
