"""
Catalog queries: Lucene's syntax, as today's catalogs are written, read by luqum and answered by the database.

``condition(text)`` is all that others need.
"""
