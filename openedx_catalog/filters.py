"""
Where an operator may intervene (openedx-filters): before something is created, and before an association is moved.

Steps are configured in OPEN_EDX_FILTERS_CONFIG under the filter_type. They are asked inside the transaction, and again where
it is repeated after a conflict with other writers. A step must not wait for another process that writes to the same catalog
course: that one waits for the transaction.
"""

from __future__ import annotations

from openedx_filters.exceptions import OpenEdxFilterException
from openedx_filters.tooling import OpenEdxPublicFilter

from .exceptions import CreationRefused, MoveRefused


class _CatalogFilter(OpenEdxPublicFilter):
    @classmethod
    def is_configured(cls) -> bool:
        """Whether any step is: bulk paths look once per batch."""
        return bool(cls.get_pipeline_configuration()[0])


class CatalogCreationRequested(_CatalogFilter):
    """
    Before a catalog course or a course run is created.

    Steps take and may return ``title`` and ``language`` (of a run: ""), and know ``kind`` (``catalog_course`` or
    ``course_run``) and ``key`` (its key_str or course key). They refuse by raising PreventCreation with a message.
    """

    filter_type = "org.openedx.catalog.creation.requested.v1"

    class PreventCreation(OpenEdxFilterException):
        """Raised by a step so that nothing is created; its message is the reason."""

    @classmethod
    def run_filter(cls, *, kind: str, key: str, title: str, language: str) -> tuple[str, str]:
        """The title and the language after all steps. Raises PreventCreation."""
        data = cls.run_pipeline(kind=kind, key=key, title=title, language=language)
        return data["title"], data["language"]


class AssociationMoveRequested(_CatalogFilter):
    """
    Before a run comes under another catalog course, by a move or a merge.

    Steps know ``course_key``, ``from_key`` and ``to_key`` (key_str of the courses) and ``reason``, and change nothing. They
    refuse by raising PreventMove with a message; a merge is then refused as a whole.
    """

    filter_type = "org.openedx.catalog.association.move.requested.v1"

    class PreventMove(OpenEdxFilterException):
        """Raised by a step so that nothing is moved; its message is the reason."""

    @classmethod
    def run_filter(cls, *, course_key: str, from_key: str, to_key: str, reason: str) -> None:
        """Ask all steps. Raises PreventMove."""
        cls.run_pipeline(course_key=course_key, from_key=from_key, to_key=to_key, reason=reason)


def ask_to_create(kind: str, key: str, title: str, language: str) -> tuple[str, str]:
    """The title and language that something is to be created with, unchecked. Raises CreationRefused."""
    try:
        return CatalogCreationRequested.run_filter(kind=kind, key=key, title=title, language=language)
    except OpenEdxFilterException as refusal:
        raise CreationRefused(key=key, reason=str(refusal)) from refusal


def ask_to_move(course_key: str, from_key: str, to_key: str, reason: str) -> None:
    """Raises MoveRefused."""
    try:
        AssociationMoveRequested.run_filter(course_key=course_key, from_key=from_key, to_key=to_key, reason=reason)
    except OpenEdxFilterException as refusal:
        raise MoveRefused(course_key=course_key, reason=str(refusal)) from refusal
