"""
What a consumer reads of programs, over a catalog with all that programs may have: the queries and seconds of each read.

The part ``reads`` of `benchmarks.programs`, which makes the programs. tests/programs/test_budgets.py holds the same reads to as
many queries for many programs as for few.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from typing import Any, NamedTuple
from urllib.parse import quote

REST, ADMIN = "/api/catalog/v1", "/admin/openedx_catalog_programs"
# Of so many runs one has an external key; of so many programs one is a degree, leaves a run out, contains another one.
KEYED, DEGREES, LEAVING_OUT, CONTAINING = 3, 10, 5, 20
EARLIER, LATER = "2027-02-01T00:00:00Z", "2027-06-01T00:00:00Z"
REPEATS = 3


class Read(NamedTuple):
    """A read by its name, and what does it."""

    name: str
    work: Callable[[], Any]


class Sample(NamedTuple):
    """A program that contains another one, the keys of its runs, and somebody who may see everything."""

    program: Any
    keys: list[str]
    viewer: Any

    @classmethod
    def find(cls) -> Sample:
        """The one in the middle."""
        from django.contrib.auth import get_user_model

        from openedx_catalog.contrib.programs import api
        from openedx_catalog.contrib.programs.models_api import CurriculumProgramMembership

        rows = CurriculumProgramMembership.objects.order_by("pk").select_related("curriculum__program")
        program = rows[rows.count() // 2].curriculum.program
        powers = {"is_superuser": True, "is_staff": True}
        viewer, _made = get_user_model().objects.get_or_create(username="superuser", defaults=powers)
        return cls(program, [str(run.course_key) for run in api.program_runs(program)], viewer)


def complete() -> None:
    """Give the programs the rest: organizations, dates, external keys, runs left out, degrees, programs in them, the feed."""
    from organizations.models import Organization

    from openedx_catalog.contrib.programs import api
    from openedx_catalog.contrib.programs import models_api as models
    from openedx_catalog.models_api import CourseRun

    author = Organization.objects.get(short_name="MITx")
    programs = list(models.Program.objects.order_by("pk"))
    models.ProgramOrganization.objects.bulk_create(
        models.ProgramOrganization(program=row, organization=author, role="authoring") for row in programs
    )
    members = models.CurriculumCourseMembership.objects.order_by("curriculum_id")
    leaving = members.filter(position=0).values_list("curriculum__program_id", "catalog_course_id")[::LEAVING_OUT]
    models.ProgramCourseRunExclusion.objects.bulk_create(
        models.ProgramCourseRunExclusion(program_id=program, run=CourseRun.objects.filter(catalog_course=course).latest("pk"))
        for program, course in leaving
    )
    # A course that came later, and one that has left.
    members.filter(position=1).update(effective_at=EARLIER)
    members.filter(position=2).update(effective_at="2020-01-01T00:00:00Z", retired_at="2025-01-01T00:00:00Z")
    degrees = models.Degree.objects.bulk_create(models.Degree(program=row) for row in programs[::DEGREES])
    models.DegreeCost.objects.bulk_create(
        models.DegreeCost(degree=row, description="Tuition", amount=9900, currency="USD") for row in degrees
    )
    # Pairs, so that no chain of programs grows with their number.
    pairs = zip(programs[::CONTAINING], programs[1::CONTAINING], strict=False)
    curricula = {row.program_id: row for row in models.Curriculum.objects.all()}
    models.CurriculumProgramMembership.objects.bulk_create(
        models.CurriculumProgramMembership(curriculum=curricula[outer.pk], program=inner, position=0) for outer, inner in pairs
    )
    runs = CourseRun.objects.order_by("pk").values_list("course_key__text", flat=True)[::KEYED]
    api.set_external_course_keys({key: f"KEY-{number}" for number, key in enumerate(runs)})
    for row in programs:
        api.note_past_the_api(row, "created")


def measure() -> None:
    """Print the queries and the seconds of every read."""
    print(f"{'':<62}{'queries':>8}{'seconds':>9}")
    for read in reads():
        seconds = min(_seconds(read.work) for _turn in range(REPEATS))
        print(f"{read.name:<62}{queries(read.work):>8,}{seconds:>9.3f}", flush=True)


def _seconds(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def queries(work: Callable[[], Any]) -> int:
    """The data statements of one call."""
    from django.db import connection

    from .timing import counted

    with counted(connection) as statements:
        work()
    return len(statements.verbs)


def reads() -> Iterator[Read]:
    """All of them."""
    sample = Sample.find()
    yield from chain(rest(sample), python(sample), lms(sample), admin(sample))


def rest(sample: Sample) -> Iterator[Read]:
    """Lists, one program, and what it is asked."""
    from openedx_catalog.contrib.programs.models_api import Program

    run, pages = quote(sample.keys[0]), -(-Program.objects.count() // 100)
    course, full = quote(sample.program.courses[0].key_str), "page_size=100"
    lists = (
        "programs/", f"programs/?{full}", f"programs/?{full}&page={pages}", f"programs/?{full}&cursor=first",
        f"programs/?{full}&count=false", f"programs/?{full}&at={LATER}", f"programs/?{full}&org=MITx",
        f"programs/?{full}&q=program", f"programs/?{full}&ordering=title", f"programs/?{full}&course={course}",
        f"programs/?{full}&course_run={run}", f"curricula/?{full}", f"curricula/?{full}&at={LATER}",
        f"curriculum-courses/?{full}", f"curriculum-programs/?{full}", f"degrees/?{full}", "program-types/",
        "changes/?kind=program&limit=1000",
    )  # fmt: skip
    of_one = (
        "", f"?at={LATER}", f"runs/?{full}", f"runs/?{full}&at={LATER}", f"runs/?{full}&nested=true", f"resolve-run/?key={run}",
        "runs-elsewhere/", "curriculum-for/", f"curriculum-for/?started_at={LATER}", f"diff/?from={EARLIER}&to={LATER}",
        "history/",
    )  # fmt: skip
    client, one = signed_in(sample.viewer), f"programs/{sample.program.uuid}/"
    for path in (*lists, *(f"{one}{path}" for path in of_one)):
        name = path.replace(str(sample.program.uuid), "…").replace(run, "…").replace(course, "…")
        yield Read(f"GET {name}", partial(ask, client, f"{REST}/{path}"))
    body = {"passed_course_keys": sample.keys}
    yield Read("POST programs/…/evaluate/", partial(ask, client, f"{REST}/{one}evaluate/", body))


def python(sample: Sample) -> Iterator[Read]:
    """The functions of the API, and the doctor."""
    from openedx_catalog.contrib.programs import api
    from openedx_catalog.contrib.programs.models_api import ExternalCourseKey, Program
    from openedx_catalog.models_api import CatalogCourse

    program, keys = sample.program, sample.keys
    uuids, courses = list(map(str, _all(Program, "uuid"))), _all(CatalogCourse, "pk")
    given = dict(ExternalCourseKey.objects.order_by("pk").values_list("run__course_key__text", "key"))
    yield Read("get_programs()", lambda: list(api.get_programs()))
    yield Read("get_program_states, of all", lambda: api.get_program_states(uuids))
    yield Read("program_courses", lambda: api.program_courses(program))
    yield Read("program_runs", lambda: api.program_runs(program))
    yield Read("program_runs, nested", lambda: api.program_runs(program, nested=True))
    yield Read("resolve_run", lambda: api.resolve_run(program, keys[-1]))
    yield Read("evaluate", lambda: api.evaluate(program, keys))
    yield Read("curriculum_for", lambda: api.curriculum_for(program, LATER))
    yield Read("diff_program", lambda: api.diff_program(program, from_=EARLIER, to=LATER))
    yield Read("program_as_of", lambda: api.program_as_of(program, LATER))
    yield Read("containing_programs, of all", lambda: api.containing_programs(Program.objects.all()))
    yield Read("programs_by_course, of all courses", lambda: api.programs_by_course(courses, sample.viewer))
    yield Read("get_external_course_keys", lambda: api.get_external_course_keys(keys))
    yield Read("set_external_course_keys, all as they are", lambda: api.set_external_course_keys(given))
    yield Read("find_external_key_conflicts, of all", api.find_external_key_conflicts)
    yield Read("audit_external_keys", api.audit_external_keys)
    yield Read("the doctor's rules of programs", lambda: list(api.diagnose(False)))


def lms(sample: Sample) -> Iterator[Read]:
    """The functions of the LMS, and its cache."""
    from django.test.utils import override_settings

    from openedx_catalog.contrib.programs import lms, lms_answers, lms_cache
    from openedx_catalog.contrib.programs.models_api import Program

    from .programs import caches

    uuids, course = list(map(str, _all(Program, "uuid"))), sample.program.courses[0].uuid
    sites = [lms_cache.Site(1, "lms.example.org")]
    settings = override_settings(CACHES=caches())
    yield Read("LMS get_programs(site), changed", lambda: [lms_answers.forget(), lms.get_programs(site=object())])
    yield Read("LMS get_programs(site), nothing changed", lambda: lms.get_programs(site=object()))
    yield Read("LMS get_programs(uuid)", lambda: lms.get_programs(uuid=sample.program.uuid))
    yield Read("LMS get_programs(uuids), all", lambda: lms.get_programs(uuids=uuids))
    yield Read("LMS get_programs(course)", lambda: lms.get_programs(course=sample.keys[0]))
    yield Read("LMS get_programs(catalog_course_uuid)", lambda: lms.get_programs(catalog_course_uuid=course))
    yield Read("LMS get_programs(organization), all", lambda: lms.get_programs(organization="MITx"))
    yield Read("LMS get_programs_by_type_slug, all", lambda: lms.get_programs_by_type_slug(None, "xseries"))
    yield Read("LMS get_programs_with_type", lambda: lms.get_programs_with_type(None))
    yield Read("LMS get_course_runs, all", lms.get_course_runs)
    yield Read("LMS cache, all filled", settings(lambda: lms_cache.fill(sites)))
    yield Read("LMS cache, one program anew", settings(lambda: lms_cache.refresh(uuids[:1], sites)))


def admin(sample: Sample) -> Iterator[Read]:
    """The lists of programs and of what belongs to them with their exports, and every page of a program and a curriculum."""
    from django.contrib import admin
    from django.urls import reverse

    from .questions import pages_of

    client, curriculum = signed_in(sample.viewer), sample.program.curricula.get()
    registered = [model for model in admin.site._registry if model._meta.app_label == "openedx_catalog_programs"]
    urls = [reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist") for model in registered]
    for row in (sample.program, curriculum):
        urls += pages_of(admin.site._registry[type(row)], row)
    urls += [f"{ADMIN}/program/?q=program", f"{ADMIN}/externalcoursekey/export/"]
    for url in dict.fromkeys(urls):
        # A program has no page that deletes it.
        if url != f"{ADMIN}/program/{sample.program.pk}/delete/":
            name = re.sub(r"\b\d+\b", "…", url.removeprefix(f"{ADMIN}/"))
            yield Read(f"admin {name}", partial(ask, client, url))


def _all(model: Any, name: str) -> list[Any]:
    return list(model.objects.order_by("pk").values_list(name, flat=True))


def signed_in(user: Any) -> Any:
    """A client of somebody."""
    from django.test import Client

    client = Client()
    client.force_login(user)
    return client


def ask(client: Any, url: str, body: Any = None) -> None:
    """Get, or post, and read the answer to its end."""
    response = client.get(url) if body is None else client.post(url, body, content_type="application/json")
    if response.status_code != 200:
        raise SystemExit(f"{url} answered {response.status_code}.")
    if response.streaming:
        for _part in response.streaming_content:
            pass
