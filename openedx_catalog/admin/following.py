"""Letting runs follow their keys again, with a preview as for every change of the mapping (`curation`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from .. import api
from ..exceptions import InvalidRequest
from ..lib.admin.forms import ReasonField
from ..models_api import CourseRun
from .curation import CurationForm, Effect


class FollowForm(CurationForm):
    """Why, for whoever wants to say."""

    reason = ReasonField()


def follow(runs: Sequence[CourseRun], user: Any, values: dict[str, Any]) -> list[Effect]:
    """Let runs follow their keys again. Returns from where to where. Raises InvalidRequest, with why one cannot."""
    report = api.follow_keys([str(run.course_key) for run in runs], source="admin", user=user, reason=values["reason"])
    for row in report.rows:
        if row.outcome in ("conflict", "invalid"):
            raise InvalidRequest(reason=row.reason)
    now = api.resolve_course_runs([str(run.course_key) for run in runs])
    return [
        Effect(
            str(run.course_key),
            _stands(run.catalog_course.key_str, run.association),
            _stands(now[str(run.course_key)].key_str, now[str(run.course_key)].association),
        )
        for run in runs
    ]


def _stands(key_str: str, association: str) -> str:
    return _("%(course)s, %(association)s") % {"course": key_str, "association": CourseRun.Association(association).label}
