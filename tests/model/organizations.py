"""The rules of organizations: their names, those that they had before, and who may have which."""

from __future__ import annotations

from openedx_catalog.keys import fold
from tests.model.base import Rows, parts
from tests.model.rows import Org, Refused


class Organizations(Rows):
    def create_organization(self, *, short_name: str) -> str:
        if self.find_org(short_name):
            raise Refused("DuplicateOrganization")
        return self.new_org(short_name).name

    def update_organization(self, organization: str, *, short_name: str) -> str:
        org = self.org_named(organization)
        if short_name == org.name:
            return org.name
        if self.find_org(short_name) not in (None, org):
            raise Refused("DuplicateOrganization")
        before, org.name = org.name, short_name
        if fold(before) != fold(short_name):
            self.former.pop(fold(short_name), None)
            self.former[fold(before)] = org
        self.note("org", short_name, "~")
        # Its name is all that consumers know it by.
        for name in (before, short_name):
            self.effects.feed["organization", name, "renamed"] += 1
        for course in self.courses:
            if course.org is org:
                self.course_event(course, "renamed")
        return org.name

    def release_organization_name(self, name: str, *, reason: str) -> str:
        self.require(reason)
        if fold(name) not in self.former:
            raise Refused("OrganizationNotFound")
        org = self.former[fold(name)]
        if any(run.association == "implicit" and fold(parts(run.key)[0]) == fold(name) for run in self.runs.values()):
            raise Refused("OrganizationNameHasRuns")
        del self.former[fold(name)]
        self.note("org", org.name, "~")
        self.effects.feed["organization", org.name, "updated"] += 1
        return org.name

    def delete_organization(self, organization: str) -> None:
        org = self.org_named(organization)
        if any(slot.org is org for slot in self.slots.values()):
            raise Refused("HasDependents")
        self.orgs.remove(org)
        self.former = {name: owner for name, owner in self.former.items() if owner is not org}
        for merge in self.merges.values():
            merge.org = None if merge.org is org else merge.org
        self.note("org", org.name, "-")
        self.effects.feed["organization", org.name, "deleted"] += 1

    def org_or_new(self, name: str) -> Org:
        return self.find_org(name) or self.new_org(name)
