"""A host with pathways, and with the listings that say how long courses take."""

from .listings import *  # noqa: F403
from .listings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "openedx_catalog.contrib.pathways"]
