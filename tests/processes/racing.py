"""What the processes of `test_races` do. Imported by the test and, as the first thing they do, by the processes."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import django
from django.db import connection, transaction

django.setup()

from openedx_catalog import api, messages  # noqa: E402 - models need Django
from openedx_catalog.exceptions import RetryableConflict  # noqa: E402

KEYS_PER_ROUND = 100
KEYS_PER_TRANSACTION = 10
# A caller who meets this many conflicts in a row is not making progress.
MAX_TRIES = 100
# Longer than any round takes: only a process that died makes the others wait.
GUARD = 300

_barrier: Any = None
_turn: Any = None


class Answer(NamedTuple):
    """What one caller asked for and got."""

    asked: str
    got: str
    key_ci: str
    pk: int
    outcome: str


class Curated(NamedTuple):
    """What one process did while another curated: its answers, and how often it had to repeat a transaction."""

    keys: list[str]
    retries: int


def enter(barrier: Any, turn: Any) -> None:
    """Make known to this process what it shares with the others."""
    global _barrier, _turn
    _barrier, _turn = barrier, turn


def take_part(work: Callable[..., Any], number: int, *args: Any) -> Any:
    """Do `work`; where it fails, nobody waits for this process any more."""
    try:
        _look_for_deadlocks_early()
        return work(number, *args)
    except BaseException:
        _barrier.abort()
        raise
    finally:
        connection.close()


def meet() -> None:
    """Wait for the other processes."""
    _barrier.wait(GUARD)


def _look_for_deadlocks_early() -> None:
    """PostgreSQL looks for them after a second; only superusers may change that."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('deadlock_timeout', '5ms', false) FROM pg_roles WHERE rolname = current_user AND rolsuper"
            )


def race_keys(round_: int) -> list[str]:
    """The 100 keys of a round: of 40 courses of 10 organizations, so that these are raced for too."""
    return [f"course-v1:Race{round_}.{i % 10}+Code{i % 40}x+Run{i}" for i in range(KEYS_PER_ROUND)]


def as_asked(number: int, key: str) -> str:
    """How this process spells a key: half of them in another letter case."""
    scheme, parts = key.split(":")
    return f"{scheme}:{parts.swapcase()}" if number % 2 else key


def schedule_of(key: str) -> dict[str, str] | None:
    """Every other run has a schedule, which is one more row to race for."""
    return {"start": "2027-01-31T10:00:00Z"} if key[-1] in "02468" else None


def associate_each(number: int, rounds: int, in_own_transaction: bool) -> list[Answer]:
    """Associate every key by itself, in the API's transaction or in one of the caller."""
    answers = []
    for round_ in range(rounds):
        keys = _in_order(number, round_, race_keys(round_))
        meet()
        for key in keys:
            with transaction.atomic() if in_own_transaction else nullcontext():
                answers.append(_associate(number, key))
    return answers


def associate_tens(number: int, rounds: int) -> tuple[list[Answer], int]:
    """Associate ten keys in each transaction, in an order of one's own, and all again on RetryableConflict."""
    answers: list[Answer] = []
    retries = 0
    for round_ in range(rounds):
        keys = race_keys(round_)
        groups = [keys[start : start + KEYS_PER_TRANSACTION] for start in range(0, len(keys), KEYS_PER_TRANSACTION)]
        meet()
        for group in groups:
            found, repeated = _until_it_succeeds(number, random.Random(f"{number} {group[0]}").sample(group, len(group)))
            answers += found
            retries += repeated
    return answers, retries


def name_in_two_cases(number: int, names: int) -> int:
    """Create a run of each of these new organizations, half of the processes in another case; how many they got."""
    found = 0
    for name in range(names):
        key = as_asked(number, f"course-v1:Name{name}x+Code+{number}")
        meet()
        found += api.associate_course_run(key).outcome == "created"
    return found


def associate_file(number: int, records: list[api.AssociationRecord], batch_size: int) -> api.AssociationReport | None:
    """Two of the processes associate the same records, each shuffled in a way of its own."""
    own = random.Random(number).sample(records, len(records))
    meet()
    if number > 1:
        return None
    return api.associate_course_runs(own, batch_size=batch_size, source=f"file:{number}")


def create_while_curated(number: int, rounds: int) -> Curated:
    """Create runs of two courses, while the one is merged into another course and the other gets another code."""
    created: list[str] = []
    retries = 0
    for round_ in range(rounds):
        if number == 0:
            for code in ("Merged", "Into", "Renamed"):
                api.create_catalog_course(org_code=f"Curated{round_}", course_code=code)
        meet()
        moment = random.Random(f"{number} {round_}").randrange(20)
        for i in range(40):
            if i == moment and number == 2:
                _merge(round_)
            if i == moment and number == 3:
                _rename(round_)
            group = [f"course-v1:Curated{round_}+{code}+{number}.{i}" for code in ("Merged", "Renamed")]
            if number == 1:
                found, repeated = _until_it_succeeds(number, group)
                retries += repeated
            else:
                found = [_associate(number, key) for key in group]
            created += [answer.got for answer in found]
    return Curated(created, retries)


