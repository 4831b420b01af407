"""``.. permission-table::``: who may do what through REST or in the admin, from the tables that the tests hold them to."""

from docutils.parsers.rst import Directive
from model_reference import table

from openedx_catalog.testing.tables import allowed_words, permission
from tests.admin_pages import CORE, PROGRAMS, SYNC
from tests.rest_permissions import PROGRAM_RULES, RULES


class PermissionTable(Directive):
    """A table of route, method and who is let in; ``programs``: of the routes of programs; ``admin``: of pages instead."""

    optional_arguments = 1

    def run(self):
        if self.arguments == ["admin"]:
            rows = [
                (f"{page.model.split('.')[1]} {page.name}", allowed_words(page.see), allowed_words(page.send))
                for page in [*CORE, *PROGRAMS, *SYNC]
            ]
            return [table(("Model and page, or action of its list", "Seeing it takes", "Sending it takes"), rows)]
        rules = PROGRAM_RULES if self.arguments == ["programs"] else RULES
        rows = [(rule.route, rule.method, who(rule)) for rule in rules]
        return [table(("Route", "Method", "Who"), rows)]


def who(rule):
    """In words."""
    return f"holders of {permission(rule).replace(' + ', ' and ')}" if rule.action else "whoever is signed in"


def setup(app):
    app.add_directive("permission-table", PermissionTable)
    return {"parallel_read_safe": True}
