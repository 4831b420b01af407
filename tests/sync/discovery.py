"""
A discovery service, as it keeps its catalog and as it serves that.

The shapes are those of its real answers (``discovery_v1_real``), with what those lack. It lists with a program only the runs
that count in it, and amounts and dates of degrees as free text.
"""

from __future__ import annotations

import uuid
from copy import deepcopy
from typing import Any

from django.utils.text import slugify

from .remote import Remote

NAMESPACE = uuid.UUID("927093e3-46ba-4f44-a861-0f8c7aec4f74")


def uuid_of(name: object) -> str:
    """The uuid that the service has for something."""
    return str(uuid.uuid5(NAMESPACE, str(name)))


class Service:
    """
    `courses` are keys with their runs, ``{run: values}``. `programs` are by title: what `program` made. `serve` publishes it.

    A program's `excluded` runs are listed with none of its courses; those of a curriculum are those of that curriculum. What
    is `unsaid` of a program, a curriculum or of the courses in them, by the names of the service, is not there.
    """

    def __init__(self, remote: Remote) -> None:
        self.remote = remote
        self.organizations: dict[str, str] = {"MITx": "MIT"}
        self.courses: dict[str, dict[str, dict[str, Any]]] = {}
        self.programs: dict[str, dict[str, Any]] = {}
        # Of courses that have other ones than usual.
        self.titles: dict[str, str] = {}
        # Of courses that have got another key.
        self.uuids: dict[str, str] = {}

    def again(self) -> Service:
        """The same, served as if nobody had asked yet; what is changed in it is not changed in this one."""
        found, remote = Service(self.remote), self.remote
        vars(found).update({name: deepcopy(value) for name, value in vars(self).items() if name != "remote"})
        remote.asked, remote.faults, remote.refused_keys = [], {}, set()
        found.serve()
        return found

    def course(self, key: str, **runs: dict[str, Any]) -> None:
        """A course with its runs: ``course("MITx+A", R1={"external_key": "K"})``."""
        self.courses[key] = {f"course-v1:{key}+{name}": values for name, values in runs.items()}

    def program(self, title: str, *courses: str, **values: Any) -> dict[str, Any]:
        """A program, which may be changed until the next `serve`."""
        self.programs[title] = {
            "title": title, "type": "XSeries", "status": "active", "hidden": False, "subtitle": "", "courses": list(courses),
            "excluded": [], "curricula": [], "degree": None, "organizations": ["MITx"], "slug": title.lower().replace(" ", "-"),
            **values,
        }  # fmt: skip
        return self.programs[title]

    def serve(self) -> None:
        """What the service answers from now on."""
        remote = self.remote
        remote.rows = [self._run(key, course) for course, runs in self.courses.items() for key in runs]
        remote.pages = {
            "/api/v1/organizations/": _listed(
                {"uuid": uuid_of(key), "key": key, "name": name} for key, name in self.organizations.items()
            ),
            "/api/v1/courses/": _listed(self._course(key, set()) for key in self.courses),
            "/api/v1/programs/": _listed(self._program(name, program) for name, program in self.programs.items()),
        }

    def _run(self, key: str, course: str) -> dict[str, Any]:
        return {
            "key": key, "uuid": uuid_of(key), "title": f"Run {key[-2:]}", "course": course, "external_key": "", "hidden": False,
            "status": "published", "content_language": "en-us", "pacing_type": "self_paced", "start": "2026-01-01T00:00:00Z",
            "end": None, "enrollment_start": None, "enrollment_end": None, "type": "verified", "seats": [],
            "run_type": uuid_of("verified"), "modified": "2026-01-01T00:00:00Z", **self.courses[course][key],
        }  # fmt: skip

    def _course(self, key: str, excluded: set[str]) -> dict[str, Any]:
        runs = [self._run(run, key) for run in self.courses.get(key, ()) if run not in excluded]
        return {
            "key": key,
            "uuid": self.uuids.get(key, uuid_of(key)),
            "title": self.titles.get(key, f"Course {key}"),
            "course_runs": runs,
            "owners": [],
            "entitlements": [],
        }

    def _program(self, name: str, program: dict[str, Any]) -> dict[str, Any]:
        slug = slugify(program["type"])
        unsaid = program.get("unsaid", ())
        detail = {"overview": program["overview"]} if "overview" in program else {}
        if "seat_types" in program:
            detail["applicable_seat_types"] = program["seat_types"]
        if "credit" in program:
            detail["credit_backing_organizations"] = [{"key": key} for key in program["credit"]]
        found = {
            "uuid": program.get("uuid", uuid_of(name)), "title": program["title"], "subtitle": program["subtitle"],
            "type": program["type"],
            "type_attrs": {"uuid": program.get("type_uuid", uuid_of(slug)), "slug": slug, "coaching_supported": False},
            "status": program["status"], "hidden": program["hidden"], "marketing_slug": program["slug"], "banner_image": None,
            "courses": [_without(self._course(key, set(program["excluded"])), unsaid) for key in program["courses"]],
            "authoring_organizations": [{"uuid": uuid_of(key), "key": key} for key in program["organizations"]],
            "degree": program["degree"], "curricula": [self._curriculum(each) for each in program["curricula"]],
            **detail,
        }  # fmt: skip
        return _without(found, unsaid)

    def _curriculum(self, each: dict[str, Any]) -> dict[str, Any]:
        unsaid = each.get("unsaid", ())
        found = {
            "uuid": each["uuid"], "name": each["name"], "marketing_text": None, "marketing_text_brief": None,
            "is_active": each["is_active"],
            "courses": [_without(self._course(key, set(each["excluded"])), unsaid) for key in each["courses"]],
            "programs": [{"uuid": uuid_of(name), "title": name} for name in each["programs"]],
        }  # fmt: skip
        return _without(found, unsaid)


def curriculum(name: str, *courses: str, **values: Any) -> dict[str, Any]:
    """A curriculum of a program."""
    return {
        "uuid": uuid_of(f"curriculum {name}"), "name": name, "is_active": True, "courses": list(courses), "programs": [],
        "excluded": [], **values,
    }  # fmt: skip


def degree(**values: Any) -> dict[str, Any]:
    """What makes a program a degree."""
    return {
        "apply_url": "https://example.org/apply", "overall_ranking": "1st", "campus_image": None, "rankings": [],
        "costs": [{"description": "Tuition", "amount": "$9,900"}, {"description": "Fees", "amount": "300.50"}],
        "deadlines": [
            {"semester": "Spring 2027", "name": "Application", "date": "January 15, 2027", "time": "11:59 PM EST"},
            {"semester": "Spring 2027", "name": "Deposit", "date": "2027-02-01", "time": ""},
        ],
        **values,
    }  # fmt: skip


def _without(values: dict[str, Any], names: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}


def _listed(rows: Any) -> dict[str, Any]:
    found = list(rows)
    return {"count": len(found), "next": None, "previous": None, "results": found}
