"""
Which course an extension's resolver will choose for each new run of a call: found out before the first one is written.

A resolver looks for courses that the same call may only create, so what it answers would depend on the order of the rows and
on where a batch ends. Therefore everything that the rows name is created once as a trial, those with the shortest codes
first, which a rerun has more than its course, and rolled back; what the resolver says meanwhile counts (ADR 0025).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import groupby

from django.utils import timezone

from .. import extensions, keys
from ..lib.changes import Change
from ..lib.routing import reads_from_writer
from ..lib.transactions import atomically
from ..models import CatalogCourse
from ._engine import Created, _Batch, _create_courses
from ._requests import Request
from ._store import DryStore, Store

Answers = Mapping[str, keys.CatalogKey]
"""``{folded key of a run: key of its course}``"""

# How many keys an extension is asked about at once.
ASKED_AT_ONCE = 1000


class _TriedOut(Exception):
    """Rolls the trial back."""


def foresee(requests: Iterable[Request], using: str, change: Change) -> Answers:
    """
    The courses that extensions choose for those of these runs that are new; of a key that comes twice the first row counts.

    Whatever writes one of the courses meanwhile waits until the trial is rolled back. Reads all runs, a thousand at a time.
    """
    first: dict[str, Request] = {}
    for request in requests:
        first.setdefault(request.key.key_ci, request)
    new = list(_without_run(list(first.values()), DryStore(using, change)))
    answers: dict[str, keys.CatalogKey] = {}

    def try_out() -> None:
        answers.clear()
        answers.update(_try_out(new, Store(using, change)))
        raise _TriedOut

    if any(not request.explicit for request in new):
        with suppress(_TriedOut), reads_from_writer():
            atomically(using, try_out)
    return answers


def _without_run(requests: Sequence[Request], store: DryStore) -> Iterator[Request]:
    for some in _by_thousands(requests):
        stored = store.find_runs([request.key for request in some])
        yield from (request for request in some if request.key.key_ci not in stored)


def _try_out(new: Sequence[Request], store: Store) -> dict[str, keys.CatalogKey]:
    batch = _Batch(store, Created(), timezone.now())
    answers: dict[str, keys.CatalogKey] = {}
    for _length, group in groupby(sorted(new, key=_by_code), key=lambda request: len(request.pair[1])):
        some = list(group)
        for request in some:
            request.reset()
        batch.by_pair.update(store.find_courses([request.pair for request in some if request.course_id is None]))
        answers |= _ask(some, batch)
        for part in _by_thousands([request for request in some if request.key.key_ci not in answers]):
            _create_courses([request for request in part if batch.by_pair.get(request.pair) is None], batch)
    # A course whose code is not the shorter one is there by now as well.
    return answers | _ask([request for request in new if request.key.key_ci not in answers], batch)


def _by_code(request: Request) -> tuple[int, str, str, str]:
    org, code_ci = request.pair
    return len(code_ci), code_ci, keys.fold(org), request.key.key_ci


def _ask(requests: Sequence[Request], batch: _Batch) -> dict[str, keys.CatalogKey]:
    found: dict[str, int] = {}
    implicit = [request for request in requests if not request.explicit]
    for extension in extensions.resolving_extensions():
        for some in _by_thousands(implicit):
            answers = extension.resolve_catalog_courses([request.key for request in some])
            for key_ci, course in answers.items():
                if course:
                    found.setdefault(key_ci, course.pk)
    courses = CatalogCourse.objects.with_org().in_bulk(list(set(found.values())))
    named = {pk: keys.CatalogKey(course.org_code, course.course_code) for pk, course in courses.items()}
    # What the key leads to anyway is no answer, or a run would be explicit or not by when its course was created.
    own = {request.key.key_ci: ref.id for request in implicit if (ref := batch.by_pair.get(request.pair))}
    return {key_ci: named[pk] for key_ci, pk in found.items() if pk in named and own.get(key_ci) != pk}


def _by_thousands(requests: Sequence[Request]) -> Iterator[Sequence[Request]]:
    return (requests[start : start + ASKED_AT_ONCE] for start in range(0, len(requests), ASKED_AT_ONCE))
