"""What every search engine does, whichever a site has chosen."""

from __future__ import annotations

import pytest
from django.db import connection

from openedx_catalog.contrib.search.data import Document, Search
from openedx_catalog.contrib.search.engines.database import DatabaseEngine
from openedx_catalog.contrib.search.exceptions import InvalidCursor

# MariaDB's full-text index shows what is committed.
pytestmark = [
    pytest.mark.django_db(transaction=connection.vendor == "mysql"),
    # How edx-search calls its client.
    pytest.mark.filterwarnings("ignore:The 'body' parameter is deprecated"),
    pytest.mark.filterwarnings("ignore:The use of ids is depreciated"),
]

INDEX = "catalog_1"


def document(number, title, key="", kind="course", rank=None, **values):
    """A course with this title; its body says which one was found."""
    facets = {"kind": [kind], **values.pop("facets", {})}
    values = {"names": f"{title} {key}", "facets": facets, **values}
    return Document(f"{kind}:{number}", kind, key, title, rank=rank, body={"title": title, "number": number}, **values)


CIRCUITS = document(1, "Circuits and Electronics", "MITx+6.002x", keywords="MIT Engineering", text="Learn about amplifiers.",
                    facets={"language": ["en"], "subject": ["Electronics", "Engineering"]}, rank=3.0)  # fmt: skip
MICRO = document(2, "Microeconomics", "MITx+14.100x", keywords="MIT Economics", text="Supply and demand.",
                 facets={"language": ["en"], "subject": ["Economics"]}, rank=2.0)  # fmt: skip
MACRO = document(
    3, "Macroeconomía para todos", "UNAMx+MACRO101x", keywords="UNAM Economics",
    facets={"language": ["es"], "subject": ["Economics"]},
    text="Oferta y demanda, después de la microeconomics.",
)  # fmt: skip
C = document(4, "C++ and node.js", "GTx+A", text="Electronics is not a subject here.", facets={"language": ["en"]}, rank=1.0)
RUN = document(5, "Microeconomics", "course-v1:MITx+14.100x+3T2017", kind="course_run", facets={"language": ["en"]})
ALL = [CIRCUITS, MICRO, MACRO, C, RUN]


@pytest.fixture
def database(db):
    engine = DatabaseEngine()
    engine.create(INDEX)
    return engine


@pytest.fixture(params=["database", "meilisearch", "elasticsearch"])
def engine(request):
    """Each engine, with an empty index."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def filled(engine):
    engine.put(INDEX, ALL)
    return engine


@pytest.fixture
def catalog(database):
    """The database's, filled: where it is to say what is found by which words."""
    database.put(INDEX, ALL)
    return database


def numbers(found):
    return [body["number"] for body in found.bodies]


def found(engine, text="", *, kinds=(), facets=None, **asked):
    return numbers(engine.search(INDEX, Search(text, facets={"kind": kinds, **(facets or {})}, **asked)))


def test_what_is_put_again_replaces_what_was_there(filled):
    filled.put(INDEX, [document(1, "Signals", facets={"language": ["de"]})])
    assert found(filled, "circuits") == []
    assert found(filled, "signals") == [1]
    counts = filled.search(INDEX, Search(counted=["language"])).facets["language"]
    assert counts == [("en", 3), ("de", 1), ("es", 1)]


def test_what_is_removed_is_not_found_and_may_be_removed_again(filled):
    for _time in range(2):
        filled.remove(INDEX, [MICRO.id, "course:unknown"])
    assert sorted(filled.ids(INDEX)) == sorted(each.id for each in ALL if each is not MICRO)
    assert found(filled, "microeconomics", kinds=["course"]) == [3]
    filled.remove(INDEX, [])


