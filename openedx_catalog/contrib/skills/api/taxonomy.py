"""Skills from the tables of taxonomy-connector, where that is installed in the same process. It is never imported."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import groupby
from typing import Any, NamedTuple, Unpack

from django.apps import apps
from django.db import router
from django.utils.translation import gettext as _

from openedx_catalog.api import AssociationReport
from openedx_catalog.api.for_contrib import Written, import_rows
from openedx_catalog.contrib.programs.api import get_program
from openedx_catalog.exceptions import InvalidRequest
from openedx_catalog.lib.changes import Change, Provenance

from .. import conf
from ..data import SkillTag
from ..models import CourseSkill
from .importing import subject_named
from .tagging import set_course_skills, set_program_skills

TAXONOMY = "taxonomy"
# What taxonomy-connector calls a course or a program by.
_KEYS = {"course": "course_key", "program": "program_uuid"}


class _Tagged(NamedTuple):
    """All that the tables say of one course or program."""

    kind: str
    subject: str
    skills: list[SkillTag]
    line: int = 0


def import_taxonomy_skills(
    *,
    dry_run: bool = False,
    on_progress: Callable[[int], Any] = lambda subjects: None,
    **provenance: Unpack[Provenance],
) -> AssociationReport:
    """
    `set_course_skills` and `set_program_skills` for all that the tables of taxonomy-connector say, as the source "taxonomy".

    Skills are told by their ``external_id``, else by name. What is blacklisted there is blocked here; what is not is not
    unblocked, since people may have blocked it here. Each course and program is a transaction of its own; those that the
    catalog does not have are problems of the report, and keep no other out. A course that the tables name no longer keeps what
    it has. A dry run reports the same and writes nothing.

    Raises InvalidRequest where the tables are not installed (or for the provenance).
    """
    Change(**provenance)
    records = [record for kind in _KEYS for record in _records(kind)]
    write, using = partial(_write, provenance=provenance), router.db_for_write(CourseSkill)
    silent: dict[str, Any] = {"on_row": None, "on_change": None}
    return import_rows(records, write, using=using, key="subject", dry_run=dry_run, on_progress=on_progress, **silent)


def count_taxonomy_subjects() -> int:
    """How many courses and programs the tables name. Two queries. Raises InvalidRequest."""
    return sum(_model(kind)._default_manager.order_by().values(_KEYS[kind]).distinct().count() for kind in _KEYS)


def _model(kind: str) -> Any:
    name = conf.taxonomy_models()[kind]
    try:
        return apps.get_model(name)
    except (LookupError, ValueError):
        reason = _(
            "There is no model %(name)s. Install taxonomy-connector and put its app in INSTALLED_APPS, or name the models in "
            "OPENEDX_CATALOG_TAXONOMY_MODELS."
        )
        raise InvalidRequest(reason=reason % {"name": name}) from None


def _records(kind: str) -> Iterator[_Tagged]:
    key = _KEYS[kind]
    columns = (key, "skill__name", "skill__external_id", "confidence", "is_blacklisted")
    rows = _model(kind)._default_manager.order_by(key, "pk").values_list(*columns)
    for subject, group in groupby(rows.iterator(), key=lambda row: row[0]):
        tags = [
            SkillTag(name, confidence, True if blacklisted else None, external_id)
            for _key, name, external_id, confidence, blacklisted in group
        ]
        yield _Tagged(kind, str(subject), tags)


def _write(record: _Tagged, provenance: Any) -> Written:
    said = {"skill_source": TAXONOMY, **provenance}
    # A skill without a name has nothing that people could read.
    named = [tag for tag in record.skills if str(tag.skill).strip()]
    if record.kind == "program":
        subject: Any = get_program(record.subject)
        changed = set_program_skills(subject, named, **said)
    else:
        _kind, subject, _called = subject_named(record.subject)
        changed = set_course_skills(subject, named, **said)
    return Written(record.subject, False, [("skills", None, changed)] if changed else [])
