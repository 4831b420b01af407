"""Skills as a resource. Each method is a call of the `api` of skills."""

from __future__ import annotations

from typing import ClassVar

from openedx_catalog.rest_api.v1.base import CatalogViewSet

from ... import api
from ...models_api import Skill
from . import filters, readers, writers


class SkillViewSet(CatalogViewSet):
    """
    Skills, by uuid, sorted by name.

    Which courses and programs have one says ``?skill=`` of their lists; blocked ones are nowhere shown.
    """

    model = Skill
    reader = readers.SkillReader
    writer = writers.SkillWriter
    fixed_fields: ClassVar[tuple[str, ...]] = ("uuid",)
    filterset_class = filters.SkillListFilter
    lookup_field = "uuid"
    minimal_fields = ("uuid", "name")
    create_row = staticmethod(api.create_skill)
    update_row = staticmethod(api.update_skill)
    delete_row = staticmethod(api.delete_skill)

    def rows(self) -> object:
        return api.get_skills()
