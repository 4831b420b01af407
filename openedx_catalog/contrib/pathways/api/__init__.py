"""The Python API of pathways. Nothing here checks permissions."""

from ..data import NodeContent, NodeRecord, PathwayContent, StepContent, Times
from .diagnosing import diagnose, repair
from .making import make_learner_pathway
from .merging import follow_merged_courses, follow_moved_runs, follow_unmerged_courses
from .past_the_api import note_past_the_api
from .pathways import create_learner_pathway, delete_learner_pathway, update_learner_pathway
from .program_pathways import (
    create_program_pathway,
    delete_program_pathway,
    get_program_pathway,
    get_program_pathways,
    pathways_of_programs,
    programs_of_pathway,
    told_pathways,
    update_program_pathway,
)
from .reading import (
    get_learner_pathway,
    get_learner_pathways,
    pathways_with,
    read_contents,
    times_of_pathway,
)
from .skills import skills_of_pathways
from .steps import (
    add_node,
    add_step,
    remove_node,
    remove_step,
    reorder_nodes,
    reorder_steps,
    update_node,
    update_step,
)

__all__ = [
    "NodeContent",
    "NodeRecord",
    "PathwayContent",
    "StepContent",
    "Times",
    "add_node",
    "add_step",
    "create_learner_pathway",
    "create_program_pathway",
    "delete_learner_pathway",
    "delete_program_pathway",
    "diagnose",
    "follow_merged_courses",
    "follow_moved_runs",
    "follow_unmerged_courses",
    "get_learner_pathway",
    "get_learner_pathways",
    "get_program_pathway",
    "get_program_pathways",
    "make_learner_pathway",
    "note_past_the_api",
    "pathways_of_programs",
    "pathways_with",
    "programs_of_pathway",
    "read_contents",
    "remove_node",
    "remove_step",
    "reorder_nodes",
    "reorder_steps",
    "repair",
    "skills_of_pathways",
    "times_of_pathway",
    "told_pathways",
    "update_learner_pathway",
    "update_node",
    "update_program_pathway",
    "update_step",
]
