"""
The catalogs of translated messages, in openedx_catalog/locale: brought up to date, or checked.

    python tests/translations.py --make
    python tests/translations.py --check

``en`` is the source: every message, untranslated. One folder serves the core and all optional apps, which need the core.
"""

from __future__ import annotations

import ast
import gettext
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "openedx_catalog"
SOURCE, COMPLETE = "en", ("es",)
_PLACEHOLDER = re.compile(r"%\((\w+)\)([a-z])")


class Entry(NamedTuple):
    """One message of a catalog: the text, or the two of a plural, and its translations."""

    texts: tuple[str, ...]
    translations: tuple[str, ...]
    fuzzy: bool


def catalog(language: str, package: Path = ROOT / PACKAGE) -> Path:
    return package / "locale" / language / "LC_MESSAGES" / "django.po"


def entries(path: Path) -> list[Entry]:
    """The messages of a .po file, without its header and without what is obsolete."""
    found = []
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        values: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            if match := re.match(r"(msg\w+(?:\[\d\])?) (\".*\")$", line):
                name, text = match.groups()
                values[name] = ast.literal_eval(text)
            elif line.startswith('"'):
                values[name] += ast.literal_eval(line)
        texts = tuple(values[name] for name in ("msgid", "msgid_plural") if name in values)
        translations = tuple(text for name, text in values.items() if name.startswith("msgstr"))
        if texts and texts != ("",):
            found.append(Entry(texts, translations, bool(re.search(r"^#,.*\bfuzzy\b", block, re.MULTILINE))))
    return found


def make(package: Path) -> None:
    """Extract the messages of every language, and compile the translated ones."""
    languages = [flag for language in (SOURCE, *COMPLETE) for flag in ("-l", language)]
    _django(package, "makemessages", *languages, "--no-location", "--no-wrap", "--no-obsolete", "--verbosity", "0")
    for language in (SOURCE, *COMPLETE):
        path = catalog(language, package)
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        # It says when the file was made, and would make every one differ.
        path.write_text("".join(line for line in lines if "POT-Creation-Date" not in line), encoding="utf-8")
    for language in COMPLETE:
        catalog(language, package).with_suffix(".mo").unlink(missing_ok=True)
        # With --check-format: a placeholder that was lost or misspelled would fail only where the message is shown.
        subprocess.run(
            ["msgfmt", "--check", "-o", catalog(language, package).with_suffix(".mo"), catalog(language, package)], check=True
        )


def problems() -> Iterator[str]:
    """What keeps the committed catalogs from being what `make` would leave, and complete."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / PACKAGE
        shutil.copytree(ROOT / PACKAGE, fresh, ignore=shutil.ignore_patterns("__pycache__"))
        make(fresh)
        for language in (SOURCE, *COMPLETE):
            # Not as texts: versions of gettext wrap and flag in different ways.
            if not catalog(language).exists() or entries(catalog(language)) != entries(catalog(language, fresh)):
                yield f"{catalog(language).relative_to(ROOT)} is not up to date. Run: make translations"
        for language in COMPLETE:
            if _compiled(catalog(language)) != _compiled(catalog(language, fresh)):
                yield f"{catalog(language).with_suffix('.mo').relative_to(ROOT)} is not up to date. Run: make translations"
            yield from (f"{language}: {why}" for why in incomplete(catalog(language, fresh)))


def incomplete(path: Path) -> Iterator[str]:
    """The messages of a catalog that lack a translation, or whose translation has other placeholders."""
    for entry in entries(path):
        wanted = [set(_PLACEHOLDER.findall(text)) for text in entry.texts]
        if entry.fuzzy or not all(entry.translations):
            yield f"{'fuzzy' if entry.fuzzy else 'untranslated'}: {entry.texts[0]!r}"
        elif not all(set(_PLACEHOLDER.findall(text)) in wanted for text in entry.translations):
            yield f"other placeholders: {entry.texts[0]!r}"


def _compiled(path: Path) -> dict:
    """The contents of a .mo file; its bytes depend on the version of msgfmt."""
    compiled = path.with_suffix(".mo")
    if not compiled.exists():
        return {}
    with compiled.open("rb") as file:
        texts = dict(gettext.GNUTranslations(file)._catalog)  # type: ignore[attr-defined]
    texts.pop("", None)
    return texts


def _django(package: Path, *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "django", *arguments], cwd=package, check=True)


def main() -> int:
    if sys.argv[1:] == ["--make"]:
        make(ROOT / PACKAGE)
        found = [why for language in COMPLETE for why in incomplete(catalog(language))]
    elif sys.argv[1:] == ["--check"]:
        found = list(problems())
    else:
        sys.exit(__doc__)
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
