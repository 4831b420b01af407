"""
What the processes of `test_stress` do: random calls of everything that writes, over few names, so that they meet.

What takes a name does so every other time with a name of its own: the few are taken after a while, some of them for ever.

Imported by the test and by its processes. `OPERATIONS` has one function for each kind of call; each gets the process's own
seeded generator. Under a profile with programs `PROGRAM_OPERATIONS` are called as well.
"""

from __future__ import annotations

import logging
import random
import time
import traceback
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

# First, because it sets up Django.
from . import racing  # isort: skip

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from organizations.models import Organization

from openedx_catalog import api, messages, signals
from openedx_catalog.exceptions import CatalogError, RetryableConflict
from openedx_catalog.models_api import CatalogCourse

ORGS = ("Alpha", "Beta", "Gamma", "Delta")
CODES = ("A1", "B2", "C3", "D4", "E5")
# Of which no key is made: they may go again.
SPARE_ORGS, SPARE_CODES = ("Epsilon", "Zeta"), ("S1", "S2", "S3")
RUNS = ("1T", "2T", "3T", "4T")
TITLES = ("One", "Two", "Three")
PROGRAM = "Stress"
MAX_ERRORS = 5

Chance = random.Random


class Done(NamedTuple):
    """What one process did: how often each kind of call ended how, and what no caller may see."""

    outcomes: Counter[tuple[str, str]]
    errors: list[str]


def work(number: int, seed: int, seconds: float, isolation: str = "") -> Done:
    """Call this and that until the time is over."""
    chance = Chance(f"{seed} {number}")
    _connect(isolation)
    signals.COURSE_RUN_UPDATED.connect(_hear)
    # A message that meets a conflict is logged, and tried again.
    logging.getLogger("openedx_catalog").setLevel(logging.CRITICAL)
    outcomes: Counter[tuple[str, str]] = Counter()
    errors: list[str] = []
    operations = [*OPERATIONS, *(PROGRAM_OPERATIONS if has_programs() else ())]
    racing.meet()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        operation = chance.choice(operations)
        try:
            operation(chance)
        except Exception as error:
            # DoesNotExist of a model: what a look-up raises, by its documentation.
            known = CatalogError if operation in NEVER_MISSING else (CatalogError, ObjectDoesNotExist)
            if isinstance(error, known):
                outcomes[operation.__name__, type(error).__name__] += 1
                continue
            outcomes[operation.__name__, "error"] += 1
            if len(errors) < MAX_ERRORS:
                errors.append(f"{operation.__name__}: {traceback.format_exc()}")
        else:
            outcomes[operation.__name__, "ok"] += 1
    return Done(outcomes, errors)


def has_programs() -> bool:
    """Whether the settings of this process have contrib.programs."""
    return apps.is_installed("openedx_catalog.contrib.programs")


def prepare() -> None:
    """What the operations take for granted: nothing of the core; a program with a curriculum."""
    if has_programs():
        from openedx_catalog.contrib.programs import api as programs

        # The tests before have emptied the tables, of what migrations brought too.
        if not programs.get_program_types().filter(slug="masters").exists():
            programs.create_program_type(name="Masters", slug="masters")
        for number in range(2):
            program = programs.create_program(title=f"{PROGRAM} {number}", type="masters", status="active")
            programs.create_curriculum(program, name=PROGRAM)


def _connect(isolation: str) -> None:
    if isolation:
        from psycopg import IsolationLevel

        connection.close()
        connection.settings_dict["OPTIONS"]["isolation_level"] = IsolationLevel[isolation]


def _hear(**_data: Any) -> None:
    """So that some events wait for the receivers of a process, and are reported on commit."""


# Names


def _cased(chance: Chance, text: str) -> str:
    return chance.choice((text, text, text.lower(), text.upper()))


def _org(chance: Chance) -> str:
    return _cased(chance, chance.choice(ORGS))


def _code(chance: Chance) -> str:
    return _cased(chance, chance.choice(CODES))


def _new_name(chance: Chance) -> str:
    return f"N{chance.randrange(10**9)}"


def _any_org(chance: Chance) -> str:
    return _cased(chance, chance.choice((*ORGS, *SPARE_ORGS)))


def _any_code(chance: Chance) -> str:
    return _cased(chance, chance.choice((*CODES, *SPARE_CODES)))


def _key(chance: Chance) -> str:
    return f"course-v1:{_org(chance)}+{_code(chance)}+{_cased(chance, chance.choice(RUNS))}"


def _course_key(chance: Chance) -> str:
    return f"catalog-course:{_org(chance)}:{_any_code(chance)}"


