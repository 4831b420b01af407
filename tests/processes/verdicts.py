"""
What the catalog says of 10,000 strings: ``python -m tests.processes.verdicts`` prints it for the configured database.

The strings are seeded mutations of valid keys, so every process generates the same ones.
"""

from __future__ import annotations

import json
import random
import sys
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

import django

SEED = 40_000
STRINGS = 10_000
BATCH_SIZE = 500

SCHEMES = (
    "course-v1:",
    "",
    "ccx-v1:",
    "library-v1:",
    "lib:",
    "COURSE-V1:",
    "Course-v1:",
    "course-v2:",
    "slashes:",
    "block-v1:",
)
SEPARATORS = ("+", "/", ":", "@", "%2B", " ", "＋", "++", "")
SUFFIXES = (
    "",
    "+branch@draft",
    "+version@519665f6223ebd6980884f2b",
    "+type@course+block@course",
    "+ccx@7",
    "+ccx@x",
    "/",
    "\n",
)
# Letters that fold in ways of their own, that grow when folded or composed, that look like others or like nothing.
LETTERS = "ßŉﬁǰΐİıſKÅΩΩσς１ｅééМфт北京ŁłǅŒœ\u0345\u1e9eᾳ"
NOTHINGS = "\u200b\u200c\u200d\ufeff\u00ad\u2060\u202e\u180e\u0301"
CONTROLS = "".join(map(chr, range(32))) + "\x7f\x85\xa0\u2028\u3000"
SURROGATES = "\ud800\udfff"
PUNCTUATION = "-_.~:%+/@#?&='\"\\<>,;|*!(){}[]$^`"
ALL_CHARACTERS = LETTERS + NOTHINGS + CONTROLS + SURROGATES + PUNCTUATION + "😀 𝔘x"


class Verdict(NamedTuple):
    """`stored` is the key of the run that the string names afterwards, `found` what another case of it finds."""

    text: str
    outcome: str
    code: str
    stored: str
    found: str


def strings(seed: int = SEED, count: int = STRINGS) -> list[str]:
    """Valid keys, each changed in none to four ways."""
    chance = random.Random(seed)
    return [_mutated(chance, _valid(chance, i)) for i in range(count)]


def other_case(key: str) -> str:
    """The same key in another case where there is one: not every upper case folds back (ı), and schemes have but one."""
    scheme, colon, parts = key.rpartition(":") if key.startswith(("course-v1:", "ccx-v1:")) else ("", "", key)
    for change in (str.upper, str.swapcase, str.lower):
        changed = f"{scheme}{colon}{change(parts)}"
        if changed != key and folded(changed) == folded(key) and "@" not in parts:
            return changed
    return key


def folded(text: str) -> str:
    """What decides identity, said once more and without the product."""
    return unicodedata.normalize("NFC", text).casefold()


def judge(texts: list[str]) -> tuple[list[Verdict], dict[str, int]]:
    """Associate the strings, read them back, and say what became of each; with the counts of the report."""
    from openedx_catalog import api

    records = [api.AssociationRecord(text, line=line) for line, text in enumerate(texts)]
    report = api.associate_course_runs(records, batch_size=BATCH_SIZE, source="verdicts")
    problems = {problem.line: problem for problem in report.problems}
    stored = api.get_course_runs(texts)
    resolved = api.resolve_course_runs([other_case(text) for text in texts])
    verdicts = []
    for line, text in enumerate(texts):
        problem, run, other = problems.get(line), stored.get(text), resolved.get(other_case(text))
        said = (problem.outcome, problem.code) if problem else ("taken", "")
        verdicts.append(Verdict(text, *said, str(run.course_key) if run else "", other.course_key if other else ""))
    return verdicts, report.outcomes


def _valid(chance: random.Random, i: int) -> str:
    # Four strings start from the same run, so that mutations meet.
    run_of = i // 4
    org, course, run = f"Org{run_of % 50}", f"Code{run_of % 700}", f"Run{run_of}"
    match chance.randrange(4):
        case 0:
            return f"{org}/{course}/{run}"
        case 1:
            return f"ccx-v1:{org}+{course}+{run}+ccx@{run_of}"
    return f"course-v1:{org}+{course}+{run}"


def _mutated(chance: random.Random, key: str) -> str:
    for _change in range(chance.randrange(5)):
        key = chance.choice(MUTATIONS)(chance, key)
    return key


def _insert(chance: random.Random, key: str) -> str:
    place = chance.randrange(len(key) + 1)
    return key[:place] + chance.choice(ALL_CHARACTERS) + key[place:]


def _insert_letters(chance: random.Random, key: str) -> str:
    place = chance.randrange(len(key) + 1)
    return key[:place] + "".join(chance.choices(LETTERS, k=chance.randrange(1, 6))) + key[place:]


def _delete(chance: random.Random, key: str) -> str:
    place = chance.randrange(len(key) + 1)
    return key[:place] + key[place + chance.randrange(1, 4) :]


def _change_case(chance: random.Random, key: str) -> str:
    return chance.choice((str.upper, str.lower, str.swapcase, str.title))(key)


def _change_case_of_parts(chance: random.Random, key: str) -> str:
    scheme, colon, parts = key.partition(":")
    return f"{scheme}{colon}{chance.choice((str.upper, str.lower, str.swapcase))(parts)}" if colon else key.swapcase()


def _change_form(chance: random.Random, key: str) -> str:
    return unicodedata.normalize(chance.choice(("NFD", "NFC", "NFKD", "NFKC")), key)


def _change_scheme(chance: random.Random, key: str) -> str:
    return chance.choice(SCHEMES) + key.rpartition(":")[2]


def _change_separator(chance: random.Random, key: str) -> str:
    return key.replace(chance.choice("+/"), chance.choice(SEPARATORS), chance.randrange(1, 4))


def _append(chance: random.Random, key: str) -> str:
    return key + chance.choice(SUFFIXES)


def _surround(chance: random.Random, key: str) -> str:
    return chance.choice((" ", "\t", "\r\n", "\xa0", "\u200b", "\x1f")) * chance.randrange(2) + key + chance.choice(" \n\x00\v")


def _lengthen(chance: random.Random, key: str) -> str:
    """To 400 characters and to the limits of 255 and 128, with letters that double or triple when folded."""
    filler = chance.choice(("x", "X", *LETTERS))
    wanted = chance.choice((100, 127, 128, 129, 200, 250, 254, 255, 256, 257, 300, 400)) - len(key)
    place = chance.choice((len(key), key.find("+") + 1, key.rfind("+") + 1))
    return key[:place] + filler * max(wanted, 0) + key[place:]


MUTATIONS: tuple[Callable[[random.Random, str], str], ...] = (
    _insert, _insert_letters, _delete, _change_case, _change_case_of_parts, _change_form, _change_scheme,
    _change_separator, _append, _surround, _lengthen,
)  # fmt: skip


def main() -> None:
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    json.dump(judge(strings()), sys.stdout)


if __name__ == "__main__":
    main()
