"""How findings are made: their texts, their severity, and commands to paste."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy

from ...data import Finding
from ...lib.folds import unfolded

ERROR, WARNING = "error", "warning"
FIX = "manage.py catalog_doctor --fix"


def repair(*arguments: str) -> str:
    """
    A command that the operator can paste: rows by their ids, because a name may hold anything, and quoted all the same.

    No code for ``manage.py shell`` either: that would have to be quoted twice.
    """
    return shlex.join(["manage.py", "repair_catalog", *arguments])


def finding(code: str, subject: str, remedy: str = "", *, fixable: bool = False, text: Any = "", **facts: Any) -> Finding:
    """A finding of the core, with the text of its code unless another one is given."""
    severity = WARNING if code in _WARNINGS else ERROR
    return Finding(code, severity, subject, str(text or _TEXTS[code]) % facts, remedy, fixable)


def unfolded_rows(*models: Any) -> Iterator[Finding]:
    """Rows of these models that are not found by their text, since a folded column is not that of the text."""
    for model in models:
        for row in unfolded(model):
            subject, taken = f"{model._meta.verbose_name} {row.text}", row.owner is not None
            message = str(_TAKEN if taken else _UNFOLDED) % {"stored": row.stored, "owner": row.owner, "id": row.pk}
            yield Finding("folded_text_wrong", ERROR, subject, message, "" if taken else FIX, not taken,
                          model=model._meta.label_lower, pk=row.pk)  # fmt: skip


_UNFOLDED = gettext_lazy(
    "It is registered as %(stored)r, because another program has changed it, so it is not found by its text."
)
_TAKEN = gettext_lazy(
    "It is registered as %(stored)r. Its own text is already that of the row with the id %(owner)d; this one has the id %(id)d."
)
_MISSING = gettext_lazy("Another program wrote it: what identifies it is missing.")
_WAITING = gettext_lazy(
    "It has been waiting since %(since)s. Attempts: %(attempts)d; last error: %(error)s. Such messages: %(count)d."
)
_PARKED = gettext_lazy(
    "It was given up, and has been there since %(since)s. Attempts: %(attempts)d; last error: %(error)s. "
    "Such messages: %(count)d. Look at them in the admin, and try them again there."
)
_AHEAD = gettext_lazy("Its time at the source, %(time)s, is in the future. Until then nothing newer is taken over.")
_TEXTS = {
    "organizations_differ_by_case": gettext_lazy(
        "%(names)s differ only in case. Merge their catalog courses, then delete the others."
    ),
    "invalid_catalog_course_code": gettext_lazy("Its organization or code cannot be part of a course key."),
    "catalog_course_twin": gettext_lazy(
        "Its code belongs to %(owner)s (id %(owner_id)d). This catalog course has the id %(id)d."
    ),
    "catalog_course_identity_missing": _MISSING,
    "catalog_course_identity_wrong": gettext_lazy("Its code is registered as %(stored)r: another program has changed it."),
    "invalid_course_key": gettext_lazy("%(reason)s"),
    "course_run_twin": gettext_lazy("The same run exists as %(other)s, which keeps the identity. This one has the id %(id)d."),
    "course_run_identity_missing": _MISSING,
    "course_run_identity_wrong": gettext_lazy("Its key is registered as %(stored)r: another program has changed it."),
    "run_code_mismatch": gettext_lazy("Its run code is %(run_code)r, but its key says %(expected)r."),
    "implicit_mismatch": gettext_lazy("It is implicit, but stands under %(key_str)s, which its key does not name."),
    "pathway_twin": gettext_lazy("%(names)s have one code. The first one is found by it. Delete the others in the admin."),
    "source_time_ahead": _AHEAD,
    "withdrawal_ahead": _AHEAD,
    "message_ahead": _AHEAD,
    "end_before_start": gettext_lazy("It ends at %(end)s, before it starts at %(start)s. %(which)s"),
    "enrollment_end_before_start": gettext_lazy("Enrollment ends at %(end)s, before it starts at %(start)s. %(which)s"),
    "enrollment_start_after_end": gettext_lazy("Enrollment starts at %(start)s, after the run ends at %(end)s. %(which)s"),
    "inbox_waiting": _WAITING,
    "outbox_waiting": _WAITING,
    "inbox_parked": _PARKED,
    "outbox_parked": _PARKED,
}
_WARNINGS = {
    "end_before_start", "enrollment_end_before_start", "enrollment_start_after_end",
    "inbox_waiting", "inbox_parked", "outbox_waiting", "outbox_parked",
}  # fmt: skip
