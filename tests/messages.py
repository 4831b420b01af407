"""Every error of the core and the optional apps with its message, as docs/references/errors.rst shows them to be judged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from django.core.exceptions import BadRequest

import openedx_catalog.contrib.course_types.exceptions
import openedx_catalog.contrib.programs.exceptions
import openedx_catalog.contrib.publishing.exceptions
import openedx_catalog.contrib.search.exceptions
import openedx_catalog.contrib.sync.exceptions
import openedx_catalog.transfer  # noqa: F401 - registers the errors of files and reports
from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib.rest.errors import translate

# Their errors do not come out of the REST API.
NOT_OVER_REST = ("openedx_catalog.transfer", "openedx_catalog.contrib.sync")


class Message(NamedTuple):
    """One class of errors. `status` is that of a REST answer, or "–"; `template` has the facts as ``%(name)s``."""

    code: str
    status: str
    name: str
    template: str


def messages() -> list[Message]:
    """By code, the classes that others are built on first."""
    found = [Message(str(error.code), status(error), error.__name__, str(error.template)) for error in family()]
    return sorted(found, key=lambda message: message.code)


def family() -> Iterator[type[CatalogError]]:
    """The classes below the root, in breadth."""
    pending = [CatalogError]
    while pending:
        error = pending.pop(0)
        ours = [each for each in error.__subclasses__() if each.__module__.startswith("openedx_catalog.")]
        # What receivers raise is made of a class of the family, and no other one (`lib.refusals`).
        pending += [each for each in ours if not issubclass(each, BadRequest)]
        if error is not CatalogError:
            yield error


def status(error: type[CatalogError]) -> str:
    """What a REST client gets where it names such a thing in the body of a request."""
    if issubclass(error, RuntimeError) or error.__module__.startswith(NOT_OVER_REST):
        return "–"
    facts: dict[str, object] = {
        name: 0 if kind == "d" else "" for name, kind in re.findall(r"%\((\w+)\)(\w)", str(error.template))
    }
    return str(translate(error(**facts), {}, {}).status_code)  # type: ignore[attr-defined]
