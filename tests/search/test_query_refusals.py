"""What a query is refused for, where it says that it stands, and why."""

import re
import threading

import pytest
from django.utils import translation

from openedx_catalog.contrib.search.exceptions import InvalidQuery
from openedx_catalog.contrib.search.queries import condition, fields
from openedx_catalog.contrib.search.queries.tokens import MAX_LENGTH
from openedx_catalog.models_api import CatalogCourse

from .courses import NOW

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("text", "position", "found", "reason"),
    [
        ("", 1, "", "empty"),
        ("  \n ", 1, "", "empty"),
        # What Elasticsearch would guess.
        ("org:MITx number:6.00x", 10, "number", "two terms stand side by side"),
        ("physics chemistry", 9, "chemistry", "two terms stand side by side"),
        ("org:(MITx HarvardX)", 11, "HarvardX", "two terms stand side by side"),
        ("org:MITx (a OR b)", 10, "(", "two terms stand side by side"),
        ("a and b", 3, "and", "write AND in upper case"),
        ("a OR b Or c", 8, "Or", "write OR in upper case"),
        ("a not b", 3, "not", "write NOT in upper case"),
        ("not b", 5, "b", "write NOT in upper case"),
        ("a NOT b", 3, "NOT", "write AND NOT, or OR NOT"),
        ("a AND b OR c", 9, "OR", "say with parentheses"),
        ("a OR (b OR c AND d)", 14, "AND", "say with parentheses"),
        # What only Elasticsearch has.
        ("title:physics^2", 14, "^2", "^ (a boost) is a construct of Elasticsearch"),
        ("(a OR b)^1.2.3", 9, "^1.2.3", "^ (a boost) is a construct of Elasticsearch"),
        ("physcs~", 7, "~", "is a construct of Elasticsearch: use * and ?"),
        ('"a b"~..', 6, "~..", "is a construct of Elasticsearch: use * and ?"),
        ("number:/6[.].*/", 8, "/6[.].*/", "a regular expression is a construct of Elasticsearch"),
        ("number:/6", 8, "/6", "a regular expression is a construct of Elasticsearch"),
        ("+org:MITx", 1, "+", "+ before a term is a construct of Elasticsearch: join terms with AND"),
        ("a AND -org:MITx", 7, "-", "- before a term is a construct of Elasticsearch: write NOT"),
        ("start:[-1 TO 2]", 8, "-", "- before a term"),
        ("a && b", 3, "&&", "write AND and OR"),
        ("a||b", 2, "||b", "write AND and OR"),
        ("!org:MITx", 1, "!org", "write NOT"),
        ("_exists_:start", 1, "_exists_", "write start:*"),
        ("_missing_:start", 1, "_missing_", "NOT start:*"),
        ("course\\_runs.\\*:a", 1, "course_runs.*", "there is no such field"),
        ("course_runs.*:a", 1, "course_runs.*", "wildcards in the name of a field are a construct of Elasticsearch"),
        ("*:a", 1, "*", "wildcards in the name of a field"),
        ("start:[now/d TO *]", 8, "now/d", "rounding a date with / is a construct of Elasticsearch"),
        ("start:[* TO 2027-01-01||+1M]", 23, "||+1M", "date math after || is a construct of Elasticsearch"),
        ("start:[* TO 2027-01-01||/d]", 23, "||/d", "date math after || is a construct of Elasticsearch"),
        ("partner:edx", 1, "partner", "of one partner"),
        # What is not there, or not like this.
        ("mitx:org", 1, "mitx", "there is no such field; there are: aggregation_key, "),
        ("org:MITx AND course-v1:MITx+1+2", 14, "course-v1", "there is no such field"),
        ("key:course-v1:MITx+1+2", 5, "course-v1", "a colon in a value needs a backslash"),
        ("org:(a OR b:c)", 11, "b", "a colon in a value needs a backslash"),
        ("key:MITx", 5, "MITx", "the organization or the code is missing"),
        ("key:course-v1\\:MITx", 5, "course-v1\\:MITx", "it cannot be parsed"),
        ("uuid:7", 6, "7", "this is no UUID"),
        ("uuid:7*", 6, "7*", "this field has no wildcards"),
        ("content_type:program", 14, "program", "expected one of: course"),
        ("availability:Soon", 14, "Soon", "expected one of: archived, current, starting_soon, upcoming"),
        ("language:klingon", 10, "klingon", "'klingon'"),
        ("org:[A TO B]", 5, "[A TO B]", "this field has no ranges; dates have"),
        ("org:>A", 5, ">A", "this field has no ranges; dates have"),
        ("[a TO b]", 1, "[a TO b]", "a range needs the name of a field"),
        (">5", 1, ">5", "a range needs the name of a field"),
        ("start:[2027* TO *]", 8, "2027*", "an end of a range has no wildcards"),
        ("start:2027*", 7, "2027*", "this field has no wildcards"),
        ("start:tomorrow", 7, "tomorrow", "expected a date as 2027-01-31"),
        ("start:20270131", 7, "20270131", "expected a date as 2027-01-31"),
        ("start:2027-02-30", 7, "2027-02-30", "there is no such date"),
        ("start:2027-01-01T25:00", 7, "2027-01-01T25:00", "there is no such date"),
        ("start:0999-01-01", 7, "0999-01-01", "it is outside the years 1000 to 9999"),
        ("start:0000", 7, "0000", "there is no such date"),
        ("start:>now+999999999d", 8, "now+999999999d", "there is no such date"),
        ("start:>now-99999y", 8, "now-99999y", "there is no such date"),
        ("start:>now-2000y", 8, "now-2000y", "it is outside the years 1000 to 9999"),
        ('title:""', 7, '""', "there is nothing in the quotes"),
        ('title:" "', 7, '" "', "there is nothing in the quotes"),
        # What is not closed, or not begun.
        ('org:"MITx', 5, '"MITx', "these quotes are never closed"),
        ("(a OR b", 1, "(", "this parenthesis is never closed"),
        ("org:(a OR (b)", 5, "(", "this parenthesis is never closed"),
        ("a)", 2, ")", "this cannot stand here"),
        ("a AND", 6, "", "something is missing at the end"),
        ("a AND AND b", 7, "AND b", "this cannot stand here"),
        ("org:", 5, "", "something is missing at the end"),
        ("start:[2027 TO", 15, "", "something is missing at the end"),
        ("start:[2027]", 12, "]", "this cannot stand here"),
        (":a", 1, ":a", "this cannot stand here"),
        ("a TO b", 3, "TO", "TO stands between the ends of a range"),
        ("AND", 1, "AND", "this cannot stand here"),
        ("NOT", 4, "", "something is missing at the end"),
        ("a\\", 2, "\\", "a backslash stands before the character that it is for"),
        ("'a'", 1, "'a'", "put the text into double quotes"),
        # Attempts at something else.
        ("org:MITx\x00", 9, "\x00", "no text has this character"),
        ("org:\ud800", 5, "\\ud800", "no text has this character"),
        ("org__short_name:MITx", 1, "org__short_name", "there is no such field"),
        ("pk:1", 1, "pk", "there is no such field"),
        ('"org\\\' OR 1=1 --":a', 18, ":a", "this cannot stand here"),
        ("start:\"2027'; DROP TABLE x\"", 7, "\"2027'; DROP TABLE x\"", "expected a date"),
        ("start:[\"1' OR '1'='1\" TO *]", 8, "\"1' OR '1'='1\"", "expected a date"),
        ("number:" + "?*" * 6, 8, "?*" * 6, "at most 10 wildcards"),
    ],
    ids=repr,
)  # fmt: skip
def test_a_query_is_refused_at_this_place(text, position, found, reason):
    with pytest.raises(InvalidQuery) as caught:
        condition(text, now=NOW)
    assert (caught.value.position, caught.value.found) == (position, found)
    assert reason in caught.value.reason
    assert f"at character {position}, " in str(caught.value)


