"""The errors of publishing; see the core's."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib.exceptions import CatalogConflict


class ActionNotAllowed(CatalogConflict, ValidationError):
    """Raised when something is done to a course that may not be done in its state. Facts: ``action``, ``state``, ``names``."""

    template = _('"%(action)s" is not possible while the course is in the state "%(state)s". Possible now: %(names)s.')


class ReviewRequired(CatalogConflict, ValidationError):
    """Raised when changes are published that need a review first. Facts: ``names``, of the fields."""

    template = _("These changes need a review before they are published: %(names)s. Submit them for review.")
