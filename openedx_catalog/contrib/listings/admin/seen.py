"""Who sees a listing, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from ..models_api import CourseListing

OFFLINE = "offline"
LABELS = {
    CourseListing.Visibility.PUBLIC.value: _("Live and public"),
    CourseListing.Visibility.UNLISTED.value: _("Live, unlisted: seen by whoever has its address"),
    CourseListing.Visibility.HIDDEN.value: _("Live, but hidden: learners do not see it"),
    OFFLINE: _("Not live: learners do not see it"),
}


def said_of(listing: Any) -> str:
    """Who sees it."""
    return str(LABELS[listing.visibility if listing.live else OFFLINE])


def is_reachable(listing: Any) -> bool:
    """Whether whoever has its address sees it."""
    return listing.live and listing.visibility != CourseListing.Visibility.HIDDEN
