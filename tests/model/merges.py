"""The rules of what moves runs: one, many, all, by their keys, with their course, out of it, and back."""

from __future__ import annotations

from uuid import UUID

from openedx_catalog.keys import fold
from tests.model.base import NO_COURSE, NO_RUN, says_more, title_after_rename
from tests.model.rows import Course, Merge, MergedCode, MergedRun, Refused, Run, Slot
from tests.model.runs import Runs


class Model(Runs):
    def move_course_run(self, course_key: str, to: str, *, reason: str) -> tuple[str, str]:
        self.require(reason)
        course, run = self.course_named(to), self.run_named(course_key)
        self.move(run, course, "explicit")
        return self.shown(run)

    def move(self, run: Run, course: Course, association: str) -> str:
        """Undoing a merge leaves a run where somebody has moved it, also to where it stands."""
        before = run.course
        if (before, run.association) == (course, association):
            if association == "explicit":
                self.decide(run)
            return "unchanged"
        self.place(run, course, association)
        return "confirmed" if before is course else "moved"

    def move_course_runs(self, records: list[tuple[str, str]], *, reason: str) -> list[str]:
        self.require(reason)
        return [self.outcome(key, to) for key, to in records]

    def outcome(self, course_key: str, to: str) -> str:
        try:
            course, run = self.course_named(to), self.run_named(course_key)
        except Refused:
            return "invalid"
        return self.move(run, course, "explicit")

    def move_all_course_runs(self, name: str, to: str, *, reason: str) -> list[str]:
        left, course = self.course_named(name), self.course_named(to)
        self.require(reason)
        return [self.move(run, course, "explicit") for run in sorted(self.runs_of(left), key=lambda run: fold(run.key))]

    def follow_key(self, course_key: str) -> tuple[str, str]:
        run = self.run_named(course_key)
        course = self.leads_to(run.key)
        if course is None:
            raise Refused("KeyLeadsNowhere")
        self.move(run, course, "implicit")
        return self.shown(run)

    def follow_keys(self, course_keys: list[str]) -> list[str]:
        return [self.followed(key) for key in course_keys]

    def followed(self, course_key: str) -> str:
        run = self.runs.get(fold(course_key))
        if run is None:
            return "invalid"
        course = self.leads_to(run.key)
        return "conflict" if course is None else self.move(run, course, "implicit")

    def split_catalog_course(
        self, name: str, course_keys: list[str], *, course_code: str, org_code: str | None, title: str, reason: str
    ) -> str:
        self.require(reason)
        course = self.course_named(name)
        runs = {fold(key): self.runs.get(fold(key)) for key in course_keys}
        errors = [NO_RUN] if None in runs.values() else []
        errors += ["InvalidRequest"] if not runs or any(run and run.course is not course for run in runs.values()) else []
        errors += ["DuplicateCatalogCourse"] if self.find_slot(org_code or course.org.name, course_code) else []
        if errors:
            raise Refused(*errors)
        title = title or (course.title if says_more(course.title, course.code) else "")
        org = self.org_or_new(org_code or course.org.name)
        created = self.course_with_slot(org, course_code, title or course_code, course.language)
        for run in runs.values():
            self.place(run, created, "explicit")
        return created.key

    # Merges

    def merge_catalog_courses(self, name: str, *, into: str, reason: str) -> str:
        self.require(reason)
        course, target = self.course_named(name), self.course_named(into)
        if course is target:
            raise Refused("InvalidRequest")
        slots, runs = self.slots_of(course), self.runs_of(course)
        codes = [MergedCode(slot, f"catalog-course:{slot.org.name}:{slot.code}", slot.reruns) for slot in slots]
        merged = [MergedRun(run, run.key, run.association) for run in runs]
        for run in runs:
            self.place(run, target, "explicit", decided=False)
        for slot in slots:
            slot.course, slot.reruns = target, False
            self.note("code", slot.code, "~")
        self.course_event(course, "merged")
        self.courses.remove(course)
        self.note("course", course.code, "-")
        self.merges[course.uuid] = Merge(
            course.uuid, course.org, course.code, course.title, course.language, target.uuid, codes, merged
        )
        return target.key

    def merge_named(self, name: str) -> Merge:
        """By its uuid; by the code that it had, the newest; by another one of its codes, the oldest."""
        try:
            found = [self.merges[str(UUID(name))]] if str(UUID(name)) in self.merges else []
        except ValueError:
            org, code = name.split("+") if "+" in name else name.removeprefix("catalog-course:").split(":")
            org, slot, merges = self.find_org(org), self.find_slot(org, code), list(self.merges.values())
            found = [merge for merge in reversed(merges) if org and (merge.org, fold(merge.code)) == (org, fold(code))]
            found += [merge for merge in merges for row in merge.codes if slot and row.slot is slot]
        if not found:
            raise Refused(NO_COURSE)
        return found[0]

    def unmerge_catalog_courses(
        self, merged: str, *, into: str | None, course_code: str | None, reason: str
    ) -> tuple[str, list[str], list[str]]:
        self.require(reason)
        merge = self.merge_named(merged)
        survivor, path = self.survivor(merge.uuid), self.path(merge.uuid)
        if survivor is None or (into and self.course_named(into) is not survivor):
            raise Refused(NO_COURSE if survivor is None else "InvalidRequest")
        if merge.org is None:
            raise Refused("OrganizationNotFound")
        code = course_code or merge.code
        slot, own = self.slots.get((merge.org, fold(code))), self.present(survivor)
        if slot and (slot.course is not survivor or slot is own):
            raise Refused("DuplicateCatalogCourse")
        back = [row for row in merge.codes if row.slot and row.slot.course is survivor and row.slot is not own]
        course = self.new_course(merge.org, code, title_after_rename(merge.title, merge.code, code), merge.language, merge.uuid)
        del self.merges[merge.uuid]
        self.give_back(course, slot, back, path)
        runs = self.bring_back(merge, survivor, course, path)
        left = [row.key for row in merge.runs if row.run not in runs]
        return course.key, sorted(run.key for run in runs), sorted(left)

    def give_back(self, course: Course, slot: Slot | None, back: list[MergedCode], path: list[str]) -> None:
        """The codes, and the one that it comes back with; merges that followed have nothing to say of them any more."""
        slots = {row.slot: row.reruns for row in back}
        if slot:
            slots.setdefault(slot, False)
            # It is spelled as the course is.
            slot.code = course.code
        for each, reruns in slots.items():
            each.course, each.reruns = course, reruns
            self.note("code", each.code, "~")
        if slot is None:
            self.slots[course.org, fold(course.code)] = Slot(course.org, course.code, course)
            self.note("code", course.code, "+")
        for uuid in path[:-1]:
            self.merges[uuid].codes = [row for row in self.merges[uuid].codes if row.slot not in slots]

    def bring_back(self, merge: Merge, survivor: Course, course: Course, path: list[str]) -> list[Run]:
        """Those that nobody has decided on, and those that a code has brought; explicit where their key leads elsewhere."""
        merged = {row.run: row.association for row in merge.runs if row.run and not row.decided}
        back = []
        for run in self.runs_of(survivor):
            leads = self.leads_to(run.key) is course
            if run.association == "implicit":
                wanted = "implicit" if leads else None
            else:
                wanted = merged.get(run)
                wanted = "explicit" if wanted == "implicit" and not leads else wanted
            if wanted:
                back.append(run)
                self.place(run, course, wanted, decided=False)
        for uuid in path[:-1]:
            self.merges[uuid].runs = [row for row in self.merges[uuid].runs if row.run not in back]
        self.return_deleted(merge, course, path)
        return back

    def return_deleted(self, merge: Merge, course: Course, path: list[str]) -> None:
        """Those that were deleted for good where the merges had put them will be restored here, as they were associated."""
        for row in merge.runs:
            deleted = self.deleted.get(fold(row.key))
            if deleted and row.run is None and not row.decided and deleted.course_uuid in path:
                deleted.course_uuid, deleted.association = course.uuid, row.association
