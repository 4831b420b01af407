"""
Pathways: what learners find and enroll in of them, their categories, and who is enrolled. The functions of openedx-core's app.

What it takes to complete a pathway is content, which is kept elsewhere. Nothing here emits an event, keeps a history, or checks
permissions.
"""

from __future__ import annotations

from typing import Any, TypeVar, overload

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import connections, models, router
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from organizations.models import Organization

from .. import keys
from ..exceptions import DuplicatePathway, InvalidRequest
from ..lib import texts
from ..lib.references import refuse_unfollowed
from ..lib.routing import reads_from_writer, rows_of
from ..lib.sql import one_at_a_time
from ..lib.transactions import refuse_if_protected, writes_to
from ..models import CatalogPathway, FormerOrganizationName, PathwayCategory, PathwayEnrollment
from ..organization_names import find_organization
from .lookup import organization_name, parse_pk

__all__ = [
    "create_catalog_pathway",
    "create_pathway_category",
    "delete_catalog_pathway",
    "delete_pathway_category",
    "delete_pathway_enrollment",
    "enroll_in_pathway",
    "get_catalog_pathway",
    "get_catalog_pathways",
    "get_pathway_categories",
    "get_pathway_category",
    "get_pathway_enrollments",
    "is_enrolled_in_pathway",
    "unenroll_from_pathway",
    "update_catalog_pathway",
    "update_pathway_category",
]

Row = TypeVar("Row", bound=models.Model)

# Categories


def get_pathway_category(category_code: str) -> PathwayCategory:
    """The category with exactly this code, e.g. "pathway". One query. Raises PathwayCategory.DoesNotExist."""
    return _first(PathwayCategory, _with_codes(PathwayCategory.objects.all(), category_code=category_code), category_code)


def get_pathway_categories() -> QuerySet[PathwayCategory]:
    """All categories, by title. One query when it is read."""
    return PathwayCategory.objects.all()


@writes_to(PathwayCategory)
def create_pathway_category(*, category_code: str, title: str, title_plural: str = "") -> PathwayCategory:
    """
    Create a category. Its code never changes, whatever becomes of the title. Without a plural an "s" is added to the title.

    Raises DuplicatePathway where the code is taken in any case, InvalidPathwayValue; both are also IntegrityErrors.
    """
    category = PathwayCategory(category_code=category_code, title=title, title_plural=title_plural)
    category.clean()
    _refuse_taken("category_code", category.category_code, PathwayCategory.objects.all())
    category.save()
    return category


@reads_from_writer()
def update_pathway_category(
    category: PathwayCategory | str, *, title: str | None = None, title_plural: str | None = None
) -> None:
    """
    Change the titles of a category, given as an object or by its code. None leaves a title, "" empties the plural.

    The object passed in carries the new values afterwards. Raises PathwayCategory.DoesNotExist, InvalidPathwayValue.
    """
    named = category if isinstance(category, PathwayCategory) else get_pathway_category(category)
    _update(PathwayCategory, named, {"title": title, "title_plural": title_plural})


@reads_from_writer()
def delete_pathway_category(category: PathwayCategory | str) -> None:
    """
    Delete a category, given as an object or by its code, that no pathway has.

    Raises HasDependents (a ProtectedError), PathwayCategory.DoesNotExist.
    """
    _delete(PathwayCategory, _category(category).pk)


# Pathways


@overload
def get_catalog_pathway(*, org_code: Organization | str, pathway_code: str) -> CatalogPathway: ...
@overload
def get_catalog_pathway(*, key_str: str) -> CatalogPathway: ...
@overload
def get_catalog_pathway(*, pk: CatalogPathway.ID) -> CatalogPathway: ...
def get_catalog_pathway(
    pk: int | None = None, key_str: str = "", org_code: Organization | str = "", pathway_code: str = ""
) -> CatalogPathway:
    """
    Get a pathway, its organization and category joined, by exactly one of pk, `key_str` or `org_code` with `pathway_code`.

    The code is matched exactly, and so is the organization, whose former short_name answers too. One query, two for that.
    Raises CatalogPathway.DoesNotExist, InvalidRequest.
    """
    org_code = organization_name(org_code)
    ways = [bool(pk), bool(key_str), bool(org_code or pathway_code)]
    if sum(ways) != 1 or bool(org_code) != bool(pathway_code):
        raise InvalidRequest(reason=_("Give one of pk, key_str, or org_code with pathway_code."))
    pathways = CatalogPathway.objects.with_org_and_category()
    if pk:
        return pathways.get(pk=parse_pk(pk))
    if key_str:
        org_code, pathway_code = _parts_of(key_str)
    # The present name of an organization before a former one.
    for org in ("org__short_name", "org__catalog_former_names__name"):
        found = _with_codes(pathways, **{org: org_code}, pathway_code=pathway_code).order_by("pk").first()
        if found is not None:
            return found
    return _first(CatalogPathway, pathways.none(), f"{org_code}:{pathway_code}")


