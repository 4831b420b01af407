"""Search over all that the catalog has, and catalogs of courses that are named by a query (seed 003)."""
