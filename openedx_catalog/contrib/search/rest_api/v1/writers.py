"""What is taken over the wire of course catalogs; types only, as the core's writers."""

from __future__ import annotations

from openedx_catalog.lib.rest.serializers import MAX_KEY, Text, Texts, Truth, UUIDText, Writer

from ...api.catalogs import MAX_QUERY, MAX_VIEWERS

MAX_KEYS = 10_000


class CourseCatalogWriter(Writer):
    """A course catalog to create, or its changes; no other one has its name, in any case."""

    uuid = UUIDText(required=False)
    name = Text(max_length=255)
    query = Text(max_length=MAX_QUERY, help_text="* for all, or e.g. org:MITx AND NOT number:6.00*")
    include_archived = Truth(required=False)
    viewers = Texts(max_items=MAX_VIEWERS, max_length=255, required=False, help_text="Usernames, whole; they must exist.")
    viewer_groups = Texts(max_items=MAX_VIEWERS, max_length=255, required=False, help_text="Names, whole; they must exist.")


class ContainsWriter(Writer):
    """Up to 500 keys together, unless the site says another number."""

    course_ids = Texts(max_items=MAX_KEYS, max_length=MAX_KEY, allow_blank=True, required=False, help_text="Of courses.")
    course_run_ids = Texts(max_items=MAX_KEYS, max_length=MAX_KEY, allow_blank=True, required=False, help_text="Of runs.")
