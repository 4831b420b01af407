"""The URLs of listings, in those of the catalog; reversed as ``openedx_catalog:listings:listing-course-detail``."""

from typing import Any

app_name = "listings"

urlpatterns: list[Any] = []
