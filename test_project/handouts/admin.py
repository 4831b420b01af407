"""The admin."""

from django.contrib import admin

from openedx_catalog.lib.admin.forms import ApiModelAdmin

from . import api
from .models import Handout


@admin.register(Handout)
class HandoutAdmin(ApiModelAdmin):
    """List, search, create, change and delete handouts."""

    list_display = ("slug", "catalog_course")
    search_fields = ("slug",)
    prefetched = ("catalog_course__org",)
    autocomplete_fields = ("catalog_course",)
    fields = ("slug", "text", "catalog_course")
    fixed_fields = ("slug",)
    create_row = staticmethod(api.create_handout)
    update_row = staticmethod(api.update_handout)
    delete_row = staticmethod(api.delete_handout)
