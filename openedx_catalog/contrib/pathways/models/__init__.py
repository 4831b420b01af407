"""
The tables of learner pathways, and of the pathways of programs that an LMS and Credentials read.

Outside this package import them from `openedx_catalog.contrib.pathways.models_api`, and change them through its `api`.
"""

from openedx_catalog.extensions import require_installed

require_installed("openedx_catalog.contrib.pathways")

from .pathway import LearnerPathway, LearnerPathwayGroup, LearnerPathwayOrganization  # noqa: E402
from .program_pathway import ProgramPathway, ProgramPathwayProgram  # noqa: E402
from .steps import LearnerPathwayNode, LearnerPathwayStep  # noqa: E402

__all__ = [
    "LearnerPathway",
    "LearnerPathwayGroup",
    "LearnerPathwayNode",
    "LearnerPathwayOrganization",
    "LearnerPathwayStep",
    "ProgramPathway",
    "ProgramPathwayProgram",
]
