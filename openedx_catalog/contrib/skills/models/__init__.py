"""
The tables of skills.

Outside this package import them from `openedx_catalog.contrib.skills.models_api`, and change them through its `api`.
"""

from openedx_catalog.extensions import require_installed

require_installed("openedx_catalog.contrib.skills")

from .publication import ProgramPublication  # noqa: E402
from .skill import Skill  # noqa: E402
from .tagged import CourseSkill, ProgramSkill, Tagged  # noqa: E402

__all__ = ["CourseSkill", "ProgramPublication", "ProgramSkill", "Skill", "Tagged"]