def get_catalog_pathways(
    *, org_code: Organization | str | None = None, category_code: str | None = None
) -> QuerySet[CatalogPathway]:
    """
    All pathways, or those of one organization or category, both joined, newest first.

    Codes are matched exactly, former names of organizations too; what nothing has gives nothing. One query when it is read.
    """
    pathways = CatalogPathway.objects.with_org_and_category()
    if category_code is not None:
        pathways = _with_codes(pathways, category__category_code=category_code)
    if org_code is None:
        return pathways
    org_code = organization_name(org_code)
    if keys.names_nothing(org_code):
        return pathways.none()
    former = FormerOrganizationName.objects.filter(name=org_code)
    return pathways.filter(Q(org__short_name=org_code) | Q(org__in=former.values("org")))


@writes_to(CatalogPathway)
def create_catalog_pathway(
    *, org_code: Organization | str, pathway_code: str, category: PathwayCategory, title: str = "", description: str = ""
) -> CatalogPathway:
    """
    Create a pathway of an organization that exists, named in any case. The title defaults to the code.

    Raises OrganizationNotFound (an Organization.DoesNotExist), PathwayCategory.DoesNotExist; DuplicatePathway where the
    organization has the code in any case, InvalidPathwayValue; the last two are also IntegrityErrors.
    """
    organization = find_organization(Organization, organization_name(org_code))
    pathway = CatalogPathway(
        org=organization, pathway_code=pathway_code, category=_category(category), title=title, description=description
    )
    pathway.clean()
    _refuse_taken("pathway_code", pathway.pathway_code, CatalogPathway.objects.filter(org=organization))
    pathway.save()
    return pathway


@reads_from_writer()
def update_catalog_pathway(
    catalog_pathway: CatalogPathway | CatalogPathway.ID,
    *,
    title: str | None = None,
    category: PathwayCategory | None = None,
    description: str | None = None,
) -> None:
    """
    Change a pathway, given as an object or by its id. None leaves a value; an empty title becomes the code.

    The object passed in carries the new values afterwards. Raises CatalogPathway.DoesNotExist, PathwayCategory.DoesNotExist,
    InvalidPathwayValue.
    """
    wanted = {
        "title": title,
        "category": None if category is None else _category(category),
        "description": description,
    }
    _update(CatalogPathway, catalog_pathway, wanted)


def delete_catalog_pathway(catalog_pathway: CatalogPathway | CatalogPathway.ID) -> None:
    """
    Delete a pathway, given as an object or by its id, in which nobody is or ever was enrolled, and that has no content.

    Raises HasDependents (a ProtectedError), CatalogPathway.DoesNotExist.
    """
    _delete(CatalogPathway, _pk(CatalogPathway, catalog_pathway))


# Enrollments


@writes_to(PathwayEnrollment)
def enroll_in_pathway(user_id: int, catalog_pathway: CatalogPathway | CatalogPathway.ID) -> PathwayEnrollment:
    """
    Enroll a learner, or return the enrollment that is there, active again if it was not; `created` is that of the first time.

    Raises CatalogPathway.DoesNotExist, InvalidRequest where there is no such user.
    """
    pathway = CatalogPathway.objects.get(pk=_pk(CatalogPathway, catalog_pathway))
    learner = _user_pk(user_id)
    rows = PathwayEnrollment.objects.select_for_update().filter(catalog_pathway=pathway, user__pk=learner)
    enrollment = rows.order_by("pk").first()
    if enrollment is None:
        if not rows_of(get_user_model()).filter(pk=learner).exists():
            raise _no_user(user_id)
        enrollment = PathwayEnrollment(user_id=learner, catalog_pathway=pathway)
    enrollment.is_active = True
    enrollment.save()
    return enrollment


@writes_to(PathwayEnrollment)
def unenroll_from_pathway(user_id: int, catalog_pathway: CatalogPathway | CatalogPathway.ID) -> None:
    """Note that a learner has left a pathway; the row stays. Does nothing for whoever is not enrolled."""
    _enrollments(user_id, catalog_pathway).update(is_active=False, modified=timezone.now())


def is_enrolled_in_pathway(user_id: int, catalog_pathway: CatalogPathway | CatalogPathway.ID) -> bool:
    """Whether a learner is enrolled, and has not left. One query."""
    return _enrollments(user_id, catalog_pathway).exists()


