"""``.. permission-table::``: who may do what through REST, from the table that the tests hold every route to."""

from docutils.parsers.rst import Directive
from model_reference import table

from tests.rest_permissions import PROGRAM_RULES, RULES, permission


class PermissionTable(Directive):
    """A table of route, method and who is let in."""

    optional_arguments = 1

    def run(self):
        rules = PROGRAM_RULES if self.arguments == ["programs"] else RULES
        rows = [(rule.route, rule.method, who(rule)) for rule in rules]
        return [table(("Route", "Method", "Who"), rows)]


def who(rule):
    """In words."""
    return f"holders of {permission(rule).replace(' + ', ' and ')}" if rule.action else "whoever is signed in"


def setup(app):
    app.add_directive("permission-table", PermissionTable)
    return {"parallel_read_safe": True}
