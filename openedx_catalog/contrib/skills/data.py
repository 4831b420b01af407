"""The records of skills; no Django import."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

if TYPE_CHECKING:
    from .models_api import Skill


class SkillTag(NamedTuple):
    """
    That a course or a program teaches a skill: an object, its uuid, or its name, of which a skill is made if there is none.

    `confidence` is from 0 to 1, None where nobody knows. `blocked` None leaves what was decided; `external_id` is for a skill
    that is made.
    """

    skill: Skill | UUID | str
    confidence: float | None = None
    blocked: bool | None = None
    external_id: str | None = None


class SkillRecord(NamedTuple):
    """
    A line of a file: a skill of a catalog course (its key or that of a run, or its uuid) or of a program (its uuid).

    A value that is None or "" says nothing; ``none`` takes a confidence away.
    """

    subject: str
    skill: str = ""
    source: str | None = None
    confidence: float | str | None = None
    blocked: bool | str | None = None
    line: int = 0