def get_pathway_enrollments(user_id: int, *, include_inactive: bool = False) -> QuerySet[PathwayEnrollment]:
    """
    The pathways that a learner is enrolled in, with those that were left if these are asked for too, newest first.

    Pathways, their organizations and categories are joined. One query when it is read.
    """
    enrollments = PathwayEnrollment.objects.with_pathway().filter(user__pk=_user_pk(user_id))
    return enrollments if include_inactive else enrollments.active()


def delete_pathway_enrollment(enrollment: PathwayEnrollment | PathwayEnrollment.ID) -> None:
    """Delete an enrollment, so that nothing says that the learner was there. Raises PathwayEnrollment.DoesNotExist."""
    _delete(PathwayEnrollment, _pk(PathwayEnrollment, enrollment))


# What they share


def _pk(model: type[models.Model], given: Any) -> int:
    """The id of a row that is given as an object or by its id. Raises InvalidRequest."""
    return given.pk if isinstance(given, model) else parse_pk(given)


def _user_pk(user_id: Any) -> Any:
    try:
        return get_user_model()._meta.pk.to_python(user_id)
    except ValidationError as error:
        raise _no_user(user_id) from error


def _no_user(user_id: Any) -> InvalidRequest:
    reason = _("There is no user with the id %(id)s.") % {"id": texts.shorten(user_id, 60)}
    return InvalidRequest(reason=reason, field="user_id")


def _category(given: PathwayCategory | str) -> PathwayCategory:
    """The category as it is stored. Raises PathwayCategory.DoesNotExist."""
    return PathwayCategory.objects.get(pk=given.pk) if isinstance(given, PathwayCategory) else get_pathway_category(given)


def _with_codes(rows: Any, **codes: Any) -> Any:
    """Those with exactly these codes; what cannot be a code names nothing."""
    return rows.none() if any(keys.names_nothing(code) for code in codes.values()) else rows.filter(**codes)


def _parts_of(key_str: str) -> tuple[str, str]:
    kind, _colon, parts = str(key_str).partition(":")
    org_code, colon, pathway_code = parts.partition(":")
    if kind != "catalog-pathway" or not colon:
        reason = _("%(key)r is not the key of a pathway. Expected catalog-pathway:ORGANIZATION:CODE.")
        raise InvalidRequest(reason=reason % {"key": texts.shorten(key_str, 60)}, field="key_str")
    return org_code, pathway_code


def _first(model: type[Row], rows: Any, name: str) -> Row:
    """The oldest one: on MariaDB another program may have stored two. Raises DoesNotExist."""
    if (found := rows.order_by("pk").first()) is None:
        facts = {"kind": model._meta.verbose_name, "name": texts.shorten(name, 60)}
        raise model.DoesNotExist(_("There is no %(kind)s %(name)s.") % facts)  # type: ignore[attr-defined]
    return found


def _enrollments(user_id: int, catalog_pathway: CatalogPathway | CatalogPathway.ID) -> QuerySet[PathwayEnrollment]:
    pathway = _pk(CatalogPathway, catalog_pathway)
    return PathwayEnrollment.objects.active().filter(user__pk=_user_pk(user_id), catalog_pathway__pk=pathway)


def _refuse_taken(field: str, code: str, among: Any) -> None:
    """Raise DuplicatePathway where one of these rows has the code. Call it inside a transaction, before the row is inserted."""
    connection = connections[router.db_for_write(among.model)]
    if not connection.features.supports_expression_indexes:
        # MariaDB has no index that would refuse the same code in another case.
        one_at_a_time(connection)
    if owner := among.with_code(code).first():
        raise DuplicatePathway(field=field, value=code, owner=str(owner))


def _update(model: type[Row], given: Any, wanted: dict[str, Any]) -> None:
    """Write what is not None and differs, and bring the object that was passed in up to date."""
    wanted = {name: value for name, value in wanted.items() if value is not None}
    if not wanted and isinstance(given, model):
        return

    def store() -> Row:
        row = model._default_manager.select_for_update().get(pk=_pk(model, given))
        for name, value in wanted.items():
            setattr(row, name, value)
        row.save()
        return row

    stored = writes_to(model)(store)()
    if isinstance(given, model):
        for name in wanted:
            setattr(given, name, getattr(stored, name))
        if hasattr(given, "modified"):
            given.modified = stored.modified  # type: ignore[attr-defined]


def _delete(model: type[Row], pk: int) -> None:
    def delete() -> None:
        row = model._default_manager.select_for_update().get(pk=pk)
        with refuse_if_protected(str(row)):
            row.delete()
            refuse_unfollowed(row)

    writes_to(model)(delete)()
