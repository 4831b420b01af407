"""The public page of search, where the pages of openedx_catalog.contrib.listings are."""
