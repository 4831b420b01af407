"""``.. peer-differences::``: the tests of openedx-core that ours fails on purpose, from the list that the tests are held to."""

from docutils.parsers.rst import Directive
from model_reference import table

from tests.peer.differences import VENDORS, differences

TITLES = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "mariadb": "MariaDB"}


class PeerDifferences(Directive):
    """A table of the tests, the reason, and the databases."""

    def run(self):
        rows = [(", ".join(each.tests), each.reason, where(each)) for each in differences()]
        return [table(("Test of openedx-core", "Why it fails", "On"), rows, widths=(45, 40, 15))]


def where(difference):
    """In words."""
    return "all" if set(difference.databases) == set(VENDORS) else ", ".join(TITLES[name] for name in difference.databases)


def setup(app):
    app.add_directive("peer-differences", PeerDifferences)
    return {"parallel_read_safe": True}
