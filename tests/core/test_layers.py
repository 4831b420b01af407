"""Who imports whom, where import-linter has no words for it: private modules of an API, and what is below everything."""

import ast
import tomllib
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.once

PACKAGE = ROOT / "openedx_catalog"


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> set[str]:
    """The modules, and names of modules, that a file imports, in full; also what functions import."""
    package = path.parent.relative_to(ROOT).parts
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            start = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            base = ".".join(filter(None, (start, node.module)))
            found |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    return found


@pytest.fixture(scope="module")
def imports():
    """``{module: what it imports}`` of the whole package, migrations aside."""
    return {name_of(path): imports_of(path) for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts}


def is_private(module: str) -> bool:
    """``openedx_catalog.contrib.X.api._y``, ``openedx_catalog.api._y`` and what is in them."""
    before, api, inside = module.partition(".api.")
    return bool(api) and inside.startswith("_") and before.startswith("openedx_catalog")


def private_imports(module: str, imported: set[str]) -> set[str]:
    """What a module imports of the private modules of an API that is not its own."""
    return {found for found in imported if is_private(found) and not f"{module}.".startswith(found.partition("._")[0] + ".")}


def test_private_modules_of_an_api_are_imported_by_that_api_alone(imports):
    broken = {module: found for module, imported in imports.items() if (found := private_imports(module, imported))}
    assert broken == {}


def test_lib_imports_nothing_of_the_packages_above_it(imports):
    allowed = ("openedx_catalog.lib.", "openedx_catalog.intact.")
    above = {
        module: found
        for module, imported in imports.items()
        if f"{module}.".startswith("openedx_catalog.lib.")
        and (found := {name for name in imported if name.startswith("openedx_catalog.") and not f"{name}.".startswith(allowed)})
    }
    assert above == {}


def test_every_module_has_its_layer():
    """What import-linter is not given, it does not look at, and the picture in the docs does not show."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    layers = next(contract for contract in contracts if contract["type"] == "layers")["layers"]
    named = {name.strip("() ") for layer in layers for name in layer.replace("|", ":").split(":")}
    there = {path.stem if path.is_file() else path.name for path in PACKAGE.iterdir() if is_module(path)}
    assert (there - named, named - there) == (set(), set())


def is_module(path: Path) -> bool:
    if path.name in ("migrations", "__init__.py"):
        return False
    return path.suffix == ".py" or (path / "__init__.py").exists()


@pytest.mark.parametrize(
    ("module", "imported", "broken"),
    [
        ("openedx_catalog.contrib.x.api.y", "openedx_catalog.contrib.x.api._z", False),
        ("openedx_catalog.contrib.x.api", "openedx_catalog.contrib.x.api._z", False),
        ("openedx_catalog.contrib.x.admin", "openedx_catalog.contrib.x.api._z", True),
        ("openedx_catalog.contrib.w.api.y", "openedx_catalog.contrib.x.api._z.name", True),
        ("openedx_catalog.contrib.x.admin", "openedx_catalog.contrib.x.api.z", False),
        ("openedx_catalog.contrib.x.api.y", "openedx_catalog.api._engine", True),
    ],
)
def test_what_counts_as_private(module, imported, broken):
    assert bool(private_imports(module, {imported})) is broken
