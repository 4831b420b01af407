"""The records of search; no Django import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

# What is found, in the order in which the page shows it.
KINDS = ("course", "course_run", "program", "pathway")
# By what it can be narrowed. Each is a list of texts in a document; those of apps that are not installed are empty.
FACETS = (
    "kind", "organization", "language", "level", "subject", "program_type", "availability", "skill", "course_type",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Document:
    """
    What an engine keeps of a course, a run, a program or a pathway, which everybody may see.

    `id` is ``{kind}:{uuid}``, `key` what people type (``MITx+14.100x``, ``course-v1:…``; "" for what has none). `names` are
    worth most to whoever searches: title and codes; then `keywords`: organizations, subjects, skills, programs; then `text`.
    `facets` has sorted texts by the names of FACETS. `rank` orders what is found equally well: the availability rank, None
    last. `body` is what callers get, JSON.
    """

    id: str
    kind: str
    key: str
    title: str
    names: str
    keywords: str = ""
    text: str = ""
    facets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    rank: float | None = None
    body: Mapping[str, Any] = field(default_factory=dict)


class Search(NamedTuple):
    """
    What somebody asks: words (quotes make a phrase; "" finds everything), and facets, of which a document has one of the values
    of each: ``{"kind": ["course"], "language": ["en", "es"]}``. `counted` are the facets to count.
    """

    text: str = ""
    facets: Mapping[str, Sequence[str]] = {}
    counted: Sequence[str] = ()
    size: int = 20
    cursor: str = ""


class Found(NamedTuple):
    """
    `total` is exact. `bodies` best first; `facets` has of each counted facet ``[(value, how many), …]``, the most first, over
    all that is found, that facet's own choice set aside. `cursor` continues after the last body, "" at the end.
    """

    total: int
    bodies: Sequence[Mapping[str, Any]]
    facets: Mapping[str, Sequence[tuple[str, int]]]
    cursor: str


class Followed(NamedTuple):
    """What following the change feed did: changes that were read, documents that were put and removed, and the position now."""

    changes: int
    put: int
    removed: int
    position: int


class Rebuilt(NamedTuple):
    """A new index, which is searched now: its name, its documents, and those of the one before; None where there was none."""

    name: str
    documents: int
    before: int | None


# Course catalogs


class GivenCatalog(NamedTuple):
    """A catalog as another service, or a line of a file, has it: `line` counts from 1, `viewers` are usernames."""

    line: int
    name: str
    query: str
    include_archived: bool = False
    viewers: Sequence[str] = ()
    uuid: str | None = None


class CheckedCatalog(NamedTuple):
    """
    What became of one. `outcome` is "understood", "created" or "unchanged" (it is here already), each with the number of its
    courses now; "not understood", with the character (from 1, None where no query is at fault) and the reason; or "refused":
    understood, and not stored for the reason.
    """

    line: int
    name: str
    query: str
    outcome: str
    courses: int | None = None
    position: int | None = None
    reason: str = ""
