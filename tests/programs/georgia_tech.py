"""
The example of the decision that curricula follow: Georgia Tech's MS in Analytics, from 2019 to 2028, through any door.

A door has three verbs, `make`, `act` and `change`, which speak of resources as REST does, and `answers`, which is what a
program was, is or will be at an instant, in the same words whichever door is asked.
"""

from __future__ import annotations

from typing import Any

from openedx_catalog.contrib.programs import api

from .conftest import run_of

ROOT = "/api/catalog/v1"
COURSES = {
    "ISYE6501": "Introduction to Analytics Modeling",
    "CSE6040": "Computing for Data Analysis",
    "MGT8803": "Business Fundamentals for Analytics",
    "MGT6203": "Data Analytics in Business",
    "MGT8813": "Financial Modeling",
    "CSE6242": "Data and Visual Analytics",
    "ISYE6740": "Computational Data Analytics",
    "CSE6250": "Big Data for Health",
    "PHYS7125": "Quantum Computing",
    "CSE7143": "Quantum Machine Learning",
}
TERMS = ("2019", "2024")


def run_key(code: str, term: str) -> str:
    """The course key of a run."""
    return f"course-v1:GTx+{code}+{term}"


def load_catalog() -> None:
    """Every course with a run of 2019 and one of 2024, each with the registrar's key."""
    for code, title in COURSES.items():
        for term in TERMS:
            run_of(code, term, title=title, schedule={"start": f"{term}-08-20T00:00:00Z"})
            api.set_external_course_key(run_key(code, term), f"{code}-Fall{term}")


def play(door: Any) -> Any:
    """
    What happens to the degree, in order: yields the instant of each act, before it; then the uuid of the degree.

    Yields ``(instant, None)`` where the clock is to be set, and ``(instant, degree)`` once the act is done.
    """
    yield "2019-01-10T00:00:00Z", None
    degree = door.make("programs", title="MS Analytics", type="masters", authoring_organizations=["GTx"])
    tools = _track(door, degree, "Analytical Tools", "ISYE6501", "CSE6040", "MGT8803")
    business = _track(door, degree, "Business Analytics", "ISYE6501", "MGT6203", "MGT8813")
    computing = _track(door, degree, "Computational Data Analytics", "CSE6040", "CSE6242", "ISYE6740")
    essentials = door.make("programs", title="Analytics: Essential Tools", type="micromasters", status="active")
    _track(door, essentials, "Core", "ISYE6501", "CSE6040", "MGT8803")
    nested = door.make("curriculum-programs", curriculum=business, program=essentials)
    door.make("degrees", program=degree)
    tuition = door.make("degree-costs", degree=degree, description="Tuition", amount="9900", currency="USD")
    spring = _due(door, degree, "Spring", "2019-10-01T23:59:00-04:00")
    door.change("programs", degree, status="active")
    yield "2019-01-10T00:00:00Z", degree

    yield "2020-01-06T00:00:00Z", None
    # Announced for the next year.
    door.act("degree-costs", tuition, "retire", at="2020-08-01T00:00:00Z")
    tuition = door.act("degree-costs", tuition, "reintroduce", at="2020-08-01T00:00:00Z", amount="10320")
    yield "2020-01-06T00:00:00Z", degree

    yield "2020-10-02T00:00:00Z", None
    door.act("degree-deadlines", spring, "retire")
    spring = door.act("degree-deadlines", spring, "reintroduce", due_at="2021-10-01T23:59:00-04:00")
    yield "2020-10-02T00:00:00Z", degree

    yield "2021-03-01T00:00:00Z", None
    (modeling,) = door.members(business, "MGT8813")
    door.act("curriculum-courses", modeling, "retire", at="2021-05-01T00:00:00Z")
    yield "2021-03-01T00:00:00Z", degree

    yield "2022-02-01T00:00:00Z", None
    # It was built anew: what it was in 2019 does not count.
    again = door.act("curriculum-courses", modeling, "reintroduce", at="2022-05-01T00:00:00Z", version="2022")
    door.act("curriculum-courses", again, "exclude-run", course_key=run_key("MGT8813", "2019"))
    yield "2022-02-01T00:00:00Z", degree

    yield "2023-01-15T00:00:00Z", None
    # No date is given: from now on.
    door.make("curriculum-courses", curriculum=computing, catalog_course="GTx+CSE6250", position=1)
    door.make("degree-costs", degree=degree, description="Technology Fee", amount="107.50", currency="USD")
    yield "2023-01-15T00:00:00Z", degree

    yield "2023-09-01T00:00:00Z", None
    door.act("curricula", tools, "close", at="2024-08-01T00:00:00Z")
    yield "2023-09-01T00:00:00Z", degree

    yield "2024-02-01T00:00:00Z", None
    quantum = door.make(
        "curricula", program=degree, name="Analytics in the Quantum Age", courses=["GTx+ISYE6501", "GTx+PHYS7125"],
        effective_at="2024-08-01T00:00:00Z",
    )  # fmt: skip
    for code in ("CSE7143", "CSE6242"):
        door.make("curriculum-courses", curriculum=quantum, catalog_course=f"GTx+{code}", group="Electives")
    electives = door.make("curriculum-groups", curriculum=quantum, name="Electives", minimum=1)
    yield "2024-02-01T00:00:00Z", degree

    yield "2025-01-20T00:00:00Z", None
    door.change("curricula", tools, retired_at="2026-12-31T00:00:00Z")
    yield "2025-01-20T00:00:00Z", degree

    yield "2025-06-01T00:00:00Z", None
    door.act("curriculum-programs", nested, "retire", at="2025-09-01T00:00:00Z")
    planned = door.make(
        "curriculum-programs", curriculum=quantum, program=essentials, effective_at="2027-08-01T00:00:00Z"
    )  # fmt: skip
    yield "2025-06-01T00:00:00Z", degree

    yield "2026-05-01T00:00:00Z", None
    door.act("degree-costs", tuition, "retire", at="2026-08-01T00:00:00Z")
    door.act("degree-costs", tuition, "reintroduce", at="2026-08-01T00:00:00Z", amount="11280.00")
    door.act("degree-deadlines", spring, "retire", at="2026-08-01T00:00:00Z")
    yield "2026-05-01T00:00:00Z", degree

    yield "2027-02-01T00:00:00Z", None
    # What is still to come may be put off, and what was planned by mistake go.
    door.change("curriculum-programs", planned, effective_at="2028-01-10T00:00:00Z")
    slip = {"curriculum": quantum, "catalog_course": "GTx+MGT8803", "effective_at": "2027-06-01T00:00:00Z"}
    door.remove("curriculum-courses", door.make("curriculum-courses", **slip))
    yield "2027-02-01T00:00:00Z", degree

    yield "2028-02-01T00:00:00Z", None
    door.act("curriculum-groups", electives, "retire")
    door.act("curriculum-groups", electives, "reintroduce", minimum=2)
    yield "2028-02-01T00:00:00Z", degree


