"""Pathways in the admin: lists, forms, and the builder of learner pathways. Changes go through `api`."""

from . import naming, pathway, program_pathway  # noqa: F401
