"""
How texts become words, the same for every database: what is kept and what is asked for go through `split`.

A word is letters and digits without accents and case, and without the end that tells a plural, or edX's online version of a
course (``6.00x``). So all three full-text indexes take it as it is, whatever their own rules for dots, stopwords and endings.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

# More than this of a search is not looked at, nor of the words of one part of a document.
MAX_ASKED, MAX_ASKED_WORDS, MAX_WORDS, MAX_TEXT = 300, 20, 2000, 50_000
# Of a key as words.
MAX_KEY = 255
# Of a word; MariaDB forgets those of more than 84 characters.
MAX_LENGTH = 40
# Parts of a document: a word of its names is one of "b" and of "c" as well, a keyword one of "c".
NAMES, KEYWORDS, EVERYTHING = "a", "b", "c"
# The mark of a value of a facet.
FACET = "f"
# Between what does not belong to one phrase.
_GAP = "z_z"
# Where nothing is found these need not be in it.
LITTLE = {
    "a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with",
    "de", "del", "el", "en", "la", "las", "los", "para", "un", "una", "y",
}  # fmt: skip

# What is written without spaces, and letter by letter means something: each character is a word.
_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_IDEOGRAPHS}]|(?:(?![{_IDEOGRAPHS}])[^\W_])+(?:\.[^\W_]+)*(?:(?:\+\+|#)(?!\w))?")
# The same of ASCII in lower case, in half the time.
_ASCII_WORD = re.compile(r"[a-z0-9]+(?:\.[a-z0-9]+)*(?:(?:\+\+|#)(?!\w))?")
# Of no letter beyond the basic plane does MariaDB know that it is one: such letters are written by their numbers.
_BEYOND = re.compile("[\U00010000-\U0010ffff]")
_POSSESSIVE = re.compile(r"['’]s\b")
_SUBTITLE = re.compile(r":\s| [-–—] ")
_PHRASE = re.compile(r'"([^"]*)"')
# Of the key of a run: no word of it.
_SCHEME = re.compile(r"\b[a-z]+(?:-[a-z]+)*-v\d:")


class Term(NamedTuple):
    """A word, or several in a row; with `begins` also what the last begins."""

    words: tuple[str, ...]
    begins: bool = False


Asked = list[tuple[Term, ...]]
"""What is to be found: one of the terms of each."""


def split(text: str, *, stemmed: bool = True) -> list[str]:
    """The words of a text, in order; not stemmed, as they are written but for case and accents."""
    text = _folded(text[:MAX_TEXT]).replace(" & ", " and ")
    # Few texts have what the two expressions look for at every letter.
    text = _SCHEME.sub("", text) if "-v" in text else text
    text = _POSSESSIVE.sub("s", text) if "'" in text or "’" in text else text
    pattern = _ASCII_WORD if text.isascii() else _WORD
    found = [word[:MAX_LENGTH] for word in pattern.findall(text)[:MAX_WORDS]]
    return list(map(_stem, found)) if stemmed else found


def asked(text: str, *, stemmed: bool = True) -> Asked:
    """What a search asks for. A word with a digit is a code, or the beginning of one."""
    found: Asked = []
    for number, part in enumerate(_PHRASE.split(text[:MAX_ASKED])):
        words = split(part, stemmed=stemmed)
        if number % 2 and words:
            found.append((Term(tuple(words)),))
        else:
            found += [(Term((word,), has_digit(word)),) for word in words]
    return list(dict.fromkeys(found))[:MAX_ASKED_WORDS]


def marked(names: str, keywords: str, text: str) -> list[str]:
    """What is kept of a document: all its words, each marked with the parts that it belongs to."""
    own, more, rest = (_with_parts(split(each)) for each in (names, keywords, text))
    parts = ((NAMES, own), (KEYWORDS, own), (KEYWORDS, more), (EVERYTHING, own), (EVERYTHING, more), (EVERYTHING, rest))
    return [each for mark, words in parts for each in (*(f"{mark}_{word}" for word in words), _GAP)]


def key_words(key: str) -> str:
    """A key as it is compared: ``MITx 14.100x`` is ``MITx+14.100x``."""
    return " ".join(split(key[:MAX_ASKED]))[:MAX_KEY]


def number_words(key: str) -> str:
    """Likewise the number in the key of a course or a run; "" where there is none."""
    parts = re.split(r"[+/]", key)
    return key_words(parts[1]) if len(parts) > 1 else ""


def title_length(title: str) -> int:
    """How much a title says beside what was asked: its words. What follows a colon or a dash is one, or of the parts of a
    course that with the shortest subtitle would be first."""
    main, *rest = _SUBTITLE.split(title, maxsplit=1)
    return len(split(main)) + len(rest)


@lru_cache(maxsize=50_000)
def code(facet: str, value: str) -> str:
    """A value of a facet as a word: so the index of words has facets as well."""
    return hashlib.blake2b(f"{facet} {value}".encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def has_digit(word: str) -> bool:
    """Whether it may be a code."""
    return any(letter.isdigit() for letter in word)


def nearest(word: str, candidates: Sequence[str]) -> list[str]:
    """Those that were likely meant by a word: one slip away, or two in a long one; at most five."""
    limit = 0 if len(word) < 4 or has_digit(word) else 1 if len(word) < 8 else 2
    found = sorted((slips(word, each, limit), each) for each in set(candidates) if abs(len(each) - len(word)) <= limit)
    return [each for count, each in found if count == found[0][0] and count <= limit][:5]


def slips(one: str, other: str, limit: int) -> int:
    """
    How many letters are wrong, missing, too many, or in each other's place (Damerau's distance); more than `limit` is
    `limit` + 1.
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            break
    return min(row[-1], limit + 1)


def _with_parts(words: list[str]) -> list[str]:
    """``6.00.1x`` is found by ``6.00`` as well; behind the text, so that phrases stay together."""
    parts = dict.fromkeys(part for word in words if "_" in word for part in _parts(word))
    return [*words, _GAP, *parts] if parts else words


def _parts(word: str) -> Iterator[str]:
    pieces = word.split("_")
    for end in range(1, len(pieces)):
        yield "_".join(pieces[:end])
        yield pieces[end]


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    # Piece by piece, because most are ASCII.
    return " ".join(piece.lower() if piece.isascii() else _without_accents(piece) for piece in text.split(" "))


def _without_accents(text: str) -> str:
    # Marks go before composed letters are taken apart: to sort 80,000 in a row takes seconds.
    text = _without_marks(unicodedata.normalize("NFKD", _without_marks(text))).casefold()
    return _BEYOND.sub(lambda found: f"u{ord(found[0]):x}" if found[0].isalnum() else " ", text)


def _without_marks(text: str) -> str:
    return "".join(letter for letter in text if not unicodedata.category(letter).startswith("M"))


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    if len(word) > 1 and word[-1] == "x" and word[-2].isdigit():
        word = word[:-1]
    elif len(word) > 4 and word.endswith("ies"):
        word = f"{word[:-3]}y"
    elif len(word) > 3 and word[-1] == "s" and word[-2] not in "sui":
        word = word[:-1]
    return word.replace(".", "_").replace("++", "_plus").replace("#", "_sharp")
