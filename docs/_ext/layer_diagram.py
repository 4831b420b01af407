"""
``.. layer-diagram::``: the layers of the package as an SVG, from the import contracts and from what the modules import.

The layers are those that import-linter holds the code to (``pyproject.toml``), the counts come from the files. Plain SVG text,
so that no graphviz has to be installed, and the same code always gives the same picture.
"""

import ast
import tomllib
from html import escape
from pathlib import Path
from textwrap import shorten

from docutils import nodes
from docutils.parsers.rst import Directive

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "openedx_catalog"
WIDTH, CHARACTER, LINE, PADDING, GAP = 760, 7.3, 20, 8, 14


class LayerDiagram(Directive):
    """One band a layer, the highest on top; in it a box for each module, with how many of its files import downwards."""

    def run(self):
        return [nodes.raw("", draw(layers()), format="html")]


def layers():
    """``[[the names in a layer], …]``, from the top; what stands in containers of optional apps comes above the core."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    found = []
    for contract in contracts:
        if contract["type"] != "layers":
            continue
        (container,) = contract["containers"]
        inner = container.removeprefix("openedx_catalog").lstrip(".")
        names = [
            [f"{inner}.{name.strip('() ')}".lstrip(".") for name in layer.replace("|", ":").split(":")]
            for layer in contract["layers"]
        ]
        at = found.index([inner]) if inner else len(found)
        found[at : at + 1 if inner else at] = names
    return found


def files_of(name):
    path = PACKAGE / name.replace(".", "/")
    return sorted(path.rglob("*.py")) if path.is_dir() else [path.with_suffix(".py")]


def imports_of(name, names):
    """``{other: how many files of a module import it}``, where others are those of `names`."""
    found = {}
    for path in files_of(name):
        for other in {home(module, names) for module in modules_in(path)} - {name, None}:
            found[other] = found.get(other, 0) + 1
    return found


def modules_in(path):
    package = path.parent.relative_to(ROOT).parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join([*start, *filter(None, [node.module])])
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def home(module, names):
    """The box in which an imported module stands, or None."""
    parts = module.removeprefix("openedx_catalog.").split(".")
    if not module.startswith("openedx_catalog."):
        return None
    return next((name for name in (".".join(parts[:2]), parts[0]) if name in names), None)


def draw(rows):
    """Return the SVG: bands from the top, boxes beside each other, and what each box imports as its title."""
    names = {name for row in rows for name in row}
    parts, y = [], 1
    for number, row in enumerate(rows, 1):
        x, lines = PADDING, 1
        boxes = []
        for name in row:
            width = len(name) * CHARACTER + 2 * PADDING
            if x + width > WIDTH - PADDING:
                x, lines = PADDING, lines + 1
            boxes.append((name, x, y + PADDING + (lines - 1) * (LINE + PADDING), width))
            x += width + GAP
        height = lines * (LINE + PADDING) + PADDING
        parts.append(f'<rect x="1" y="{y}" width="{WIDTH - 2}" height="{height}" fill="currentColor" opacity=".07"/>')
        parts += [box_of(*box, imports_of(box[0], names)) for box in boxes]
        if len(row) == 1:
            parts.append(summary_of(row[0], x, y + PADDING + LINE - 6))
        y += height + (GAP if number < len(rows) else 0)
        if number < len(rows):
            parts.append(f'<path fill="none" stroke="currentColor" d="M{WIDTH / 2} {y - GAP + 1}v{GAP - 4}m-4 -4l4 4l4 -4"/>')
    label = "Layers, each of which imports from those below it only: " + "; ".join(", ".join(row) for row in rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y + 1}" role="img" aria-label="{escape(label)}" '
        f'style="width:100%;max-width:{WIDTH}px;height:auto;color:inherit" font-family="monospace" font-size="12" '
        f'fill="currentColor" stroke="none">{"".join(parts)}</svg>'
    )


def summary_of(name, x, y):
    """The first sentence of a module, beside its box, as far as there is room."""
    file = PACKAGE / name.replace(".", "/")
    file = file / "__init__.py" if file.is_dir() else file.with_suffix(".py")
    sentence = " ".join((ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "").split("\n\n")[0].split())
    text = shorten(sentence.replace("`", ""), int((WIDTH - x) / CHARACTER), placeholder=" …")
    return f'<text x="{x:.1f}" y="{y}" opacity=".75">{escape(text)}</text>'


def box_of(name, x, y, width, imported):
    names = ", ".join(f"{other} ({count})" for other, count in sorted(imported.items(), key=lambda item: (-item[1], item[0])))
    title = f"{name} imports {names or 'nothing of the package'}"
    style = 'style="fill:var(--pst-color-background,#fff)" stroke="currentColor"'
    return (
        f'<g><title>{escape(title)}</title><rect {style} x="{x:.1f}" y="{y}" width="{width:.1f}" height="{LINE}" rx="3"/>'
        f'<text x="{x + PADDING:.1f}" y="{y + LINE - 6}">{escape(name)}</text></g>'
    )


def setup(app):
    app.add_directive("layer-diagram", LayerDiagram)
    return {"parallel_read_safe": True}
