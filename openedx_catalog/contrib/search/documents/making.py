"""Documents from facts: pure, without a query."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Any

from openedx_catalog.lib.values import iso_instant

from ..data import FACETS, Document
from .facts import CourseFacts, RunFacts, Texts
from .timing import Timing

if TYPE_CHECKING:
    # Needs the app of programs.
    from .groups import GroupFacts


def course_document(facts: CourseFacts) -> Document:
    """Of a course: dates, availability and rank are those of the run that learners are led to."""
    course, best = facts.course, facts.best
    availability = [run.timing.status for run in facts.runs if run.timing.status]
    return _document(
        "course", course.uuid, facts.key, f"course:{facts.key}", facts.title, facts.summary, facts.texts,
        best.timing if best else Timing(), availability,
        names=(facts.key, course.org_code, course.course_code),
        text=facts.text,
        more={
            "advertised_course_run": str(best.run.course_key) if best else None,
            "course_runs": [str(each.run.course_key) for each in facts.runs],
            "slug": facts.slug,
        },
    )  # fmt: skip


def run_document(facts: RunFacts, course: CourseFacts) -> Document:
    """Of a run: what is not said of it itself is that of its course."""
    run, key = facts.run, str(facts.run.course_key)
    texts = course.texts._replace(languages=facts.languages)
    return _document(
        "course_run", run.uuid, key, f"courserun:{course.key}", facts.title, facts.summary, texts,
        facts.timing, list(filter(None, [facts.timing.status])),
        names=(key, course.key, run.run_code, course.title),
        text=facts.text,
        more={"course": course.key, "slug": course.slug},
    )  # fmt: skip


def program_document(facts: GroupFacts) -> Document:
    """Of a program: it has what its courses have."""
    row = facts.row
    return _document(
        "program", row.uuid, row.readable_id or "", f"program:{row.uuid}", row.title, facts.summary, facts.texts,
        facts.timing, facts.availability,
        names=(row.subtitle, row.readable_id or ""),
        keywords=facts.members,
        text=row.description,
        more={"type": row.type.slug, "marketing_slug": row.marketing_slug},
    )  # fmt: skip


def pathway_document(facts: GroupFacts) -> Document:
    """Of a learner pathway, likewise."""
    row = facts.row
    return _document(
        "pathway", row.uuid, "", f"learnerpathway:{row.uuid}", row.title, facts.summary, facts.texts,
        facts.timing, facts.availability, keywords=facts.members,
    )  # fmt: skip


def _document(
    kind: str,
    uuid: Any,
    key: str,
    aggregation_key: str,
    title: str,
    summary: str,
    texts: Texts,
    timing: Timing,
    availability: Sequence[str],
    *,
    names: Iterable[str] = (),
    keywords: Iterable[str] = (),
    text: str = "",
    more: dict[str, Any] | None = None,
) -> Document:
    # A program's own type stands for it; it is not called by its own title once more.
    programs = [program for program in texts.programs if str(program.uuid) != str(uuid)]
    types = [program.type.name for program in texts.programs]
    codes = [org.short_name for org in texts.organizations]
    values = (
        [kind],
        codes,
        texts.languages,
        texts.levels,
        texts.subjects,
        types,
        availability,
        texts.skills,
        texts.course_types,
    )
    named = [org.name for org in texts.organizations]
    titles = [program.title for program in programs]
    words = (*codes, *named, *texts.subjects, *texts.skills, *texts.levels, *titles, *types, *keywords)
    body = {
        "kind": kind,
        "uuid": str(uuid),
        "key": key,
        "aggregation_key": aggregation_key,
        "title": title,
        "short_description": summary,
        "organizations": [{"short_name": org.short_name, "name": org.name} for org in texts.organizations],
        **{name: iso_instant(moment.astimezone(UTC)) if moment else None for name, moment in timing.dates.items()},
        "availability": timing.status,
        "languages": list(texts.languages),
        "level": list(texts.levels),
        "subjects": list(texts.subjects),
        "skills": list(texts.skills),
        "course_type": next(iter(texts.course_types), None),
        "programs": [{"uuid": str(program.uuid), "title": program.title} for program in programs],
        "program_types": _sorted(types),
        "far_off_start_date": timing.far_off,
        "availability_rank": timing.rank,
        **(more or {}),
    }
    return Document(
        f"{kind}:{uuid}", kind, key, title, _joined((title, *names)), _joined(words), _joined((summary, text)),
        {name: _sorted(each) for name, each in zip(FACETS, values, strict=True)}, timing.rank, body,
    )  # fmt: skip


def _sorted(values: Iterable[str]) -> list[str]:
    return sorted(set(values))


def _joined(words: Iterable[str]) -> str:
    """Each once, in order, so that what is said twice does not count twice."""
    return " ".join(dict.fromkeys(filter(None, words)))
