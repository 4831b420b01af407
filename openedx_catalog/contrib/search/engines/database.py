"""
The search engine that needs nothing but the site's own database: PostgreSQL, MariaDB or SQLite, with the same results.

Every word must be in a document; quotes make a phrase. First comes what has the key, then the number that was asked for, then
what has all words in its names (the fewer other words in the title, the earlier), in names and keywords, and anywhere; equals
by rank and id. A word that no document has stands for those that it begins, else for those it was mistyped for.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial, reduce
from operator import or_
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connections, router
from django.db.models import Min, Q
from django.db.models.functions import Length

from openedx_catalog.lib import pages, sql, texts
from openedx_catalog.lib.searching import begins_with
from openedx_catalog.lib.transactions import atomically

from ..data import Document, Found, Search
from ..models import StoredDocument, StoredWord
from ..models.stored import NO_RANK
from . import cursors, dialects, words
from .statements import BETWEEN, Facets, Hit, Statements, values_of
from .words import Asked, Term

# Documents of one transaction, and words that a mistyped one is compared with.
BATCH, MAX_CANDIDATES = 500, 3000


class DatabaseEngine:
    """
    Keeps documents in two tables. A search takes two statements, however many it finds: the page, then the total and the counts
    of facets. Where nothing is found, two look which words nobody knows and for those like them, and the page is asked again.
    """

    def create(self, index: str) -> None:
        self.drop(index)

    def put(self, index: str, documents: Sequence[Document]) -> None:
        using = router.db_for_write(StoredDocument)
        for some in pages.slices(documents, BATCH):
            # The last of those with one id, as if they came one by one.
            atomically(using, partial(_put, using, index, {document.id: document for document in some}))

    def remove(self, index: str, ids: Sequence[str]) -> None:
        using = router.db_for_write(StoredDocument)
        for some in pages.slices(ids, BATCH):
            atomically(using, partial(_remove, using, index, some))

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
        ask = Statements(connections[router.db_for_read(StoredDocument)], index)
        chosen = {facet: values for facet, values in search.facets.items() if values}
        asked, best = [], []
        for asked in _meanings(index, words.asked(search.text)):
            best = ask.best(search, asked, chosen)
            if best or ((chosen or search.cursor) and ask.any(asked)):
                break
        total, facets = _counted(ask, search, asked, chosen, best)
        cursor = cursors.cursor(search, best[search.size - 1][:3]) if len(best) > search.size else ""
        return Found(total, [json.loads(hit.body) for hit in best[: search.size]], facets, cursor)

    def suggest(self, index: str, beginning: str, *, kinds: Sequence[str] = (), limit: int = 10) -> list[str]:
        asked = words.asked(beginning)
        if not asked:
            return []
        *whole, (last, *_others) = asked
        rows = StoredDocument.objects.filter(
            index=index, words__has=(words.NAMES, [*whole, (last._replace(begins=len(last.words) == 1),)])
        )
        if kinds:
            rows = rows.filter(kind__in=kinds)
        titles = rows.exclude(title="").order_by().values("title").annotate(first=Min("length"), best=Min("rank"))
        return list(titles.order_by("first", "best", "title").values_list("title", flat=True)[:limit])


def _put(using: str, index: str, documents: Mapping[str, Document]) -> None:
    _remove(using, index, list(documents))
    connection, rows, known = connections[using], [], set()
    for document in documents.values():
        marked = words.marked(document.names, document.keywords, document.text)
        known.update(marked)
        rows.append(_row(connection.vendor, document, marked))
    # Not bulk_create, which takes half as long again.
    sql.insert_rows(connection, StoredDocument, rows, common={"index": index})
    _learn(using, index, {word[2:] for word in known if word.startswith(words.EVERYTHING)})


def _row(vendor: str, document: Document, marked: list[str]) -> dict[str, Any]:
    facets = [(facet, value[: texts.MAX_LENGTH]) for facet, values in document.facets.items() for value in sorted(set(values))]
    return {
        "document_id": document.id,
        "kind": document.kind,
        "key": words.key_words(document.key),
        "number": words.number_words(document.key),
        "title": document.title,
        "length": words.title_length(document.title),
        "rank": NO_RANK if document.rank is None else float(document.rank),
        "words": dialects.kept(vendor, [*marked, *(f"{words.FACET}_{words.code(*each)}" for each in facets)]),
        "facets": BETWEEN.join(f"{facet} {value.replace(BETWEEN, ' ')}" for facet, value in facets),
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
        StoredDocument.objects.using(using).filter(id__among=pks)._raw_delete(using)


def _meanings(index: str, given: Asked) -> Iterator[Asked]:
    """
    What a search may mean, for as long as nothing is found: whoever finds something has asked for words that are known.
    """
    before = given
    yield given
    for strictly in (True, False) if given else ():
        asked = _meant(index, given, strictly=strictly)
        if asked != before:
            yield asked
        before = asked


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
        conditions.append(begins_with("word", word))
        if half:
            alike = begins_with("word", word[:half]) | begins_with("backwards", word[::-1][:half])
            conditions.append(alike & Q(size__range=(size - 2, size + 2)))
    rows = StoredWord.objects.filter(index=index).annotate(size=Length("word")).filter(reduce(or_, conditions))
    return list(rows.order_by("word").values_list("word", flat=True)[:MAX_CANDIDATES])


def _counted(
    ask: Statements, search: Search, asked: Asked, chosen: Facets, best: list[Hit]
) -> tuple[int, dict[str, list[tuple[str, int]]]]:
    """The total, and of each facet that is counted how many have which value, its own choice set aside."""
    aside = [facet for facet in search.counted if facet in chosen]
    if not aside and not search.cursor and len(best) <= search.size:
        total, counts = len(best), [Counter(values_of(hit.facets for hit in best))]
    elif search.counted:
        total, counts = ask.counts(asked, chosen, aside)
    else:
        total, counts = ask.total(asked, chosen), [Counter[str]()]
    found: dict[str, list[tuple[str, int]]] = {facet: [] for facet in search.counted}
    for part, counter in enumerate(counts):
        for each, count in counter.items():
            facet, _blank, value = each.partition(" ")
            if facet in found and (facet == aside[part - 1] if part else facet not in aside):
                found[facet].append((value, count))
    return total, {facet: sorted(values, key=lambda each: (-each[1], each[0])) for facet, values in found.items()}