def test_indexes_know_nothing_of_each_other(filled):
    filled.create("catalog_2")
    filled.put("catalog_2", [CIRCUITS])
    for _time in range(2):
        filled.drop(INDEX)
    assert list(filled.ids("catalog_2")) == [CIRCUITS.id]
    assert numbers(filled.search("catalog_2", Search("circuits"))) == [1]
    filled.create("catalog_2")
    assert list(filled.ids("catalog_2")) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("microeconomics", [2, 5, 3]),
        ("MICROECONOMICS", [2, 5, 3]),
        ("macroeconomia", [3]),
        ("Macroeconomi\u0301a", [3]),
        ("circuit electronic", [1]),
        ("electronics", [1, 4]),
        ("economics demanda", [3]),
        ("economics circuits", []),
        ("14.100x", [2, 5]),
        ("14.100", [2, 5]),
        ("mitx 6.002", [1]),
        ("MITx+14.100x", [2, 5]),
        ("course-v1:MITx+14.100x+3T2017", [5]),
        ("GTx+A", [4]),
        ("c++", [4]),
        ("node", [4]),
        ("node.js", [4]),
        ("zygote", []),
        ('"circuits and electronics"', [1]),
        ('"electronics and circuits"', []),
        ('"todos UNAMx"', [3]),
        ("learn", [1]),
        ("amplif", [1]),
        ("!?", [4, 2, 1, 3, 5]),
        ("", [4, 2, 1, 3, 5]),
    ],
)
def test_words_codes_and_phrases(catalog, text, expected):
    assert found(catalog, text) == expected


@pytest.mark.parametrize(
    "text", ["circiuts", "cirucits", "icrcuits", "circuist", "ciruits", "circcuits", "curcuits", "electonics amplifiers"]
)
def test_a_mistyped_word_is_taken_for_the_nearest(catalog, text):
    assert found(catalog, text) == [1]


def test_a_right_word_is_not_corrected(catalog):
    catalog.put(INDEX, [document(6, "Macroeconomics")])
    assert found(catalog, "macroeconomics") == [6]


def test_names_come_before_keywords_and_keywords_before_text(database):
    places = ({"names": "x", "text": "robots"}, {"names": "x", "keywords": "robots"}, {"names": "robots"})
    database.put(INDEX, [document(number, "x", rank=number, **parts) for number, parts in enumerate(places, 1)])
    assert found(database, "robots") == [3, 2, 1]


def test_of_equals_the_rank_decides_and_none_comes_last_then_the_id(engine):
    ranks = {1: None, 2: 5.5, 3: -1.0, 4: 5.5, 5: 1782864000.25}
    engine.put(INDEX, [document(number, "Robots", rank=rank) for number, rank in ranks.items()])
    assert found(engine, "robots") == found(engine) == [3, 2, 4, 5, 1]


def test_kinds_and_facets_narrow(filled):
    assert found(filled, "microeconomics", kinds=["course_run"]) == [5]
    assert found(filled, kinds=["course_run", "program"]) == [5]
    assert found(filled, facets={"language": ["es", "de"]}) == [3]
    assert found(filled, facets={"language": {"en"}, "subject": ("Economics", "Electronics")}) == [2, 1]
    assert found(filled, facets={"language": []}, kinds=["course_run"]) == [5]
    assert found(filled, "circuits", facets={"language": ["es"]}) == []


def test_counts_are_exact_and_leave_the_own_choice_aside(filled):
    asked = Search("economics", {"language": ["es"], "kind": ["course"]}, counted=["language", "subject", "level"], size=1)
    result = filled.search(INDEX, asked)
    assert result.total == 1
    assert result.facets == {"language": [("en", 1), ("es", 1)], "subject": [("Economics", 1)], "level": []}
    everything = filled.search(INDEX, Search(size=2, counted=["subject"]))
    assert (everything.total, everything.facets["subject"]) == (5, [("Economics", 2), ("Electronics", 1), ("Engineering", 1)])


@pytest.mark.parametrize("text", ["", "robots"])
def test_the_cursor_leads_through_all_once(engine, text):
    engine.put(INDEX, [document(n, f"Robots{' again' * (n % 3)}", rank=None if n % 4 else n % 5) for n in range(25)])
    pages, cursor = [], ""
    while not pages or cursor:
        result = engine.search(INDEX, Search(text, size=4, cursor=cursor))
        assert result.total == 25
        pages.append(numbers(result))
        cursor = result.cursor
    assert [len(page) for page in pages] == [4] * 6 + [1]
    assert [number for page in pages for number in page] == found(engine, text, size=100)
    assert len({number for page in pages for number in page}) == 25


@pytest.mark.parametrize("cursor", ["x", "\x00", "1:2:3", "é", "a" * 10_000, "\ud800"])
def test_a_foreign_cursor_is_refused(filled, cursor):
    with pytest.raises(InvalidCursor):
        filled.search(INDEX, Search(cursor=cursor))


