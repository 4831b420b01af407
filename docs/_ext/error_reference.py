"""``.. error-table::``: every CatalogError with its code, its status over REST and its message, read from the classes."""

from docutils.parsers.rst import Directive
from model_reference import table

from tests.messages import messages


class ErrorTable(Directive):
    """A table of code, status, class and message, ordered by code."""

    def run(self):
        return [table(("Code", "HTTP", "Class", "Message"), messages(), widths=(22, 6, 20, 52))]


def setup(app):
    app.add_directive("error-table", ErrorTable)
    return {"parallel_read_safe": True}
