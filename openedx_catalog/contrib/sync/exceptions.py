"""The errors of sync: members of the catalog's family."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib.texts import storable


class InvalidSource(CatalogError, ValidationError):
    """Raised when a source cannot be configured so. Facts: ``field``, ``value`` (shortened), ``reason``."""

    template = _("%(field)s %(value)r cannot be used: %(reason)s.")


class CredentialsRefused(CatalogError):
    """Raised before a source is asked that stands elsewhere than its credentials are for. Facts: ``source``, ``reason``."""

    template = _("No request is sent to %(source)r, because its credentials cannot be used: %(reason)s.")


class InvalidRow(CatalogError, ValidationError):
    """Raised when a row of a source cannot be taken over. Facts: ``field``, ``value`` (shortened), ``reason``."""

    template = _("%(field)s %(value)r: %(reason)s.")


class JobNotRevertible(CatalogError):
    """Raised when what a job overwrote cannot be restored. Facts: ``job``, ``reason``."""

    template = _("Job %(job)s cannot be reverted: %(reason)s.")


class LeaseLost(CatalogError):
    """Raised in a job that was silent for so long that another one took its place. Facts: ``source``."""

    template = _("Another job of %(source)r has taken over, because this one gave no sign of life until its lease ran out.")


# What can be wrong with an answer of another service


class RemoteError(CatalogError):
    """
    The root of what can be wrong with another service. ``retryable``: it may pass.

    Facts: ``url`` (without what is asked, which may be long), ``reason``.
    """

    template = _("%(url)s: %(reason)s.")
    retryable = False

    def __init_subclass__(cls, *, retryable: bool = False, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.retryable = retryable

    def __init__(self, *, url: str, **facts: Any) -> None:
        super().__init__(url=storable(url.partition("?")[0], 200), **facts)


class RemoteUnreachable(RemoteError, retryable=True):
    """Raised when there is no answer, or it breaks off: refused, reset, truncated."""


class RemoteTimeout(RemoteError, retryable=True):
    """Raised when an answer does not come, or does not end, in time."""


class RemoteUnavailable(RemoteError, retryable=True):
    """Raised for 5xx."""


class RateLimited(RemoteError, retryable=True):
    """Raised for 429, when waiting did not help."""


class AccessRefused(RemoteError):
    """Raised for 401 and 403."""


class RemoteNotFound(RemoteError):
    """Raised for 404 and 410."""


class RequestRefused(RemoteError):
    """Raised for 400, and whatever else says that we asked wrongly."""


class AddressRefused(RemoteError):
    """Raised before anything is sent to another host than the source's, or to a private address."""


class AnswerTooLarge(RemoteError):
    """Raised when an answer is larger than OPENEDX_CATALOG_SYNC_MAX_BYTES, decoded, or has a million values."""


class TooManyRecords(RemoteError):
    """Raised when an answer, or a whole listing, has more records than a setting allows: the others are not read."""


class NotJson(RemoteError):
    """Raised when an answer is something else, such as a login page. The reason has its first characters."""


class UnexpectedAnswer(RemoteError):
    """Raised when an answer is JSON of another shape, or pages run in a circle."""
