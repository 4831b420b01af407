"""Subjects and levels in the admin."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib.admin.forms import ApiForm
from openedx_catalog.lib.admin.named import NamedModelAdmin
from openedx_catalog.lib.admin.texts import value_column

from .. import api
from ..models_api import CourseListing, CourseListingSubject, Level, Subject


class TranslationsField(forms.CharField):
    """Names by codes of languages, one on a line: ``es: Informática``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            label=_("Names in other languages"),
            widget=forms.Textarea(attrs={"rows": 6, "cols": 60}),
            help_text=_("One on a line, after the code of its language: “es: Informática”."),
            **kwargs,
        )

    def clean(self, value: Any) -> Any:
        found: dict[str, str] = {}
        for number, line in enumerate(super().clean(value).splitlines(), 1):
            code, colon, name = (part.strip() for part in line.partition(":"))
            if not line.strip():
                continue
            if not (code and colon and name):
                raise forms.ValidationError(
                    _("Line %(line)d: expected a language and a name, such as “es: Informática”.") % {"line": number}
                )
            if code in found:
                raise forms.ValidationError(
                    _("Line %(line)d: there is a name in %(code)s already.") % {"line": number, "code": code}
                )
            found[code] = name
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        return _lines(initial) != _lines(data)


def _lines(text: Any) -> list[str]:
    return [line.strip() for line in str(text or "").splitlines() if line.strip()]


def _as_text(row: Any) -> str:
    return "\n".join(f"{code}: {name}" for code, name in sorted(row.translations.items()))


class TranslatedForm(ApiForm):
    """Name, slug, and the name in other languages."""

    named: ClassVar[dict[str, str]] = {"language": "translations"}

    translations = TranslationsField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["translations"] = _as_text(self.instance)


class TranslatedAdmin(NamedModelAdmin):
    """Those that courses are found by, with how many have each."""

    form = TranslatedForm
    list_display = ("name", "slug", "names", "courses_")
    add_fieldsets: ClassVar[Any] = ((None, {"fields": ("name", "slug", "translations")}),)
    fieldsets = (*add_fieldsets, (_("Identity"), {"fields": ("uuid",)}))
    readonly_fields = ("uuid",)
    courses_ = value_column("count_", _("Courses"), ordering="count_")
    # Of a row: the listings that have it, and by which column.
    used_in: ClassVar[tuple[Any, str]]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        model, column = self.used_in
        used = model.objects.order_by().filter(**{column: OuterRef("pk")}).values(column).annotate(n=Count("pk")).values("n")
        return super().get_queryset(request).annotate(count_=Coalesce(Subquery(used), 0))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Whoever may only read gets the names, and not how they are stored."""
        found = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return found
        return [
            (title, {**options, "fields": ["names" if name == "translations" else name for name in options["fields"]]})
            for title, options in found
        ]

    @admin.display(description=_("Names in other languages"))
    def names(self, row: Any) -> str:
        return _as_text(row).replace("\n", ", ") or "–"


@admin.register(Subject)
class SubjectAdmin(TranslatedAdmin):
    """Fields of study."""

    used_in = (CourseListingSubject, "subject")
    used_by = (used_in,)
    ordering = ("name", "pk")
    create_row = staticmethod(api.create_subject)
    update_row = staticmethod(api.update_subject)
    delete_row = staticmethod(api.delete_subject)


@admin.register(Level)
class LevelAdmin(TranslatedAdmin):
    """How much courses ask of learners, the oldest first."""

    used_in = (CourseListing, "level")
    used_by = (used_in,)
    counted = (CourseListing,)
    create_row = staticmethod(api.create_level)
    update_row = staticmethod(api.update_level)
    delete_row = staticmethod(api.delete_level)
