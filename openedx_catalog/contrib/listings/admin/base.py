"""What the admins of listings of courses and of runs share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from openedx_catalog.admin.bulk import BulkPages
from openedx_catalog.admin.importing import Column, ImportPages
from openedx_catalog.admin.owned import OwnedAdmin
from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.exporting import Table
from openedx_catalog.lib.admin.forms import ApiForm, CodesField
from openedx_catalog.lib.admin.texts import instant_column
from openedx_catalog.lib.texts import fold

from ..cells import cells_of
from ..models_api import CourseListing
from . import seen

_DATES = (instant_column("created", _("Created")), instant_column("modified", _("Modified")))
IDENTITY: Any = (_("Identity"), {"fields": _DATES})
MODIFIED = _DATES[1]
YES_NO = "yes · no"
# Of files of courses and of runs.
_COLUMNS = (
    Column("title_override", _("What learners read in place of the title in the catalog. “none” takes it away.")),
    Column("short_description", _("One or two sentences. “none” takes it away."), "Supply, demand and prices."),
    Column("full_description", _("HTML. “none” takes it away."), "<p>Supply, demand and prices.</p>"),
    Column("video_url", _("The address of a video. “none” takes it away.")),
    Column("min_effort", _("Hours a week. “none” takes it away."), "4"),
    Column("max_effort", _("Hours a week. “none” takes it away."), "6"),
    Column("weeks", _("How many it takes. “none” takes it away."), "12"),
    Column("languages", _("Codes, separated by commas. “none” takes them away."), "en"),
    Column("slug", _("The end of the address of its page.")),
    Column("live", YES_NO, "no"),
    Column("visibility", " · ".join(CourseListing.Visibility.values), "public"),
    Column("invitation_only", YES_NO, "no"),
)


def columns_of(names: Iterable[str], *own: Column) -> tuple[Column, ...]:
    """The columns of a file in this order: its own ones, and those of both kinds of files."""
    known = {column.name: column for column in (*_COLUMNS, *own)}
    return tuple(known[name] for name in names)


class ListingForm(ApiForm):
    """What listings of courses and runs have in common."""

    named: ClassVar[dict[str, str]] = {"language": "languages", "org_code": "owners"}
    taken = _("It has a listing already: change that one.")

    languages = CodesField(
        max_codes=50,
        label=_("Languages"),
        help_text=_("The codes of those that it is taught in, separated by commas, e.g. “en, es-419”."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["short_description"].widget.attrs["rows"] = 3
        self.initial["languages"] = ", ".join(self.instance.languages)
        if self.instance.pk:
            title = getattr(self.instance, self.owner).title
            field = self.fields["title_override"]
            # Django takes what helps for markup.
            field.help_text = format_html("{} {}", field.help_text, _("There it is “%(title)s”.") % {"title": title})


class ListingsModelAdmin(OwnedAdmin, BulkPages, ImportPages):
    """With the buttons that say who sees the selected ones, and files."""

    class Media:
        css: ClassVar[Any] = {"all": ["openedx_catalog_listings/admin.css"]}

    change_form_template = "admin/openedx_catalog_listings/listing.html"
    actions = ("make_live", "take_offline", "edit_selected")
    bulk_fields: ClassVar[tuple[str, ...]] = ("live", "visibility", "invitation_only")
    search_fields = ("title_override",)
    found_by = ("title_override__icontains",)
    # Those of what a row is a listing of.
    slugs: ClassVar[Any]

    @admin.action(description=_("Make live…"), permissions=["change"])
    def make_live(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Go to the form, in which that is chosen."""
        return self.to_form(request, queryset, "edit_many", live="1")

    @admin.action(description=_("Take offline…"), permissions=["change"])
    def take_offline(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Go to the form, in which that is chosen."""
        return self.to_form(request, queryset, "edit_many", live="0")

    @admin.action(description=_("Change who sees it…"), permissions=["change"])
    def edit_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Go to the form, with what was selected."""
        return self.to_form(request, queryset, "edit_many")

    def found_itself(self, term: str) -> Q:
        """By its own title, and by a slug, also a former one."""
        by_slug = self.slugs.objects.order_by().filter(slug_ci__contains=fold(term)).values(self.owner)
        return super().found_itself(term) | Q(**{f"{self.owner}__in": by_slug})

    def export_table(self, request: HttpRequest, rows: QuerySet[Any]) -> Table:
        """What can be imported again."""
        return self.importer.names, map(cells_of, self.rows_to_export(request, rows))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, obj: Any = None, **kwargs: Any
    ) -> HttpResponse:
        """The page, with a link to the public one, where that can be seen."""
        shown = self.listing_with_page(obj) if obj else None
        if shown and (url := page_address(request, shown)):
            context |= {"page_url": url, "is_preview": not seen.is_reachable(shown)}
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def listing_with_page(self, row: Any) -> CourseListing | None:
        """The listing of the course on whose page learners read it."""
        raise NotImplementedError

    def former_slugs(self, row: Any) -> str:
        """Those that lead to it beside its own."""
        rows = self.slugs.objects.filter(**{self.owner: getattr(row, f"{self.owner}_id")}).exclude(slug_ci=fold(row.slug))
        return format_html_join(mark_safe("<br>"), "{}", rows.order_by("pk").values_list("slug")) or "–"

    former_slugs.short_description = _("Former slugs")  # type: ignore[attr-defined]


class PartsColumns:
    """
    Of listings of courses and their working copies: what the form of a listing asks for, and who may not change it sees.
    """

    @admin.display(description=_("Subjects"))
    def subjects(self, row: Any) -> str:
        return slugs_of_subjects(row) or "–"

    @admin.display(description=_("Owners"))
    def owners(self, row: Any) -> str:
        return names_of_owners(row) or "–"


def slugs_of_subjects(row: Any) -> str:
    """The subjects of a listing, in order."""
    links = row.subject_rows.order_by("position", "pk")
    return ", ".join(links.values_list("subject__slug", flat=True))


def names_of_owners(row: Any) -> str:
    """The short names of the organizations that a listing names as its owners, in order."""
    links = row.owner_rows.order_by("position", "pk")
    return ", ".join(links.values_list("organization__short_name", flat=True))


def page_address(request: HttpRequest, listing: CourseListing) -> str:
    """The address of the page of a course; for whoever may see what is not public also of that. "" where no app has pages."""
    try:
        url = reverse("openedx_catalog:listings:course-page", args=[listing.slug])
    except NoReverseMatch:
        return ""
    if listing.is_public:
        return url
    if not permissions.sees_all(request.user, CourseListing):
        return ""
    return url if seen.is_reachable(listing) else f"{url}?preview=1"
