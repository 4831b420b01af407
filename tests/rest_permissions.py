"""Who may do what through REST, as one table: the contracts of the resources are held to it, and the docs print it."""

from __future__ import annotations

from openedx_catalog.testing.tables import Rule, usual_rules

ROOT = Rule("root", "GET", "", "openedx_catalog.catalogchange")
RULES = [
    *usual_rules("organization", "organizations.organization"),
    Rule("organization-history", "GET", "view", "organizations.organization"),
    *usual_rules("catalog-course", "openedx_catalog.catalogcourse"),
    Rule("catalog-course-runs", "GET", "", "openedx_catalog.catalogcourse"),
    Rule("catalog-course-merge", "POST", "change + delete", "openedx_catalog.catalogcourse"),
    Rule("catalog-course-rename", "POST", "change", "openedx_catalog.catalogcourse"),
    Rule("catalog-course-release-code", "POST", "change", "openedx_catalog.catalogcourse"),
    Rule("catalog-course-give-code", "POST", "change", "openedx_catalog.catalogcourse"),
    Rule("catalog-course-swap-codes", "POST", "change", "openedx_catalog.catalogcourse"),
    Rule("catalog-course-set-rerun-code", "POST", "change", "openedx_catalog.catalogcourse"),
    Rule("catalog-course-next-run-key", "GET", "", "openedx_catalog.catalogcourse"),
    Rule("catalog-course-move", "POST", "change", "openedx_catalog.catalogcourse"),
    Rule("catalog-course-split", "POST", "add + change", "openedx_catalog.catalogcourse"),
    Rule("catalog-course-unmerge", "POST", "add + change", "openedx_catalog.catalogcourse"),
    Rule("catalog-course-merges", "GET", "view", "openedx_catalog.catalogcourse"),
    Rule("catalog-course-history", "GET", "view", "openedx_catalog.catalogcourse"),
    *usual_rules("course-run", "openedx_catalog.courserun"),
    Rule("course-run-move", "POST", "change", "openedx_catalog.courserun"),
    Rule("course-run-move-many", "POST", "change", "openedx_catalog.courserun"),
    Rule("course-run-follow-key", "POST", "change", "openedx_catalog.courserun"),
    Rule("course-run-associate", "POST", "add + change + openedx_catalog.catalogcourse add", "openedx_catalog.courserun"),
    Rule("course-run-resolve", "POST", "", "openedx_catalog.courserun"),
    Rule("deleted-course-run-list", "GET", "view", "openedx_catalog.deletedrunkey"),
    Rule("deleted-course-run-detail", "GET", "view", "openedx_catalog.deletedrunkey"),
    Rule("deleted-course-run-restore", "POST", "add", "openedx_catalog.courserun"),
    Rule("course-run-history", "GET", "view", "openedx_catalog.courserun"),
    Rule("change-list", "GET", "", "openedx_catalog.catalogchange"),
]

_PROGRAMS = "openedx_catalog_programs"


def _rule(name: str, path: str, method: str, action: str) -> Rule:
    """A further route of one of the resources of programs."""
    return Rule(f"{name}-{path}", method, action, f"{_PROGRAMS}.{_MODELS[name]}")


_MODELS = {
    "program-type": "programtype",
    "program": "program",
    "curriculum": "curriculum",
    "curriculum-course": "curriculumcoursemembership",
    "curriculum-program": "curriculumprogrammembership",
    "curriculum-group": "curriculumgroup",
    "degree": "degree",
    "degree-cost": "degreecost",
    "degree-deadline": "degreedeadline",
}
_OF_RUNS = ("exclude-run", "include-run")
_DATED = ("curriculum-course", "curriculum-program", "curriculum-group", "degree-cost", "degree-deadline")
PROGRAM_RULES = [
    *(
        rule
        for name, model in _MODELS.items()
        for rule in usual_rules(name, f"{_PROGRAMS}.{model}")
        if name != "degree" or rule.method != "DELETE"
    ),
    *(_rule(name, "history", "GET", "view") for name in _MODELS),
    *(_rule("program", path, "GET", "") for path in ("resolve-run", "runs", "runs-elsewhere", "curriculum-for", "diff")),
    _rule("program", "evaluate", "POST", ""),
    *(_rule(name, path, "POST", "change") for name in ("program", "curriculum-course") for path in _OF_RUNS),
    *(_rule("curriculum", path, "POST", "change") for path in ("add", "retire", "remove", "reorder", "close")),
    *(_rule(name, "retire", "POST", "change") for name in _DATED),
    *(_rule(name, "reintroduce", "POST", "add") for name in ("curriculum", *_DATED)),
    Rule("degree-costs", "POST", "add", f"{_PROGRAMS}.degreecost"),
    Rule("degree-deadlines", "POST", "add", f"{_PROGRAMS}.degreedeadline"),
]

