"""The rules of runs: how they come under their courses, whose word counts, and how they go and come back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from openedx_catalog.keys import fold
from tests.model.base import NO_COURSE, parts, says_more
from tests.model.courses import Courses
from tests.model.rows import Course, Deleted, Refused, Run

ABSENT = object()
"""Nothing is said of a value; None says that there is none."""


@dataclass
class Request:
    """What a call says of one run."""

    key: str
    title: str = ""
    start: Any = ABSENT
    seen: datetime | None = None
    course: str = ""
    synced: bool = False
    remembered: bool = True


class Runs(Courses):
    def associate_course_run(
        self, course_key: str, *, title: str = "", start: Any = ABSENT, catalog_course: str = "", observed_at: Any = None
    ) -> str:
        return self.apply(Request(course_key, title, start, observed_at, catalog_course))

    def sync_course_run(self, course_key: str, *, title: str = "", start: Any = ABSENT, observed_at: Any = None) -> str:
        return self.apply(Request(course_key, title, start, observed_at, synced=True))

    def create_course_run(
        self, course_key: str | None = None, *, title: str = "", start: Any = ABSENT, catalog_course: str = "",
        next_for: str | None = None, term: str | None = None,
    ) -> tuple[str, str]:  # fmt: skip
        key = course_key or self.next_run_key(next_for, term=term)
        if fold(key) in self.runs:
            # Whether there is the course that is given as well is asked first, or not at all.
            raise Refused("DuplicateCourseRun", *([NO_COURSE] if catalog_course else []))
        if self.apply(Request(key, title, start, course=catalog_course)) == "skipped":
            raise Refused("DeletedOnPurpose")
        return self.shown(self.run_named(key))

    def associate_course_runs(self, records: list[dict[str, Any]], *, batch_size: int) -> list[str]:
        """What one row after the other would do, whatever the batches."""
        return [self.apply(Request(**record)) for record in records]

    def sync_course_runs(self, records: list[dict[str, Any]], *, batch_size: int) -> list[str]:
        return [self.apply(Request(**record, synced=True)) for record in records]

    def shown(self, run: Run) -> tuple[str, str]:
        return run.key, run.association

    # What becomes of a request

    def apply(self, request: Request) -> str:
        outcome = self.decided(request)
        self.tell_runs()
        return outcome

    def decided(self, request: Request) -> str:
        # An object that is asked for must be there, whatever becomes of the run; of a key it is created.
        given = self.course_named(request.course) if "+" not in request.course and request.course else None
        run = self.runs.get(fold(request.key))
        if run is None:
            return self.create(request, given)
        if run.key != request.key:
            return "conflict"
        if request.course:
            slot = self.find_slot(*request.course.split("+")) if given is None else None
            if (given or (slot and slot.course)) is not run.course:
                return "conflict"
        return self.update(request, run)

    def create(self, request: Request, given: Course | None) -> str:
        if fold(request.key) in self.deleted:
            return "skipped"
        org, code, _run = parts(request.key)
        if request.course and given is None:
            org, code = request.course.split("+")
        slot = self.find_slot(org, code)
        course = given or (slot and slot.course)
        if course is not None:
            self.fill(course, request)
        if course is None:
            # Only the code of the run is no title, unless it is that of the course too.
            own = says_more(request.title, parts(request.key)[1]) or not says_more(request.title, code)
            title = request.title if own else ""
            course = self.course_with_slot(self.org_or_new(org), code, title or code, "")
        own = request.title and (self.titles(request, course.code) or not says_more(course.title, course.code))
        scheduled = request.start is not ABSENT and request.start is not None
        self.new_run(
            Run(
                request.key, course, request.title if own else course.title, "explicit" if request.course else "implicit",
                request.start if scheduled else None, scheduled, request.seen,
            )
        )  # fmt: skip
        return "created"

    def titles(self, request: Request, code: str) -> bool:
        """Whether the request has a title that says more than its code, and this one."""
        return bool(request.title) and says_more(request.title, code, parts(request.key)[1])

    def fill(self, course: Course, request: Request) -> None:
        """The first real title reaches the course, and the runs that copied the code."""
        if says_more(course.title, course.code) or not self.titles(request, course.code):
            return
        course.title = request.title
        self.note("course", course.code, "~")
        self.course_event(course, "updated")
        for run in self.runs_of(course):
            if not says_more(run.title, course.code, parts(run.key)[1]):
                run.title = course.title
                self.note("run", run.key, "~")
                self.run_event(run, "updated")

    def update(self, request: Request, run: Run) -> str:
        differing = self.differing(request, run)
        stale = {name for name in differing if self.is_stale(name, request, run)}
        taken = {name: value for name, value in differing.items() if name not in stale}
        outcome = "updated" if taken else "stale" if stale else "unchanged"
        if taken:
            self.write(run, taken)
            run.seen = request.seen or run.seen
        elif not stale and request.remembered and request.seen and (run.seen is None or run.seen < request.seen):
            run.seen = request.seen
        if request.title == run.title:
            # The run itself is no copy any more.
            self.fill(run.course, request)
        return outcome

    def differing(self, request: Request, run: Run) -> dict[str, Any]:
        codes = (run.course.code, parts(run.key)[1])
        less = says_more(run.title, *codes) and not says_more(request.title, *codes)
        differing = {"title": request.title} if request.title not in ("", run.title) and not less else {}
        if request.start is not ABSENT and request.start != run.start:
            differing["start"] = request.start
        return differing

    def is_stale(self, name: str, request: Request, run: Run) -> bool:
        """Older never overwrites newer; without a time a value fills only what no source has set."""
        if run.seen is None:
            return False
        if request.seen is not None:
            return request.seen < run.seen
        return name == "title" or run.start is not None

    def write(self, run: Run, wanted: dict[str, Any]) -> None:
        if "title" in wanted:
            run.title = wanted["title"]
            self.note("run", run.key, "~")
        if "start" in wanted:
            self.note("schedule", "", "~" if run.scheduled else "+")
            run.start, run.scheduled = wanted["start"], True
        self.run_event(run, "updated")

    # What people decide

    def update_course_run(self, course_key: str, *, title: str = "", start: Any = ABSENT) -> tuple[str, str]:
        run = self.run_named(course_key)
        wanted = {"title": title} if title not in ("", run.title) else {}
        if start is not ABSENT and start != run.start:
            wanted["start"] = start
        if wanted:
            self.write(run, wanted)
        return self.shown(run)

    def delete_course_run(self, course_key: str, *, for_good: bool) -> None:
        run = self.run_named(course_key)
        if for_good:
            self.deleted[fold(run.key)] = Deleted(run.key, run.title, run.association, run.uuid, run.course.uuid)
        del self.runs[fold(run.key)]
        for merge in self.merges.values():
            for merged in merge.runs:
                merged.run = None if merged.run is run else merged.run
        self.note("run", run.key, "-")
        if run.scheduled:
            self.note("schedule", "", "-")
        if run.withdrawn:
            self.note("withdrawal", "", "-")
        self.run_event(run, "deleted")

    def restore_deleted_course_run(self, course_key: str, *, recreate: bool, reason: str) -> tuple[str, str] | None:
        self.require(reason)
        known = self.deleted.get(fold(course_key))
        if known is None:
            raise Refused("DeletedRunKey.DoesNotExist")
        if not recreate:
            del self.deleted[fold(course_key)]
            return None
        course = self.survivor(known.course_uuid)
        if course is None and known.association == "implicit":
            course = self.leads_to(known.key)
        if course is None:
            raise Refused(NO_COURSE)
        del self.deleted[fold(course_key)]
        association = known.association if self.leads_to(known.key) is course else "explicit"
        return self.shown(self.new_run(Run(known.key, course, known.title, association, uuid=known.run_uuid)))

    def withdraw_course_run(self, course_key: str, *, at: datetime) -> bool:
        """That it was withdrawn is news; a later time is only shown."""
        run = self.run_named(course_key)
        before = run.withdrawn
        run.withdrawn = max(at, before or at)
        if before is None:
            self.note("withdrawal", "", "+")
            self.run_event(run, "withdrawn")
        elif before < at:
            self.note("withdrawal", "", "~")
            self.effects.feed["course_run", run.key, "updated"] += 1
        return before is None

    def restore_course_run(self, course_key: str, *, at: datetime) -> bool:
        run = self.run_named(course_key)
        if run.withdrawn is None or run.withdrawn >= at:
            return False
        run.withdrawn = None
        self.note("withdrawal", "", "-")
        self.run_event(run, "updated")
        return True

    # Messages of the inbox

    def receive(self, kind: str, course_key: str, *, time: datetime, title: str = "", start: Any = ABSENT) -> str:
        """Applied at once; whether the content is there, the latest message says, whatever the order."""
        self.messages.append((course_key, kind, time))
        if kind == "exists":
            self.apply(Request(course_key, synced=True))
        elif kind == "observed":
            self.apply(Request(course_key, title, start, time, synced=True))
        run = self.runs.get(fold(course_key))
        if run and run.key == course_key:
            # Of two at the same time the last one.
            about = [message for message in self.messages if message[0] == course_key]
            _key, latest, at = max(reversed(about), key=lambda message: message[2])
            if latest == "deleted":
                self.withdraw_course_run(course_key, at=at)
            else:
                self.restore_course_run(course_key, at=at)
        return "done"
