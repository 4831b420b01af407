"""What a job made of each record, read from the history, and how each kind gets its former values back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.db import router
from organizations.models import Organization

from openedx_catalog import api as catalog
from openedx_catalog.api.for_contrib import locked_run
from openedx_catalog.data import SCHEDULE_FIELDS
from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib.transactions import atomically
from openedx_catalog.models_api import CatalogCourse, CourseRun, CourseSchedule

from ..data import RevertReport
from ..models import SyncJob

# ``{field: (what it was, what the job made of it)}``
Wanted = dict[str, tuple[Any, Any]]


class Reverting:
    """One job that is taken back. `found` says whether anything of it is in the history."""

    def __init__(self, job: SyncJob, reason: str, user: Any) -> None:
        self.job = job
        self.notes: dict[str, Any] = {"source": f"revert:{job.source.name}:{job.pk}", "reason": reason, "user": user}
        self.report = RevertReport([], [])
        self.found = False

    def run(self, pk: int, key: str) -> bool:
        """A run's title and schedule. Whether the job has changed anything of it."""
        wanted = self.overwritten(CourseRun, {"id": pk}, ("title",)) | self.overwritten(
            CourseSchedule, {"run_id": pk}, SCHEDULE_FIELDS
        )
        return self._take_back(key, wanted, partial(self._restore_run, key))

    def course(self, key: str) -> bool:
        """The title of a catalog course."""
        found = _as_written(lambda: catalog.find_catalog_course(key_str=key))
        if found is None:
            return self._gone(f"course:{key}")
        wanted = self.overwritten(CatalogCourse, {"id": found.pk}, ("title",))
        restore = partial(self._restore_row, CatalogCourse, found.pk, catalog.update_catalog_course)
        return self._take_back(f"course:{key}", wanted, restore)

    def organization(self, code: str) -> bool:
        """The name of an organization."""
        found = _as_written(lambda: catalog.find_organization_by_code(code))
        if found is None:
            return self._gone(f"organization:{code}")
        wanted = self.overwritten(Organization, {"id": found.pk}, ("name",))
        restore = partial(self._restore_row, Organization, found.pk, catalog.update_organization)
        return self._take_back(f"organization:{code}", wanted, restore)

    def program(self, uuid: str) -> bool:
        """A program: its values, its status, its organizations, and the courses that were added to it."""
        # Imported here, since the app need not be installed.
        from openedx_catalog.contrib.programs import api as programs
        from openedx_catalog.contrib.programs.models_api import Program

        record = f"program:{uuid}"
        program = _written(Program).filter(uuid=UUID(uuid)).first()
        if program is None:
            return self._gone(record)
        if _written(Program.history.model).filter(id=program.pk, history_type="+", history_change_reason=self._listed).exists():
            # The job created it, and it stays.
            return True
        fields = ("title", "subtitle", "hidden", "marketing_slug", "status", "retired_at")
        wanted = self.overwritten(Program, {"id": program.pk}, fields)
        retired_at = wanted.pop("retired_at", (None, None))[0]
        wanted |= self._organizations_of(program.pk)

        def restore(wanted: Wanted) -> set[str]:
            return programs.restore_program(program, wanted, retired_at=retired_at, **self.notes)

        changed = self._take_back(record, wanted, restore)
        return self._remove_courses(program, record) or changed

    def overwritten(self, model: Any, where: dict[str, int], fields: Sequence[str]) -> Wanted:
        """What the job has changed of a row that was there before. {} where that is nothing, or nobody knows. Two queries."""
        history = _written(model.history.model).filter(**where)
        own = list(history.filter(history_change_reason=self.job.provenance).order_by("history_id"))
        if not own:
            return {}
        before = history.filter(history_id__lt=own[0].history_id).order_by("-history_id").first()
        if before is None and (own[0].history_type != "+" or model is not CourseSchedule):
            # It was created by the job, and stays; or somebody has cleaned the history.
            return {}
        # Before there was a schedule there were no dates.
        blank = {"pacing": ""}
        pairs = {name: (getattr(before, name) if before else blank.get(name), getattr(own[-1], name)) for name in fields}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}

    # Bringing back

    def _take_back(self, record: str, wanted: Wanted, restore: Callable[[Wanted], set[str]]) -> bool:
        """All fields at once; where that is refused one by one, so that one does not keep the others."""
        if not wanted:
            return False
        self.found = True
        try:
            self._note(record, wanted, atomically(router.db_for_write(CourseRun), partial(restore, wanted)))
        except CatalogError as error:
            if len(wanted) == 1:
                self.report.left.extend((record, name, str(error)) for name in wanted)
            else:
                for name, pair in wanted.items():
                    self._take_back(record, {name: pair}, restore)
        return True

    def _note(self, record: str, wanted: Wanted, restored: set[str]) -> None:
        for name in wanted:
            (self.report.restored if name in restored else self.report.kept).append((record, name))

    def _gone(self, record: str) -> bool:
        self.report.left.append((record, "", "it has been deleted since"))
        return True

    def _restore_run(self, key: str, wanted: Wanted) -> set[str]:
        run = locked_run(key)
        schedule = _written(CourseSchedule).filter(run=run).first()
        same = {
            name: before
            for name, (before, made) in wanted.items()
            if getattr(run if name == "title" else schedule, name, None) == made
        }
        values: dict[str, Any] = {name: value for name, value in same.items() if name != "title"}
        given: dict[str, Any] = {"title": same["title"]} if "title" in same else {}
        if values:
            given["schedule"] = values
        if given:
            catalog.update_course_run(key, **given, **self.notes)
        return set(same)

    def _restore_row(self, model: Any, pk: int, update: Callable[..., Any], wanted: Wanted) -> set[str]:
        """A row with plain columns, held until it is written."""
        row = model.objects.select_for_update().get(pk=pk)
        same = {name: before for name, (before, made) in wanted.items() if getattr(row, name) == made}
        if same:
            update(row, **same, **self.notes)
        return set(same)

    # Programs

    def _organizations_of(self, program: int) -> Wanted:
        """The authors before the job and after it, in order: their rows are told apart by the history alone."""
        from openedx_catalog.contrib.programs.models_api import ProgramOrganization

        history = (
            _written(ProgramOrganization.history.model).filter(program_id=program, role="authoring").order_by("history_id")
        )
        now: dict[int, tuple[int, int]] = {}
        first: dict[int, tuple[int, int]] | None = None
        last: dict[int, tuple[int, int]] = {}
        for row in history:
            is_own = row.history_change_reason == self.job.provenance
            if is_own and first is None:
                first = dict(now)
            if row.history_type == "-":
                now.pop(row.id, None)
            else:
                now[row.id] = (row.position, row.organization_id)
            if is_own:
                last = dict(now)
        if first is None:
            return {}
        ids = {pk for state in (first, last) for _position, pk in state.values()}
        codes = dict(_written(Organization).filter(pk__in=ids).values_list("pk", "short_name"))
        before, made = ([codes[pk] for _position, pk in sorted(state.values()) if pk in codes] for state in (first, last))
        return {"authoring_organizations": (before, made)} if before != made else {}

    def _remove_courses(self, program: Any, record: str) -> bool:
        """What the job added to the curricula of a program that was there before, unless somebody has worked on it since."""
        from openedx_catalog.contrib.programs import api as programs
        from openedx_catalog.contrib.programs.models_api import Curriculum, CurriculumCourseMembership

        own = _written(Curriculum.history.model).filter(program_id=program.pk, history_change_reason=self._listed)
        curricula = set(own.filter(history_type="+").values_list("id", flat=True))
        history = _written(CurriculumCourseMembership.history.model)
        inside = list(_written(Curriculum).filter(program=program).values_list("pk", flat=True))
        added = history.filter(curriculum_id__in=inside, history_change_reason=self._listed, history_type="+")
        members = _written(CurriculumCourseMembership).filter(pk__in=list(added.values_list("id", flat=True)))
        for member in members.order_by("pk"):
            touched = history.filter(id=member.pk).count() > 1 or member.run_exclusions.exists()
            self._remove(record, None if touched else partial(programs.remove, member, **self.notes))
        for curriculum in _written(Curriculum).filter(pk__in=curricula).order_by("pk"):
            used = curriculum.course_memberships.exists() or curriculum.program_memberships.exists()
            self._remove(record, None if used else partial(programs.remove, curriculum, **self.notes))
        return bool(members or curricula)

    def _remove(self, record: str, remove: Callable[[], None] | None) -> None:
        self.found = True
        if remove is None:
            self.report.kept.append((record, "courses"))
            return
        try:
            remove()
        except CatalogError as error:
            self.report.left.append((record, "courses", str(error)))
        else:
            self.report.restored.append((record, "courses"))

    @property
    def _listed(self) -> str:
        """What the history says of a program's courses: the list that they are of, and the job."""
        return f"sync-{self.job.source.name}: {self.job.provenance}"


def _written(model: Any) -> Any:
    """The rows of a model where it is written: a replica may not have them yet."""
    return model._default_manager.using(router.db_for_write(model))


def _as_written(look_up: Callable[[], Any]) -> Any:
    """What the core finds where it writes: it does so in a transaction."""
    return atomically(router.db_for_write(CourseRun), look_up)


__all__ = ["Reverting"]