_TYPES = "openedx_catalog_course_types"
COURSE_TYPE_RULES = [
    *usual_rules("mode", f"{_TYPES}.mode"),
    *usual_rules("seat-type", f"{_TYPES}.seattype"),
    *usual_rules("course-run-type", f"{_TYPES}.courseruntype"),
    *usual_rules("course-type", f"{_TYPES}.coursetype"),
    Rule(
        "course-type-match", "POST", f"{_TYPES}.coursetyping change + {_TYPES}.courseruntyping change", f"{_TYPES}.coursetype"
    ),
]

_SUBSCRIPTIONS = "openedx_catalog_subscriptions"
# What a plan has, whose rows these are, and what it takes to send a method to one of them.
_IN_PLANS: dict[str, tuple[str, dict[str, str]]] = {
    "subscription-course": ("openedx_catalog.catalogcourse", {"PUT": "coursechoice change"}),
    "subscription-run": ("openedx_catalog.courserun", {}),
    "subscription-program": (f"{_PROGRAMS}.program", {}),
    "subscription-organization": (
        "organizations.organization", dict.fromkeys(("PUT", "DELETE"), "subscribedorganization change"),
    ),
}  # fmt: skip
SUBSCRIPTION_RULES = [
    *usual_rules("subscription", f"{_SUBSCRIPTIONS}.subscriptionplan"),
    *(Rule(f"{name}-{kind}", "GET", "", model) for name, (model, _) in _IN_PLANS.items() for kind in ("list", "detail")),
    *(
        Rule(f"{name}-detail", method, f"{_SUBSCRIPTIONS}.{needed}", model)
        for name, (model, writes) in _IN_PLANS.items()
        for method, needed in writes.items()
    ),
]

SKILL_RULES = usual_rules("skill", "openedx_catalog_skills.skill")

_LISTINGS = "openedx_catalog_listings"
_LISTED = {"listing-course": f"{_LISTINGS}.courselisting", "listing-course-run": f"{_LISTINGS}.courserunlisting"}
_TO_LISTINGS = (("PUT", "add + change"), ("PATCH", "change"), ("DELETE", "delete"))
LISTING_RULES = [
    *usual_rules("listing-subject", f"{_LISTINGS}.subject"),
    *usual_rules("listing-level", f"{_LISTINGS}.level"),
    *(Rule(f"{name}-{kind}", "GET", "", model) for name, model in _LISTED.items() for kind in ("list", "detail")),
    *(Rule(f"{name}-detail", method, needed, model) for name, model in _LISTED.items() for method, needed in _TO_LISTINGS),
    Rule("listing-course-facets", "GET", "", f"{_LISTINGS}.courselisting"),
    Rule("listing-course-image", "PUT", "change", f"{_LISTINGS}.courselisting"),
    Rule("listing-course-redirects", "GET", "view", f"{_LISTINGS}.courselisting"),
    Rule("listing-course-redirects", "POST", "change", f"{_LISTINGS}.courselisting"),
]
_LEARNER_PATHWAY = "openedx_catalog_pathways.learnerpathway"
# Of whom it is decided by the pathway: whoever may view pathways sees those for all others, too, but none that is inactive.
PATHWAY_RULES = [
    *(Rule(f"learner-pathway-{path}", "GET", "", _LEARNER_PATHWAY) for path in ("list", "detail", "snapshot", "uuids")),
    *(Rule(f"program-pathway-{path}", "GET", "", "openedx_catalog_pathways.programpathway") for path in ("list", "detail")),
]
_COURSE_CATALOG = "openedx_catalog_search.coursecatalog"
# Whoever may view course catalogs sees all of them; others those of which they are viewers.
SEARCH_RULES = [
    *usual_rules("course_catalog", _COURSE_CATALOG),
    *(Rule(f"course_catalog-{path}", "GET", "", _COURSE_CATALOG) for path in ("courses", "contains", "csv")),
    Rule("course_catalog-contains", "POST", "", _COURSE_CATALOG),
    Rule("course_catalog-preview", "GET", "change", _COURSE_CATALOG),
    *(Rule(f"search-{path}", "GET", "", "openedx_catalog.catalogcourse") for path in ("list", "suggestions")),
]
_ALL = [
    *RULES, *PROGRAM_RULES, *COURSE_TYPE_RULES, *SUBSCRIPTION_RULES, *SKILL_RULES, *LISTING_RULES, *PATHWAY_RULES,
    *SEARCH_RULES,
]  # fmt: skip


def rules_of(name: str) -> list[Rule]:
    """The lines of a resource: ``rules_of("course-run")``."""
    return [rule for rule in _ALL if _resource_of(rule) == name]


def _resource_of(rule: Rule) -> str:
    """A route is that of the longest resource that begins its name."""
    resources = [rule.route.removesuffix("-list") for rule in _ALL if rule.route.endswith("-list")]
    return max((name for name in resources if rule.route.startswith(f"{name}-")), key=len)
