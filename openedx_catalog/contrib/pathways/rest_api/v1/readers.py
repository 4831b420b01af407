"""What of learner pathways goes over the wire; see the core's serializers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from organizations.models import Organization
from rest_framework import serializers

from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.lib import permissions
from openedx_catalog.lib.rest.serializers import Reader
from openedx_catalog.models_api import CatalogCourse, CatalogPathway

from ... import api
from ...data import NodeContent, PathwayContent, StepContent, Times
from ...models_api import LearnerPathway, LearnerPathwayGroup, LearnerPathwayOrganization

KINDS = {"courses": "course", "programs": "program", "blocks": "block"}


class PathwayImageReader(serializers.Serializer):
    """An image."""

    src = serializers.CharField(help_text="Its URL.")
    alt = serializers.CharField(help_text="What is to be seen in it.")


class HoursReader(serializers.Serializer):
    """How long it takes, from the shortest choice to the longest; null where nobody knows, which is not 0."""

    min = serializers.FloatField(allow_null=True)
    max = serializers.FloatField(allow_null=True)


class PathwaySkillReader(serializers.Serializer):
    """What learners can do afterwards."""

    uuid = serializers.UUIDField()
    name = serializers.CharField()


class PathwayNodeReader(serializers.Serializer):
    """What a step offers: a catalog course, a program, or a block of a course."""

    uuid = serializers.UUIDField(help_text="Of the node.")
    kind = serializers.CharField(help_text="course, program or block.")
    catalog_course = serializers.CharField(
        allow_null=True, help_text="catalog-course:{org_code}:{course_code}; of a block, that of which it is a part."
    )
    program = serializers.UUIDField(allow_null=True)
    title = serializers.CharField(help_text="Of the course or program.")
    usage_key = serializers.CharField(allow_null=True, help_text="Of a block.")
    hours = serializers.FloatField(allow_null=True, help_text="null where nobody knows.")


class _StepReader(serializers.Serializer):
    """What both forms of a step share."""

    uuid = serializers.UUIDField()
    title = serializers.CharField(help_text="May be empty.")
    position = serializers.IntegerField(help_text="From 0 on.")
    min_requirement = serializers.IntegerField(help_text="How many of these are to be completed; 0 where you see none.")
    hours = HoursReader()


class PathwayStepReader(_StepReader):
    """A step: some of what it offers is to be completed before the next one."""

    nodes = PathwayNodeReader(many=True, help_text="In order; without what is kept back from you.")


class PathwayStepSnapshotReader(_StepReader):
    """A step, and how much of each kind it offers."""

    courses = serializers.IntegerField()
    programs = serializers.IntegerField()
    blocks = serializers.IntegerField()


class _PathwayReader(Reader):
    """What both forms of a pathway share. Everything is made of what `api.read_contents` reads."""

    model = LearnerPathway

    @classmethod
    def by_pk(cls, pks: Iterable[int], viewer: Any = None, **context: Any) -> dict[int, dict[str, Any]]:
        """As many queries as `api.read_contents`, and one for the pathways, whatever their number; `told` has its own."""
        rows = LearnerPathway.objects.filter(pk__among=list(pks)).select_related("catalog_pathway__org")
        parts: Any = permissions.seen_parts(viewer, courses=CatalogCourse, programs=Program)
        contents = api.read_contents(rows, **parts)
        more = cls.told(contents, viewer, parts)
        return {pk: cls.shown(content, **context) | more.get(pk, {}) for pk, content in contents.items()}

    @classmethod
    def told(cls, contents: Mapping[int, PathwayContent], viewer: Any, parts: dict[str, Any]) -> dict[int, dict[str, Any]]:
        """``{pk: {field: value}}`` of what has queries of its own."""
        return {}

    @classmethod
    def shown(cls, content: PathwayContent, absolute: Callable[[str], str] = str) -> dict[str, Any]:
        """The representation of a pathway. No query."""
        made = {
            "image": _image(content.pathway, absolute),
            "hours": _hours(content.times),
            "steps": [_step(step, position) | cls.offered(step) for position, step in enumerate(content.steps)],
        }
        row = content.pathway
        return {name: made[name] if name in made else cls.value(row, name) for name in cls._declared_fields}

    @classmethod
    def value(cls, row: LearnerPathway, name: str) -> Any:
        """What a field says that is a column."""
        return str(row.uuid) if name == "uuid" else getattr(row, name, None)

    @classmethod
    def offered(cls, step: StepContent) -> dict[str, Any]:
        """What is said of what a step offers."""
        raise NotImplementedError


class LearnerPathwayReader(_PathwayReader):
    """Steps that lead a learner to a goal."""

    uuid = serializers.UUIDField()
    title = serializers.CharField()
    overview = serializers.CharField()
    image = PathwayImageReader(source="*", allow_null=True)
    # No choices: beside other fields of that name, an OpenAPI document would have to be told a name for them.
    status = serializers.CharField(help_text="active: there are no others here.")
    visibility = serializers.CharField(help_text="listed or unlisted.")
    scope = serializers.CharField(help_text="For whom it is: everybody, organizations or groups.")
    organizations = serializers.ListField(
        source="*", child=serializers.CharField(), allow_null=True,
        help_text="The short names of those whose learners it is for; null for who may not view all pathways.",
    )  # fmt: skip
    groups = serializers.ListField(
        source="*", child=serializers.CharField(), allow_null=True,
        help_text="The names of those it is for; null for who may not view all pathways.",
    )  # fmt: skip
    catalog_pathway = serializers.CharField(
        source="*", allow_null=True, help_text="catalog-pathway:{org_code}:{pathway_code}: what learners enroll in."
    )
    hours = HoursReader(source="*")
    skills = PathwaySkillReader(source="*", many=True, help_text="In order; empty where no app knows any.")
    steps = PathwayStepReader(source="*", many=True, help_text="In order.")

    # What runs are led to, and with it how long courses take, changes with their dates.
    told_by_the_clock = ("hours", "steps")

    @classmethod
    def offered(cls, step: StepContent) -> dict[str, Any]:
        return {"nodes": [_node(each) for each in step.nodes]}

    @classmethod
    def told(cls, contents: Mapping[int, PathwayContent], viewer: Any, parts: dict[str, Any]) -> dict[int, dict[str, Any]]:
        """Two queries for whoever may view pathways, none for others; and those for skills."""
        skills, keys = api.skills_of_pathways(contents.values(), **parts), _keys(contents, viewer)
        audiences = _audiences(contents, viewer)
        return {
            pk: {
                "organizations": None if audiences is None else audiences["organizations"].get(pk, []),
                "groups": None if audiences is None else audiences["groups"].get(pk, []),
                "catalog_pathway": keys.get(pk),
                "skills": [{"uuid": str(skill.uuid), "name": skill.name} for skill in skills.get(pk, ())],
            }
            for pk in contents
        }


class LearnerPathwaySnapshotReader(_PathwayReader):
    """A pathway in short: how much its steps offer, and not what."""

    uuid = serializers.UUIDField()
    title = serializers.CharField()
    image = PathwayImageReader(source="*", allow_null=True)
    status = serializers.CharField(help_text="active: there are no others here.")
    hours = HoursReader(source="*")
    steps = PathwayStepSnapshotReader(source="*", many=True, help_text="In order.")

    told_by_the_clock = ("hours", "steps")

    @classmethod
    def offered(cls, step: StepContent) -> dict[str, Any]:
        kinds = [each.node.kind for each in step.nodes]
        return {name: kinds.count(kind) for name, kind in KINDS.items()}


def _audiences(contents: Mapping[int, PathwayContent], viewer: Any) -> dict[str, dict[int, list[str]]] | None:
    """``{"organizations" or "groups": {pk: their names}}``; None for who may not view all pathways."""
    if not permissions.can_view(viewer, LearnerPathway):
        return None
    organizations = LearnerPathwayOrganization.objects.filter(
        pathway__in=list(contents), organization__in=permissions.visible(viewer, Organization.objects.order_by())
    )
    groups = LearnerPathwayGroup.objects.filter(pathway__in=list(contents))
    found: dict[str, dict[int, list[str]]] = {"organizations": {}, "groups": {}}
    for name, rows, column in (("organizations", organizations, "organization__short_name"), ("groups", groups, "group__name")):
        for pk, said in rows.order_by("pk").values_list("pathway_id", column):
            found[name].setdefault(pk, []).append(said)
    return found


def _keys(contents: Mapping[int, PathwayContent], viewer: Any) -> dict[int, str]:
    """``{pk: the key of its catalog pathway}``, where the viewer may know of that. A query where a policy keeps any back."""
    rows = {pk: content.pathway.catalog_pathway for pk, content in contents.items()}
    known = {pk: row for pk, row in rows.items() if row is not None}
    if not permissions.sees_all(viewer, CatalogPathway):
        seen = {row.pk for row in permissions.known_rows(viewer, known.values())}
        known = {pk: row for pk, row in known.items() if row.pk in seen}
    return {pk: row.key_str for pk, row in known.items()}


def _step(content: StepContent, position: int) -> dict[str, Any]:
    said = {"uuid": str(content.step.uuid), "title": content.step.title, "position": position}
    return {**said, "min_requirement": content.min_requirement, "hours": _hours(content.times)}


def _node(content: NodeContent) -> dict[str, Any]:
    node = content.node
    course, program = node.catalog_course, node.program
    return {
        "uuid": str(node.uuid),
        "kind": node.kind,
        "catalog_course": course.key_str if course else None,
        "program": str(program.uuid) if program else None,
        "title": (program or course).title,  # type: ignore[union-attr]  # it has one of the two
        "usage_key": node.usage_key or None,
        "hours": _rounded(content.hours),
    }


def _hours(times: Times) -> dict[str, float | None]:
    return {"min": _rounded(times.min_hours), "max": _rounded(times.max_hours)}


def _rounded(hours: float | None) -> float | None:
    return None if hours is None else round(float(hours), 1)


def _image(row: LearnerPathway, absolute: Callable[[str], str]) -> dict[str, str] | None:
    return {"src": absolute(row.image_url), "alt": row.image_alt} if row.image else None
