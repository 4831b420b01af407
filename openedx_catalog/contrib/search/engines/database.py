"""
The search engine that needs nothing but the site's own database: PostgreSQL, MariaDB or SQLite, with the same results.

Every word must be in a document; quotes make a phrase. First comes what has the key, then the number that was asked for, then
what has all words in its names (the fewer other words in the title, the earlier), in names and keywords, and anywhere; equals
by rank and id. A word that no document has stands for those that it begins, else for those it was mistyped for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import partial, reduce
from operator import or_
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connections, router
from django.db.models import Case, Count, F, IntegerField, Min, Q, QuerySet, Value, When
from django.db.models.functions import Length

from openedx_catalog.lib import pages, sql, texts
from openedx_catalog.lib.transactions import atomically

from ..data import Document, Found, Search
from ..models import StoredDocument, StoredFacet, StoredWord
from ..models.stored import NO_RANK
from . import cursors, dialects, words
from .words import Asked, Term

# Documents of one transaction, and words that a mistyped one is compared with.
BATCH, MAX_CANDIDATES = 500, 3000
_LAST = "\U0010ffff"


class DatabaseEngine:
    """
    Keeps documents in three tables. A search takes at most four statements, however many it finds: known words, the page, the
    total (where that is more than a page) and facets. One more looks for words like one that nobody knows, and where nothing is
    found all but the last are asked again, less strictly.
    """

    def create(self, index: str) -> None:
        self.drop(index)

    def put(self, index: str, documents: Sequence[Document]) -> None:
        using = router.db_for_write(StoredDocument)
        for start in range(0, len(documents), BATCH):
            # The last of those with one id, as if they came one by one.
            part = {document.id: document for document in documents[start : start + BATCH]}
            atomically(using, partial(_put, using, index, part))

    def remove(self, index: str, ids: Sequence[str]) -> None:
        using = router.db_for_write(StoredDocument)
        for start in range(0, len(ids), BATCH):
            atomically(using, partial(_remove, using, index, ids[start : start + BATCH]))

    def ids(self, index: str) -> Iterable[str]:
        for page in pages.pages(StoredDocument.objects.filter(index=index), "pk", "document_id"):
            for _pk, document_id in page:
                yield document_id

    def drop(self, index: str) -> None:
        using = router.db_for_write(StoredDocument)
        rows = StoredDocument.objects.using(using).filter(index=index)
        for page in pages.pages(rows, "pk"):
            atomically(using, partial(_forget, using, [pk for (pk,) in page]))
        StoredWord.objects.using(using).filter(index=index)._raw_delete(using)

    def search(self, index: str, search: Search) -> Found:
        rows = StoredDocument.objects.filter(index=index)
        chosen = {facet: _storable(values) for facet, values in search.facets.items() if values}
        given = words.asked(search.text)
        for strictly in (True, False):
            asked = _meant(index, given, strictly=strictly)
            found = _with_words(rows, asked)
            narrowed = _with_facets(found, chosen)
            page = _after(narrowed.annotate(score=_score(search.text, asked)), search).order_by("score", "rank", "document_id")
            best = list(page.values_list("score", "rank", "document_id", "body")[: search.size + 1])
            total = narrowed.count() if search.cursor or len(best) > search.size else len(best)
            if total or not given or (chosen and found.exists()):
                break
        cursor = cursors.cursor(search, best[search.size - 1][:3]) if len(best) > search.size else ""
        bodies = [body for *_place, body in best[: search.size]]
        return Found(total, bodies, _counts(found, chosen, search.counted), cursor)

    def suggest(self, index: str, beginning: str, *, kinds: Sequence[str] = (), limit: int = 10) -> list[str]:
        asked = words.asked(beginning)
        if not asked:
            return []
        *whole, (last, *_others) = asked
        rows = StoredDocument.objects.filter(
            index=index, words__has=(words.NAMES, [*whole, (last._replace(begins=len(last.words) == 1),)])
        )
        if kinds:
            rows = rows.filter(kind__in=_storable(kinds))
        titles = rows.exclude(title="").order_by().values("title").annotate(first=Min("length"), best=Min("rank"))
        return list(titles.order_by("first", "best", "title").values_list("title", flat=True)[:limit])


def _put(using: str, index: str, documents: Mapping[str, Document]) -> None:
    _remove(using, index, list(documents))
    kept = {document.id: words.marked(document.names, document.keywords, document.text) for document in documents.values()}
    connection = connections[using]
    # Not bulk_create, which takes half as long again.
    rows = [_row(document, dialects.kept(connection.vendor, kept[document.id])) for document in documents.values()]
    sql.insert_rows(connection, StoredDocument, rows, common={"index": index})
    stored = StoredDocument.objects.using(using).filter(index=index, document_id__among=list(documents))
    pks = dict(stored.values_list("document_id", "pk"))
    facets = [
        {"document": pks[document.id], "facet": facet, "value": value[: texts.MAX_LENGTH]}
        for document in documents.values()
        for facet, values in document.facets.items()
        for value in sorted(set(values))
    ]
    for start in range(0, len(facets), 10 * BATCH):
        sql.insert_rows(connection, StoredFacet, facets[start : start + 10 * BATCH])
    _learn(using, index, {word[2:] for marked in kept.values() for word in marked if word.startswith(words.EVERYTHING)})


def _row(document: Document, kept: str) -> dict[str, Any]:
    return {
        "document_id": document.id,
        "kind": document.kind,
        "key": words.key_words(document.key),
        "number": words.number_words(document.key),
        "title": document.title,
        "length": words.title_length(document.title),
        "rank": NO_RANK if document.rank is None else float(document.rank),
        "words": kept,
        "body": json.dumps(document.body, cls=DjangoJSONEncoder),
    }


def _learn(using: str, index: str, found: set[str]) -> None:
    """Keep words that are new. Sorted, so that two writers do not wait for each other."""
    rows, wanted = StoredWord.objects.using(using), sorted(found)
    known = set(rows.filter(index=index, word__among=wanted).values_list("word", flat=True)) if wanted else set()
    new = [StoredWord(index=index, word=word, backwards=word[::-1]) for word in wanted if word not in known]
    rows.bulk_create(new, batch_size=2000, ignore_conflicts=True)


def _remove(using: str, index: str, ids: Sequence[str]) -> None:
    if ids:
        rows = StoredDocument.objects.using(using).filter(index=index, document_id__among=list(ids))
        _forget(using, list(rows.values_list("pk", flat=True)))


def _forget(using: str, pks: Sequence[int]) -> None:
    if pks:
        StoredFacet.objects.using(using).filter(document__in=pks)._raw_delete(using)
        StoredDocument.objects.using(using).filter(id__among=pks)._raw_delete(using)


def _storable(values: Iterable[str]) -> list[str]:
    return [value for value in values if not texts.unstorable(value)]


def _meant(index: str, asked: Asked, *, strictly: bool = True) -> Asked:
    """
    What words stand for that no document has: those that begin so, else those that are a slip away.

    Not strictly, every word stands for these as well, and little ones for nothing.
    """
    single = {terms[0].words[0] for terms in asked if len(terms[0].words) == 1 and not terms[0].begins}
    if strictly:
        known = StoredWord.objects.filter(index=index, word__among=list(single)) if single else StoredWord.objects.none()
        doubtful = single.difference(known.values_list("word", flat=True)) if single else single
    else:
        doubtful = single - words.LITTLE or single
        asked = [terms for terms in asked if terms[0].words[0] in doubtful or terms[0].begins or len(terms[0].words) > 1]
    if not doubtful:
        return asked
    similar = _similar(index, doubtful)
    return [_instead(terms[0], similar, strictly) if terms[0].words[0] in doubtful else terms for terms in asked]


def _instead(term: Term, similar: Sequence[str], strictly: bool) -> tuple[Term, ...]:
    if len(term.words) > 1 or term.begins:
        return (term,)
    (word,) = term.words
    begins = any(each.startswith(word) for each in similar)
    if begins and strictly:
        return (Term((word,), True),)
    near = words.nearest(word, [each for each in similar if each != word])
    return (Term((word,), begins and len(word) > 2), *(Term((each,)) for each in near))


def _similar(index: str, some: Iterable[str]) -> list[str]:
    """
    Words that begin so, and those of about the length that begin or end alike: one slip leaves one of both ends whole,
    wherever it is, since the two letters in the middle belong to neither.
    """
    conditions = []
    for word in some:
        half, size = (len(word) - 1) // 2, len(word)
        conditions.append(_begins("word", word))
        if half:
            alike = _begins("word", word[:half]) | _begins("backwards", word[::-1][:half])
            conditions.append(alike & Q(size__range=(size - 2, size + 2)))
    rows = StoredWord.objects.filter(index=index).annotate(size=Length("word")).filter(reduce(or_, conditions))
    return list(rows.order_by("word").values_list("word", flat=True)[:MAX_CANDIDATES])


def _begins(column: str, start: str) -> Q:
    # A range, because SQLite has no index for LIKE.
    return Q(**{f"{column}__gte": start, f"{column}__lt": f"{start}{_LAST}"})


def _with_words(rows: QuerySet[Any], asked: Asked) -> QuerySet[Any]:
    return rows.filter(words__has=(words.EVERYTHING, asked)) if asked else rows


def _with_facets(rows: QuerySet[Any], chosen: Mapping[str, Sequence[str]]) -> QuerySet[Any]:
    for facet, values in chosen.items():
        rows = rows.filter(pk__in=StoredFacet.objects.filter(facet=facet, value__in=values).values("document"))
    return rows


def _score(text: str, asked: Asked) -> Any:
    """Whole numbers, so that a cursor can say where a page ended; the least is the best."""
    if not asked:
        return Value(0)
    exact = [tuple(term._replace(begins=False) for term in terms) for terms in asked]
    key = words.key_words(text)
    return Case(
        When(key=key, then=0),
        When(number=key, then=F("length") + 1000),
        When(words__has=(words.NAMES, exact), then=F("length") + 2000),
        *([] if exact == asked else [When(words__has=(words.NAMES, asked), then=F("length") + 3000)]),
        When(words__has=(words.KEYWORDS, asked), then=4000),
        default=5000,
        output_field=IntegerField(),
    )


def _after(rows: QuerySet[Any], search: Search) -> QuerySet[Any]:
    if (place := cursors.place(search)) is None:
        return rows
    score, rank, document_id = place
    same = Q(score=score, rank__gt=rank) | Q(score=score, rank=rank, document_id__gt=document_id)
    return rows.filter(Q(score__gt=score) | same)


def _counts(
    found: QuerySet[Any], chosen: Mapping[str, Sequence[str]], counted: Sequence[str]
) -> dict[str, list[tuple[str, int]]]:
    """Of each facet that is counted how many have which value, one statement: a part for each that is chosen as well."""
    free = [facet for facet in counted if facet not in chosen]
    parts = [(free, chosen)] if free else []
    parts += [([each], {name: chosen[name] for name in chosen if name != each}) for each in counted if each in chosen]
    counts: dict[str, list[tuple[str, int]]] = {facet: [] for facet in counted}
    if not parts:
        return counts
    first, *rest = (
        StoredFacet.objects.filter(facet__in=facets, document__in=_with_facets(found, others).values("pk"))
        .order_by()
        .values_list("facet", "value")
        .annotate(count=Count("pk"))
        for facets, others in parts
    )
    for facet, value, count in first.union(*rest, all=True) if rest else first:
        counts[facet].append((value, count))
    return {facet: sorted(values, key=lambda each: (-each[1], each[0])) for facet, values in counts.items()}
