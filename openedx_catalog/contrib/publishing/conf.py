"""Typed access to the settings of this app; docs/references/settings.rst describes them."""

from __future__ import annotations

from typing import Any

from django.conf import settings

REVIEW = "openedx_catalog.contrib.publishing.policies.LegalThenInternal"


def review_path() -> str:
    """The dotted path of the policy of which reviews changes need."""
    return getattr(settings, "OPENEDX_CATALOG_REVIEW", None) or REVIEW


def legal_group() -> str:
    """The name of the group whose members review what the law says of courses; "" for none."""
    return getattr(settings, "OPENEDX_CATALOG_LEGAL_GROUP", None) or ""


def comments_backend() -> str:
    """The dotted path of where comments are kept; "" where there are none."""
    return getattr(settings, "OPENEDX_CATALOG_COMMENTS", None) or ""


def comments_runner() -> str:
    """What sends new comments to another system: "thread" (of their process), "celery", or "command" alone."""
    return getattr(settings, "OPENEDX_CATALOG_COMMENTS_RUNNER", None) or "thread"


def salesforce() -> dict[str, Any]:
    """How to sign in at Salesforce, as `comments.SalesforceComments` says."""
    return getattr(settings, "OPENEDX_CATALOG_SALESFORCE", None) or {}


def sends_mail() -> bool:
    """Whether reviewers and editors are told by e-mail."""
    return bool(getattr(settings, "OPENEDX_CATALOG_PUBLISHING_MAIL", False))
