"""
What a catalog must hold after its sources and its editors have spoken: the documented rules, over plain values.

Nothing of the project is imported: this is the second opinion. Courses go by their codes, runs by their keys, programs and
curricula by the names of `discovery.Service`.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from .thirty_rows import OPEN, Curriculum, Heard, Member, Program, Run, Source

FIELDS = ("title", "start", "end", "enrollment_end", "pacing")
NEVER = 10**9
# Of the courses that stand in no curriculum of the source.
OWN = "Courses"


class Model:
    """The catalog, and what is remembered of its sources."""

    def __init__(self, *sources: Source) -> None:
        self.sources = {source.name: source for source in sources}
        self.runs: dict[str, Run] = {}
        self.titles: dict[str, str] = {}
        self.pinned_titles: set[str] = set()
        self.listed_courses: dict[str, bool] = {}
        self.merged: dict[str, str] = {}
        self.programs: dict[str, Program] = {}
        self.external_keys: dict[str, str] = {}
        self.said_keys: dict[str, str] = {}
        self.retires_missing = False
        self.job = 0

    def course(self, code: str) -> str:
        """The course that a code leads to by now."""
        while code in self.merged:
            code = self.merged[code]
        return code

    # What sources say

    def hear(self, name: str, heard: Heard) -> None:
        """A job that was not stopped."""
        self.job += 1
        source = self.sources[name]
        if heard.courses is not None:
            self._courses(heard.courses)
        for key, (course, values) in heard.rows.items():
            self._run(source, key, course, values)
        if heard.complete:
            for key in source.said.keys() - heard.rows.keys() - source.missing:
                source.missing.add(key)
                source.said[key] = {}
        if heard.programs is not None:
            self._programs(source, heard.programs)
        if heard.courses is not None:
            self._external_keys(heard)

    def _courses(self, listed: Mapping[str, str]) -> None:
        """Their titles follow; what was merged into another course speaks for nobody."""
        for code, title in listed.items():
            if code not in self.merged:
                if code not in self.pinned_titles:
                    self.titles[code] = title
                self.listed_courses[code] = True
        for code in self.listed_courses.keys() - listed.keys():
            self.listed_courses[code] = False

    def _run(self, source: Source, key: str, course: str, values: Mapping[str, Any]) -> None:
        run, course = self.runs.get(key), self.course(course)
        stated = {field: value for field, value in values.items() if value is not None}
        if run is None:
            if not source.creates:
                return
            run = self.runs[key] = Run(course, dict.fromkeys(FIELDS) | {"title": None}, source.places)
        elif source.places and not run.decided:
            self.move(key, course)
            run.moved = False
        before = source.said.get(key, {})
        others = [other for other in self.sources.values() if other is not source]
        for field, value in stated.items():
            claims = [(source, before.get(field, NEVER))]
            claims += [(other, said[field]) for other in others if field in (said := other.said.get(key, {}))]
            winner = min(claims, key=lambda claim: (field not in claim[0].owns, claim[0].rank, claim[1]))[0]
            if winner is source and field not in run.pins:
                run.values[field] = value
        source.said[key] = {field: before.get(field, self.job) for field in stated}
        source.missing.discard(key)

    def _programs(self, source: Source, listed: Mapping[str, Mapping[str, Any]]) -> None:
        # Those that stand in others come first: names of nested ones are looked up.
        for name, stated in sorted(listed.items(), key=lambda item: any(each["programs"] for each in item[1]["curricula"])):
            self._program(source, name, stated)
        for name, program in self.programs.items():
            if program.said_status and name not in listed:
                program.missing = True
                if self.retires_missing and program.status == "active" and "status" not in program.pins:
                    program.status = "retired"
        self.drop_stale()

    def drop_stale(self) -> None:
        """A run is left out of a program as long as that has its course."""
        for program in self.programs.values():
            program.left_out = {key for key in program.left_out if program.has(self.runs[key].course)}

    def _program(self, source: Source, name: str, stated: Mapping[str, Any]) -> None:
        program = self.programs.get(name)
        if program is None:
            program = self.programs[name] = Program(stated["title"], stated["hidden"])
        opens = program.is_closed and stated["status"] in OPEN
        program.missing = False
        if program.status == "deleted" and program.said_status == stated["status"]:
            return
        for field in ("title", "hidden"):
            if field not in program.pins:
                setattr(program, field, stated[field])
        if opens and "status" not in program.pins:
            program.status = stated["status"]
        own = {**stated, "name": OWN, "is_active": True, "programs": []}
        curricula = {OWN: own, **{each["uuid"]: each for each in stated["curricula"]}}
        for curriculum, each in curricula.items():
            if curriculum in program.curricula or each["courses"] or curriculum != OWN:
                self._curriculum(source, program, curriculum, each)
        for curriculum, found in program.curricula.items():
            if found.said and curriculum not in curricula:
                found.missing = True
                if self.retires_missing and not found.is_over and "is_active" not in found.pins:
                    found.is_over, found.said = True, found.said | {"is_active": False}
        if "status" not in program.pins:
            program.status = stated["status"]
        program.said_status = stated["status"]

    def _curriculum(self, source: Source, program: Program, uuid: str, stated: Mapping[str, Any]) -> None:
        found = program.curricula.get(uuid)
        if found is None:
            # In a program that gains nothing it waits for its courses.
            found = program.curricula[uuid] = Curriculum(stated["name"])
            if not stated["is_active"]:
                # It was never offered here, but what it is made of is known.
                self._members(program, found, stated)
                found.is_over = True
        elif found.said.get("name") != stated["name"] and "name" not in found.pins:
            found.name = stated["name"]
        active = stated["is_active"]
        if active == found.is_over and found.said.get("is_active", active) != active and "is_active" not in found.pins:
            if active and program.is_closed:
                # It may come once the program is open again.
                active = found.said["is_active"]
            else:
                found.is_over = not active
        found.said, found.missing = {"name": stated["name"], "is_active": active}, False
        if not found.is_over:
            self._members(program, found, stated)
            self._left_out(source, program, found, stated)

    def _members(self, program: Program, found: Curriculum, stated: Mapping[str, Any]) -> None:
        wanted = list(dict.fromkeys(self.course(code) for code in stated["courses"]))
        if "courses" not in found.pins:
            found.out &= set(wanted)
            for code in wanted:
                if found.member(code) is None and code not in found.out and not program.is_closed:
                    found.members.append(Member(code, True))
            found.members = [each for each in found.members if not each.by_source or each.course in wanted]
        here = iter([code for code in wanted if found.member(code)])
        order = [next(here) if each.course in wanted else each.course for each in found.members]
        found.members.sort(key=lambda each: order.index(each.course))
        for name in stated["programs"]:
            if name in self.programs and name not in found.nested and not program.is_closed:
                found.nested[name] = True
        for name in [name for name, by_source in found.nested.items() if by_source and name not in stated["programs"]]:
            del found.nested[name]

    def _left_out(self, source: Source, program: Program, found: Curriculum, stated: Mapping[str, Any]) -> None:
        """Runs that the source has, and does not list with their course; unless an editor has put them under it."""
        by_course: dict[str, set[str]] = {}
        for code in stated["courses"]:
            by_course.setdefault(self.course(code), set()).update(stated["runs"][code])
        for member in found.members:
            listed, wanted = by_course.get(member.course), set()
            if listed is not None:
                has = source.said.keys() - source.missing
                wanted = {key for key in has if self.runs[key].course == member.course and self.is_from_source(key)} - listed
            for key in wanted - member.left_out.keys() - member.let_in:
                member.left_out[key] = True
            if not program.is_closed:
                # Of what the source has no longer, it says nothing.
                stays = wanted | source.missing
                member.left_out = {key: mine for key, mine in member.left_out.items() if key in stays or not mine}
            member.let_in &= wanted

    def is_from_source(self, key: str) -> bool:
        """Whether a run stands where a source, or its key, has put it."""
        run = self.runs[key]
        return not run.moved or self.course(key.removeprefix("course-v1:").rpartition("+")[0]) == run.course

    def _external_keys(self, heard: Heard) -> None:
        """What partners call runs: an editor's word stays, until the source says something new."""
        for key in heard.rows:
            wanted, now, said = heard.external_keys.get(key, ""), self.external_keys.get(key, ""), self.said_keys.get(key, "")
            if (wanted and said != wanted) or (not wanted and said and said == now):
                self.external_keys[key] = wanted
            self.said_keys[key] = wanted

    # What editors do, where it means more than one value

    def move(self, key: str, to: str) -> None:
        """Exclusions stay behind; a retired program does not gain the run."""
        run = self.runs[key]
        before, run.course, run.decided, run.moved = run.course, to, True, True
        for program in self.programs.values():
            for curriculum in program.curricula.values():
                for member in curriculum.members:
                    if member.course != to:
                        member.left_out.pop(key, None)
            if program.status == "retired" and program.has(to) and not program.has(before):
                program.left_out.add(key)
        self.drop_stale()

    def merge(self, code: str, into: str) -> None:
        """`into` stands wherever `code` stood, and has its runs; a retired program gains none by it."""
        retired = [program for program in self.programs.values() if program.status == "retired"]
        gains = [program for program in retired if program.has(into) and not program.has(code)]
        own = [program for program in retired if program.has(code) and not program.has(into)]
        for key, run in self.runs.items():
            for program in gains if run.course == code else own if run.course == into else ():
                program.left_out.add(key)
        for run in self.runs.values():
            if run.course == code:
                run.course, run.decided = into, True
        for program in self.programs.values():
            for curriculum in program.curricula.values():
                for member in curriculum.members:
                    member.course = into if member.course == code else member.course
                curriculum.out = {into if each == code else each for each in curriculum.out}
        self.merged[code] = into
        self.titles.pop(code, None)

    # Taking a job back

    def snapshot(self, name: str) -> tuple[dict[str, dict[str, Any]], set[str]]:
        """What `revert` needs."""
        return {key: deepcopy(run.values) for key, run in self.runs.items()}, set(self.sources[name].missing)

    def revert(self, name: str, before: tuple[dict[str, dict[str, Any]], set[str]]) -> None:
        """The runs of a job have their former values, and are not missing; what it said is still known."""
        values, missing = before
        for key, former in values.items():
            self.runs[key].values = former
        self.sources[name].missing &= missing
