"""
Catalog queries: Lucene's syntax, as today's catalogs are written, read by luqum and answered by the database.

``condition(text)`` is all that others need; ``fields()`` is what pages explain. A query of several words is refused where
Elasticsearch would guess (two terms side by side, AND and OR without parentheses), and by name where it has what we have not.
"""

from .conditions import condition
from .fields import fields
from .kinds import Field

__all__ = ["Field", "condition", "fields"]
