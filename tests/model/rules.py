"""Every function of the API that changes the mapping, with the arguments that hypothesis chooses."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from tests.model import stored
from tests.model.machine import CODES, ORGS, RUNS, Machine, step
from tests.model.rows import Course, Slot
from tests.model.runs import ABSENT

TIMES = tuple(datetime(2024, month, 1, tzinfo=UTC) for month in (1, 2, 3))
number = st.integers(0, 255)
code = st.sampled_from(CODES)
org = st.sampled_from(ORGS)
name_of_org = st.sampled_from((*ORGS, "MIT", "OpenX"))
# Those of a course among them, which count as none.
title = st.sampled_from(("", "One", "Two", *CODES[:2]))
reason = st.sampled_from(("why",) * 15 + ("",))
dry = st.sampled_from((False, False, False, True))
key = st.builds("course-v1:{}+{}+{}".format, org, code, st.sampled_from(RUNS))
time = st.sampled_from(TIMES)
seen = st.sampled_from((None, *TIMES))
start = st.sampled_from((ABSENT, ABSENT, None, *TIMES[:2]))
# A time or nothing: what a call that cannot empty a date may say.
some_start = st.sampled_from((ABSENT, ABSENT, *TIMES[:2]))
perhaps = st.sampled_from((None, *CODES))


class Catalog(Machine):
    # Runs

    def asked(self, choice: int) -> str:
        """The course that a run is to come under: mostly none, else by its key, which need not exist, or by its uuid."""
        names = ["", "", "", f"{ORGS[0]}+{CODES[0]}", f"{ORGS[2]}+{CODES[3]}", *(c.uuid for c in self.model.courses)]
        return names[choice % len(names)]

    @step(often=4, key=key, title=title, start=start, course=number, seen=seen)
    def associate(self, key, title, start, course, seen):
        self.play("associate_course_run", key, title=title, start=start, catalog_course=self.asked(course), observed_at=seen)

    @step(often=2, key=key, title=title, start=start, seen=seen)
    def sync(self, key, title, start, seen):
        self.play("sync_course_run", key, title=title, start=start, observed_at=seen)

    @step(often=2, key=key, title=title, start=some_start, course=number)
    def create_run(self, key, title, start, course):
        self.play("create_course_run", key, title=title, start=start, catalog_course=self.asked(course))

    @step(course=number, term=st.sampled_from(RUNS))
    def next_run(self, course, term):
        self.play("next_run_key", self.course(course), term=term)
        self.play("create_course_run", next_for=self.course(course), term=term)

    @step(run=number, title=title, start=start)
    def update_run(self, run, title, start):
        self.play("update_course_run", self.run(run), title=title, start=start)

    @step(run=number, for_good=st.booleans())
    def delete_run(self, run, for_good):
        self.play("delete_course_run", self.run(run), for_good=for_good)

    @step(among="deleted", often=5, choice=number, recreate=st.sampled_from((True, True, False)), reason=reason)
    def restore_deleted(self, choice, recreate, reason):
        known = [*(deleted.key for deleted in self.model.deleted.values()), self.run(choice)]
        self.play("restore_deleted_course_run", known[choice % len(known)], recreate=recreate, reason=reason)

    @step(run=number, at=time, back=st.booleans())
    def withdraw(self, run, at, back):
        if back:
            self.play("restore_course_run", self.run(run), at=at)
        else:
            self.play("withdraw_course_run", self.run(run), at=at)

    @step(often=2, kind=st.sampled_from(("observed", "exists", "deleted")), key=key, time=time, title=title, start=some_start)
    def event(self, kind, key, time, title, start):
        given = {"title": title, "start": start} if kind == "observed" else {}
        self.play("receive", kind, key, time=time, **given)

    @step(
        often=2,
        rows=st.lists(st.tuples(key, title, some_start, number), min_size=1, max_size=5),
        batch_size=st.sampled_from((1, 2, 100)),
        dry_run=dry,
    )
    def backfill(self, rows, batch_size, dry_run):
        records = [
            {"key": key, "title": title, "start": start, "course": ("", "", f"{ORGS[0]}+{CODES[0]}")[choice % 3]}
            for key, title, start, choice in rows
        ]
        self.play("associate_course_runs", records, batch_size=batch_size, dry_run=dry_run)

    @step(
        often=2,
        rows=st.lists(st.tuples(key, title, start, seen), min_size=1, max_size=5),
        batch_size=st.sampled_from((1, 2, 100)),
        dry_run=dry,
    )
    def sync_many(self, rows, batch_size, dry_run):
        records = [dict(zip(("key", "title", "start", "seen"), row, strict=True)) for row in rows]
        self.play("sync_course_runs", records, batch_size=batch_size, dry_run=dry_run)

    # Courses and their codes

    @step(often=2, org=org, code=code, title=title, language=st.sampled_from(("en", "", "fr")), old=number)
    def create_course(self, org, code, title, language, old):
        """With a uuid that is, or was, another course's, now and then; mostly with a new one."""
        uuids: list[Any] = [None, None, *(course.uuid for course in self.model.courses), *self.model.merges]
        uuid = uuids[old % len(uuids)] if old < 128 else str(UUID(int=self.steps + 2**127))
        self.play("create_catalog_course", org_code=org, course_code=code, title=title, language=language, uuid=uuid)

    @step(course=number, title=st.sampled_from(("One", "Two")), language=st.sampled_from(("en", "fr")))
    def update_course(self, course, title, language):
        self.play("update_catalog_course", self.course(course), title=title, language=language)

    @step(course=number)
    def delete_course(self, course):
        names = [each.key for each in self.model.courses if not self.model.runs_of(each)] + [self.course(course)]
        self.play("delete_catalog_course", names[course % len(names)])

    @step(often=2, course=number, code=code, reason=reason, dry_run=dry)
    def rename(self, course, code, reason, dry_run):
        self.play("rename_catalog_course", self.course(course), course_code=code, reason=reason, dry_run=dry_run)

    @step(often=2, course=number, org=number, code=perhaps, reason=reason, dry_run=dry)
    def change_organization(self, course, org, code, reason, dry_run):
        self.play(
            "move_catalog_course", self.course(course), org_code=self.org(org), course_code=code, reason=reason,
            dry_run=dry_run,
        )  # fmt: skip

    def spare(self, course: Course) -> list[Slot]:
        """The codes that it can do without."""
        slots = [slot for slot in self.model.slots_of(course) if slot is not self.model.present(course)]
        return [slot for slot in slots if not slot.reruns and not self.model.runs_by(slot)]

    def with_codes(self, choice: int) -> str:
        """Mostly a course that can do without one of its codes."""
        names = [course.key for course in self.model.courses if self.spare(course)]
        return [*names, *names, *names, self.course(choice)][choice % (3 * len(names) + 1)]

    def code_of(self, name: str, choice: int) -> str:
        """A code of the course, mostly one that it can do without; or of another one."""
        slots = [slot for course in self.named(name) for slot in self.model.slots_of(course)]
        spare = [slot for course in self.named(name) for slot in self.spare(course)]
        codes = [slot.code for slot in (*spare, *spare, *spare, *slots)] + [CODES[choice % len(CODES)]]
        return codes[choice % len(codes)]

    @step(often=3, course=number, code=number, reason=reason, dry_run=dry)
    def release(self, course, code, reason, dry_run):
        name = self.with_codes(course)
        self.play("release_course_code", name, self.code_of(name, code), reason=reason, dry_run=dry_run)

    @step(often=3, course=number, code=number, to=number, reason=reason, dry_run=dry)
    def give(self, course, code, to, reason, dry_run):
        name = self.with_codes(course)
        self.play("give_course_code", name, self.code_of(name, code), to=self.course(to), reason=reason, dry_run=dry_run)

    @step(often=2, first=number, second=number, reason=reason, dry_run=dry)
    def swap(self, first, second, reason, dry_run):
        self.play("swap_course_codes", self.course(first), self.course(second), reason=reason, dry_run=dry_run)

    @step(often=2, course=number, code=perhaps, reason=reason, dry_run=dry)
    def rerun_code(self, course, code, reason, dry_run):
        self.play("set_rerun_code", self.course(course), code, reason=reason, dry_run=dry_run)

    # Moves

    @step(often=3, run=number, to=number, reason=reason, dry_run=dry)
    def move(self, run, to, reason, dry_run):
        self.play("move_course_run", self.run(run), self.course(to), reason=reason, dry_run=dry_run)

    @step(often=2, rows=st.lists(st.tuples(number, number), min_size=1, max_size=3), reason=reason, dry_run=dry)
    def move_many(self, rows, reason, dry_run):
        records = [(self.run(run), self.course(to)) for run, to in rows]
        self.play("move_course_runs", records, reason=reason, dry_run=dry_run)

    @step(course=number, to=number, reason=reason, dry_run=dry)
    def move_all(self, course, to, reason, dry_run):
        self.play("move_all_course_runs", self.course(course), self.course(to), reason=reason, dry_run=dry_run)

    @step(often=2, runs=st.lists(number, min_size=1, max_size=3), dry_run=dry)
    def follow(self, runs, dry_run):
        if len(runs) == 1:
            self.play("follow_key", self.run(runs[0]), dry_run=dry_run)
        else:
            self.play("follow_keys", [self.run(run) for run in runs], dry_run=dry_run)

    @step(often=2, course=number, runs=st.integers(0, 7), code=code, org=st.sampled_from((None, *ORGS)), title=title,
          reason=reason, dry_run=dry)  # fmt: skip
    def split(self, course, runs, code, org, title, reason, dry_run):
        """Some runs of one course; now and then of another one, or none."""
        name = self.course(course)
        owned = [run.key for run in self.model.runs.values() if run.course in self.named(name)]
        chosen = owned[: 1 + runs % 2] if runs < 6 else [self.run(runs)] * (runs - 6)
        self.play(
            "split_catalog_course", name, chosen, course_code=code, org_code=org, title=title, reason=reason,
            dry_run=dry_run,
        )  # fmt: skip

    @step(often=5, course=number, into=number, reason=reason, dry_run=dry)
    def merge(self, course, into, reason, dry_run):
        self.play("merge_catalog_courses", self.course(course), into=self.course(into), reason=reason, dry_run=dry_run)

    @step(
        among="merges",
        often=5,
        merged=number,
        into=number,
        code=st.one_of(st.none(), perhaps),
        reason=reason,
        dry_run=dry,
    )
    def unmerge(self, merged, into, code, reason, dry_run):
        names = [
            *self.model.merges,
            *self.model.merges,
            *(f"{m.org.name}+{m.code}" for m in self.model.merges.values() if m.org),
        ]
        names.append(self.course(merged))
        self.play(
            "unmerge_catalog_courses", names[merged % len(names)], into=self.course(into) if into % 4 == 0 else None,
            course_code=code, reason=reason, dry_run=dry_run,
        )  # fmt: skip

    @step(often=2, first=number, dry_run=dry)
    def undo_merges(self, first, dry_run):
        """Merges that nobody has touched since are undone, also in the order in which they were made: all is as it was."""
        uuids = [course.uuid for course in self.model.courses]
        chosen = (uuids[first % len(uuids) :] + uuids)[: min(3, len(uuids))] if uuids else []
        before = stored.rows_of_database()
        for name, into in pairwise(chosen):
            self.play("merge_catalog_courses", name, into=into, reason="why")
        undone = chosen[:-1] if dry_run else chosen[-2::-1]
        for name in undone:
            self.play("unmerge_catalog_courses", name, into=None, course_code=None, reason="why")
        assert stored.rows_of_database() == before

    # Organizations

    @step(often=3, org=name_of_org)
    def create_organization(self, org):
        self.play("create_organization", short_name=org)

    @step(often=2, org=number, name=name_of_org)
    def rename_organization(self, org, name):
        self.play("update_organization", self.org(org), short_name=name)

    @step(often=2, org=number, reason=reason)
    def release_name(self, org, reason):
        names = [*self.model.former, *self.model.former, self.org(org)]
        self.play("release_organization_name", names[org % len(names)], reason=reason)

    @step(often=3, org=number)
    def delete_organization(self, org):
        used = [slot.org for slot in self.model.slots.values()]
        names = [each.name for each in self.model.orgs if each not in used] * 2 + [self.org(org)]
        self.play("delete_organization", names[org % len(names)])
