"""A host that publishes listings."""

from .listings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "openedx_catalog.contrib.publishing"]  # noqa: F405
OPENEDX_CATALOG_LEGAL_GROUP = "Legal"
OPENEDX_CATALOG_COMMENTS = "openedx_catalog.contrib.publishing.comments.DatabaseComments"
# From Django 6.1 on; before, tests set EMAIL_BACKEND.
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