def test_a_cursor_is_for_what_was_asked(filled):
    cursor = filled.search(INDEX, Search("microeconomics", size=1)).cursor
    with pytest.raises(InvalidCursor):
        filled.search(INDEX, Search("circuits", cursor=cursor))


@pytest.mark.parametrize(
    ("beginning", "expected"),
    [("micro", ["Microeconomics"]), ("circuits and el", ["Circuits and Electronics"]), ("6.0", ["Circuits and Electronics"]),
     ("c", ["C++ and node.js", "Circuits and Electronics"]), ("amplif", []), ("", []), ("'\"*", [])],
)  # fmt: skip
def test_titles_are_suggested_by_what_begins_their_words(filled, beginning, expected):
    assert filled.suggest(INDEX, beginning) == expected


def test_suggestions_are_of_kinds_and_limited(filled):
    assert filled.suggest(INDEX, "m", limit=1) == ["Microeconomics"]
    assert filled.suggest(INDEX, "c", kinds=["program"]) == []


HOSTILE = [
    "\x00", "a\x00b", "\ud800", "'", "''--", "\\", "\\'", '"', '"""', '"a', '" "', "*", "a*", "*a", "-a", "+a", "~a", "(a",
    "a)", "()", "a AND", "OR", "NOT a", "NEAR(a b)", "words:a", "a & b", "a | !b", "a <-> b", "a:*", "a:A", "%", "_", "a%b",
    "^a", "<a>", "{a}: b", "a;DROP TABLE x", "\U0001f600", "\u202e", "ａｂｃ", "日本語", "देवनागरी", "a" * 10_000,
    "a " * 5_000, '"a" ' * 2_000, "é" * 10_000, "\u0301" * 10_000, "a.b." * 2_500, "++#++", "1e999", "Z_Z z_z", "İıßŉ",
]  # fmt: skip


def test_any_text_has_a_result(filled):
    for text in HOSTILE:
        name = text.replace("\x00", "").replace("\ud800", "") or "x"
        filled.put(INDEX, [document(9, name, key="X+1", facets={"subject": [name[:100]]})])
        for asked in (text, f"{text} circuits", f'"{text}"'):
            result = filled.search(INDEX, Search(asked, facets={"language": [text], "kind": [text[:20]]}, counted=["language"]))
            assert result.total == 0, text[:20]
            assert filled.search(INDEX, Search(asked)).total >= 0, text[:20]
            filled.suggest(INDEX, asked)
        assert found(filled, facets={"subject": [name[:100]]}) == [9], text[:20]


def test_letters_beyond_the_basic_plane_are_letters(database):
    database.put(INDEX, [*ALL, document(6, "\U0001e900\U0001e923\U0001e924"), document(7, "\U00020bb7野家")])
    assert found(database, "\U0001e900\U0001e923\U0001e924") == [6]
    assert found(database, "\U00020bb7野家") == [7]
    assert database.suggest(INDEX, "\U00020bb7") == ["\U00020bb7野家"]


def test_a_phrase_is_suggested_as_it_is(database):
    database.put(INDEX, [document(6, "plain other"), document(7, "other plain")])
    assert database.suggest(INDEX, '"other plain"') == ["other plain"]


def test_a_cursor_of_another_engine_is_none(database, settings):
    database.put(INDEX, ALL)
    cursor = database.search(INDEX, Search(size=1)).cursor
    assert database.search(INDEX, Search(size=1, cursor=cursor)).bodies
    settings.OPENEDX_CATALOG_SEARCH_ENGINE = "other.Engine"
    with pytest.raises(InvalidCursor):
        database.search(INDEX, Search(size=1, cursor=cursor))


def test_what_is_kept_is_found_in_any_script(database):
    titles = [
        "日本語の歴史",
        "Введение в физику",
        "देवनागरी लिपि",
        "مقدمة في البرمجة",
        "Einführung in die Straße",
        "한국어 입문",
    ]
    database.put(INDEX, [document(number, title) for number, title in enumerate(titles)])
    asked = ["歴史", "физику", "देवनागरी", "البرمجة", "strasse", "입문"]
    assert [found(database, text) for text in asked] == [[number] for number in range(len(titles))]
