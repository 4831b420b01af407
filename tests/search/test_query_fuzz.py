"""Thousands of texts that look like queries: each is refused with a place in it, or every database answers it."""

import functools
import random

import pytest
from django.db import connection

from openedx_catalog.contrib.search.exceptions import InvalidQuery
from openedx_catalog.contrib.search.queries import condition, fields
from openedx_catalog.models_api import CatalogCourse
from tests.thorough import sample

from .courses import NOW, make_courses, make_extras

pytestmark = [pytest.mark.django_db, pytest.mark.newest]

VALUES = [
    "MITx", "14.100x", "MITx+14.100x", '"course-v1:MITx+14.100x+1T2027"', "course-v1\\:MITx+*", "2027-01-31", "2027",
    "now", "now-30d", "now+1y-6M", "*", "*x*", "?", "1*?", '"computer science"', "en", "English", "Current", "école",
    "\u0130", "ß", "%", "_", "\\\\", "\\*", '"\\""', "11111111-2222-4333-8444-555555555555", "course", "'", "0", "a" * 300,
    "true", "true/false", "2027-01-31T10:00:00Z", '"2027-01-31 10:00:00+14:00"', "9999-12-31", "1000-01-01",
    "catalog-course\\:MITx\\:6.00x", "a%b_c",
]  # fmt: skip
DATES = ("start", "end", "enrollment_start", "enrollment_end")
NOISE = [
    *'()[]{}:"\\/~^+-!&|<>=*?\'; \n\t\x00\u200f\ud800\U0001f600e\u0301', "AND",
    "OR", "NOT", "TO", "and", "&&", "||", "^2", "~", "||/d", "now/d",
    "--", "%s", "%(x)s", "{0}", "$1", "::text", "/*", "' OR 1=1", "\\", "()", "[]", ":*", "org:", "x:y:z",
]  # fmt: skip


def query(chance, depth=0):
    """A text by the grammar."""
    kind = chance.random()
    if depth > 3 or kind < 0.45:
        return clause(chance)
    if kind < 0.6:
        return f"NOT {query(chance, depth + 1)}"
    joined = f" {chance.choice(['AND', 'OR'])} ".join(query(chance, depth + 1) for _ in range(chance.randint(2, 4)))
    return f"({joined})" if chance.random() < 0.9 else joined


@functools.cache
def suited(field):
    """The values that a field takes."""
    asked = {value: outcome(f"{field}:{value}" if field else value) for value in VALUES}
    return [value for value in VALUES if not isinstance(asked[value], InvalidQuery)]


def outcome(text):
    """What a text asks, or why it is refused."""
    try:
        return condition(text, now=NOW)
    except InvalidQuery as error:
        return error


def clause(chance):
    """A field and what is asked of it, mostly what makes sense."""
    name = chance.choice([*fields(), "", "", *["nothing"] * (chance.random() < 0.1)])
    values = suited(name) if name != "nothing" and chance.random() < 0.9 else VALUES
    value, other = chance.choice(values), chance.choice(values)
    kind = chance.random() if name in DATES or chance.random() < 0.05 else 1
    if kind < 0.4:
        value = f"{chance.choice('[{')}{value} TO {other}{chance.choice(']}')}"
    elif kind < 0.6:
        value = f"{chance.choice(['>', '>=', '<', '<='])}{value}"
    elif chance.random() < 0.2:
        value = f"({value} OR {other} OR {chance.choice(values)})"
    return f"{name}:{value}" if name else value


def spoiled(chance, text):
    """The same with noise in it, or with something left out, mostly."""
    while chance.random() < 0.4:
        place = chance.randint(0, len(text))
        gone = place + chance.choice([0, 0, 1, 5])
        text = text[:place] + chance.choice(NOISE) + text[gone:]
    return text


# Servers take minutes for all five thousand, which they get at night.
@pytest.mark.parametrize("seed", range(5 if connection.vendor == "sqlite" else sample(1, 5)))
def test_any_text_is_answered_or_refused_at_a_place_in_it(module_courses, db, seed):
    chance = random.Random(seed)
    everything = sorted(CatalogCourse.objects.values_list("pk", flat=True))
    answered = 0
    for _ in range(1000):
        text = spoiled(chance, query(chance))
        asked = outcome(text)
        if isinstance(asked, InvalidQuery):
            assert 1 <= asked.position <= len(text) + 1, text
            assert str(asked), text
            continue
        found = list(CatalogCourse.objects.filter(asked).values_list("pk", flat=True))
        answered += 1
        if answered % 5 == 0:
            found += CatalogCourse.objects.filter(~asked).values_list("pk", flat=True)
            assert sorted(found) == everything, text
    # Enough of both.
    assert 200 < answered < 800


@pytest.fixture(scope="module")
def module_courses(module_db):
    make_courses()
    make_extras()
