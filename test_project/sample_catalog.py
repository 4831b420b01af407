"""
A catalog file of about 2,000 invented course runs, with the dirt that real catalogs have.

    python -m test_project.sample_catalog sample.csv

The same file every time, on every Python: ``make demo`` loads it, and whoever tries a change may compare.
"""

from __future__ import annotations

import csv
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

COLUMNS = (
    "course_key", "title", "start", "end", "enrollment_start", "enrollment_end", "pacing", "language", "catalog_course",
)  # fmt: skip

ORGANIZATIONS = (
    "ExampleX", "DemoX", "SampleU", "SpecimenX", "AnywhereX", "NowhereU", "PlaceholderX", "InventedU", "FictionX", "MadeUpX",
    "ImaginaryU", "HypothesisX", "TestTownX", "Example.Labs", "Demo-Institute", "SampleSchool_2", "StandInX", "DummyCollegeX",
    "TrialU", "MockAcademyX",
)  # fmt: skip
SUBJECTS = (
    ("CS", "Programming"), ("DS", "Data Science"), ("PH", "Physics"), ("BIO", "Biology"), ("HIS", "History"),
    ("ECON", "Economics"), ("LIT", "Literature"), ("MATH", "Mathematics"), ("CHEM", "Chemistry"), ("ART", "Drawing"),
    ("LAW", "Law"), ("MED", "Public Health"), ("ENG", "Bridge Building"), ("MUS", "Harmony"),
)  # fmt: skip
TITLES = ("Introduction to {}", "{} in Practice", "Advanced {}", "The History of {}", "{} for Everyone", "{}: a Workshop")
UNICODE_TITLES = (
    "Introducción a la programación", "Einführung in die Größenlehre", "Les bases de l’économie", "データ分析入門",
    "线性代数基础", "Введение в химию", "مقدمة في التاريخ", "Ιστορία της τέχνης", "Statistik – från början 📈", "בִּיוֹלוֹגְיָה",
)  # fmt: skip
LANGUAGES = ("en", "en", "en", "en", "es", "fr", "de", "ja", "zh-cn", "pt-br", "ar")
TERMS = ("1T", "2T", "3T")
YEARS = range(2013, 2027)
COURSES = 560

Row = dict[str, str]


class ProgramOfCourses(NamedTuple):
    """A program that these courses of the catalog make, in this order."""

    title: str
    org: str
    codes: tuple[str, ...]


PROGRAM = ProgramOfCourses("Data Science", "ExampleX", ("DS345x_B", "DS282.1x", "DS316", "DS338x", "DS440-2"))


def rows(seed: int = 2013) -> list[Row]:
    """The whole catalog: clean rows and dirty ones, in an order that mixes them."""
    rng = random.Random(seed)
    clean = list(_clean_rows(rng))
    catalog = [*clean, *_dirty_rows(rng, clean)]
    # Sorted by key as exports are, but for a few that come late.
    catalog.sort(key=lambda row: (rng.random() < 0.1, row["course_key"].casefold()))
    return catalog


