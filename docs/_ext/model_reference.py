"""``.. model-fields:: CourseRun``: the columns of a model and their help texts, read from the model itself."""

from django.apps import apps
from docutils import nodes
from docutils.parsers.rst import Directive


class ModelFields(Directive):
    """A table with a row for each column of one model: of the core, or of an app that is named."""

    required_arguments = 1

    def run(self):
        name = self.arguments[0]
        model = apps.get_model(name if "." in name else f"openedx_catalog.{name}")
        rows = [(field.name, kind(field), notes(field)) for field in model._meta.concrete_fields]
        return [table(("Field", "Type", "What it says"), rows)]


def kind(field):
    """The type of a column, with what it points at, its length, and whether it may be missing or must be unique."""
    name = field.get_internal_type()
    if field.is_relation:
        name = f"{name} to {field.related_model._meta.object_name}"
    elif field.max_length and name == "CharField":
        name = f"{name}({field.max_length})"
    marks = [mark for mark, holds in (("unique", field.unique and not field.primary_key), ("nullable", field.null)) if holds]
    return ", ".join([name, *marks])


def notes(field):
    """The help text for operators; for folded columns, where they come from."""
    if source := getattr(field, "source", None):
        return f"The folded form of {source}; computed on save, never edited."
    return str(field.help_text).strip()


def table(head, rows, widths=(20, 25, 55)):
    """A docutils table with a literal first column."""
    group = nodes.tgroup(cols=len(head))
    group += [nodes.colspec(colwidth=width) for width in widths[: len(head)]]
    header, body = nodes.thead(), nodes.tbody()
    header += row([nodes.Text(text) for text in head])
    for first, *rest in rows:
        body += row([nodes.literal(text=first), *(nodes.Text(text) for text in rest)])
    group += [header, body]
    result = nodes.table()
    result += group
    return result


def row(cells):
    """One row of inline nodes."""
    result = nodes.row()
    for cell in cells:
        entry = nodes.entry()
        entry += nodes.paragraph("", "", cell)
        result += entry
    return result


def setup(app):
    app.add_directive("model-fields", ModelFields)
    return {"parallel_read_safe": True}
