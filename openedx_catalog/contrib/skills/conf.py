"""Typed access to the settings of this app; docs/references/settings.rst describes them."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings

TAXONOMY_MODELS = {"course": "taxonomy.CourseSkills", "program": "taxonomy.ProgramSkill"}


def taxonomy_models() -> Mapping[str, str]:
    """The models that have the skills of courses and of programs, ``app_label.Model``, by "course" and "program"."""
    return {**TAXONOMY_MODELS, **(getattr(settings, "OPENEDX_CATALOG_TAXONOMY_MODELS", None) or {})}