def _course(chance: Chance) -> Any:
    """A caller's object, of the database that is written: where reads are routed to a replica, that may know of none."""
    org, code = _org(chance), _any_code(chance)
    named = CatalogCourse.objects.using("default").select_related("org")
    found = named.filter(codes__org__short_name__iexact=org, codes__code_ci=code.casefold()).first()
    return found or _new_course(chance)


def _course_or_key(chance: Chance) -> Any:
    return chance.choice((_course, _course_key))(chance)


def _organization(chance: Chance) -> Any:
    """One of the few, or a new one: after a while the few are former names, which nobody else may take."""
    found = Organization.objects.using("default").filter(short_name__iexact=_any_org(chance)).first()
    return found or _new_organization(chance)


def _new_organization(chance: Chance) -> Any:
    return api.create_organization(short_name=_new_name(chance), source="stress")


def _schedule(chance: Chance) -> dict[str, Any] | None:
    day = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=chance.randrange(5))
    return chance.choice((None, {"start": day}, {"end": day}, {"start": day, "end": None, "pacing": "self"}))


def _moment(chance: Chance) -> datetime:
    """Now and then behind, and once in a while far ahead of our clock."""
    return timezone.now() + chance.choice((timedelta(0), timedelta(0), timedelta(minutes=-5), timedelta(days=9999)))


# One function for each kind of call


def create_course(chance: Chance) -> None:
    if chance.random() < 0.5:
        _new_course(chance)
        return
    code = _any_code(chance)
    api.create_catalog_course(org_code=_org(chance), course_code=code, title=chance.choice(TITLES), source="stress")


def _new_course(chance: Chance) -> CatalogCourse:
    return api.create_catalog_course(org_code=_org(chance), course_code=_new_name(chance), source="stress")


def update_course(chance: Chance) -> None:
    api.update_catalog_course(_course(chance), title=chance.choice(TITLES), source="stress")


def rename_course(chance: Chance) -> None:
    code = chance.choice((_any_code, _new_name))(chance)
    api.rename_catalog_course(_course_or_key(chance), course_code=code, reason="stress")


def merge_courses(chance: Chance) -> None:
    api.merge_catalog_courses(_course_or_key(chance), into=_course_or_key(chance), reason="stress")


def delete_course(chance: Chance) -> None:
    # After a while all the others have runs, and none of them could go.
    course = _course(chance) if chance.random() < 0.5 else _new_course(chance)
    api.delete_catalog_course(course, source="stress")


def associate_one(chance: Chance) -> None:
    api.associate_course_run(_key(chance), title=chance.choice(TITLES), schedule=_schedule(chance), source="stress")


def associate_many(chance: Chance) -> None:
    records = [api.AssociationRecord(_key(chance), title=chance.choice(TITLES), line=line) for line in range(12)]
    api.associate_course_runs(records, batch_size=5, source="stress")


def associate_in_own_transaction(chance: Chance) -> None:
    """Several calls in one transaction of the caller, who repeats them once where he is told to."""
    keys = [_key(chance) for _ in range(3)]
    for _try in range(2):
        at_commit = False
        try:
            with transaction.atomic():
                for key in keys:
                    api.associate_course_run(key, source="stress")
                at_commit = True
        except RetryableConflict:
            continue
        except OperationalError:
            # A serializable transaction may fail as it ends, which is between the caller and the database.
            if not at_commit:
                raise
        else:
            return


def associate_in_run_atomically(chance: Chance) -> None:
    keys = [_key(chance) for _ in range(3)]
    api.run_atomically(lambda: [api.associate_course_run(key, source="stress") for key in keys])


def create_run(chance: Chance) -> None:
    # Of more keys than the others name: all of those are there most of the time.
    key = f"{_key(chance)}{chance.randrange(20)}"
    api.create_course_run(key, title=chance.choice(TITLES), source="stress")


def create_explicit_run(chance: Chance) -> None:
    key = chance.choice((_key(chance), f"{_key(chance)}{_new_name(chance)}"))
    api.create_course_run(key, catalog_course=_course_or_key(chance), source="stress", reason="stress")


def update_run(chance: Chance) -> None:
    api.update_course_run(_key(chance), title=chance.choice(TITLES), schedule=_schedule(chance) or {}, source="stress")


def move_run(chance: Chance) -> None:
    api.move_course_run(_key(chance), _course_or_key(chance), reason="stress")


def delete_run(chance: Chance) -> None:
    api.delete_course_run(_key(chance), source="stress")


def sync_one(chance: Chance) -> None:
    values = {"title": chance.choice(TITLES), "schedule": _schedule(chance)}
    api.sync_course_run(_key(chance), observed_at=_moment(chance), source="stress", **values)


