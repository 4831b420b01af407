"""
The first look at a query, token by token: what is too much, what Elasticsearch has and we have not, and what it would guess.

What passes has a tree of at most MAX_DEPTH levels, in which AND and OR never stand side by side.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .lucene import IllegalCharacterError, lexer
from .tree import refused

# Room for thousands of keys. Joining operands takes luqum the square of their number.
MAX_LENGTH, MAX_TOKENS, MAX_DEPTH = 100_000, 20_000, 50

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_ENDS_ONE = {"TERM", "PHRASE", "RPAREN", "RBRACKET"}
_BEGINS_ONE = {"TERM", "PHRASE", "LPAREN", "LBRACKET", "NOT", "LESSTHAN", "GREATERTHAN"}
_SYMBOLS = re.compile(r"&&|\|\||^!")
_FOREIGN = {
    "BOOST": gettext_lazy("^ (a boost) is a construct of Elasticsearch: here every course fits, or does not"),
    "APPROX": gettext_lazy("~ (fuzzy words and near words) is a construct of Elasticsearch: use * and ?"),
    "REGEX": gettext_lazy("a regular expression is a construct of Elasticsearch: use * and ?, or put the text into quotes"),
    "PLUS": gettext_lazy("+ before a term is a construct of Elasticsearch: join terms with AND"),
    "MINUS": gettext_lazy(
        "- before a term is a construct of Elasticsearch: write NOT, or put a value with a hyphen into quotes"
    ),
}
_ESCAPED = re.compile(r"\\.", re.DOTALL)


class _Token(NamedTuple):
    kind: str
    position: int
    written: str


class _Level(NamedTuple):
    """An open parenthesis, how deep it stands, and what joins the operands in it."""

    position: int
    depth: int
    operator: str = ""


def check(text: str) -> None:
    """Raises InvalidQuery for the first thing that cannot be read."""
    if len(text) > MAX_LENGTH:
        reason = _("a query has at most %(limit)d characters") % {"limit": MAX_LENGTH}
        raise refused(MAX_LENGTH, text[MAX_LENGTH:], reason)
    if match := _UNSTORABLE.search(text):
        raise refused(match.start(), match.group(), _("no text has this character"))
    levels, nots, in_range, last = [_Level(0, 0)], 0, False, _Token("", 0, "")
    for number, token in enumerate(_tokens(text)):
        if number >= MAX_TOKENS:
            raise refused(*token[1:], _("a query has at most %(limit)d words and signs") % {"limit": MAX_TOKENS})
        _refuse_foreign(token)
        if last.kind in _ENDS_ONE and token.kind in _BEGINS_ONE:
            raise refused(*token[1:], _side_by_side(last, token))
        in_range = token.kind == "LBRACKET" or (in_range and token.kind != "RBRACKET")
        if token.kind == "TO" and not in_range:
            raise refused(*token[1:], _("TO stands between the ends of a range; put the word into quotes"))
        nots = nots + 1 if token.kind == "NOT" else nots if token.kind in ("LPAREN", "COLUMN", "TERM") else 0
        depth = levels[-1].depth + nots + (token.kind == "LPAREN")
        if depth > MAX_DEPTH:
            raise refused(*token[1:], _("parentheses and NOT are at most %(limit)d deep") % {"limit": MAX_DEPTH})
        if token.kind == "LPAREN":
            levels.append(_Level(token.position, depth))
            nots = 0
        elif token.kind == "RPAREN" and len(levels) > 1:
            levels.pop()
        elif token.kind in ("AND_OP", "OR_OP"):
            if levels[-1].operator not in ("", token.written):
                raise refused(*token[1:], _("AND and OR stand side by side: say with parentheses which belongs together"))
            levels[-1] = levels[-1]._replace(operator=token.written)
        last = token
    if len(levels) > 1:
        raise refused(levels[-1].position, "(", _("this parenthesis is never closed"))


def _tokens(text: str) -> Iterator[_Token]:
    own = lexer.clone()
    own.input(text)
    while True:
        try:
            token: Any = own.token()
        except IllegalCharacterError as error:
            raise refused(own.lexpos, text[own.lexpos :], _why_illegal(text[own.lexpos])) from error
        if token is None:
            return
        yield _Token(token.type, token.lexpos, text[token.lexpos : own.lexpos])


def _why_illegal(sign: str) -> str:
    if sign == '"':
        return _("these quotes are never closed")
    if sign == "\\":
        return _("a backslash stands before the character that it is for")
    if sign == "/":
        return _("a regular expression is a construct of Elasticsearch; put a text that begins with a slash into quotes")
    return _("this cannot stand here; put the text into double quotes")


def _refuse_foreign(token: _Token) -> None:
    """Raises InvalidQuery for what only Elasticsearch has."""
    if token.kind == "TERM":
        # Characters after a backslash mean themselves.
        found = _SYMBOLS.search(_ESCAPED.sub("..", token.written))
        if found is None:
            return
        if found.group() == "||" and re.match(r"[0-9]", token.written) and not token.written.startswith("||"):
            reason = _("date math after || is a construct of Elasticsearch: write the date itself, or now-30d")
        elif found.group() == "!":
            reason = _("! is a construct of Elasticsearch: write NOT")
        else:
            reason = _("&& and || are constructs of Elasticsearch: write AND and OR")
        raise refused(token.position + found.start(), token.written[found.start() :], reason)
    if token.kind in _FOREIGN:
        raise refused(token.position, token.written, str(_FOREIGN[token.kind]))


def _side_by_side(first: _Token, second: _Token) -> str:
    word = next((each.written for each in (second, first) if each.written.lower() in ("and", "or", "not", "to")), "")
    if word and word != word.upper():
        return _("write %(word)s in upper case, or put it into quotes") % {"word": word.upper()}
    if second.kind == "NOT":
        return _("write AND NOT, or OR NOT")
    return _("two terms stand side by side: join them with AND or OR, or put words that belong together into quotes")
