"""
The modes of runs, as the LMS's programs data needs them: it counts a run towards a program only by the mode in its `type`.

`run_modes` is the one place where they come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from openedx_catalog.api.for_contrib import modes_of_lms
from openedx_catalog.data import RunMode
from openedx_catalog.extensions import installed_extensions
from openedx_catalog.lib.values import iso_instant

from . import conf

MASTERS = "masters"
# Of several modes of a run, the first of these is what its certificates are taken to be of. What is none of them (executive
# education, boot camps) comes after them, and audit last.
_EARNED = ("credit", "professional", "no-id-professional", "verified", "honor", MASTERS)
_AUDIT = "audit"
# The LMS takes these two for one, and knows runs by the first name alone.
_SAME = {"no-id-professional": "professional"}


def run_modes(course_keys: Sequence[str]) -> dict[str, Sequence[RunMode]]:
    """
    The modes of these runs: of each what the first extension says, else the LMS, else the default of the settings.

    One query where this is the LMS, else none.
    """
    found: dict[str, Sequence[RunMode]] = {}
    for ask in (*(extension.course_run_modes for extension in installed_extensions()), modes_of_lms):
        missing = [key for key in course_keys if key not in found]
        if missing:
            found |= {key: modes for key, modes in ask(missing).items() if modes}
    default = [RunMode(slug)] if (slug := conf.default_mode()) else []
    return {key: found.get(key, default) for key in course_keys}


def course_entitlements(course_ids: Sequence[int]) -> dict[int, Sequence[RunMode]]:
    """What is sold for these courses, whichever run a learner takes: of each what the first extension says, else nothing."""
    found: dict[int, Sequence[RunMode]] = {}
    for extension in installed_extensions():
        if missing := [pk for pk in course_ids if pk not in found]:
            found |= extension.course_entitlements(missing)
    return {pk: found.get(pk, ()) for pk in course_ids}


def earned_mode(modes: Sequence[RunMode], *, masters: bool = False) -> str:
    """
    The mode that counts towards programs, "" where there is none: what the LMS compares certificates and enrollments with.

    It is one for a run, whatever others it has. `masters`: within a master's degree it is that mode, where the run has it.
    """
    slugs = {mode.slug for mode in modes}
    if masters and MASTERS in slugs:
        return MASTERS
    others = sorted(slugs - {*_EARNED, _AUDIT})
    slug = next((slug for slug in (*_EARNED, *others, _AUDIT) if slug in slugs), "")
    return _SAME.get(slug, slug)


def seats(modes: Sequence[RunMode]) -> list[dict[str, Any]]:
    """What a learner may choose or buy. No masters: that is given with the admission to a degree."""
    return [
        {
            "type": mode.slug,
            "price": mode.price,
            "currency": mode.currency,
            "upgrade_deadline": iso_instant(mode.upgrade_deadline),
            "sku": mode.sku,
            "bulk_sku": mode.bulk_sku,
        }
        for mode in modes
        if mode.slug != MASTERS
    ]
