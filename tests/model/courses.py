"""The rules of catalog courses and of their codes: a code has one owner, and what a course was called leads to it."""

from __future__ import annotations

from openedx_catalog.keys import fold
from tests.model.base import title_after_rename
from tests.model.organizations import Organizations
from tests.model.rows import Course, Org, Refused, Slot

DUPLICATE = "DuplicateCatalogCourse"


class Courses(Organizations):
    def create_catalog_course(
        self, *, org_code: str, course_code: str, title: str = "", language: str = "en", uuid: str | None = None
    ) -> str:
        taken = uuid and (uuid in self.merges or any(course.uuid == uuid for course in self.courses))
        errors = [DUPLICATE] if self.find_slot(org_code, course_code) else []
        errors += ["DuplicateUUID"] if taken else []
        if errors:
            raise Refused(*errors)
        return self.course_with_slot(self.org_or_new(org_code), course_code, title or course_code, language, uuid).key

    def course_with_slot(self, org: Org, code: str, title: str, language: str, uuid: str | None = None) -> Course:
        course = self.new_course(org, code, title, language, uuid)
        # The history of the course has its first code.
        self.slots[org, fold(code)] = Slot(org, code, course)
        return course

    def update_catalog_course(self, name: str, *, title: str, language: str) -> None:
        course = self.course_named(name)
        if (course.title, course.language) != (title, language):
            course.title, course.language = title, language
            self.note("course", course.code, "~")
            self.course_event(course, "updated")

    def delete_catalog_course(self, name: str) -> None:
        course = self.course_named(name)
        if self.runs_of(course):
            raise Refused("HasDependents")
        for slot in self.slots_of(course):
            self.drop(slot)
        self.courses.remove(course)
        self.note("course", course.code, "-")
        self.course_event(course, "deleted")

    def rename_catalog_course(self, name: str, *, course_code: str, reason: str) -> str:
        self.require(reason)
        course = self.course_named(name)
        return self.rename(course, course.org, course_code)

    def move_catalog_course(self, name: str, *, org_code: str, reason: str, course_code: str | None = None) -> str:
        self.require(reason)
        course = self.course_named(name)
        key = self.rename(course, self.org_or_new(org_code), course_code or course.code)
        self.take_rerun_code_along(course)
        return key

    def take_rerun_code_along(self, course: Course) -> None:
        """New runs are keyed by the organization that owns the course now: by the same code, where that leads here too."""
        marked = next((slot for slot in self.slots_of(course) if slot.reruns and slot.org is not course.org), None)
        if marked is None:
            return
        marked.reruns = False
        self.note("code", marked.code, "~")
        same = self.slots.get((course.org, fold(marked.code)))
        if same and same.course is course:
            same.reruns = True
            self.note("code", same.code, "~")

    def rename(self, course: Course, org: Org, code: str) -> str:
        """The history of a code says since when it leads here, or is back; that of the former one, since when it is one."""
        before, slot = self.present(course), self.free_slot(course, org, code)
        if (course.org, course.code) == (org, code):
            return course.key
        if slot is None:
            slot = self.slots[org, fold(code)] = Slot(org, code, course)
            self.note("code", code, "+")
        else:
            slot.code = code
            self.note("code", code, "~")
        if slot is not before:
            self.note("code", before.code, "~")
        course.title = title_after_rename(course.title, course.code, code)
        course.org, course.code = org, code
        self.note("course", code, "~")
        self.course_event(course, "renamed")
        return course.key

    def free_slot(self, course: Course, org: Org, code: str) -> Slot | None:
        """The slot of a code that the course may have, None where there is none yet."""
        slot = self.slots.get((org, fold(code)))
        if slot and slot.course is not course:
            raise Refused(DUPLICATE)
        return slot

    def drop(self, slot: Slot) -> None:
        del self.slots[slot.org, fold(slot.code)]
        self.note("code", slot.code, "-")
        for merge in self.merges.values():
            for merged in merge.codes:
                merged.slot = None if merged.slot is slot else merged.slot

    # Codes

    def release_course_code(self, name: str, code: str, *, reason: str) -> str:
        self.require(reason)
        course = self.course_named(name)
        self.drop(self.spare(course, code))
        self.codes_event(course)
        return course.key

    def give_course_code(self, name: str, code: str, *, to: str, reason: str) -> str:
        self.require(reason)
        course, receiver = self.course_named(name), self.course_named(to)
        if course is receiver:
            raise Refused("InvalidRequest")
        slot = self.spare(course, code)
        slot.course = receiver
        self.note("code", slot.code, "~")
        self.codes_event(course, receiver)
        return receiver.key

    def spare(self, course: Course, code: str) -> Slot:
        """A code that the course can do without."""
        found = [slot for slot in self.slots_of(course) if fold(slot.code) == fold(code)]
        found = [slot for slot in found if slot.org is course.org] or found
        if len(found) > 1:
            raise Refused("InvalidRequest")
        if not found:
            raise Refused("UnknownCourseCode")
        if found[0] is self.present(course) or found[0].reruns:
            raise Refused("CourseCodeInUse")
        if self.runs_by(found[0]):
            raise Refused("CourseCodeHasRuns")
        return found[0]

    def swap_course_codes(self, first: str, second: str, *, reason: str) -> tuple[str, str]:
        self.require(reason)
        one, other = self.course_named(first), self.course_named(second)
        if one is other:
            raise Refused("InvalidRequest")
        slots = [self.present(one), self.present(other)]
        staying = [run for slot in slots for run in self.runs_by(slot)]
        for slot, course in zip(slots, (other, one), strict=True):
            slot.course, slot.reruns = course, False
            self.note("code", slot.code, "~")
        titles = title_after_rename(one.title, one.code, other.code), title_after_rename(other.title, other.code, one.code)
        one.title, other.title = titles
        one.org, one.code, other.org, other.code = other.org, other.code, one.org, one.code
        for course in (one, other):
            self.take_rerun_code_along(course)
        for run in staying:
            self.place(run, run.course, "explicit")
        for course in (one, other):
            self.note("course", course.code, "~")
            self.course_event(course, "renamed")
        return one.key, other.key

    def set_rerun_code(self, name: str, code: str | None, *, reason: str) -> str:
        self.require(reason)
        course = self.course_named(name)
        before = next((slot for slot in self.slots_of(course) if slot.reruns), None)
        wanted = self.free_slot(course, course.org, code) if code else None
        spelling = course.code if code and fold(code) == fold(course.code) else code
        if (before and before is wanted and before.code == spelling) or (before is None and not code):
            return course.key
        if before and before is not wanted:
            before.reruns = False
            self.note("code", before.code, "~")
        if spelling:
            self.note("code", spelling, "~" if wanted else "+")
            slot = self.slots.setdefault((course.org, fold(spelling)), Slot(course.org, spelling, course))
            slot.code, slot.reruns = spelling, True
        self.codes_event(course)
        return course.key

    def next_run_key(self, name: str, *, term: str) -> str:
        course = self.course_named(name)
        slot = next((slot for slot in self.slots_of(course) if slot.reruns), None)
        org, code = (slot.org, slot.code) if slot else (course.org, course.code)
        first = f"course-v1:{org.name}+{code}+{term}"
        candidates = [first, *(first + letter for letter in "abcdefghijklmnopqrstuvwxyz")]
        return next(key for key in candidates if fold(key) not in {*self.runs, *self.deleted})
