"""What of subscriptions goes over the wire; see the core's serializers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from rest_framework import serializers

from openedx_catalog.lib.rest.named import NamedReader
from openedx_catalog.lib.rest.serializers import Reader, TimestampedReader

from ...data import Explanation
from ...models_api import SubscriptionPlan


class SubscriptionPlanReader(TimestampedReader, NamedReader):
    """A subscription that an operator offers."""

    model = SubscriptionPlan


class ReasonReader(Reader):
    """A rule that keeps it out."""

    code = serializers.CharField(help_text="Stable: what a program may compare, e.g. organization_not_subscribed.")
    subjects = serializers.ListField(
        child=serializers.CharField(),
        help_text="What it is about: short_names, keys of courses, a pacing or a type. Without what is kept back from you.",
    )
    message = serializers.CharField(allow_blank=True, help_text="In words; empty where it would name what is kept back.")


class ExplanationReader(Reader):
    """Whether a plan includes it by the rules as they are now, and every reason why not."""

    plan = serializers.CharField(help_text="The slug of the plan.")
    subject = serializers.CharField(help_text="A key of a course or a run, or the uuid of a program.")
    included = serializers.BooleanField(help_text="What the rules say now.")
    stored = serializers.BooleanField(help_text="What lists say: the same once what follows from a change is computed.")
    reasons = ReasonReader(many=True)


class CourseExplanationReader(ExplanationReader):
    """The same of a course, with what somebody has decided about it."""

    choice = serializers.BooleanField(
        allow_null=True, help_text="false: left out; true: it was looked at, and its organizations decide; null: they decide."
    )


def told(found: Explanation, known: Mapping[str, Callable[[], Collection[str]]]) -> dict[str, Any]:
    """
    An explanation as it is shown. `known`, by the code of a reason, asks which of its subjects its reader may know of; codes
    that are absent name nothing that is kept back.
    """
    reasons = []
    for reason in found.reasons:
        subjects = reason.subjects
        if subjects and reason.code in known:
            seen = known[reason.code]()
            subjects = tuple(name for name in subjects if name in seen)
        message = reason.message if subjects == reason.subjects else ""
        reasons.append({"code": reason.code, "subjects": list(subjects), "message": message})
    said = {name: getattr(found, name) for name in ("plan", "subject", "included", "stored")}
    return {**said, "reasons": reasons}