def _track(door: Any, program: str, name: str, *codes: str) -> str:
    return door.make("curricula", program=program, name=name, courses=[f"GTx+{code}" for code in codes])


def _due(door: Any, degree: str, semester: str, due_at: str) -> str:
    body = {"semester": semester, "name": "Application", "due_at": due_at, "zone": "America/New_York"}
    return door.make("degree-deadlines", degree=degree, **body)


class PythonDoor:
    """Through `api`."""

    MAKERS = {
        "programs": api.create_program,
        "curricula": api.create_curriculum,
        "curriculum-courses": api.add_course,
        "curriculum-programs": api.add_program,
        "curriculum-groups": api.add_group,
        "degrees": api.create_degree,
        "degree-costs": lambda degree, **values: api.add_cost(api.get_degree(degree), **values),
        "degree-deadlines": lambda degree, **values: api.add_deadline(api.get_degree(degree), **values),
    }
    FINDERS = {
        "programs": api.get_program,
        "curricula": api.get_curriculum,
        "curriculum-courses": api.get_membership,
        "curriculum-programs": api.get_membership,
        "curriculum-groups": api.get_group,
        "degree-costs": api.get_cost,
        "degree-deadlines": api.get_deadline,
    }
    VERBS = {
        "retire": api.retire,
        "reintroduce": api.reintroduce,
        "close": api.close_curriculum,
        "exclude-run": api.exclude_course_run,
    }

    def make(self, resource: str, **values: Any) -> str:
        return str(getattr(self.MAKERS[resource](**values), "uuid", ""))

    def act(self, resource: str, uuid: str, verb: str, **values: Any) -> str:
        row = self.FINDERS[resource](uuid)
        return str(getattr(self.VERBS[verb](row, **values), "uuid", uuid))

    def change(self, resource: str, uuid: str, **values: Any) -> None:
        (api.update_program if resource == "programs" else api.reschedule)(self.FINDERS[resource](uuid), **values)

    def remove(self, resource: str, uuid: str) -> None:
        api.remove(self.FINDERS[resource](uuid))

    def members(self, curriculum: str, code: str) -> list[str]:
        """The rows of a course in a curriculum, by uuid."""
        rows = api.get_curriculum(curriculum).course_memberships.filter(catalog_course__course_code=code)
        return [str(row.uuid) for row in rows]

    def answers(self, program: str, at: str) -> dict[str, Any]:
        """What a program was at an instant."""
        degree = api.get_degree(program)
        return {
            "courses": _codes(api.program_courses(program, at=at)),
            "runs": _keys(api.program_runs(program, at=at, nested=True)),
            "own_runs": _keys(api.program_runs(program, at=at)),
            "costs": [(row.description, str(row.amount), row.version) for row in api.get_costs(degree, at=at)],
            "deadlines": [(row.semester, f"{row.due_at:%Y-%m-%dT%H:%M:%SZ}") for row in api.get_deadlines(degree, at=at)],
            "for": [self._way(way) for way in api.curriculum_for(program, at)],
        }

    def _way(self, way: Any) -> tuple[Any, ...]:
        groups = [(group.name, group.minimum, _codes(group.courses), _titles(group.programs)) for group in way.groups]
        return way.curriculum.name, _codes(way.courses), _titles(way.programs), groups


