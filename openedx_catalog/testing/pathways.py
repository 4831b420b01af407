"""Factories for pathways, as `factories`; for hosts with openedx_catalog.contrib.pathways."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import factory

from ..contrib.pathways import api
from ..contrib.pathways.models_api import LearnerPathway, LearnerPathwayStep
from .factories import ApiFactory, CatalogCourseFactory


def _create(*, steps: Sequence[Sequence[Any]], **values: Any) -> LearnerPathway:
    pathway = api.create_learner_pathway(**values)
    for offered in steps:
        api.add_step(pathway, [_record(each) for each in offered])
    return pathway


def _record(given: Any) -> api.NodeRecord:
    """A node record, a program, or whatever names a catalog course."""
    if isinstance(given, api.NodeRecord):
        return given
    is_program = getattr(getattr(given, "_meta", None), "model_name", "") == "program"
    return api.NodeRecord(program=given) if is_program else api.NodeRecord(catalog_course=given)


class LearnerPathwayFactory(ApiFactory):
    """
    An active pathway for everybody, of one step with a new course.

    Or of ``steps=``, each a list of catalog courses (objects or keys), programs (objects) and ``api.NodeRecord``; one of each
    is to be completed.
    """

    class Meta:
        model = LearnerPathway

    create_row = staticmethod(_create)
    title = factory.Sequence(lambda n: f"Pathway {n}")
    status = "active"
    steps = factory.LazyFunction(lambda: [[CatalogCourseFactory()]])


def _add(*, pathway: Any, nodes: Sequence[Any], **values: Any) -> LearnerPathwayStep:
    return api.add_step(pathway, [_record(each) for each in nodes], **values)


class LearnerPathwayStepFactory(ApiFactory):
    """One more step of a new pathway, or of ``pathway=``, with a new course, or ``nodes=``."""

    class Meta:
        model = LearnerPathwayStep

    create_row = staticmethod(_add)
    pathway = factory.SubFactory(LearnerPathwayFactory)
    nodes = factory.LazyFunction(lambda: [CatalogCourseFactory()])
