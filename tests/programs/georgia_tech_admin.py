"""The third door of `georgia_tech`: the pages of the admin, sent as a browser sends them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api
from openedx_catalog.contrib.programs import models_api as models

from .conftest import url
from .georgia_tech import PythonDoor
from .test_admin import dates_of, submitted

PAGES: dict[str, Any] = {
    "programs": models.Program,
    "curricula": models.Curriculum,
    "curriculum-groups": models.CurriculumGroup,
    "degrees": models.Degree,
    "degree-costs": models.DegreeCost,
    "degree-deadlines": models.DegreeDeadline,
}
# What stands in a curriculum is changed on the builder: the prefix of its form, what it names, the end of its buttons.
MEMBERS: dict[str, Any] = {
    "curriculum-courses": (models.CurriculumCourseMembership, "course", "catalog_course", ""),
    "curriculum-programs": (models.CurriculumProgramMembership, "program", "program", "_program"),
}
# What an operator copies from the old row to the new one.
COPIED = {
    "degree-costs": ("description", "amount", "currency"),
    "degree-deadlines": ("semester", "name", "due_at", "zone"),
    "curriculum-groups": ("name", "minimum"),
    "curriculum-courses": ("group",),
    "curriculum-programs": ("group",),
}


class AdminDoor(PythonDoor):
    """Through forms and buttons; an operator finds a row by looking, a test by its uuid."""

    def __init__(self, client: Any, user: Any) -> None:
        self.client, self.user = client, user

    def _sign_in(self) -> None:
        """Each time: years pass, and sessions end."""
        self.client.force_login(self.user)

    def _get(self, page: str, **parameters: Any) -> Any:
        self._sign_in()
        response = self.client.get(page, parameters)
        assert response.status_code == 200, page
        return response

    def _post(self, page: str, body: dict[str, Any]) -> None:
        self._sign_in()
        response = self.client.post(page, body)
        assert response.status_code == 302, (page, body, response.content.decode())

    def make(self, resource: str, **values: Any) -> str:
        if resource in MEMBERS:
            return self._add_member(resource, **values)
        courses, page = values.pop("courses", ()), url(f"{PAGES[resource]._meta.model_name}_add")
        self._post(page, submitted(self._get(page), **_typed(values)))
        row = PAGES[resource].objects.latest("pk")
        for course in courses:
            self._add_member("curriculum-courses", curriculum=str(row.uuid), catalog_course=course)
        return str(getattr(row, "uuid", ""))

    def _add_member(self, resource: str, *, curriculum: str, position: int | None = None, **values: Any) -> str:
        model, prefix, _target, _suffix = MEMBERS[resource]
        built = api.get_curriculum(curriculum)
        self._press(built, f"add_{prefix}", {f"{prefix}-{name}": value for name, value in _typed(values).items()})
        row = model.objects.latest("pk")
        if position is not None:
            order = [member.pk for member in self._builder(built).context["members"] if member != row]
            self._press(built, "order", {"order": [*order[:position], row.pk, *order[position:]]})
        return str(row.uuid)

    def act(self, resource: str, uuid: str, verb: str, **values: Any) -> str:
        row, at = self.FINDERS[resource](uuid), values.pop("at", None)
        if verb == "reintroduce":
            return self._offer_again(resource, row, {**values, **({"effective_at": at} if at else {})})
        if verb == "exclude-run":
            self._press(row.curriculum, f"exclude:{row.pk}", {f"excluded:{row.pk}": values["course_key"]})
        else:
            column = {"retire": "retired_at", "close": "closed_at"}[verb]
            self.change(resource, uuid, **{column: at or timezone.now().isoformat()})
        return uuid

    def _offer_again(self, resource: str, row: Any, values: dict[str, Any]) -> str:
        """As a new row: the page of the old one cannot say from when on."""
        # A version is the next number here.
        values.pop("version", None)
        parent = {"curriculum": row.curriculum} if hasattr(row, "curriculum") else {"degree": row.degree.program}
        target = {name: getattr(row, name) for name in MEMBERS[resource][2:3]} if resource in MEMBERS else {}
        copied = {name: getattr(row, name) for name in COPIED[resource]}
        named = {name: str(each.uuid) for name, each in {**parent, **target}.items()}
        return self.make(resource, **{**copied, **named, **values})

    def change(self, resource: str, uuid: str, **values: Any) -> None:
        row = self.FINDERS[resource](uuid)
        if resource in MEMBERS:
            given = dates_of(self._builder(row.curriculum), row, **_typed(values))
            self._press(row.curriculum, f"dates{MEMBERS[resource][3]}:{row.pk}", given)
        else:
            page = url(f"{PAGES[resource]._meta.model_name}_change", row.pk)
            self._post(page, submitted(self._get(page), **_typed(values)))

    def remove(self, resource: str, uuid: str) -> None:
        row = self.FINDERS[resource](uuid)
        page = url("curriculum_remove", row.curriculum_id)
        body = {"member": f"{MEMBERS[resource][1]}:{row.pk}", "reason": "a slip"}
        self._sign_in()
        shown = self.client.post(page, body).context["shown"]
        self._post(page, {**body, "_confirm": "1", "_shown": shown})

    def _builder(self, curriculum: Any) -> Any:
        return self._get(url("curriculum_build", curriculum.pk))

    def _press(self, curriculum: Any, button: str, values: dict[str, Any]) -> None:
        self._post(url("curriculum_build", curriculum.pk), {"_do": button, **values})

    def answers(self, program: str, at: str) -> dict[str, Any]:
        """What the page of an instant shows: no runs of nested programs, and no versions of costs."""
        page = self._get(url("program_as_of", api.get_program(program).pk), at=_instant(at))
        rows = [(str(row["kind"]), row["name"], row["key"], row["after"]) for row in page.context["parts"]]
        return {
            "courses": list(dict.fromkeys(key.rpartition(":")[2] for kind, _name, key, _said in rows if kind == "Course")),
            "own_runs": [(key, said.rpartition(": ")[2]) for kind, _name, key, said in rows if kind == "Course run"],
            "costs": [(name, _said(said, "amount")) for kind, name, _key, said in rows if kind == "Cost"],
            "deadlines": [
                (name.split(",")[0], _said(said, "due", ".+? UTC")) for kind, name, _key, said in rows if kind == "Deadline"
            ],
            "for": [self._way(way) for way in page.context["required"]],
        }


def _typed(values: dict[str, Any]) -> dict[str, Any]:
    typed = {name: READERS.get(name, str)(value) for name, value in values.items()}
    if "due_at" in values:
        # On the clock of its zone.
        typed["due_at"] = _instant(values["due_at"], ZoneInfo(values["zone"]))
    return typed


def _instant(given: str | datetime, zone: tzinfo = UTC) -> str:
    moment = given if isinstance(given, datetime) else datetime.fromisoformat(given)
    return f"{moment.astimezone(zone):%Y-%m-%dT%H:%M:%S}"


def _said(text: str, name: str, value: str = "[^,]+") -> str:
    found = re.search(rf"{name}: ({value})", text)
    return found[1] if found else ""


def _course(name: str) -> int:
    return (catalog.get_catalog_course(uuid=name) if name.count("-") == 4 else catalog.get_catalog_course(key_str=name)).pk


READERS: dict[str, Any] = {
    "program": lambda uuid: api.get_program(uuid).pk,
    "curriculum": lambda uuid: api.get_curriculum(uuid).pk,
    "degree": lambda uuid: api.get_degree(uuid).pk,
    "catalog_course": _course,
    "type": lambda slug: api.get_program_type(slug).pk,
    "authoring_organizations": ", ".join,
    **dict.fromkeys(("effective_at", "retired_at", "closed_at"), _instant),
}
