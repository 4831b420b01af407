"""Who may do what through REST, as one table: the contracts of the resources are held to it, and the docs print it."""

from __future__ import annotations

from openedx_catalog.testing.tables import Rule, usual_rules

RULES = [
    *usual_rules("organization", "organizations.organization"),
    *usual_rules("catalog-course", "openedx_catalog.catalogcourse"),
    Rule("catalog-course-runs", "GET", "", "openedx_catalog.catalogcourse"),
    Rule("catalog-course-merge", "POST", "change + delete", "openedx_catalog.catalogcourse"),
    Rule("catalog-course-rename", "POST", "change", "openedx_catalog.catalogcourse"),
    *usual_rules("course-run", "openedx_catalog.courserun"),
    Rule("course-run-move", "POST", "change", "openedx_catalog.courserun"),
    Rule("course-run-resolve", "POST", "", "openedx_catalog.courserun"),
]

_PROGRAMS = "openedx_catalog_programs"
PROGRAM_RULES = [
    *usual_rules("program-type", f"{_PROGRAMS}.programtype"),
    *usual_rules("program", f"{_PROGRAMS}.program"),
    Rule("program-resolve-run", "GET", "", f"{_PROGRAMS}.program"),
    Rule("program-exclude-run", "POST", "change", f"{_PROGRAMS}.program"),
    Rule("program-include-run", "POST", "change", f"{_PROGRAMS}.program"),
    *usual_rules("curriculum", f"{_PROGRAMS}.curriculum"),
    *(
        Rule(f"curriculum-{name}", "POST", "change", f"{_PROGRAMS}.curriculum")
        for name in ("add", "retire", "remove", "reorder")
    ),
    *(rule for rule in usual_rules("degree", f"{_PROGRAMS}.degree") if rule.method != "DELETE"),
    Rule("degree-costs", "POST", "add", f"{_PROGRAMS}.degreecost"),
    Rule("degree-deadlines", "POST", "add", f"{_PROGRAMS}.degreedeadline"),
]


def rules_of(name: str) -> list[Rule]:
    """The lines of a resource: ``rules_of("course-run")``."""
    return [rule for rule in [*RULES, *PROGRAM_RULES] if _resource_of(rule) == name]


def _resource_of(rule: Rule) -> str:
    """A route is that of the longest resource that begins its name."""
    resources = [rule.route.removesuffix("-list") for rule in [*RULES, *PROGRAM_RULES] if rule.route.endswith("-list")]
    return max((name for name in resources if rule.route.startswith(f"{name}-")), key=len)
