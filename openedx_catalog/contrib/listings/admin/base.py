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
from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.forms import ApiForm, CodesField
from openedx_catalog.lib.admin.texts import instant_column
from openedx_catalog.lib.searching import searched
from openedx_catalog.lib.texts import fold

from ..models_api import CourseListing
from . import seen

_DATES = (instant_column("created", _("Created")), instant_column("modified", _("Modified")))
IDENTITY: Any = (_("Identity"), {"fields": _DATES})
MODIFIED = _DATES[1]


class ListingForm(ApiForm):
    """What listings of courses and runs have in common. `owner` is the field of what they are of, chosen once."""

    owner: ClassVar[str]
    named: ClassVar[dict[str, str]] = {"language": "languages", "org_code": "owners"}

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

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if self.instance.pk is None and (chosen := values.get(self.owner)):
            rows = self._meta.model.objects.filter(**{self.owner: chosen})
            if rows.exists():
                self.add_error(self.owner, _("It has a listing already: change that one."))
        return values


class ListingsModelAdmin(BulkPages):
    """With the buttons that say who sees the selected ones."""

    class Media:
        css: ClassVar[Any] = {"all": ["openedx_catalog_listings/admin.css"]}

    change_form_template = "admin/openedx_catalog_listings/listing.html"
    actions = ("make_live", "take_offline", "edit_selected")
    bulk_fields: ClassVar[tuple[str, ...]] = ("live", "visibility", "invitation_only")
    search_fields = ("title_override",)
    # The foreign key to what a row is a listing of; its slugs.
    owner: ClassVar[str]
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

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """But for courses and runs that the user may not know of."""
        rows, owner = super().get_queryset(request), self.opts.get_field(self.owner)
        model: Any = owner.related_model
        if permissions.sees_all(request.user, model):
            return rows
        return rows.filter(**{f"{self.owner}__in": permissions.visible(request.user, model._default_manager.all())})

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        """By the course or the run, as the list of those finds it; by its own title, and by a slug, also a former one."""
        if not (term := searched(search_term).strip()):
            return queryset, False
        by_slug = self.slugs.objects.order_by().filter(slug_ci__contains=fold(term)).values(self.owner)
        found = Q(title_override__icontains=term) | Q(**{f"{self.owner}__in": by_slug})
        for rows in self.owners_found(request, term):
            found |= Q(**{f"{self.owner}__in": rows.order_by().values("pk")})
        return queryset.filter(found), False

    def owners_found(self, request: HttpRequest, term: str) -> Iterable[QuerySet[Any]]:
        """The courses or runs that a text finds."""
        raise NotImplementedError

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

    @admin.display(description=_("Title"))
    def title_(self, row: Any) -> str:
        return str(row)


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
