"""Three services on loopback that change from day to day, and what of each reaches whoever asks, outages included."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from .discovery import Service, curriculum
from .remote import COURSES, RUNS, Remote, reset, status
from .thirty_rows import Heard

MITXONLINE = "/api/v2/courses/"
PROGRAMS_PATH = "/api/v1/programs/"


def key_of(code: str, run: str) -> str:
    return f"course-v1:MITx+{code}+{run}"


class World:
    """What the services have: discovery as a `Service`, the LMS and MITx Online as ``{key of a run: (its course, values)}``."""

    def __init__(self, chance: random.Random, courses: int, programs: int) -> None:
        self.chance = chance
        self.remotes = {name: Remote() for name in ("discovery", "lms", "mitxonline")}
        self.service = Service(self.remotes["discovery"])
        self.lms: dict[str, tuple[str, dict[str, Any]]] = {}
        self.mitxonline: dict[str, tuple[str, dict[str, Any]]] = {}
        self.counter = 0
        self.now = ""
        # Programs that somebody here has deleted: the service does not speak of them in other ways.
        self.left_alone: set[str] = set()
        # Courses that are never told to be in one program, since they will be merged.
        self.to_merge: dict[str, str] = {}
        # Runs that a service has no longer, and may have again: by the name of the service.
        self.gone: list[tuple[str, str, str, dict[str, Any]]] = []
        self.gone_programs: dict[str, dict[str, Any]] = {}
        self.gone_tracks: list[tuple[dict[str, Any], dict[str, Any]]] = []
        self._begin(courses, programs)

    def close(self) -> None:
        for remote in self.remotes.values():
            remote.close()

    def next(self) -> int:
        self.counter += 1
        return self.counter

    def _begin(self, courses: int, programs: int) -> None:
        for number in range(courses):
            self.service.course(f"MITx+C{number:03}")
            for run in range(5):
                self.add_run(f"C{number:03}", f"R{run}")
        codes = self.codes()
        self.to_merge = {codes[number]: codes[number + 1] for number in range(0, 12, 2)}
        for number in range(programs):
            self.add_program(f"Program {number}")
        for number in range(0, programs, 4):
            self.nest(f"Program {number}", f"Program {number + 1}")

    # The pieces

    def codes(self) -> list[str]:
        return [key.partition("+")[2] for key in self.service.courses]

    def runs_of(self, code: str) -> list[str]:
        return list(self.service.courses.get(f"MITx+{code}", ()))

    def all_runs(self) -> list[str]:
        return [key for code in self.codes() for key in self.runs_of(code)]

    def date(self, first: int) -> str:
        return f"{self.chance.randrange(first, first + 5)}-{self.chance.randrange(1, 13):02}-01T00:00:00Z"

    def values(self, who: str) -> dict[str, Any]:
        """Dates that neither end nor close anything."""
        return {
            "title": f"{who} {self.next()}", "start": self.date(2019), "end": self.chance.choice([None, self.date(2035)]),
            "pacing": self.chance.choice(["self", "instructor"]),
            "enrollment_end": None if who == "Discovery" else self.chance.choice([None, self.date(2031)]),
        }  # fmt: skip

    def add_run(self, code: str, run: str, *, lms_first: bool = False) -> None:
        """In most cases all three have it; `lms_first`: discovery does not have it yet."""
        key = key_of(code, run)
        if not lms_first:
            course = self.service.courses[f"MITx+{code.removesuffix('-R')}"]
            course[key] = self.values("Discovery") | {"external_key": f"K{self.next()}" if self.chance.random() < 0.3 else ""}
        if self.chance.random() < 0.9 or lms_first:
            self.lms[key] = code, self.values("LMS")
        if self.chance.random() < 0.2 and not lms_first:
            self.mitxonline[key] = code.removesuffix("-R"), self.values("Online")

    def add_program(self, name: str) -> None:
        tracks = [self.track(name) for _number in range(self.chance.choice([0, 0, 1, 2]))]
        self.service.program(name, *self.some_codes(4), excluded=[], curricula=tracks)

    def track(self, name: str) -> dict[str, Any]:
        return curriculum(f"{name} track {self.next()}", *self.some_codes(3))

    def some_codes(self, count: int) -> list[str]:
        found: list[str] = []
        for code in self.chance.sample(self.codes(), count):
            if not any(self.are_to_merge(code, other.partition("+")[2]) for other in found):
                found.append(f"MITx+{code}")
        return found

    def are_to_merge(self, code: str, other: str) -> bool:
        return self.to_merge.get(code) == other or self.to_merge.get(other) == code

    def nest(self, outer: str, inner: str) -> None:
        track = self.track(outer)
        track["programs"] = [inner]
        self.service.programs[outer]["curricula"].append(track)

    # A day

    def serve(self) -> None:
        """What the services answer from now on, without faults."""
        self.service.serve()
        for remote in self.remotes.values():
            remote.faults = {}
        listed = self.remotes["discovery"].rows
        for row in listed:
            values = self.service.courses[row["course"]][row["key"]]
            row |= {"pacing_type": f"{values['pacing']}_paced", "modified": values.get("modified", "2020-01-01T00:00:00Z")}
        self.remotes["lms"].rows = [
            {"id": key, "name": values["title"], "org": "MITx", "number": code, "enrollment_start": None, **values}
            for key, (code, values) in self.lms.items()
        ]
        courses = [
            {"readable_id": f"course-v1:MITx+{code}", "courseruns": [_online(key, values)]}
            for key, (code, values) in self.mitxonline.items()
        ]
        self.remotes["mitxonline"].pages = {MITXONLINE: {"count": len(courses), "next": None, "results": courses}}

    def heard(self, name: str, lost: tuple[int, ...] = (), *, complete: bool = True, programs: bool = True) -> Heard:
        """What is delivered; `lost` are the pages that are not."""
        rows = dict(self._rows(name))
        kept = {key: rows[key] for place, key in enumerate(rows) if place // 100 + 1 not in lost}
        found = Heard(deepcopy(kept), complete and not lost)
        if name == "discovery":
            service = self.service
            found.courses = {key.partition("+")[2]: service.titles.get(key, f"Course {key}") for key in service.courses}
            found.programs = {title: self._program(each) for title, each in service.programs.items()} if programs else None
            found.external_keys = {
                key: values["external_key"] for runs in service.courses.values() for key, values in runs.items()
            }
        return found

    def _rows(self, name: str) -> Iterator[tuple[str, tuple[str, dict[str, Any]]]]:
        if name != "discovery":
            yield from (self.lms if name == "lms" else self.mitxonline).items()
            return
        for course, runs in self.service.courses.items():
            for key, values in runs.items():
                named = {field: values[field] for field in ("title", "start", "end", "enrollment_end", "pacing")}
                yield key, (course.partition("+")[2], named)

    def _program(self, program: dict[str, Any]) -> dict[str, Any]:
        return {**program, **self._listed(program), "curricula": [each | self._listed(each) for each in program["curricula"]]}

    def _listed(self, each: dict[str, Any]) -> dict[str, Any]:
        codes = [key.partition("+")[2] for key in each["courses"]]
        return {"courses": codes, "runs": {code: set(self.runs_of(code)) - set(each["excluded"]) for code in codes}}

    # Outages: what goes wrong, and what is heard all the same; None where nothing is

    def outage(self, name: str) -> Heard | None:
        """Let something go wrong at a service until it serves again."""
        return self.chance.choice(OUTAGES[name])(self, name)


def _online(key: str, values: dict[str, Any]) -> dict[str, Any]:
    names = {"start": "start_date", "end": "end_date", "pacing": "is_self_paced"}
    found = {names.get(field, field): value for field, value in values.items()}
    return found | {"courseware_id": key, "is_self_paced": values["pacing"] == "self"}


def _down(world: World, name: str) -> None:
    world.remotes[name].faults = dict.fromkeys((COURSES, RUNS, MITXONLINE), status(503))


def _lost_page(world: World, name: str) -> Heard:
    page = world.chance.randrange(1, 1 + len(dict(world._rows(name))) // 100)
    world.remotes[name].faults = {page: world.chance.choice([status(500), status(503), reset])}
    return world.heard(name, (page,))


def _half(world: World, name: str) -> None:
    """Half of a listing, which says that it is all: too much is gone."""
    remote = world.remotes[name]
    if name == "mitxonline":
        page = remote.pages[MITXONLINE]
        page["results"] = page["results"][: len(page["results"]) // 2]
    else:
        remote.rows = remote.rows[: len(remote.rows) // 2]


def _busy(world: World, name: str) -> Heard:
    """It asks to wait twice, and then answers."""
    world.remotes[name].faults = dict.fromkeys((COURSES, RUNS, MITXONLINE), [status(429, Retry_After="7")] * 2)
    for path, faults in world.remotes[name].faults.items():
        world.remotes[name].faults[path] = list(faults)
    return world.heard(name)


def _without_programs(world: World, name: str) -> Heard:
    world.remotes[name].faults = {PROGRAMS_PATH: status(503)}
    return world.heard(name, programs=False)


def _no_programs(world: World, name: str) -> None:
    """A listing without any programs."""
    world.remotes[name].pages[PROGRAMS_PATH] |= {"count": 0, "results": []}


OUTAGES: dict[str, list[Callable[[World, str], Any]]] = {
    "discovery": [_down, _lost_page, _half, _busy, _without_programs, _no_programs],
    "lms": [_down, _lost_page, _half, _busy],
    "mitxonline": [_down, _half, _busy],
}
