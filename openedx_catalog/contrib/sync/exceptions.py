"""The errors of sync: members of the catalog's family."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from openedx_catalog.exceptions import CatalogConflict, CatalogError


class InvalidSource(CatalogError, ValidationError):
    """Raised when a source cannot be configured so. Facts: ``field``, ``value`` (shortened), ``reason``."""

    code = "invalid_source"
    template = _("%(field)s %(value)r cannot be used: %(reason)s.")


class DuplicateSource(CatalogConflict, ValidationError):
    """Raised when a source has this name already. Facts: ``name``."""

    code = "duplicate_source"
    field = "name"
    template = _("There is a source named %(name)r already. Choose another name.")


class CredentialsRefused(CatalogError):
    """Raised before a source is asked that stands elsewhere than its credentials are for. Facts: ``source``, ``reason``."""

    code = "credentials_refused"
    template = _("No request is sent to %(source)r, because its credentials cannot be used: %(reason)s.")


class InvalidRow(CatalogError, ValidationError):
    """Raised when a row of a source cannot be taken over. Facts: ``field``, ``value`` (shortened), ``reason``."""

    code = "invalid_row"
    template = _("%(field)s %(value)r: %(reason)s.")


class JobNotRevertible(CatalogError):
    """Raised when what a job overwrote cannot be restored. Facts: ``job``, ``reason``."""

    code = "job_not_revertible"
    template = _("Job %(job)s cannot be reverted: %(reason)s.")


class LeaseLost(CatalogError):
    """Raised in a job that was silent for so long that another one took its place. Facts: ``source``."""

    code = "lease_lost"
    template = _("Another job of %(source)r has taken over, because this one gave no sign of life until its lease ran out.")


# What can be wrong with an answer of another service


class RemoteError(CatalogError):
    """The root of what can be wrong with another service. Facts: ``url``, ``reason``. ``retryable``: it may pass."""

    code = "remote_error"
    template = _("%(url)s: %(reason)s.")
    retryable = False


class RemoteUnreachable(RemoteError):
    """Raised when there is no answer, or it breaks off: refused, reset, truncated."""

    code = "remote_unreachable"
    retryable = True


class RemoteTimeout(RemoteError):
    """Raised when an answer does not come, or does not end, in time."""

    code = "remote_timeout"
    retryable = True


class RemoteUnavailable(RemoteError):
    """Raised for 5xx."""

    code = "remote_unavailable"
    retryable = True


class RateLimited(RemoteError):
    """Raised for 429, when waiting did not help."""

    code = "rate_limited"
    retryable = True


class AccessRefused(RemoteError):
    """Raised for 401 and 403."""

    code = "access_refused"


class RemoteNotFound(RemoteError):
    """Raised for 404 and 410."""

    code = "remote_not_found"


class RequestRefused(RemoteError):
    """Raised for 400, and whatever else says that we asked wrongly."""

    code = "request_refused"


class AddressRefused(RemoteError):
    """Raised before anything is sent to another host than the source's, or to a private address."""

    code = "address_refused"


class AnswerTooLarge(RemoteError):
    """Raised when an answer is larger than OPENEDX_CATALOG_SYNC_MAX_BYTES, decoded, or has a million values."""

    code = "answer_too_large"


class TooManyRecords(RemoteError):
    """Raised when an answer, or a whole listing, has more records than a setting allows: the others are not read."""

    code = "too_many_records"


class NotJson(RemoteError):
    """Raised when an answer is something else, such as a login page. The reason has its first characters."""

    code = "not_json"


class UnexpectedAnswer(RemoteError):
    """Raised when an answer is JSON of another shape, or pages run in a circle."""

    code = "unexpected_answer"


__all__ = [
    "AccessRefused",
    "AddressRefused",
    "AnswerTooLarge",
    "CredentialsRefused",
    "DuplicateSource",
    "InvalidRow",
    "InvalidSource",
    "JobNotRevertible",
    "LeaseLost",
    "NotJson",
    "RateLimited",
    "RemoteError",
    "RemoteNotFound",
    "RemoteTimeout",
    "RemoteUnavailable",
    "RemoteUnreachable",
    "RequestRefused",
    "TooManyRecords",
    "UnexpectedAnswer",
]
