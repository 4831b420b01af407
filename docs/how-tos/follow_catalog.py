"""
Keep a copy of a catalog's courses and runs in SQLite. It needs Python alone.

    CATALOG_AUTHORIZATION="JWT …" python follow_catalog.py https://courses.example.com copy.sqlite3
"""

import json
import os
import sqlite3
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

RESOURCES = {"catalog_course": "catalog-courses", "course_run": "course-runs"}
TABLES = """
CREATE TABLE IF NOT EXISTS copy (kind TEXT, uuid TEXT, row TEXT, PRIMARY KEY (kind, uuid));
CREATE TABLE IF NOT EXISTS place (cursor TEXT);
"""
# The catalog answers with at most so many rows at once.
PAGE = 100


class Catalog:
    """The REST API of a catalog."""

    def __init__(self, url, authorization):
        self.url, self.headers = f"{url.rstrip('/')}/api/catalog/v1", {"Authorization": authorization}

    def get(self, path, **query):
        url = f"{self.url}/{path}/?{urllib.parse.urlencode(query)}"
        request = urllib.request.Request(url, headers=self.headers)  # noqa: S310 - the operator gives the URL
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return json.load(answer)


def copy_everything(catalog, copy):
    """The cursor first: what changes while the rows are read, is read again."""
    cursor = catalog.get("changes", after="latest")["cursor"]
    with copy:
        copy.execute("DELETE FROM copy")
        for kind, resource in RESOURCES.items():
            for rows in pages(catalog, resource):
                store(copy, kind, rows)
        remember(copy, cursor)


def pages(catalog, resource):
    """By cursor: what is created or deleted meanwhile moves no row from one page to another."""
    place = "first"
    while place:
        page = catalog.get(resource, cursor=place, page_size=PAGE)
        yield page["results"]
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(page["next"] or "").query)
        place = query.get("cursor", [None])[0]


def follow(catalog, copy):
    """Read what has changed, and then the rows as they are now. Returns how many changes there were."""
    [(cursor,)] = copy.execute("SELECT cursor FROM place")
    read, more = 0, True
    while more:
        page = catalog.get("changes", after=cursor, limit=PAGE)
        cursor, more, read = page["cursor"], page["more"], read + len(page["results"])
        with copy:  # the rows and the cursor, or neither
            for kind, resource in RESOURCES.items():
                changed = {change["uuid"] for change in page["results"] if change["kind"] == kind} - {None}
                if changed:
                    rows = catalog.get(resource, uuids=",".join(changed), page_size=PAGE)["results"]
                    store(copy, kind, rows)
                    # Deleted, merged, or gone for us: whatever it was, it is not there.
                    missing = changed - {row["uuid"] for row in rows}
                    copy.executemany("DELETE FROM copy WHERE kind = ? AND uuid = ?", [(kind, uuid) for uuid in missing])
            remember(copy, cursor)
    return read


def store(copy, kind, rows):
    copy.executemany("REPLACE INTO copy VALUES (?, ?, ?)", [(kind, row["uuid"], json.dumps(row)) for row in rows])


def remember(copy, cursor):
    copy.execute("DELETE FROM place")
    copy.execute("INSERT INTO place VALUES (?)", [cursor])


def open_copy(path):
    copy = sqlite3.connect(path)
    copy.executescript(TABLES)
    return copy


def main(url, path, pause=10):
    catalog, copy = Catalog(url, os.environ["CATALOG_AUTHORIZATION"]), open_copy(path)
    if not copy.execute("SELECT 1 FROM place").fetchall():
        copy_everything(catalog, copy)
    while True:
        try:
            follow(catalog, copy)
        except urllib.error.HTTPError as error:
            if error.code != 400:  # 400: our cursor is of before a backup was restored
                raise
            copy_everything(catalog, copy)
        time.sleep(pause)


if __name__ == "__main__":
    main(*sys.argv[1:3])
