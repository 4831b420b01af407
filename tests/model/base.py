"""The rules that all others rest on: what a name means, and what a change of one row leaves behind."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from openedx_catalog.keys import fold
from tests.model.rows import Course, Deleted, Effects, Merge, Org, Refused, Run, Slot

NO_COURSE, NO_RUN, NO_ORG = "CatalogCourse.DoesNotExist", "CourseRun.DoesNotExist", "Organization.DoesNotExist"


def parts(course_key: str) -> tuple[str, str, str]:
    """Organization, code and run of ``course-v1:Org+Code+Run``."""
    org, code, run = course_key.removeprefix("course-v1:").split("+")
    return org, code, run


def says_more(title: str, *codes: str) -> bool:
    """A title that is only a code, in whatever case, counts as not set."""
    return fold(title) not in map(fold, codes)


def title_after_rename(title: str, before: str, code: str) -> str:
    """A title that is only the code follows it."""
    return title if code == before or says_more(title, before) else code


class Rows:
    """The catalog. Its functions have the names, arguments and errors of `openedx_catalog.api`."""

    def __init__(self) -> None:
        self.orgs: list[Org] = []
        self.former: dict[str, Org] = {}
        self.courses: list[Course] = []
        self.slots: dict[tuple[Org, str], Slot] = {}
        self.runs: dict[str, Run] = {}
        self.deleted: dict[str, Deleted] = {}
        # By the uuid of the course that was merged, oldest first.
        self.merges: dict[str, Merge] = {}
        # (key, kind, time) of the messages of the inbox, in the order in which they came.
        self.messages: list[tuple[str, str, Any]] = []
        self.effects = Effects()

    # What names mean

    def find_org(self, name: str) -> Org | None:
        """Exactly this name, else in another case, else one that it had before."""
        exact = [org for org in self.orgs if org.name == name]
        folded = [org for org in self.orgs if fold(org.name) == fold(name)]
        return next(iter(exact or folded), None) or self.former.get(fold(name))

    def org_named(self, name: str) -> Org:
        org = self.find_org(name)
        if org is None:
            raise Refused(NO_ORG)
        return org

    def find_slot(self, org: str, code: str) -> Slot | None:
        found = self.find_org(org)
        return None if found is None else self.slots.get((found, fold(code)))

    def leads_to(self, course_key: str) -> Course | None:
        """The course that owns the organization and code of a run's key."""
        slot = self.find_slot(*parts(course_key)[:2])
        return slot.course if slot else None

    def course_named(self, name: str) -> Course:
        """By its uuid, also one from before a merge, or by a key with any of its codes."""
        try:
            course = self.survivor(str(UUID(name)))
        except ValueError:
            org, code = name.split("+") if "+" in name else name.removeprefix("catalog-course:").split(":")
            slot = self.find_slot(org, code)
            course = slot.course if slot else None
        if course is None:
            raise Refused(NO_COURSE)
        return course

    def path(self, uuid: str) -> list[str]:
        """The uuids that this one leads to, one merge after the other."""
        found = []
        while uuid in self.merges:
            uuid = self.merges[uuid].into
            found.append(uuid)
        return found

    def survivor(self, uuid: str) -> Course | None:
        last = [uuid, *self.path(uuid)][-1]
        return next((course for course in self.courses if course.uuid == last), None)

    def run_named(self, course_key: str) -> Run:
        if fold(course_key) not in self.runs:
            raise Refused(NO_RUN)
        return self.runs[fold(course_key)]

    def runs_of(self, course: Course) -> list[Run]:
        return [run for run in self.runs.values() if run.course is course]

    def slots_of(self, course: Course) -> list[Slot]:
        return [slot for slot in self.slots.values() if slot.course is course]

    def present(self, course: Course) -> Slot:
        """The slot of the code that the course has now."""
        return self.slots[course.org, fold(course.code)]

    def runs_by(self, slot: Slot) -> list[Run]:
        """The implicit runs that a code keeps where they are."""
        runs = [run for run in self.runs_of(slot.course) if run.association == "implicit"]
        return [run for run in runs if self.find_slot(*parts(run.key)[:2]) is slot]

    def require(self, reason: str) -> None:
        if not reason:
            raise Refused("ReasonRequired")

    # What changes leave behind

    def note(self, table: str, name: str, kind: str) -> None:
        self.effects.history[table, name, kind] += 1

    def course_event(self, course: Course, what: str) -> None:
        """Of a course that is renamed or retitled, every run shows something else: see `tell_runs`."""
        self.effects.emit("catalog_course", what, course.key)
        if what in ("updated", "renamed"):
            self.effects.shown_by_runs.append(course)

    def run_event(self, run: Run, what: str) -> None:
        self.effects.emit("course_run", what, run.key)
        self.effects.told.add(run.key)

    def tell_runs(self) -> None:
        """At the end of a write the feed names the runs of courses that changed, but those of which more is told."""
        shown = {run.key for course in self.effects.shown_by_runs for run in self.runs_of(course)}
        for key in shown - self.effects.told:
            self.effects.feed["course_run", key, "updated"] += 1
        self.effects.shown_by_runs, self.effects.told = [], set()

    def codes_event(self, *courses: Course) -> None:
        """Codes lead elsewhere: neither the course nor its runs are different."""
        for course in courses:
            self.effects.emit("catalog_course", "updated", course.key)

    def place(self, run: Run, course: Course, association: str, *, decided: bool = True) -> None:
        """Put a run under a course; that somebody has decided about it, merges know from then on."""
        run.course, run.association = course, association
        self.note("run", run.key, "~")
        self.run_event(run, "moved")
        if decided:
            self.decide(run)

    def decide(self, run: Run) -> None:
        for merge in self.merges.values():
            for merged in merge.runs:
                merged.decided |= merged.run is run

    def new_org(self, name: str) -> Org:
        org = Org(name)
        self.orgs.append(org)
        self.note("org", name, "+")
        self.effects.feed["organization", name, "created"] += 1
        return org

    def new_course(self, org: Org, code: str, title: str, language: str, uuid: str | None = None) -> Course:
        course = Course(org, code, title, language, uuid)
        self.courses.append(course)
        self.note("course", code, "+")
        self.course_event(course, "created")
        return course

    def new_run(self, run: Run) -> Run:
        self.runs[fold(run.key)] = run
        self.note("run", run.key, "+")
        if run.scheduled:
            self.note("schedule", "", "+")
        self.run_event(run, "created")
        return run