def _keys(runs: Any) -> list[tuple[str, str | None]]:
    partners = api.get_external_course_keys(str(run.course_key) for run in runs)
    return [(str(run.course_key), partners.get(str(run.course_key))) for run in runs]


def _codes(courses: Any) -> list[str]:
    return [course.course_code for course in courses]


def _titles(programs: Any) -> list[str]:
    return [program.title for program in programs]


class RestDoor:
    """Over HTTP."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def _sent(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        response = getattr(self.client, method)(f"{ROOT}/{path}", body or {}, format="json")
        assert response.status_code in (200, 201, 204), (path, body, response.data)
        return response.data

    def _got(self, path: str, **parameters: Any) -> Any:
        response = self.client.get(f"{ROOT}/{path}", parameters)
        assert response.status_code == 200, (path, parameters, response.data)
        return response.data

    def make(self, resource: str, **values: Any) -> str:
        return self._sent("post", f"{resource}/", values).get("uuid", "")

    def act(self, resource: str, uuid: str, verb: str, **values: Any) -> str:
        return self._sent("post", f"{resource}/{uuid}/{verb}/", values)["uuid"]

    def change(self, resource: str, uuid: str, **values: Any) -> None:
        self._sent("patch", f"{resource}/{uuid}/", values)

    def remove(self, resource: str, uuid: str) -> None:
        self._sent("delete", f"{resource}/{uuid}/")

    def members(self, curriculum: str, code: str) -> list[str]:
        listed = self._got("curriculum-courses/", curriculum=curriculum, catalog_course=f"GTx+{code}")
        return [row["uuid"] for row in listed["results"]]

    def answers(self, program: str, at: str) -> dict[str, Any]:
        degree = self._got(f"degrees/{program}/", at=at)
        return {
            "courses": _ends(self._got(f"programs/{program}/", at=at)["courses"]),
            "runs": self._runs(program, at=at, nested="true"),
            "own_runs": self._runs(program, at=at),
            "costs": [(row["description"], row["amount"], row["version"]) for row in degree["costs"]],
            "deadlines": [(row["semester"], row["due_at"]) for row in degree["deadlines"]],
            "for": [
                self._way(way) for way in self._got(f"programs/{program}/curriculum-for/", started_at=at)["curricula"]
            ],
        }  # fmt: skip

    def _runs(self, program: str, **parameters: Any) -> list[tuple[str, str | None]]:
        runs = self._got(f"programs/{program}/runs/", **parameters)["results"]
        return [(run["course_key"], run["external_course_key"]) for run in runs]

    def _way(self, way: Any) -> tuple[Any, ...]:
        groups = [
            (group["name"], group["minimum"], _ends(group["courses"]), [row["title"] for row in group["programs"]])
            for group in way["groups"]
        ]
        return way["name"], _ends(way["courses"]), [row["title"] for row in way["programs"]], groups


def _ends(courses: Any) -> list[str]:
    return [course["key"].rpartition(":")[2] for course in courses]
