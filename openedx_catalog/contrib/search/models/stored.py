"""What the engine on the site's own database keeps. Only `engines.database` reads and writes it; nothing points at it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib.fields import BINARY, CollatedCharField
from openedx_catalog.lib.models import CatalogModel

from ..fields import WordsField

# The rank of what has none: it comes last.
NO_RANK = 1e300


def _exact(max_length: int = 255) -> Any:
    return CollatedCharField(max_length=max_length, db_collations=BINARY)


class StoredDocument(CatalogModel):
    """
    A document in an index; `key` and `number` are words as `engines.words` splits them, `length` how many the title
    has (`words.title_length`). `facets` is what is counted, `words` what is found, facets as well.

    .. no_pii:
    """

    is_made_of_others: ClassVar[bool] = True

    index = _exact(100)
    document_id = _exact(100)
    kind = _exact(20)
    key = _exact()
    number = _exact()
    title = models.TextField()
    length = models.PositiveIntegerField()
    rank = models.FloatField(default=NO_RANK)
    words = WordsField()
    facets = models.TextField()
    body = models.JSONField(encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("Stored Document")
        verbose_name_plural = _("Stored Documents")
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(fields=["index", "document_id"], name="oecat_search_document_unique")
        ]
        indexes: ClassVar[Any] = [models.Index(fields=["index", "rank", "document_id"], name="oecat_search_rank_idx")]

    def __str__(self) -> str:
        return self.document_id


class StoredWord(CatalogModel):
    """
    A word that some document of an index has, or had: what mistyped words are compared with.

    `backwards` is the word from its end: what begins or ends as the mistyped one is found by an index.

    .. no_pii:
    """

    is_made_of_others: ClassVar[bool] = True

    index = _exact(100)
    word = _exact(64)
    backwards = _exact(64)

    class Meta:
        verbose_name = _("Stored Word")
        verbose_name_plural = _("Stored Words")
        constraints: ClassVar[Any] = [models.UniqueConstraint(fields=["index", "word"], name="oecat_search_word_unique")]
        indexes: ClassVar[Any] = [models.Index(fields=["index", "backwards"], name="oecat_search_backwards_idx")]

    def __str__(self) -> str:
        return self.word
