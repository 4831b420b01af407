"""
Catalog queries: Lucene's syntax, as today's catalogs are written, read by luqum and answered by the database.

``condition(text)`` is all that others need; ``fields()`` is what pages explain. What Elasticsearch would guess is refused (two
terms side by side, AND and OR without parentheses), and what it has and we have not is refused by name (boosts, ``~``, regular
expressions, ``+`` and ``-``, ``now/d``). What differs besides: in a title or a description a text is found anywhere, not only
as a word; everywhere else a value is the whole of what is stored, in any case, unless it has wildcards.
"""

from .conditions import condition
from .fields import fields
from .kinds import Field

__all__ = ["Field", "condition", "fields"]
