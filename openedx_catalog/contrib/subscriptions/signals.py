"""
The events of subscriptions, as docs/references/events.rst lists them. Sent as the core's are: after the commit, in order.

No ``from __future__ import annotations`` here: the serializer reads the types.
"""

import attr
from openedx_events.tooling import OpenEdxPublicSignal


@attr.s(frozen=True, auto_attribs=True, kw_only=True)
class SubscriptionData:
    """
    What a plan (its slug) says of something: whether it is included; None where a choice was taken back.

    `uuid` is that of the course, run or program, "" of an organization; `key` its key_str, course key, uuid or short name.
    """

    plan: str
    uuid: str
    key: str
    included: bool = None
    reason: str = ""


# .. event_type: org.openedx.catalog.organization.subscription_chosen.v1
# .. event_name: ORGANIZATION_SUBSCRIPTION_CHOSEN
# .. event_key_field: subscription.key
# .. event_description: Emitted when somebody decided that an organization takes part in a plan, or no longer does.
# .. event_data: SubscriptionData
# .. event_trigger_repository: openedx/openedx-catalog
ORGANIZATION_SUBSCRIPTION_CHOSEN = OpenEdxPublicSignal(
    event_type="org.openedx.catalog.organization.subscription_chosen.v1", data={"subscription": SubscriptionData}
)

# .. event_type: org.openedx.catalog.catalog_course.subscription_chosen.v1
# .. event_name: CATALOG_COURSE_SUBSCRIPTION_CHOSEN
# .. event_key_field: subscription.uuid
# .. event_description: Emitted when somebody decided about one course in a plan, or took that back.
# .. event_data: SubscriptionData
# .. event_trigger_repository: openedx/openedx-catalog
CATALOG_COURSE_SUBSCRIPTION_CHOSEN = OpenEdxPublicSignal(
    event_type="org.openedx.catalog.catalog_course.subscription_chosen.v1", data={"subscription": SubscriptionData}
)

# .. event_type: org.openedx.catalog.catalog_course.subscription_updated.v1
# .. event_name: CATALOG_COURSE_SUBSCRIPTION_UPDATED
# .. event_key_field: subscription.uuid
# .. event_description: Emitted when a plan began or ceased to include a catalog course, whatever the cause.
# .. event_data: SubscriptionData
# .. event_trigger_repository: openedx/openedx-catalog
CATALOG_COURSE_SUBSCRIPTION_UPDATED = OpenEdxPublicSignal(
    event_type="org.openedx.catalog.catalog_course.subscription_updated.v1", data={"subscription": SubscriptionData}
)

# .. event_type: org.openedx.catalog.course_run.subscription_updated.v1
# .. event_name: COURSE_RUN_SUBSCRIPTION_UPDATED
# .. event_key_field: subscription.key
# .. event_description: Emitted when a plan began or ceased to include a course run.
# .. event_data: SubscriptionData
# .. event_trigger_repository: openedx/openedx-catalog
COURSE_RUN_SUBSCRIPTION_UPDATED = OpenEdxPublicSignal(
    event_type="org.openedx.catalog.course_run.subscription_updated.v1", data={"subscription": SubscriptionData}
)

# .. event_type: org.openedx.catalog.program.subscription_updated.v1
# .. event_name: PROGRAM_SUBSCRIPTION_UPDATED
# .. event_key_field: subscription.uuid
# .. event_description: Emitted when a plan began or ceased to include a program.
# .. event_data: SubscriptionData
# .. event_trigger_repository: openedx/openedx-catalog
PROGRAM_SUBSCRIPTION_UPDATED = OpenEdxPublicSignal(
    event_type="org.openedx.catalog.program.subscription_updated.v1", data={"subscription": SubscriptionData}
)
