"""From a text to our tree, by way of luqum's."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _

from openedx_catalog.lib import texts

from . import tokens
from .lucene import ParseError, parse
from .lucene import tree as lucene
from .tree import Asked, Both, Either, Everything, Node, Not, Range, Term, Wildcard, refused

# A pattern of many stars takes a database long.
MAX_WILDCARDS = 10

_PLACE = re.compile(r"at position (\d+)!\Z")
_JOINED: dict[Any, Any] = {lucene.AndOperation: Both, lucene.OrOperation: Either}
_PART = re.compile(r"\\(.)|([*?])|([^\\*?]+)", re.DOTALL)


def read(text: str) -> Node:
    """What a query says. Raises InvalidQuery, which says where and why it is not understood."""
    if not text.strip():
        raise refused(0, "", _("it is empty; * asks for all courses"))
    tokens.check(text)
    try:
        found = parse(text)
    except ParseError as error:
        match = _PLACE.search(str(error))
        if match is None:
            raise refused(len(text), "", _("something is missing at the end")) from error
        position = int(match.group(1))
        raise refused(position, text[position:], _("this cannot stand here")) from error
    return _node(found, None)


def _node(found: Any, field: Term | None) -> Node:
    """`field` is the name before the parentheses that this stands in."""
    if isinstance(found, lucene.BaseGroup):
        return _node(found.expr, field)
    if type(found) in _JOINED:
        return _JOINED[type(found)](tuple(_node(each, field) for each in found.operands))
    if isinstance(found, lucene.Not):
        return Not(_node(found.a, field))
    if isinstance(found, lucene.SearchField):
        name = Term(found.pos, found.name, _parts(found.name))
        if field is not None:
            raise name.refused(_("a colon in a value needs a backslash before it, or the value quotes around it"))
        return _node(found.expr, name)
    return _asked(found, field)


def _asked(found: Any, field: Term | None) -> Node:
    value = _value(found)
    if isinstance(value, Term) and value.is_anything and (field is None or field.is_anything):
        return Everything()
    if field is None:
        if isinstance(value, Range):
            raise value.refused(_("a range needs the name of a field before it, as in start:[2027-01-01 TO *]"))
        return Asked(value.position, "", value)
    if field.is_pattern:
        raise field.refused(_("wildcards in the name of a field are a construct of Elasticsearch"))
    return Asked(field.position, field.text, value)


def _value(found: Any) -> Term | Range:
    if isinstance(found, lucene.Range):
        written = str(found)
        low, high = _end(found.low), _end(found.high)
        return Range(found.pos, written, low, high, found.include_low, found.include_high)
    if isinstance(found, lucene.From):
        return Range(found.pos, str(found), _end(found.a), None, with_low=found.include)
    if isinstance(found, lucene.To):
        return Range(found.pos, str(found), None, _end(found.a), with_high=found.include)
    return _term(found)


def _end(found: Any) -> Term | None:
    term = _term(found)
    if term.is_anything:
        return None
    if term.is_pattern:
        raise term.refused(_("an end of a range has no wildcards; * alone leaves it open"))
    return term


def _term(found: Any) -> Term:
    written = found.value
    is_phrase = isinstance(found, lucene.Phrase)
    parts = _parts(written[1:-1], wildcards=False) if is_phrase else _parts(written)
    term = Term(found.pos, written, parts)
    plain = "".join(part for part in parts if isinstance(part, str))
    if not parts or not (plain.strip() or term.is_pattern):
        raise term.refused(_("there is nothing in the quotes"))
    if why := texts.too_long(plain):
        raise term.refused(why)
    if len(parts) > MAX_WILDCARDS and sum(isinstance(part, Wildcard) for part in parts) > MAX_WILDCARDS:
        raise term.refused(_("a value has at most %(limit)d wildcards") % {"limit": MAX_WILDCARDS})
    return term


def _parts(written: str, *, wildcards: bool = True) -> tuple[str | Wildcard, ...]:
    """Texts and wildcards, no two texts and no two stars side by side."""
    parts: list[str | Wildcard] = []
    for match in _PART.finditer(written):
        escaped, sign, plain = match.groups()
        part = Wildcard(sign) if sign and wildcards else escaped or sign or plain
        last = parts[-1] if parts else None
        if isinstance(part, str) and isinstance(last, str):
            parts[-1] = last + part
        elif not (part is Wildcard.MANY and last is Wildcard.MANY):
            parts.append(part)
    return tuple(parts)