LIMITS = [
    ("x" * (MAX_LENGTH + 1), MAX_LENGTH + 1, "at most 100000 characters"),
    ("a OR " * 19_999 + "a", 50_001, "at most 20000 words and signs"),
    ("title:" + "x" * 1021, 7, "longer than 255 characters"),
    ("(" * 51 + "a" + ")" * 51, 51, "at most 50 deep"),
    ("NOT " * 51 + "a", 201, "at most 50 deep"),
    ("NOT (" * 30 + "a" + ")" * 30, 126, "at most 50 deep"),
    ("(" * 20_000 + ")" * 20_000, 51, "at most 50 deep"),
    ("NOT " * 20_000 + "a", 201, "at most 50 deep"),
    ("a:" * 9_000 + "a", 3, "a colon in a value"),
    ("a OR " * 200 + "a", 1001, "at most 200 conditions"),
    (" AND ".join(["org:a"] * 201), 200 * 10 + 5, "at most 200 conditions"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "position", "reason"), LIMITS, ids=[text[:20] for text, *_ in LIMITS])
def test_what_is_too_much_is_refused_before_it_costs_anything(text, position, reason):
    with pytest.raises(InvalidQuery) as caught:
        condition(text, now=NOW)
    assert reason in caught.value.reason
    assert caught.value.position == position


def test_it_says_why_in_the_language_of_the_reader():
    """Every reason is translated when it is raised."""
    with translation.override("en"), pytest.raises(InvalidQuery, match=re.escape("not understood at character 1, 'x'")):
        condition("x:1")


def test_every_field_says_what_it_is():
    named = fields()
    assert {"key", "org", "start", "subjects", "programs.uuid", "seat_types", "skill_names"} <= set(named)
    assert all(str(field.help) for field in named.values())


def test_threads_read_their_own_queries():
    """luqum's own parser mixes up what two of them read."""
    texts = ["org:MITx", '(number:a OR title:"b c") AND NOT uuid:x', "start:[2027 TO *", "a b"]
    expected, wrong = {text: outcome(text) for text in texts}, []

    def read(number):
        wrong.extend(text for text in texts[number:] * 50 if outcome(text) != expected[text])

    threads = [threading.Thread(target=read, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def outcome(text):
    try:
        return str(CatalogCourse.objects.filter(condition(text, now=NOW)).query)
    except InvalidQuery as error:
        return error.facts