def write(path: Path, catalog: list[Row]) -> None:
    """Write `catalog` as CSV, UTF-8."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(catalog)


def _clean_rows(rng: random.Random) -> Iterator[Row]:
    for number in range(COURSES):
        # Squared: a few organizations have most of the courses.
        org = ORGANIZATIONS[int(len(ORGANIZATIONS) * rng.random() ** 2)]
        prefix, subject = _pick(rng, SUBJECTS)
        code = f"{prefix}{100 + number}{_pick(rng, ('', 'x', '.1x', '-2', 'x_B'))}"
        title = _pick(rng, TITLES).format(subject) if rng.random() < 0.9 else _pick(rng, UNICODE_TITLES)
        language = _pick(rng, LANGUAGES)
        first = YEARS[int(len(YEARS) * rng.random())]
        for nth in range(1 + int(6 * rng.random() ** 1.2)):
            yield _run(rng, org, code, title, language, TERMS[nth % 3], first + nth // 3)


def _run(rng: random.Random, org: str, code: str, title: str, language: str, term: str, year: int) -> Row:
    run = f"{term}{year}"
    month = 1 + int(8 * rng.random())
    row = {
        # The old kind of key, from before 2015.
        "course_key": f"{org}/{code}/{run}" if year < 2015 else f"course-v1:{org}+{code}+{run}",
        "title": title if rng.random() < 0.95 else "",
        "org": org,
        "start": f"{year}-{month:02}-01T05:00:00Z",
        "pacing": _pick(rng, ("instructor", "self", "self", "")),
        "language": language if rng.random() < 0.8 else "",
    }
    if rng.random() < 0.8:
        row["end"] = f"{year}-{month + 3:02}-28T23:30:00+00:00"
    if rng.random() < 0.4:
        row["enrollment_start"] = f"{year - 1}-12-01T00:00:00-05:00"
        row["enrollment_end"] = f"{year}-{month + 1:02}-15T00:00:00Z"
    return row


def _dirty_rows(rng: random.Random, clean: list[Row]) -> Iterator[Row]:
    """Copies of clean rows with something wrong, and rows that never were right."""
    new_style = [row for row in clean if row["course_key"].startswith("course-v1:")]
    slashes = [row for row in clean if "/" in row["course_key"]]

    def some(source: list[Row], count: int) -> Iterator[Row]:
        step = len(source) // count
        for number in range(count):
            yield dict(source[number * step])

    for row in some(new_style, 12):  # a spelling of letters that somebody typed by hand
        yield row | {"course_key": "course-v1:" + row["course_key"].removeprefix("course-v1:").upper()}
    for row in some(slashes, 20):  # the same run once more, under the new kind of key
        yield row | {"course_key": "course-v1:" + row["course_key"].replace("/", "+")}
    for number, row in enumerate(some(new_style, 15), 1):  # classes that a coach runs on top of a course
        key = "ccx-v1:" + row["course_key"].removeprefix("course-v1:") + f"+ccx@{number}"
        yield row | {"course_key": key, "title": f"Class {number}", "org": ""}
    for row in some(clean[1:], 8):
        yield row | {"course_key": f"  {row['course_key']} "}
    yield from some(clean[2:], 10)  # twice in the export
    for row in some(new_style[3:], 6):  # an organization that differs by case only, in a run of its own
        _prefix, code, run = row["course_key"].split("+")
        yield row | {"course_key": f"course-v1:{row['org'].lower()}+{code}+{run}_evening"}
    for row in some(new_style[4:], 8):  # given by another organization than the one that the key names
        _prefix, code, run = row["course_key"].split("+")
        catalog_course = _pick(rng, ("catalog-course:ExampleX:{}", "ExampleX+{}")).format(code)
        yield row | {"course_key": f"course-v1:PartnerX+{code}+{run}", "catalog_course": catalog_course}
    for number, row in enumerate(some(new_style[5:], 3), 1):  # asked for under another course than it has
        yield row | {"catalog_course": f"ExampleX+ELSEWHERE{number}"}
    for number, value in enumerate(("Spanish", "English", "français", "x" * 40, "zz-not-a-language")):
        yield _odd(number, "LANG", language=value)
    for number, value in enumerate(("2021-03-01", "2021-03-01T00:00:00", "March 2021", "01/03/2021", "2021-02-30T00:00:00Z")):
        yield _odd(number, "DATE", start=value)
    for number in range(8):
        yield _odd(number, "BACK", start="2022-06-01T00:00:00Z", end="2022-01-01T00:00:00Z")
    yield _odd(0, "PACE", pacing="sometimes")
    yield _odd(0, "COURSE", catalog_course="no catalog course at all")
    yield _odd(0, "UNI", key="course-v1:ExampleX+Física_101+Otoño2024", title="Física")
    for key in JUNK_KEYS:
        yield {"course_key": key, "title": "Who knows"}


JUNK_KEYS = (
    "", "TBD", "NEED-A-KEY", "ourse-v1:ExampleX+CS101+1T2020", "courses/course-v1:ExampleX+CS101+1T2020",
    "ExampleX+CS101+1T2020",
    "course-v1:ExampleX+CS101", "ExampleX/CS101", "library-v1:ExampleX+Questions", "lib:ExampleX:Questions",
    "course-v1:ExampleX+CS 101+1T2020", "course-v1:ExampleX+CS101+1T2020?utm_source=mail",
    "course-v1:ExampleX+CS101+1T2020+branch@draft-branch", "https://example.com/courses/course-v1:ExampleX+CS101+1T2020/about",
    f"course-v1:ExampleX+LONG+{'9' * 300}",
)  # fmt: skip


def _odd(number: int, prefix: str, *, key: str = "", **values: str) -> Row:
    return {"course_key": key or f"course-v1:DemoX+{prefix}{number}+2021", "title": "An Odd Course", "org": "DemoX", **values}


def _pick(rng: random.Random, values: tuple) -> str:
    # random() alone is promised to repeat itself on every Python.
    return values[int(len(values) * rng.random())]


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m test_project.sample_catalog FILE.csv")
    write(Path(sys.argv[1]), rows())
