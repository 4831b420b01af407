"""
What a new database has: the nine default course types with all that they are made of (seed 003).

What an operator has renamed, changed or deleted stays so: each is told by its slug, and whatever has or had that is left alone.
"""

import uuid

from django.utils import timezone

SEAT_TYPES = {"audit": "Audit", "professional": "Professional", "verified": "Verified", "credit": "Credit", "honor": "Honor"}

# {slug: (name, ID verified, credit eligible, certificate, payee)}
MODES = {
    "audit": ("Audit", False, False, "", ""),
    "professional": ("Professional", True, False, "professional", "platform"),
    "verified": ("Verified", True, False, "verified", "platform"),
    "credit": ("Credit", True, True, "credit", "platform"),
    "honor": ("Honor", False, False, "honor", ""),
}

# {slug: (name, the slugs of its modes, each with the seat of the same slug)}
COURSE_RUN_TYPES = {
    "audit": ("Audit Only", ["audit"]),
    "professional": ("Professional Only", ["professional"]),
    "verified-audit": ("Verified and Audit", ["audit", "verified"]),
    "credit-verified-audit": ("Credit", ["audit", "verified", "credit"]),
    "honor": ("Honor Only", ["honor"]),
    "verified-honor": ("Verified and Honor", ["honor", "verified"]),
    "credit-verified-honor": ("Credit with Honor", ["honor", "verified", "credit"]),
    "verified": ("Verified Only", ["verified"]),
    "empty": ("Empty", []),
}

# {slug: (name, the slugs of its run types, those of its entitlements)}, in the order in which they are tried.
COURSE_TYPES = {
    "audit": ("Audit Only", ["audit"], []),
    "professional": ("Professional Only", ["professional"], ["professional"]),
    "verified-audit": ("Verified and Audit", ["audit", "verified-audit"], ["verified"]),
    "credit-verified-audit": ("Credit", ["audit", "verified-audit", "credit-verified-audit"], ["verified"]),
    "honor": ("Honor Only", ["honor"], []),
    "verified-honor": ("Verified and Honor", ["honor", "verified-honor"], ["verified"]),
    "credit-verified-honor": ("Credit with Honor", ["honor", "verified-honor", "credit-verified-honor"], ["verified"]),
    "verified": ("Verified Only", ["verified"], ["verified"]),
    "empty": ("Empty", ["empty"], []),
}
UNMARKETABLE = {"empty"}


def add_missing(apps, alias):
    """Add what is not there and never was, with its history."""
    add = _Adding(apps, alias)
    for slug, name in SEAT_TYPES.items():
        add.named("SeatType", slug, name=name)
    for slug, (name, is_verified, is_credit, certificate, payee) in MODES.items():
        values = {"is_id_verified": is_verified, "is_credit_eligible": is_credit, "certificate_type": certificate}
        add.named("Mode", slug, name=name, payee=payee, **values)
    for slug, (name, modes) in COURSE_RUN_TYPES.items():
        if (row := add.named("CourseRunType", slug, name=name, is_marketable=slug not in UNMARKETABLE, **_dated())) is not None:
            for track in filter(None, map(add.track, modes)):
                add.row("CourseRunTypeTrack", course_run_type_id=row.pk, track_id=track)
    for slug, (name, run_types, entitlements) in COURSE_TYPES.items():
        if (row := add.named("CourseType", slug, name=name, **_dated())) is not None:
            for position, found in enumerate(filter(None, (add.find("CourseRunType", each) for each in run_types))):
                add.row("CourseTypeRunType", course_type_id=row.pk, course_run_type_id=found, position=position)
            for found in filter(None, (add.find("SeatType", each) for each in entitlements)):
                add.row("CourseTypeEntitlement", course_type_id=row.pk, seat_type_id=found)


def _dated():
    return {"uuid": uuid.uuid4(), "created": timezone.now(), "modified": timezone.now()}


class _Adding:
    def __init__(self, apps, alias):
        self.apps, self.alias = apps, alias

    def rows(self, kind):
        return self.apps.get_model("openedx_catalog_course_types", kind).objects.using(self.alias)

    def find(self, kind, slug):
        return self.rows(kind).filter(slug=slug).values_list("pk", flat=True).first()

    def named(self, kind, slug, /, **values):
        """The row, or None where there is one of this slug, or was."""
        was = self.rows(f"Historical{kind}").filter(slug=slug)
        return None if self.rows(kind).filter(slug=slug).exists() or was.exists() else self.row(kind, slug=slug, **values)

    def track(self, slug):
        """The id of the mode with the seat of the same slug; None where an operator has taken one of them away."""
        mode, seat = self.find("Mode", slug), self.find("SeatType", slug)
        if not mode or not seat:
            return None
        found = self.rows("Track").filter(mode_id=mode, seat_type_id=seat).values_list("pk", flat=True).first()
        return found or self.row("Track", mode_id=mode, seat_type_id=seat, slot=f"{mode}:{seat}").pk

    def row(self, kind, /, **values):
        row = self.rows(kind).create(**values)
        history = self.rows(f"Historical{kind}")
        known = {field.attname for field in history.model._meta.concrete_fields}
        copied = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.attname in known}
        own = {"history_date": timezone.now(), "history_type": "+", "history_change_reason": "migration: defaults"}
        history.create(**copied, **own)
        return row
