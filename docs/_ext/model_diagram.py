"""
``.. model-diagram::``: the tables of the app as an SVG, drawn from the models.

Plain SVG text, so that no graphviz has to be installed, and the same models always give the same picture.
"""

from html import escape

from django.apps import apps
from docutils import nodes
from docutils.parsers.rst import Directive

CHARACTER, LINE, PADDING, GAP_X, GAP_Y = 7.3, 18, 10, 90, 36


class ModelDiagram(Directive):
    """One box a model, one arrow a foreign key; history tables are left out. Of the core, or of an app."""

    optional_arguments = 1

    def run(self):
        (label,) = self.arguments or ["openedx_catalog"]
        models = [model for model in apps.get_app_config(label).get_models() if not hasattr(model, "history_id")]
        return [nodes.raw("", draw(with_targets(models)), format="html")]


def with_targets(models):
    """The models and what their foreign keys point at, sorted by name."""
    targets = {field.related_model for model in models for field in foreign_keys(model)}
    return sorted({*models, *targets}, key=lambda model: model.__name__)


def foreign_keys(model):
    return [field for field in model._meta.concrete_fields if field.is_relation]


def rank(model, models):
    """How many foreign keys lead from a model to one that points at none: its column in the picture."""
    targets = {field.related_model for field in foreign_keys(model)} & set(models) - {model}
    return 1 + max((rank(target, models) for target in targets), default=-1)


def lines(model):
    """What stands in a box below the name; of a foreign app's model only its key."""
    fields = model._meta.concrete_fields
    if not model._meta.app_label.startswith("openedx_catalog"):
        return [field.name for field in fields if field.name in ("id", "short_name")]
    return [field.name + (f" → {field.related_model.__name__}" if field.is_relation else "") for field in fields]


def draw(models):
    """Return the SVG: columns by rank, boxes below each other, curves from a foreign key's line to its target."""
    columns = {}
    for model in models:
        columns.setdefault(rank(model, models), []).append(model)
    places, x, height = {}, 1, 0
    for number in sorted(columns):
        width = max(len(text) for model in columns[number] for text in [model.__name__, *lines(model)]) * CHARACTER
        width, y = width + 2 * PADDING, 1
        for model in columns[number]:
            box = (len(lines(model)) + 1) * LINE + PADDING
            places[model] = (x, y, width, box)
            y += box + GAP_Y
        x, height = x + width + GAP_X, max(height, y - GAP_Y)
    parts = [part for model in models for part in arrows(model, places)] + [box_of(model, places[model]) for model in models]
    width, height = round(x - GAP_X + 1), round(height + 1)
    label = "Model diagram: " + ", ".join(model.__name__ for model in models)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(label)}" '
        f'style="width:100%;max-width:{width}px;height:auto;color:inherit" font-family="monospace" font-size="12" '
        f'fill="currentColor" stroke="none">{"".join(parts)}</svg>'
    )


def box_of(model, place):
    x, y, width, height = (round(value, 1) for value in place)
    # Opaque, so that a curve to a far column passes behind.
    style = 'style="fill:var(--pst-color-background,#fff)" stroke="currentColor"'
    frame = f'{style} d="M{x} {y}h{width}v{height}h-{width}zm0 {LINE + 4}h{width}"'
    texts = [f'<text x="{x + PADDING}" y="{y + LINE - 4}" font-weight="bold">{model.__name__}</text>']
    for number, text in enumerate(lines(model), 2):
        texts.append(f'<text x="{x + PADDING}" y="{y + number * LINE}">{escape(text)}</text>')
    return f"<path {frame}/>{''.join(texts)}"


def arrows(model, places):
    x, y, _width, _height = places[model]
    for field in foreign_keys(model):
        # What a model of another app points at is not part of the picture.
        if (target := places.get(field.related_model)) is None:
            continue
        start = y + (2 + lines(model).index(f"{field.name} → {field.related_model.__name__}")) * LINE - 4
        end_x, end_y = target[0] + target[2], target[1] + LINE / 2
        bend = (x - end_x) / 2
        curve = f"M{x:.1f} {start:.1f}C{x - bend:.1f} {start:.1f} {end_x + bend:.1f} {end_y:.1f} {end_x + 6:.1f} {end_y:.1f}"
        yield f'<path fill="none" stroke="currentColor" opacity=".6" d="{curve}"/>'
        yield f'<path opacity=".6" d="M{end_x:.1f} {end_y:.1f}l8 -4v8z"/>'


def setup(app):
    app.add_directive("model-diagram", ModelDiagram)
    return {"parallel_read_safe": True}
