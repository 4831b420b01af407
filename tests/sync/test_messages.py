"""docs/references/errors.rst shows the message of every error, whichever app it is of."""

import ast
import re
from pathlib import Path

import pytest

import openedx_catalog
from openedx_catalog.exceptions import CatalogError
from tests.messages import family, messages

pytestmark = [pytest.mark.newest, pytest.mark.any_database]

PACKAGE = Path(openedx_catalog.__file__).parent


def classes_of_errors() -> set[str]:
    """The names of the classes below CatalogError, as the source has them: imported or not."""
    bases = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                bases[node.name] = {ast.unparse(base).rpartition(".")[2] for base in node.bases}
    found, size = {"CatalogError"}, 0
    while size != len(found):
        size = len(found)
        found |= {name for name, of in bases.items() if of & found}
    return found - {"CatalogError"}


def test_every_error_is_listed_with_its_message():
    listed = messages()
    assert {message.name for message in listed} == classes_of_errors()
    assert {message.template for message in listed} == {str(error.template) for error in family()}
    assert len(listed) == len({message.name for message in listed})


@pytest.mark.parametrize("error", list(family()), ids=lambda error: error.__name__)
def test_a_message_needs_only_the_facts_that_its_class_names(error):
    """The docstring is where a caller learns them; a template that takes another would fail with KeyError."""
    taken = set(re.findall(r"%\((\w+)\)", str(error.template)))
    documented = " ".join(base.__doc__ or "" for base in error.__mro__ if issubclass(base, CatalogError))
    assert taken <= set(re.findall(r"``(\w+)``", documented)), error.__doc__
