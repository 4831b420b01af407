"""A host with an event bus: openedx_events stands before the catalog, and looks for its events first."""

import os

from .base import *  # noqa: F403

INSTALLED_APPS = ["openedx_events", *BASE_APPS, "openedx_catalog"]  # noqa: F405

EVENTS_SERVICE_NAME = "catalog"
EVENT_BUS_PRODUCER = "edx_event_bus_redis.create_producer"
EVENT_BUS_CONSUMER = "edx_event_bus_redis.RedisEventConsumer"
EVENT_BUS_REDIS_CONNECTION_URL = os.environ.get("CATALOG_REDIS_URL", "redis://127.0.0.1:6379/")
EVENT_BUS_TOPIC_PREFIX = "test"
EVENT_BUS_REDIS_CONSUMER_POLL_TIMEOUT = 1
_COURSES = [f"catalog_course.{action}" for action in ("created", "updated", "renamed", "merged", "deleted")]
_RUNS = [f"course_run.{action}" for action in ("created", "updated", "moved", "withdrawn", "deleted")]
# One topic for all, so that a consumer receives a course before its runs.
EVENT_BUS_PRODUCER_CONFIG = {
    f"org.openedx.catalog.{name}.v1": {"catalog": {"event_key_field": key_field, "enabled": True}}
    for names, key_field in ((_COURSES, "catalog_course.uuid"), (_RUNS, "course_run.course_key"))
    for name in names
}
