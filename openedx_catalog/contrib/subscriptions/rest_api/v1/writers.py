"""What is taken over the wire of subscriptions; types only, as the core's writers."""

from __future__ import annotations

from openedx_catalog.lib.rest.named import NamedWriter
from openedx_catalog.lib.rest.serializers import Truth, Writer


class SubscriptionPlanWriter(NamedWriter):
    """A plan to create, or its new name; the slug follows from the name unless given, and never changes."""


class SubscribedOrganizationWriter(Writer):
    """Nothing but why."""


class CourseChoiceWriter(Writer):
    """What somebody decides about a course in a plan."""

    included = Truth(
        allow_null=True,
        help_text="false leaves the course out; null has its organizations decide; so does true: it was looked at.",
    )
