"""
Start a host shaped like the platform, as a process of its own, and print what it has of ours: one line of JSON.

``CATALOG_PLATFORM_LISTS="openedx_catalog" python -m tests.platform.started``
"""

import json

import django

django.setup()

from django.apps import apps  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.urls import get_resolver, reverse  # noqa: E402
from opaque_keys.edx.keys import CourseKey  # noqa: E402
from xmodule.modulestore.django import COURSE_DELETED, COURSE_PUBLISHED  # noqa: E402

from openedx_catalog import messages  # noqa: E402

KEY = CourseKey.from_string("course-v1:MITx+14.100x+3T2017")


def main() -> None:
    """Messages about a course are caught where they would be recorded, so no database is needed."""
    recorded = []
    messages.record = lambda kind, key, **about: recorded.append(kind)
    for signal in (COURSE_PUBLISHED, COURSE_DELETED):
        signal.send_robust(sender=None, course_key=KEY)
    call_command("check")
    found = {
        "labels": [app.label for app in apps.get_app_configs() if app.name.startswith("openedx_catalog")],
        "recorded": recorded,
        "included": [getattr(pattern, "namespace", "") for pattern in get_resolver().url_patterns].count("openedx_catalog"),
        "list": reverse("openedx_catalog:v1:course-run-list"),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
