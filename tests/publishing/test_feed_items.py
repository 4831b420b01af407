"""A comment as the text of a FeedItem, and back: whatever people are called, and whatever they write."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openedx_catalog.contrib.publishing.feed_items import FeedItem, format_feed_item, parse_feed_item

pytestmark = pytest.mark.once

RUN = "course-v1:MITx+14.100x+3T2017"
# What the layout is made of, and what names and texts are.
PIECES = [
    "[User]",
    "[Course Run]",
    "[Body]",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "(",
    ")",
    " (",
    "\\",
    "\\n",
    "\\(",
    " ",
    "Ada",
    "ada",
    RUN,
]
TEXTS = st.one_of(st.text(), st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=12).map("".join))


@settings(deadline=None)
@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_what_is_written_is_read_again_whatever_it_is(username, name, course_key, body):
    text = format_feed_item(username, body, name=name, course_key=course_key)
    assert parse_feed_item(text) == FeedItem(username, name, course_key, body)


@settings(deadline=None)
@given(TEXTS)
def test_any_text_is_read_or_said_to_be_none_of_ours(text):
    found = parse_feed_item(text)
    assert found is None or found.body in text


def test_people_read_it_at_a_glance():
    assert format_feed_item("ada", "Looks good.\n\nPublish it.", name="Ada Lovelace", course_key=RUN) == (
        f"[User]\nAda Lovelace (ada)\n\n[Course Run]\n{RUN}\n\n[Body]\nLooks good.\n\nPublish it."
    )
    assert format_feed_item("ada", "Looks good.") == "[User]\nada\n\n[Body]\nLooks good."


@pytest.mark.parametrize("name", ["Ada (Countess) Lovelace", "Zoë Ñandú", "李四", "O'Hara [x]"])
def test_a_name_stands_there_as_it_is(name):
    assert format_feed_item("ada", "x", name=name).startswith(f"[User]\n{name} (ada)\n\n")


@pytest.mark.parametrize("line", ["\n", "\r\n"])
def test_we_read_what_discovery_wrote_also_where_lines_end_otherwise(line):
    written = f"[User]\nAda Lovelace (ada)\n\n[Course Run]\n{RUN}\n\n[Body]\nLooks good.".replace("\n", line)
    assert parse_feed_item(written) == FeedItem("ada", "Ada Lovelace", RUN, "Looks good.")


@pytest.mark.parametrize(
    "text",
    [
        "",
        None,
        "Looks good.",
        "[User]\nada",
        "[User]\nada\n\n[Body]",
        "[Body]\nx",
        " [User]\nada\n\n[Body]\nx",
        "[User]\na\nb\n\n[Body]\nx",
    ],
)
def test_what_has_another_layout_is_none_of_ours(text):
    assert parse_feed_item(text) is None
