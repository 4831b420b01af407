"""
The full-text index of each database: what it keeps, how it is asked, how it is made.

Words come from `words`, so nothing in a query is an operator but ours. MariaDB's index shows what is committed only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .words import Asked, Term

FTS = "openedx_catalog_search_fts"


def kept(vendor: str, words: Sequence[str]) -> str:
    """The words as the column takes them; PostgreSQL's with their places, which phrases need."""
    return " ".join(f"{word}:{place}" for place, word in enumerate(words, 1)) if vendor == "postgresql" else " ".join(words)


def query(vendor: str, *parts: tuple[str, Asked]) -> str:
    """One term of each, in the parts of a document that have the mark before them, in the language of a database."""
    term, either, every = _LANGUAGES[vendor]
    found = [
        [term([f"{mark}_{word}" for word in each.words], each) for each in terms] for mark, asked in parts for terms in asked
    ]
    return every([either(terms) for terms in found])


def condition(vendor: str, words: str, pk: str, asked: str) -> str:
    """That the index has what is `asked`, a placeholder, in the column `words` of the row `pk`."""
    return {
        "postgresql": f"{words} @@ {asked}::tsquery",
        "mysql": f"MATCH({words}) AGAINST ({asked} IN BOOLEAN MODE)",
        "sqlite": f"{pk} IN (SELECT rowid FROM {FTS} WHERE {FTS} MATCH {asked})",  # noqa: S608
    }[vendor]


def statements(vendor: str, table: str) -> tuple[list[str], list[str]]:
    """What makes the index of a table, and what drops it; each may be repeated."""
    if vendor == "postgresql":
        return [f"CREATE INDEX IF NOT EXISTS {FTS} ON {table} USING gin (words)"], [f"DROP INDEX IF EXISTS {FTS}"]
    if vendor == "mysql":
        # A copy, since the index would be empty where the table had one before, whatever rows it has.
        made = f"ALTER TABLE {table} ADD FULLTEXT INDEX {FTS} (words), ALGORITHM=COPY"
        return [made], [f"DROP INDEX {FTS} ON {table}"]
    # Rows are inserted and deleted, never changed. A later migration that alters the table makes it anew, and drops these.
    forget = f"INSERT INTO {FTS} ({FTS}, rowid, words) VALUES ('delete', old.id, old.words)"  # noqa: S608
    return [
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {FTS} USING fts5 (words, content='{table}', content_rowid='id', "
        "tokenize=\"unicode61 remove_diacritics 0 tokenchars '_'\")",
        f"CREATE TRIGGER IF NOT EXISTS {FTS}_insert AFTER INSERT ON {table} BEGIN "  # noqa: S608
        f"INSERT INTO {FTS} (rowid, words) VALUES (new.id, new.words); END",
        f"CREATE TRIGGER IF NOT EXISTS {FTS}_delete AFTER DELETE ON {table} BEGIN {forget}; END",
        f"INSERT INTO {FTS} ({FTS}) VALUES ('rebuild')",  # noqa: S608
    ], [
        *(f"DROP TRIGGER IF EXISTS {FTS}_{name}" for name in ("insert", "delete")),
        f"DROP TABLE IF EXISTS {FTS}",
    ]


def _postgresql(words: list[str], term: Term) -> str:
    return f"({' <-> '.join(words)}{':*' if term.begins else ''})"


def _mysql(words: list[str], term: Term) -> str:
    return f"{words[0]}*" if term.begins else words[0] if len(words) == 1 else f'"{" ".join(words)}"'


def _sqlite(words: list[str], term: Term) -> str:
    return f'"{" ".join(words)}"{" *" if term.begins else ""}'


_Joined = Callable[[list[str]], str]
_LANGUAGES: dict[str, tuple[Callable[[list[str], Term], str], _Joined, _Joined]] = {
    "postgresql": (_postgresql, lambda terms: f"({' | '.join(terms)})", " & ".join),
    "mysql": (_mysql, lambda terms: f"+({' '.join(terms)})", " ".join),
    "sqlite": (_sqlite, lambda terms: f"({' OR '.join(terms)})", " AND ".join),
}
