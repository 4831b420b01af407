"""
``docs/references/verdicts.rst``: what becomes of awkward records, the same through every door, or why not.

    python -m tests.verdicts          writes it

`RECORDS` are taken through all doors by ``tests/full/test_verdicts.py``, which holds the catalog to what stands here.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import attrs

TARGET = Path(__file__).parents[1] / "docs/references/verdicts.rst"
DOORS = ("api", "rest", "file", "admin", "event", "overview", "lms", "discovery", "sync file")
# Nothing else can be said through a door.
MAX_SHOWN = 60
ALL = ("title", "start", "end", "enrollment_start", "enrollment_end", "pacing", "language", "catalog_course")
CARRIES = dict.fromkeys(DOORS, ALL) | {"event": ALL[:6], "overview": ALL[:7], "lms": ALL[:6]}

SYNCS, SAYS_COURSE = ("lms", "discovery", "sync file"), ("discovery", "sync file")
EMPTY = "the platform says that there is none, while a blank says nothing: the date is emptied"
PLACEHOLDER = "it is what the platform gives a run without a start, and not taken"
NAMES = "a sync also knows discovery's names for it: it is taken"
ASKED = "it does not create a catalog course unless it is asked to: refused"
IMPLIED = "what the key says anyway is nobody's decision: the association is implicit"
DECIDED = "a source's opinion is no conflict where somebody has decided: its values are taken"


@attrs.frozen
class Record:
    """
    What is given beside the key of a run, which is stored as `given` says; what becomes of it through the Python API; and
    through which doors that is different, and why.
    """

    name: str
    values: dict[str, Any]
    ends: str
    key: str = "course-v1:VX+{code}+1"
    given: str = ""
    apart: dict[str, str] = attrs.Factory(dict)
    number: int = attrs.Factory(count(1).__next__)

    @property
    def code(self) -> str:
        """The code of its course, by which it is told from the others."""
        return f"V{self.number:03}"

    @property
    def course_key(self) -> str:
        """The key, as it is given."""
        return self.named(self.key)

    def named(self, text: str) -> str:
        """A text with the code of this record in it."""
        return text.replace("{code}", self.code).replace("{lower}", self.code.lower())


def _keys() -> Iterator[Record]:
    good = {
        "as it should be": "course-v1:VX+{code}+1",
        "blanks around it": "  course-v1:VX+{code}+1 ",
        "of the old form": "VX/{code}/1",
        "of a custom course": "ccx-v1:VX+{code}+1+ccx@3",
        "with a dot, a hyphen and an underscore": "course-v1:VX+{code}.1-x_y+2T_2027-R",
        "with letters of another script": "course-v1:VX+{code}Ж+1",
        "with a composed letter": "course-v1:VX+{code}\u00e9+1",
        "with a letter in two parts": "course-v1:VX+{code}e\u0301+1",
        "of an organization that is new": "course-v1:NewX+{code}+1",
        "of an organization in other letters": "course-v1:vx+{code}+1",
        "of the former name of an organization": "course-v1:OldX+{code}+1",
        "of an inactive organization": "course-v1:GoneX+{code}+1",
        "with a run of 128 characters": "course-v1:VX+{code}+" + "r" * 128,
    }
    bad = {
        "without a run": "course-v1:VX+{code}",
        "without an organization": "course-v1:+{code}+1",
        "with an empty run": "course-v1:VX+{code}+",
        "of a library": "library-v1:VX+{code}",
        "of a block": "block-v1:VX+{code}+1+type@problem+block@x",
        "with a branch": "course-v1:VX+{code}+1+branch@draft",
        "of an asset": "asset-v1:VX+{code}+1+type@asset+block@a.png",
        "of a catalog course": "catalog-course:VX:{code}",
        "that is a title": "Algebra {code}",
        "with a blank inside": "course-v1:VX+{code} A+1",
        "with a slash inside": "course-v1:VX+{code}/A+1",
        "escaped as in an address": "course-v1%3AVX%2B{code}%2B1",
        "twice": "course-v1:VX+{code}+1course-v1:VX+{code}+1",
        "of 300 characters": "course-v1:VX+{code}+" + "r" * 280,
        "with a run of 129 characters": "course-v1:VX+{code}+" + "r" * 129,
        "with a line break": "course-v1:VX+{code}\n+1",
        "with an invisible character": "course-v1:VX+{code}\u200b+1",
        "of an old form with two parts": "VX/{code}",
        "of an old form with four parts": "VX/{code}/1/2",
    }
    for name, key in good.items():
        yield Record(f"key {name}", {"title": "Algebra"}, "created", key)
    for name, key in bad.items():
        yield Record(f"key {name}", {"title": "Algebra"}, "invalid: invalid_course_key", key)


def _titles() -> Iterator[Record]:
    good = {
        "of 255 characters": "x" * 255,
        "with blanks around it": "  Algebra ",
        "with an ampersand": "R&D",
        "with an escaped ampersand": "R&amp;D",
        "with angle brackets": "x < y > z",
        "with markup": "<b>Algebra</b><script>alert(1)</script>",
        "with quotes": "The \"new\" 'Algebra'",
        "with an entity of a quote": "Bob&#39;s &quot;Algebra&quot;",
        "like a formula": "=1+1",
        "like a formula with an at": "@sum(A1)",
        "with an apostrophe first": "'s Gravenhage",
        "with an emoji": "Algebra 🎓",
        "from right to left": "مقدمة في الجبر",
        "in Chinese": "代数入门",
        "with combining marks": "Alge\u0301bra",
        "with a no-break space": "Alge\u00a0bra",
        "with a tab": "Alge\tbra",
        "with a line break": "Alge\nbra",
        "with a percent sign": "100 %(name)s {0}",
        "with a backslash": "C:\\new",
        "that is a number": "1984",
        "with a soft hyphen": "Alge\u00adbra",
        "with a sign of its direction": "\u202eAlgebra",
        "that is one letter": "x",
        "with a comma and a semicolon": "Algebra, I; II",
        "that says null": "null",
        "that is only the code": "{code}",
        "that is the code in other letters": "{lower}",
    }
    for name, title in good.items():
        yield Record(f"title {name}", {"title": title}, "created")
    for name, title in {
        "of 256 characters": "x" * 256,
        "of 375 characters": "Algebra " * 47,
        "of 20,000 characters": "x" * 20_000,
    }.items():
        yield Record(f"title {name}", {"title": title, "pacing": "self"}, "created: invalid_title")
    yield Record("title that is blank", {"title": ""}, "created")
    yield Record("title of blanks", {"title": "   ", "pacing": "self"}, "created")


def _dates() -> Iterator[Record]:
    good = {
        "in UTC": "2027-01-31T10:00:00Z",
        "with an offset": "2027-01-31T10:00:00+05:30",
        "with microseconds": "2027-01-31T10:00:00.123456Z",
        "with a blank instead of the T": "2027-01-31 10:00:00+00:00",
        "long ago": "1912-06-23T00:00:00Z",
        "of the year 1000": "1000-01-02T00:00:00Z",
        "far ahead": "9000-01-01T00:00:00Z",
        "on a leap day": "2028-02-29T00:00:00Z",
    }
    bad = {
        "without an offset": "2027-01-31T10:00:00",
        "without a time": "2027-01-31",
        "in words": "soon",
        "in another order": "31/01/2027",
        "that is a term": "1T2027",
        "on no day": "2027-02-30T00:00:00Z",
        "in no month": "2027-13-01T00:00:00Z",
        "at 25 o'clock": "2027-01-01T25:00:00Z",
        "of the year 1": "0001-01-01T00:00:00Z",
        "past the calendar": "9999-12-31T23:59:59-05:00",
        "as seconds": "1801392000",
    }
    for field in ("start", "end", "enrollment_start", "enrollment_end"):
        for name, date in good.items():
            yield Record(f"{field} {name}", {"title": "Algebra", field: date}, "created")
        for name, date in bad.items():
            yield Record(f"{field} {name}", {"title": "Algebra", field: date}, "created: invalid_date")
    late, early = "2028-01-01T00:00:00Z", "2027-01-01T00:00:00Z"
    yield Record("end before the start", {"start": late, "end": early}, "created")
    yield Record("end of enrollment before its start", {"enrollment_start": late, "enrollment_end": early}, "created")
    yield Record("start after the end of enrollment", {"start": late, "enrollment_end": early}, "created")
    platform = dict.fromkeys(("event", "overview", "lms"), PLACEHOLDER)
    yield Record("start that is the platform's placeholder", {"start": "2030-01-01T00:00:00Z"}, "created", apart=platform)
    yield Record("start that is blank", {"title": "Algebra", "start": ""}, "created")
    yield Record(
        "two values that are none", {"title": "x" * 375, "start": "soon", "end": late}, "created: invalid_title, invalid_date"
    )


def _pacings_and_languages() -> Iterator[Record]:
    for pacing in ("self", "instructor"):
        yield Record(f"pacing {pacing}", {"pacing": pacing}, "created")
    for pacing in ("self_paced", "instructor_paced"):
        apart = dict.fromkeys(SYNCS, NAMES)
        yield Record(f"pacing {pacing}", {"title": "Algebra", "pacing": pacing}, "created: invalid_pacing", apart=apart)
    for pacing in ("SELF", "by yourself", "true", "x" * 300):
        name = "of 300 characters" if len(pacing) > 99 else pacing
        yield Record(f"pacing {name}", {"title": "Algebra", "pacing": pacing}, "created: invalid_pacing")
    for language in ("en", "EN", "pt_BR", "zh-Hans", "zh_HANT", "es-419", "fil"):
        yield Record(f"language {language}", {"language": language}, "created")
    for language in ("English", "klingon!", "e", "en US", "x" * 300, "12"):
        name = "of 300 characters" if len(language) > 99 else language
        yield Record(f"language {name}", {"title": "Algebra", "language": language}, "created: invalid_language")
    yield Record("language that is blank", {"title": "Algebra", "language": ""}, "created")


def _courses() -> Iterator[Record]:
    asked, implied = {"rest": ASKED}, dict.fromkeys(SAYS_COURSE, IMPLIED)
    courses = {
        "that is new": ("VX+{code}N", asked),
        "that there is": ("VX+There", {}),
        "in other letters": ("vx+tHERE", {}),
        "with its prefix": ("catalog-course:VX:There", {}),
        "of the key itself": ("VX+{code}", asked | implied),
        "under an alias": ("VX+Merged", {}),
        "of another organization": ("ZX+{code}", asked),
    }
    for name, (key, apart) in courses.items():
        yield Record(f"catalog course {name}", {"title": "Algebra", "catalog_course": key}, "created", apart=apart)


def _stored() -> Iterator[Record]:
    title = {"title": "New title"}
    yield Record("stored, with another title", title, "updated", given="stored")
    yield Record("stored, with the same title", {"title": "Stored"}, "unchanged", given="stored")
    yield Record("stored, with only the code for a title", {"title": "{code}"}, "unchanged", given="stored")
    yield Record("stored, with another date", {"start": "2028-01-01T00:00:00Z"}, "updated", given="dated")
    yield Record("stored, with a date that is none", {"start": "soon", **title}, "updated: invalid_date", given="dated")
    yield Record("stored, with a title that is too long", {"title": "x" * 375}, "unchanged: invalid_title", given="stored")
    yield Record("stored, with a blank title", {"title": ""}, "unchanged", given="stored")
    blank = dict.fromkeys(("event", "overview"), EMPTY)
    yield Record("stored with a start, which is blank", {"start": ""}, "unchanged", given="dated", apart=blank)
    yield Record("stored with a start, and given an end", {"end": "2026-01-01T00:00:00Z"}, "updated", given="dated")
    yield Record("stored, with a language", {"language": "fr"}, "unchanged", given="stored")
    yield Record("stored, with a pacing that is none", {"pacing": "never"}, "unchanged: invalid_pacing", given="stored")
    other, decided = "conflict: other_catalog_course", dict.fromkeys(SAYS_COURSE, DECIDED)
    yield Record("stored, of another catalog course", {"catalog_course": "VX+There", **title}, other, given="stored")
    yield Record("moved, of the course it left", {"catalog_course": "VX+{code}", **title}, other, given="moved", apart=decided)
    yield Record("moved, of a third course", {"catalog_course": "VX+Third", **title}, other, given="moved", apart=decided)
    yield Record("moved, of the course it has", {"catalog_course": "VX+There", **title}, "updated", given="moved")
    lower = "course-v1:vx+{lower}+1"
    yield Record("stored in other letters", title, "conflict: other_spelling", lower, "stored")
    yield Record("stored, of the old form", title, "created", "VX/{code}/1", "stored")
    deleted = "skipped: deleted_on_purpose"
    yield Record("deleted for good", title, deleted, given="deleted")
    yield Record("deleted for good, in other letters", title, deleted, lower, "deleted")
    yield Record("deleted, not for good", title, "created", given="gone")
    yield Record("withdrawn", title, "updated", given="withdrawn")
    yield Record("moved to another course", title, "updated", given="moved")
    yield Record("under a course that was merged", title, "updated", given="merged")
    yield Record("new under a code that was merged", title, "created", "course-v1:VX+{code}+2", "merged")
    yield Record("under a course that was renamed", title, "updated", given="renamed")
    yield Record("new under a code that was renamed", title, "created", "course-v1:VX+{code}+2", "renamed")


def _all() -> list[Record]:
    groups = (_keys, _titles, _dates, _pacings_and_languages, _courses, _stored)
    return [record for group in groups for record in group()]


RECORDS = _all()

HEAD = """\
Verdicts
========

