"""A consumer with our receiver that ends after one message, or kills itself at one of its database statements before."""

from __future__ import annotations

from multiprocessing.sharedctypes import Synchronized
from typing import Any

from django.conf import settings
from django.db import connection
from openedx_events.content_authoring.signals import COURSE_CATALOG_INFO_CHANGED
from openedx_events.event_bus import make_single_consumer

from openedx_catalog import handlers
from tests.processes.killed import Executioner


def work(url: str, moment: str, count: Synchronized[int]) -> None:
    settings.EVENT_BUS_REDIS_CONNECTION_URL = url
    options = {"consumer_name": "the-only-one", "check_backlog": True}
    consumer = make_single_consumer(topic="courses", group_id="test", **options)

    def end(**_event: Any) -> None:
        consumer._shut_down()

    COURSE_CATALOG_INFO_CHANGED.connect(handlers.course_catalog_info_changed)
    COURSE_CATALOG_INFO_CHANGED.connect(end)
    executioner = Executioner(moment)
    with connection.execute_wrapper(executioner):
        consumer.consume_indefinitely()
    connection.close()
    count.value = executioner.count
