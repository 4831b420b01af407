"""People at work in the catalog of `thirty_world`, by the API; the model is told what they did."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.programs.models_api import Curriculum as CurriculumRow
from openedx_catalog.contrib.programs.models_api import CurriculumCourseMembership
from openedx_catalog.contrib.sync import api

from .discovery import uuid_of
from .thirty_model import Model
from .thirty_rows import Curriculum, Member, Program
from .thirty_world import World

WHO: dict[str, Any] = {"source": "admin", "reason": "a test"}
MAX_PINNED_STATUSES = 2


class Editors:
    """Some of them know that syncs overwrite what is not pinned, and some do not."""

    def __init__(self, world: World, model: Model, chance: random.Random) -> None:
        self.world, self.model, self.chance = world, model, chance
        self.deleted = 0

    def work(self) -> None:
        """A day's work, each kind up to so many times."""
        for work, times in WORK.items():
            for _time in range(self.chance.randrange(times + 1)):
                work(self)

    # Runs

    def _change_run(self) -> None:
        key = self.chance.choice(sorted(self.model.runs))
        run, field = self.model.runs[key], self.chance.choice(["title", "end", "pacing"])
        value = {"title": f"By hand {self.world.next()}", "end": self.world.date(2050), "pacing": "self"}[field]
        given: Any = {"title": value} if field == "title" else {"schedule": {field: value}}
        catalog.update_course_run(key, **given, **WHO)
        run.values[field] = value
        if self.chance.random() < 0.7:
            api.pin_field(key, field, **WHO)
            run.pins.add(field)

    def _unpin_run(self) -> None:
        pinned = sorted((key, field) for key, run in self.model.runs.items() for field in run.pins)
        if pinned:
            key, field = self.chance.choice(pinned)
            api.unpin_field(key, field, **WHO)
            self.model.runs[key].pins.remove(field)

    def _move_run(self) -> None:
        key = self.chance.choice(sorted(self.model.runs))
        to = self.chance.choice(sorted(self.model.titles))
        catalog.move_course_run(key, f"MITx+{to}", **WHO)
        self.model.move(key, to)

    def _external_key(self) -> None:
        key = self.chance.choice(sorted(self.model.runs))
        self.model.external_keys[key] = f"Hand {self.world.next()}"
        programs.set_external_course_key(key, self.model.external_keys[key], **WHO)

    # Courses

    def _retitle_course(self) -> None:
        code = self.chance.choice(sorted(self.model.titles))
        course = catalog.get_catalog_course(key_str=f"MITx+{code}")
        self.model.titles[code] = f"By hand {self.world.next()}"
        catalog.update_catalog_course(course, title=self.model.titles[code], **WHO)
        if self.chance.random() < 0.6:
            api.pin_record_field("course", course.uuid, "title", **WHO)
            self.model.pinned_titles.add(code)

    def _merge_courses(self) -> None:
        left = [pair for pair in self.world.to_merge.items() if not set(pair) & self.model.merged.keys()]
        if not left or self.chance.random() < 0.7:
            return
        code, into = left[0]
        # Where both have come into one curriculum meanwhile, by moves of others, they stay two.
        rows = CurriculumCourseMembership.objects
        both = [
            set(rows.filter(catalog_course__course_code=each).values_list("curriculum", flat=True)) for each in (code, into)
        ]
        if code in self.model.titles and into in self.model.titles and not both[0] & both[1]:
            catalog.merge_catalog_courses(f"MITx+{code}", into=f"MITx+{into}", **WHO)
            self.model.merge(code, into)

    # Programs

    def _change_program(self) -> None:
        name, program = self._program()
        row = programs.get_program(uuid_of(name))
        if program.status == "deleted":
            return
        field = self.chance.choice(["title", "hidden"])
        value: Any = f"By hand {self.world.next()}" if field == "title" else not program.hidden
        programs.update_program(row, **{field: value}, **WHO)
        setattr(program, field, value)
        # What is hidden here, and not at the source, is no loss; the other way round each sync would count it as one.
        if self.chance.random() < 0.5 and field == "title":
            self._pin("program", row.uuid, field, program)

    def _pin_status(self) -> None:
        pinned = [each for each in self.model.programs.values() if "status" in each.pins]
        name, program = self._program()
        if len(pinned) < MAX_PINNED_STATUSES and program.status == "active":
            self._pin("program", programs.get_program(uuid_of(name)).uuid, "status", program)

    def _delete_program(self) -> None:
        name, program = self._program()
        # One of which the source says nothing else than before.
        stated = self.world.service.programs.get(name)
        if self.deleted or program.status == "deleted" or stated is None or stated["status"] != program.said_status:
            return
        programs.delete_program(programs.get_program(uuid_of(name)), **WHO)
        program.status, self.deleted = "deleted", 1
        self.world.left_alone.add(name)

    def _rename_curriculum(self) -> None:
        if (found := self._curriculum()) is None:
            return
        _program, curriculum, row = found
        curriculum.name = f"By hand {self.world.next()}"
        programs.update_curriculum(row, name=curriculum.name, **WHO)
        if self.chance.random() < 0.3:
            self._pin("curriculum", row.uuid, self.chance.choice(["name", "courses"]), curriculum)

    def _add_course(self) -> None:
        found, code = self._curriculum(), self.chance.choice(sorted(self.model.titles))
        if found is None or found[0].is_closed or found[1].member(code):
            return
        _program, curriculum, row = found
        if code in curriculum.out or any(each in self.world.to_merge.items() for each in self._pairs(curriculum, code)):
            return
        programs.add_course(row, f"MITx+{code}", **WHO)
        curriculum.members.append(Member(code, False))

    def _take_course_out(self) -> None:
        found = self._member()
        if found is not None and found[1].by_source and len(found[0].members) > 1:
            curriculum, member, row = found
            programs.retire(row, **WHO)
            curriculum.members.remove(member)
            curriculum.out.add(member.course)
            self.model.drop_stale()

    def _leave_run_out(self) -> None:
        if (found := self._member()) is None:
            return
        _curriculum, member, row = found
        of_course = {key for key, run in self.model.runs.items() if run.course == member.course}
        if free := sorted(of_course - member.left_out.keys() - member.let_in):
            key = self.chance.choice(free)
            programs.exclude_course_run(row, key, **WHO)
            member.left_out[key] = False

    def _let_run_in(self) -> None:
        everywhere = [
            (name, curriculum, member)
            for name, program in sorted(self.model.programs.items()) if not program.is_closed
            for curriculum in program.curricula.values() if not curriculum.is_over
            for member in curriculum.members if member.left_out
        ]  # fmt: skip
        if everywhere:
            name, curriculum, member = self.chance.choice(everywhere)
            key = self.chance.choice(sorted(member.left_out))
            programs.include_course_run(self._member_row(name, curriculum, member), key, **WHO)
            if member.left_out.pop(key):
                member.let_in.add(key)

    # Choosing

    def _program(self) -> tuple[str, Program]:
        name = self.chance.choice(sorted(self.model.programs))
        return name, self.model.programs[name]

    def _curriculum(self) -> tuple[Program, Curriculum, CurriculumRow] | None:
        name, program = self._program()
        offered = [each for each in program.curricula.values() if not each.is_over]
        if not offered:
            return None
        curriculum = self.chance.choice(offered)
        return program, curriculum, self._row(name, curriculum)

    def _member(self) -> tuple[Curriculum, Member, CurriculumCourseMembership] | None:
        name, program = self._program()
        found = [(each, member) for each in program.curricula.values() if not each.is_over for member in each.members]
        if not found:
            return None
        curriculum, member = self.chance.choice(found)
        return curriculum, member, self._member_row(name, curriculum, member)

    def _row(self, name: str, curriculum: Curriculum) -> CurriculumRow:
        rows = CurriculumRow.objects.filter(program__uuid=uuid_of(name), name=curriculum.name)
        return next(row for row in rows.order_by("-pk") if not row.is_over())

    def _member_row(self, name: str, curriculum: Curriculum, member: Member) -> CurriculumCourseMembership:
        rows = CurriculumCourseMembership.objects.not_over().filter(curriculum=self._row(name, curriculum))
        return rows.get(catalog_course__course_code=member.course)

    def _pin(self, kind: str, record: Any, field: str, on: Any) -> None:
        api.pin_record_field(kind, record, field, **WHO)
        on.pins.add(field)

    def _pairs(self, curriculum: Curriculum, code: str) -> list[tuple[str, str]]:
        others = [member.course for member in curriculum.members]
        return [pair for other in others for pair in ((code, other), (other, code))]


WORK: dict[Callable[[Editors], None], int] = {
    Editors._change_run: 6, Editors._unpin_run: 1, Editors._move_run: 2, Editors._external_key: 2,
    Editors._retitle_course: 2, Editors._merge_courses: 1, Editors._change_program: 2, Editors._pin_status: 1,
    Editors._delete_program: 1, Editors._rename_curriculum: 1, Editors._add_course: 3, Editors._take_course_out: 2,
    Editors._leave_run_out: 3, Editors._let_run_in: 2,
}  # fmt: skip