.. This page is written by "python -m tests.verdicts": change tests/verdicts.py.

What becomes of awkward records. Each is taken through every door, and ends the same in the catalog, unless the last column says
why not:

- **api**: ``associate_course_runs``; **rest**: ``POST course-runs/associate/``; **file**: ``backfill_catalog`` with a file;
  **admin**: the import of the admin;
- **event**: COURSE_CATALOG_INFO_CHANGED; **overview**: ``backfill_catalog --from course_overviews``;
- **lms**, **discovery**, **sync file**: syncs of an LMS, of a discovery service, and of a file.

What a door has no place for it is not given: events and the list of the LMS name no language, nothing of the platform names a
catalog course, and events and overviews have only keys and dates that can be read. Calls for a single run raise the error of
the first value that cannot be stored, and take nothing.

*Ends* is the outcome of the Python API, with the codes of what was not taken. A sync says ``partly_taken`` where it took the
rest, and ``invalid`` where there was nothing else to take.
"""


def text() -> str:
    """The whole page."""
    rows = [["Record", "Given", "Stored before", "Ends", "Different through"], *map(_row, RECORDS)]
    lines = [
        f"   {'*' if first else ' '} - {cell}".rstrip()
        for row in rows
        for first, cell in zip((True, *[False] * 4), row, strict=True)
    ]
    table = [".. list-table::", "   :header-rows: 1", "   :widths: 20 30 10 15 25", "", *lines]
    return f"{HEAD}\n" + "\n".join(table) + "\n"


def _row(record: Record) -> list[str]:
    given = [_shown(record.key), *(f"{name}: {_shown(value)}" for name, value in record.values.items())]
    doors: dict[str, list[str]] = {}
    for door, why in record.apart.items():
        doors.setdefault(why, []).append(door)
    apart = "; ".join(f"{', '.join(names)}: {why}" for why, names in doors.items())
    return [record.name, "; ".join(given), STORED[record.given], record.ends, apart]


STORED = {
    "": "",
    "stored": "the run",
    "dated": "the run, with a start",
    "deleted": "deleted for good",
    "gone": "deleted",
    "withdrawn": "withdrawn",
    "moved": "moved by somebody",
    "merged": "its course was merged",
    "renamed": "its course was renamed",
}


def _shown(value: str) -> str:
    """As a literal: what does not print, and what begins or ends with a blank, as Python writes it."""
    short = value if len(value) <= MAX_SHOWN else f"{value[:MAX_SHOWN]}… ({len(value):,} characters)"
    plain = short.isprintable() and short.strip() == short != ""
    return f"``{short if plain else ascii(short)}``"


def main() -> None:
    """Write the page."""
    TARGET.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
