"""Course types in an LMS, as far as they are about it: its course modes, and the data of its programs."""

import sys
from pathlib import Path

from .base import *  # noqa: F403

sys.path.insert(0, str(Path(__file__).parent.parent / "platform_stub"))

INSTALLED_APPS = [
    *BASE_APPS,  # noqa: F405
    "openedx_catalog",
    "openedx_catalog.contrib.course_types",
    "openedx_catalog.contrib.programs",
    "openedx.core.djangoapps.content.course_overviews",
    "common.djangoapps.course_modes",
]