def patch_at_once(number: int, rounds: int, with_tag: bool) -> list[int]:
    """Two of the processes change another field of one run through REST in every round; the status codes of the answers."""
    from django.contrib.auth import get_user_model
    from rest_framework.test import APIClient

    client = APIClient()
    client.force_authenticate(get_user_model().objects.get())
    url = "/api/catalog/v1/course-runs/course-v1:A+B+C/"
    statuses = []
    for round_ in range(rounds):
        tag = {"HTTP_IF_MATCH": client.get(url)["ETag"]} if with_tag else {}
        meet()
        if number < 2:
            value = {"title": f"Title {round_}"} if number else {"schedule": {"start": f"2027-01-01T00:00:{round_:02}Z"}}
            statuses.append(client.patch(url, value, format="json", **tag).status_code)
        meet()
    return statuses


def change_two_parts_at_once(number: int, rounds: int) -> list[tuple[int, int]]:
    """One process sets the start as a person, another one the end as a source; (start, end) as they are after each round."""
    key, found = "course-v1:A+B+C", []
    for round_ in range(rounds):
        value = datetime(2025, 1, 1, 0, 0, round_, tzinfo=UTC)
        meet()
        if number == 0:
            api.update_course_run(key, schedule={"start": value})
        elif number == 1:
            api.sync_course_run(key, schedule={"end": value}, observed_at=value)
        meet()
        schedule = api.get_course_run(key).schedule
        found.append((schedule.start.second, schedule.end.second))
        meet()
    return found


def change_while_moved(number: int, rounds: int) -> int:
    """One process moves a run to and fro, the others change it; how many changes there were."""
    key, courses = "course-v1:A+B+C", ("A+B", "A+Other")
    for round_ in range(rounds):
        meet()
        if number == 0:
            api.move_course_run(key, courses[(round_ + 1) % 2], reason="to and fro")
        elif number == 1:
            api.update_course_run(key, title=f"Title {round_}")
        elif number == 2:
            api.withdraw_course_run(key, at=datetime(2025, 1, 1, 0, 0, round_, tzinfo=UTC))
        else:
            api.restore_course_run(key, at=datetime(2025, 1, 1, 0, 0, round_, tzinfo=UTC))
    return rounds


def complete_beside_writers(number: int, keys: list[str]) -> int:
    """Two processes complete all identities, as the doctor does; the others write the same runs and courses one by one."""
    meet()
    if number < 2:
        return api.complete_identities()
    for key in keys if number == 2 else reversed(keys):
        api.update_course_run(key, title=f"Told by {number}")
        org, code, _run = key.partition(":")[2].split("+")
        api.update_catalog_course(api.get_catalog_course(org_code=org, course_code=code), title=f"Told by {number}")
    return len(keys)


def _merge(round_: int) -> None:
    org = f"catalog-course:Curated{round_}"
    api.merge_catalog_courses(f"{org}:Merged", into=f"{org}:Into", reason="The same course.")


def _rename(round_: int) -> None:
    api.rename_catalog_course(f"catalog-course:Curated{round_}:Renamed", course_code="Other", reason="A better code.")


def _in_order(number: int, round_: int, keys: list[str]) -> list[str]:
    """Even rounds: all in the same order, so that the same key is asked for at once. Odd ones: each in its own."""
    return keys if round_ % 2 == 0 else random.Random(f"{number} {round_}").sample(keys, len(keys))


def _associate(number: int, key: str) -> Answer:
    asked = as_asked(number, key)
    result = api.associate_course_run(asked, schedule=schedule_of(key), source=f"race:{number}")
    return Answer(asked, str(result.run.course_key), result.run.key_ci, result.run.pk, result.outcome)


def _until_it_succeeds(number: int, keys: list[str]) -> tuple[list[Answer], int]:
    """
    The caller's part: a transaction that the database ended is run again as a whole.

    Those who repeat take turns. Callers who all repeat at once, and never pause, may go on stopping each other.
    """
    for tries in range(MAX_TRIES):
        try:
            with _turn if tries else nullcontext(), transaction.atomic():
                return [_associate(number, key) for key in keys], tries
        except RetryableConflict as conflict:
            last = conflict
    raise last


# The inbox

TITLES = ("One", "Two", "Three")
VERSIONS = 10


def version_of(key_number: int, version: int) -> dict[str, Any]:
    """What the source says of a run at a time; titles come again, so that to confirm is not to change."""
    start = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=version)
    return {
        "course_key": f"course-v1:Told{key_number % 7}+C{key_number // 3}+{key_number}",
        "title": TITLES[(key_number + version) % len(TITLES)],
        "schedule": {"start": start},
        "observed_at": start,
    }


def deliver(number: int, keys: int, times: int, seed: int) -> int:
    """Receive every version of every run `times` times, in an order of this process's own, and apply it after the commit."""
    deliveries = [(key, version) for key in range(keys) for version in range(VERSIONS)] * times
    random.Random(seed + number).shuffle(deliveries)
    meet()
    for key, version in deliveries:
        values = version_of(key, version)
        reported = api.SyncRecord(values["course_key"], values["title"], schedule=api.ScheduleData(**values["schedule"]))
        messages.record(
            "observed",
            values["course_key"],
            source="race",
            payload=messages.payload_of(reported),
            source_time=values["observed_at"],
            event_id=f"{key}/{version}",
        )
    return len(deliveries)
