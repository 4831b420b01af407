"""``.. error-table::``: every CatalogError with its stable code, read from the classes."""

import inspect

from docutils.parsers.rst import Directive
from model_reference import table

import openedx_catalog.transfer  # noqa: F401 - registers the errors of files and reports
from openedx_catalog.exceptions import CatalogError


class ErrorTable(Directive):
    """A table of code, class and meaning, ordered by code."""

    def run(self):
        rows = [(error.code, error.__name__, summary(error)) for error in sorted(family(), key=lambda error: error.code)]
        return [table(("Code", "Class", "When"), rows)]


def family():
    """The classes below the root."""
    pending, found = list(CatalogError.__subclasses__()), []
    while pending:
        error = pending.pop()
        if error.__module__.startswith("openedx_catalog."):
            found.append(error)
            pending += error.__subclasses__()
    return found


def summary(error):
    """The first paragraph of the docstring, without the facts, which stand with the class."""
    first = inspect.getdoc(error).split("\n\n")[0].replace("\n", " ")
    return first.partition(" Facts:")[0].replace("``", "")


def setup(app):
    app.add_directive("error-table", ErrorTable)
    return {"parallel_read_safe": True}
