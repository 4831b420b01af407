"""The errors of search and of catalog queries."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from openedx_catalog.exceptions import CatalogError, CatalogUnavailable


class InvalidQuery(CatalogError, ValidationError):
    """
    Raised for a catalog query that is not understood. Facts: ``position`` (of the character, from 1), ``found`` (what stands
    there, shortened), ``reason``.
    """

    field = "query"
    template = _("The query is not understood at character %(position)s, %(found)r: %(reason)s.")


class InvalidCursor(CatalogError, ValidationError):
    """Raised for a cursor that no page of these results gave. Facts: ``value`` (shortened)."""

    field = "cursor"
    template = _("%(value)r is no place in these results. Begin without a cursor, and go on with the one that is answered.")


class SearchIndexMissing(CatalogUnavailable):
    """Raised when something is searched for, and nothing was indexed yet."""

    template = _("There is no search index yet. Make one with: manage.py rebuild_search_index")


class SearchIndexChanged(CatalogError, RuntimeError):
    """
    Raised when a new index has far more or far fewer documents than the one that is searched, which stays. Facts: ``before``,
    ``after`` (numbers of documents), ``limit`` (percent).
    """

    template = _(
        "The new index has %(after)d documents, the one that is searched %(before)d: more than %(limit)d%% apart, so it was "
        "not taken. Find out why, and if it is right, run it again with a higher limit, or with --any-change."
    )


class SearchUnavailable(CatalogUnavailable):
    """Raised when the search engine does not answer, or refuses. Facts: ``reason`` (what it says, shortened)."""

    template = _("The search engine does not answer: %(reason)s. Try again later; the catalog itself is not concerned.")


class UnreadableKeys(CatalogError, ValidationError):
    """Raised where some keys are not those of courses, or of runs. Facts: ``field``, ``keys`` (a list), ``named`` (text)."""

    template = _("These are no keys: %(named)s.")
