"""Groups of curricula in the admin: of how many courses how many have to be passed."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib.admin.dated import DATE_COLUMNS, DATES
from openedx_catalog.lib.admin.texts import link_column

from .. import api
from ..models_api import CurriculumGroup
from .base import DATES_OF_NEW, ProgramsModelAdmin
from .degree import SlipForm


@admin.register(CurriculumGroup)
class CurriculumGroupAdmin(ProgramsModelAdmin):
    """Another number from some day on is a row of its own; slips are corrected. Its members say of themselves that they are."""

    form = SlipForm
    list_display = ("name", "minimum", "curriculum_link", "version", *DATE_COLUMNS)
    search_fields = ("name", "curriculum__name", "curriculum__program__title")
    autocomplete_fields = ("curriculum",)
    prefetched = ("curriculum__program",)
    add_fieldsets = ((None, {"fields": ("curriculum", "name", "minimum")}), DATES_OF_NEW)
    fixed_fields = ("curriculum_link", "name", "version")
    fieldsets = ((None, {"fields": ("curriculum_link", "name", "minimum", "version")}), DATES)
    create_row = staticmethod(api.add_group)
    update_row = staticmethod(api.update_group)
    delete_row = staticmethod(api.remove)
    curriculum_link = link_column("curriculum", _("Curriculum"), ordering="curriculum__name")
