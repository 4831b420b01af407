"""Many runs in one request: records as those of a catalog file, and what became of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from ... import api, keys
from ...exceptions import UnknownCatalogCourse
from ...lib.rest.serializers import MAX_NAMED, Text, Truth, Writer
from ...lib.texts import shorten
from ...models_api import CatalogCourse, CourseRun

Hidden = Callable[[Any, list[Any]], dict[str, Exception]]

MAX_RECORDS = 1000
_CREATES = "Whether catalog courses that records name, and that do not exist, are created. Default: false."
_INSTANT = "ISO 8601 with an offset; none takes it away."


class AssociationRecordWriter(Writer):
    """One run. What is left out or empty is left as it is; what exists is never moved."""

    course_key = Text(max_length=255)
    title = Text(required=False, allow_blank=True, allow_null=True)
    start = Text(required=False, allow_blank=True, allow_null=True, help_text=_INSTANT)
    end = Text(required=False, allow_blank=True, allow_null=True, help_text=_INSTANT)
    enrollment_start = Text(required=False, allow_blank=True, allow_null=True, help_text=_INSTANT)
    enrollment_end = Text(required=False, allow_blank=True, allow_null=True, help_text=_INSTANT)
    pacing = Text(required=False, allow_blank=True, allow_null=True, help_text="instructor or self; none takes it away.")
    language = Text(required=False, allow_blank=True, allow_null=True, help_text="Of the catalog course, where it is new.")
    catalog_course = Text(
        required=False, allow_blank=True, allow_null=True, help_text="Its uuid or key: an explicit association."
    )
    association = Text(
        required=False, allow_blank=True, allow_null=True, help_text="implicit: it stands there as its key implies."
    )
    observed_at = Text(
        required=False, allow_blank=True, allow_null=True, help_text="When it was so: what a source has said later stays."
    )


class Records(serializers.ListField):
    """Records as they are: what is wrong with one of them is said in the report, and keeps no other one back."""

    def to_internal_value(self, data: Any) -> list[Any]:
        if not isinstance(data, list):
            self.fail("not_a_list", input_type=type(data).__name__)
        if len(data) > MAX_RECORDS:
            self.fail("max_length", max_length=MAX_RECORDS)
        return data


class AssociationsWriter(Writer):
    """Runs to associate, in this order."""

    records = Records(child=AssociationRecordWriter(), max_length=MAX_RECORDS)
    create_catalog_course = Truth(required=False, help_text=_CREATES)
    reason = Text(required=False, allow_blank=True, help_text="Recorded in the history.")


class ProblemReader(serializers.Serializer):
    """Why a record, or a value of it, was not taken."""

    code = serializers.CharField(help_text="Stable.")
    reason = serializers.CharField(help_text="For people.")


class AssociatedReader(serializers.Serializer):
    """What became of a record."""

    line = serializers.IntegerField(help_text="The place of the record in the request, from 1 on.")
    course_key = serializers.CharField(help_text="As it was given.")
    outcome = serializers.CharField(help_text="created, updated, unchanged, skipped, conflict, invalid or stale.")
    problems = ProblemReader(many=True)


class AssociationsReader(serializers.Serializer):
    """What became of every record, in their order."""

    dry_run = serializers.BooleanField()
    outcomes = serializers.DictField(child=serializers.IntegerField(), help_text="How many records had which outcome.")
    catalog_courses_created = serializers.IntegerField()
    organizations_created = serializers.IntegerField()
    records = AssociatedReader(many=True)


def associate(records: list[Any], hidden: Hidden, *, dry_run: bool, **options: Any) -> dict[str, Any]:
    """
    Associate records, and report as `AssociationsReader` has it; `options` are those of `api.associate_course_runs`.

    Runs and courses that are kept back from the user (`CatalogViewSet.hidden`) are as if they could not be found.
    """
    runs = hidden(CourseRun, [_named(given, "course_key") for given in records])
    courses = hidden(CatalogCourse, [_named(given, "catalog_course") for given in records])
    led = _led(records, hidden)
    rows: dict[int, dict[str, Any]] = {}
    good = []
    for line, given in enumerate(records, 1):
        if why := _malformed(given):
            key = given.get("course_key", "") if isinstance(given, dict) else given
            rows[line] = _row(line, keys.shorten(key), "invalid", [{"code": "invalid_request", "reason": why}])
        elif unseen := _unseen(given, runs, courses, led):
            rows[line] = _row(line, keys.shorten(given.get("course_key", "")), "invalid", [unseen])
        else:
            good.append(api.AssociationRecord(**{"course_key": "", **given}, line=line))

    def note(outcome: api.RowOutcome) -> None:
        rows[outcome.line] = _row(outcome.line, outcome.course_key, outcome.outcome, [])

    report = api.associate_course_runs(good, dry_run=dry_run, on_row=note, **options)
    for problem in report.problems:
        rows[problem.line]["problems"].append({"code": problem.code, "reason": problem.reason})
    report.outcomes["invalid"] += len(records) - len(good)
    return {
        "dry_run": dry_run,
        "outcomes": report.outcomes,
        "catalog_courses_created": report.catalog_courses_created,
        "organizations_created": report.organizations_created,
        "records": [rows[line] for line in sorted(rows)],
    }


def _named(given: Any, field: str) -> Any:
    return given.get(field) if isinstance(given, dict) else None


def _led(records: list[Any], hidden: Hidden) -> dict[Any, str]:
    """``{course key: key of the catalog course}`` of new runs whose keys lead to a catalog course that is kept back."""
    named = (_named(given, "course_key") for given in records if not _named(given, "catalog_course"))
    parsed = {key: found for key in named if isinstance(key, str) and (found := keys.find_run_key(key))}
    names = {key: keys.format_key_str(found.org, found.course) for key, found in parsed.items()}
    unseen = hidden(CatalogCourse, list(names.values()))
    led = {key: name for key, name in names.items() if name in unseen}
    # What is there stays where it is.
    there = api.get_course_runs(led) if led else {}
    return {key: name for key, name in led.items() if key not in there}


def _unseen(
    given: dict[str, Any], runs: dict[str, Exception], courses: dict[str, Exception], led: dict[Any, str]
) -> dict[str, str] | None:
    key, course = given.get("course_key"), given.get("catalog_course")
    if isinstance(key, str) and key in runs:
        return {"code": "course_run_not_found", "reason": str(runs[key])}
    if not course and isinstance(key, str):
        course = led.get(key)
    if isinstance(course, str) and (course in courses or course in led.values()):
        error = UnknownCatalogCourse(name=keys.shorten(course))
        return {"code": str(error.code), "reason": str(error)}
    return None


def _row(line: int, course_key: str, outcome: str, problems: list[dict[str, str]]) -> dict[str, Any]:
    return {"line": line, "course_key": course_key, "outcome": outcome, "problems": problems}


def _malformed(given: Any) -> str:
    """Why this is no record at all, or ""."""
    if not isinstance(given, dict):
        return _("Expected an object, got %(type)s.") % {"type": type(given).__name__}
    unknown = sorted(set(given) - set(AssociationRecordWriter._declared_fields))[:MAX_NAMED]
    names = ", ".join(shorten(name, 60) for name in unknown)
    return _("There are no such fields: %(names)s. Check their spelling.") % {"names": names} if unknown else ""
