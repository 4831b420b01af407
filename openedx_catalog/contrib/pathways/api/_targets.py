"""What a step is to offer, made of what somebody named."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import AsideUsageKey, CourseKey, UsageKey

from openedx_catalog.api import find_course_run
from openedx_catalog.api.for_contrib import course_named
from openedx_catalog.contrib.programs.api import get_program
from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.exceptions import InvalidRequest
from openedx_catalog.lib import values
from openedx_catalog.models_api import CatalogCourse

from ..data import NodeRecord
from ..models import LearnerPathwayNode
from ._values import hours


def node_of(record: NodeRecord) -> LearnerPathwayNode:
    """
    A node that is not stored and of no step yet. Two queries. Raises CatalogCourse.DoesNotExist, Program.DoesNotExist,
    InvalidCatalogKey, InvalidValue, InvalidRequest.
    """
    if not isinstance(record, NodeRecord):
        raise InvalidRequest(reason=_("Expected a NodeRecord, got %(type)s.") % {"type": type(record).__name__})
    named, block = record.catalog_course not in (None, ""), record.usage_key not in (None, "")
    if (record.program not in (None, "")) is (named or block):
        raise InvalidRequest(reason=_("Give exactly one of a course, a program, and a block."))
    node = LearnerPathwayNode(hours=hours("hours", record.hours))
    if not (named or block):
        node.program = record.program if isinstance(record.program, Program) else get_program(record.program)
        return node
    course = course_named(record.catalog_course) if named else None
    if block:
        node.usage_key, course = _block_of(record.usage_key, course)
    node.catalog_course = course
    return node


def _block_of(given: Any, course: CatalogCourse | None) -> tuple[str, CatalogCourse]:
    """
    A usage key as it is stored, and the course of which it is a part: of a run that the catalog knows, by whose key it is
    called, without branch and version.
    """
    key = _usage_key(given)
    run = find_course_run(key.context_key)
    if run is None:
        raise values.invalid("usage_key", str(given), _("the catalog has no run with this part"))
    if course is not None and run.catalog_course_id != course.pk:
        facts = {"found": run.catalog_course.key_str, "expected": course.key_str}
        raise values.invalid("usage_key", str(given), _("it is a part of %(found)s, and not of %(expected)s") % facts)
    return values.text("usage_key", str(key.map_into_course(run.course_key))), run.catalog_course


def _usage_key(given: Any) -> Any:
    try:
        key = given if isinstance(given, UsageKey) else UsageKey.from_string(values.text("usage_key", given))
    except InvalidKeyError as error:
        raise values.invalid("usage_key", given, _("expected the usage key of a part of a course")) from error
    # Parts of libraries, keys of old that name no run, and what stands beside a part.
    if not isinstance(key.context_key, CourseKey) or not key.context_key.run or isinstance(key, AsideUsageKey):
        raise values.invalid("usage_key", str(given), _("it is no part of a course run"))
    return key