def sync_many(chance: Chance) -> None:
    records = [api.SyncRecord(_key(chance), chance.choice(TITLES), observed_at=_moment(chance)) for _ in range(12)]
    api.sync_course_runs(records, batch_size=5, source="stress")


def sync_details(chance: Chance) -> None:
    api.sync_course_run_details(_key(chance), title=chance.choice(TITLES))


def withdraw(chance: Chance) -> None:
    api.withdraw_course_run(_key(chance), at=_moment(chance))


def restore(chance: Chance) -> None:
    api.restore_course_run(_key(chance), at=_moment(chance))


def receive_deletion(chance: Chance) -> None:
    messages.process(messages.record("deleted", _key(chance), source="stress", source_time=_moment(chance)))


def receive_observation(chance: Chance) -> None:
    key = _key(chance)
    payload = messages.payload_of(api.SyncRecord(key, chance.choice(TITLES)))
    event_id = messages.record("observed", key, source="stress", payload=payload, source_time=_moment(chance))
    if chance.random() < 0.5:
        messages.process(event_id)


def process_inbox(chance: Chance) -> None:
    messages.process_due(limit=5)


def relay_outbox(chance: Chance) -> None:
    messages.relay(limit=20)


def create_organization(chance: Chance) -> None:
    api.create_organization(short_name=chance.choice((_any_org, _new_name))(chance), source="stress")


def update_organization(chance: Chance) -> None:
    api.update_organization(_organization(chance), name=chance.choice(TITLES), source="stress")


def rename_organization(chance: Chance) -> None:
    name = chance.choice((_any_org, _new_name))(chance)
    api.update_organization(_organization(chance), short_name=name, source="stress")


def deactivate_organization(chance: Chance) -> None:
    api.update_organization(_organization(chance), active=chance.random() < 0.5, source="stress")


def delete_organization(chance: Chance) -> None:
    # After a while all the others have courses, and none of them could go.
    organization = chance.choice((_organization, _new_organization))(chance)
    api.delete_organization(organization, source="stress")


def mend(chance: Chance) -> None:
    api.complete_identities()
    api.mend_source_times()


OPERATIONS: tuple[Callable[[Chance], None], ...] = (
    create_course, update_course, rename_course, merge_courses, delete_course, associate_one, associate_many,
    associate_in_own_transaction, associate_in_run_atomically, create_run, create_explicit_run, update_run, move_run,
    delete_run, sync_one, sync_many, sync_details, withdraw, restore, receive_deletion, receive_observation, process_inbox,
    relay_outbox, create_organization, update_organization, rename_organization, deactivate_organization,
    delete_organization, mend,
)  # fmt: skip

# Whoever asks for these runs gets them, whatever others delete.
NEVER_MISSING = {
    associate_one, associate_many, associate_in_own_transaction, associate_in_run_atomically, sync_one, sync_many
}  # fmt: skip


def _membership(chance: Chance) -> Any:
    from openedx_catalog.contrib.programs.models_api import CurriculumCourseMembership

    rows = list(CurriculumCourseMembership.objects.using("default").order_by("pk"))
    if not rows:
        raise CurriculumCourseMembership.DoesNotExist
    return chance.choice(rows)


def _curriculum(chance: Chance) -> Any:
    from openedx_catalog.contrib.programs.models_api import Curriculum

    return chance.choice(list(Curriculum.objects.using("default").order_by("pk")))


def add_to_curriculum(chance: Chance) -> None:
    from openedx_catalog.contrib.programs import api as programs

    programs.add_course(_curriculum(chance), _course(chance))


def retire_from_curriculum(chance: Chance) -> None:
    from openedx_catalog.contrib.programs import api as programs

    programs.retire(_membership(chance))


def remove_from_curriculum(chance: Chance) -> None:
    from openedx_catalog.contrib.programs import api as programs

    programs.remove(_membership(chance))


def set_external_key(chance: Chance) -> None:
    from openedx_catalog.contrib.programs import api as programs

    programs.set_external_course_key(_key(chance), chance.choice(("Math", "MATH", "Physics", None)))


def exclude_run(chance: Chance) -> None:
    from openedx_catalog.contrib.programs import api as programs

    programs.exclude_course_run(_membership(chance), _key(chance))


def include_run(chance: Chance) -> None:
    from openedx_catalog.contrib.programs import api as programs

    programs.include_course_run(_membership(chance), _key(chance))


PROGRAM_OPERATIONS = (
    add_to_curriculum, retire_from_curriculum, remove_from_curriculum, set_external_key, exclude_run, include_run
)  # fmt: skip
