"""Pages read in Spanish: what of them is the same as in English, though it is no name."""

from __future__ import annotations

import re
from contextlib import contextmanager
from html.parser import HTMLParser
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.test import override_settings
from django.urls import reverse
from django.utils import translation

LOCALE = "django.middleware.locale.LocaleMiddleware"
SPANISH = {"Accept-Language": "es"}
# Words that are the same in both languages: names of rows and users, and what has no translation.
SAME = {"MITx", "MITxT", "Micro", "RunX", "admin", "junk", "test", "api", "UUID", "Error", "error", "en", "CSV", "Excel"}
# Django's own, which its Spanish translation lacks.
DJANGO = {"- Select an option -", "Run"}


@contextmanager
def by_the_reader():
    """Each request in the language that it asks for; the middleware activates it, and would leave it to the next test."""
    with override_settings(MIDDLEWARE=[*settings.MIDDLEWARE, LOCALE]), translation.override("en"):
        yield


def left_in_english(client, addresses: dict[str, str]) -> dict[str, set[str]]:
    """``{name: texts}`` of those pages that are not translated throughout."""
    left = {}
    for name, address in addresses.items():
        pages = [client.get(address, headers={"Accept-Language": language}) for language in ("en", "es")]
        assert [page.status_code for page in pages] == [200, 200], name
        if found := untranslated(*(page.content.decode() for page in pages)):
            left[name] = found
    return left


def pages_of(*labels: str) -> dict[str, str]:
    """``{"mode change": address}``: every page that the admin has for each model of these apps, with the oldest row of each."""
    found = {}
    for model in admin.site._registry:
        label, name, first = model._meta.app_label, model._meta.model_name, model.objects.order_by("pk").first()
        for page in ("changelist", "add", "change", "history", "delete") if label in labels else ():
            if page in ("changelist", "add"):
                found[f"{name} {page}"] = reverse(f"admin:{label}_{name}_{page}")
            elif first is not None:
                found[f"{name} {page}"] = reverse(f"admin:{label}_{name}_{page}", args=[first.pk])
    return found


def words_of(*models: Any) -> set[str]:
    """The words of the names and slugs of all rows: they are the same in every language."""
    return {
        word
        for model in models
        for names in model.objects.values_list("name", "slug")
        for name in names
        for word in re.findall(r"[\w+.:-]*\w", name)
    }


class Texts(HTMLParser):
    """What of a page is read, or read out."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag in ("script", "style", "code"):
            self.open.append(tag)
        for name, value in attrs:
            if name in ("aria-label", "title", "placeholder") or (
                tag == "input" and name == "value" and ("type", "submit") in attrs
            ):
                self.found.add((value or "").strip())

    def handle_endtag(self, tag):
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_data(self, data):
        if not self.open:
            self.found.add(" ".join(data.split()))


def texts(page: str) -> set[str]:
    """The words of the page, without the frame that is Django's."""
    content = page[page.index('id="content"') :]
    return set(Texts(f"<title>{page.split('<title>')[1].split('</title>')[0]}</title><p {content}").found)


def untranslated(english: str, spanish: str) -> set[str]:
    """What reads the same in both languages, unless each of its words does: names, keys, JSON, dates and types of events."""
    same = (texts(english) & texts(spanish)) - DJANGO
    return {text for text in same if not text.startswith("{") and not all(map(is_a_name, re.findall(r"[\w+.:-]*\w", text)))}


def is_a_name(word: str) -> bool:
    return word in SAME or bool(re.search(r"[\d_+.]|\w:\w", word))
