"""Organizations as the engine reads and creates them: read once per store, and kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connections
from django.utils.translation import gettext as _
from organizations.models import Organization

from ... import conf, keys
from ...exceptions import OrganizationNotFound
from ...lib import feed
from ...lib.changes import Change, record_history
from ...lib.fields import in_list
from ...lib.sql import insert_rows, one_at_a_time, select, select_named, shared_lock
from ...lib.transactions import Outdated
from ...models import FormerOrganizationName


class OrgName(NamedTuple):
    """An organization and its short_name."""

    id: Any
    name: str


class _KnownName(NamedTuple):
    """A present name of an organization, or a former one, folded."""

    id: Any
    name: str
    former: Any


class OrganizationStore:
    """The organizations in one database, on behalf of one change."""

    def __init__(self, using: str, change: Change) -> None:
        self.using = using
        self.change = change
        self.connection = connections[using]
        # What is known of them, by exact and by folded name; the names by id.
        self._orgs_known = False
        self._orgs: dict[str, int] = {}
        self._folded_orgs: dict[str, int] = {}
        self._org_names: dict[int, str] = {}
        # Folded names that they had before.
        self._former_orgs: dict[str, int] = {}

    def table(self, model: Any) -> str:
        """The quoted name of a model's table."""
        return self.connection.ops.quote_name(model._meta.db_table)

    def org_name(self, org_id: int) -> str:
        """The short_name of an organization that `find_org` found."""
        return self._org_names[org_id]

    def find_org(self, code: str) -> int | None:
        """The id of an organization: exact, else folded, else by a former name; inactive ones included."""
        if not self._orgs_known:
            self._read_orgs()
        folded = keys.fold(code)
        for known, name in ((self._orgs, code), (self._folded_orgs, folded), (self._former_orgs, folded)):
            if name in known:
                return known[name]
        return None

    def _read_orgs(self) -> None:
        """All of them, because no database folds as we do; the oldest last, so that it keeps a folded name. One query."""
        self._orgs_known = True
        former = self.table(FormerOrganizationName)
        # A number in both, since the names have collations of their own.
        rest = f"FROM {self.table(Organization)} UNION ALL SELECT org_id, name_ci, 1 FROM {former} ORDER BY 3, 1 DESC"  # noqa: S608
        for org in select_named(self.connection, _KnownName("id", "short_name", "0"), rest):
            if not org.former:
                self._remember_org(org.name, org.id)
            elif org.id in self._org_names:
                self._former_orgs[org.name] = org.id

    def hold_former_names(self, codes: Iterable[str]) -> None:
        """
        Hold those among these names by which an organization was called before, until the transaction ends, so that none is
        released while a run is created that it makes implicit. Raises Outdated where one has been. Mostly no query.
        """
        folded = sorted({keys.fold(code) for code in codes} & set(self._former_orgs) - set(self._folded_orgs))
        if folded and (lock := shared_lock(self.connection)):
            # The organization before its names, as whoever renames it.
            self.hold_orgs({pk: self._org_names[pk] for name in folded if (pk := self.find_org(name)) is not None})
            condition, params = in_list(self.connection, "name_ci", folded)
            table = self.table(FormerOrganizationName)
            sql = f"SELECT name_ci FROM {table} WHERE {condition} ORDER BY name_ci{lock}"  # noqa: S608
            held = {name for (name,) in select(self.connection, sql, params)}
            if gone := set(folded) - held:
                raise Outdated(_("the organization name %(name)s was released") % {"name": min(gone)})

    def hold_orgs(self, names: dict[int, str]) -> None:
        """Hold organizations under these names until the transaction ends. Raises Outdated where one has another name."""
        if lock := shared_lock(self.connection):
            condition, params = in_list(self.connection, "id", sorted(names))
            # Or one might be renamed before the course is there whose key names it. By id, so that no two writers wait for
            # each other; shared, because creating courses in one organization does not exclude each other.
            sql = f"FROM {self.table(Organization)} WHERE {condition} ORDER BY id{lock}"
            self._refuse_renamed(names, select_named(self.connection, OrgName("id", "short_name"), sql, params))

    def _refuse_renamed(self, known: dict[int, str], held: Iterable[OrgName]) -> None:
        """What was decided by an old name is decided again from the beginning, as after a twin."""
        for org in held:
            if known[org.id] != org.name:
                raise Outdated(_("the organization %(old)s was renamed to %(new)s") % {"old": known[org.id], "new": org.name})

    def _remember_org(self, name: str, pk: int) -> None:
        self._orgs[name] = self._folded_orgs[keys.fold(name)] = pk
        self._org_names[pk] = name

    def reset_cache(self) -> None:
        """Read the organizations again: a transaction that created some was rolled back, or another writer was faster."""
        self._orgs_known, self._orgs, self._folded_orgs, self._org_names = False, {}, {}, {}
        self._former_orgs = {}

    def create_orgs(self, codes: Sequence[str], now: datetime) -> int:
        """
        Insert active organizations named like their code, with edx-organizations' own history; return how many.

        Their table is unique by exact spelling only, so writers take turns, and what the last one created is seen.
        """
        lock_organizations(self.using)
        self.reset_cache()
        rows = [
            {"name": code, "short_name": code, "active": True, "created": now, "modified": now}
            for code in sorted(codes, key=keys.fold)
            if self.find_org(code) is None
        ]
        # One statement for all, in the order of their folded names: two writers that meet do so at the first one.
        returned = insert_rows(self.connection, Organization, rows, returning=("id", "short_name"), key="short_name")
        for pk, name in returned:
            self._remember_org(name, pk)
        record_history(Organization, "+", self.change, using=self.using, column="id", values=[pk for pk, _name in returned])
        feed.write((organization_entry(name, "created") for _pk, name in returned), using=self.using)
        return len(returned)


def organization_entry(short_name: str, what: str) -> feed.Entry:
    """What the change feed says of an organization, which has no uuid."""
    return feed.Entry("organization", None, short_name, what)


def lock_organizations(using: str) -> None:
    """Hold until the transaction ends what every writer of a short_name asks for: their table is unique by exact spelling."""
    one_at_a_time(connections[using])


def refusal_to_create(org_code: str) -> OrganizationNotFound | None:
    """Why an organization may not be created from a key, or None."""
    if not conf.organizations_autocreate():
        return OrganizationNotFound(org_code=org_code, reason=_("ORGANIZATIONS_AUTOCREATE is off"))
    if not keys.ORGANIZATION_CODE.match(org_code):
        reason = _("edx-organizations takes only letters, digits, '.', '_' and '-'; create it by hand")
        return OrganizationNotFound(org_code=org_code, reason=reason)
    return None
