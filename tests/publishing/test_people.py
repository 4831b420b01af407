"""Who edits a course: members of its organizations, editors, legal reviewers, staff, and staff who need a role."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser, Group
from django.db import connection
from edx_rbac.utils import user_has_access_via_database
from organizations.models import Organization

from openedx_catalog import api as catalog
from openedx_catalog import permissions
from openedx_catalog.contrib.listings import api as listings
from openedx_catalog.contrib.listings.models_api import CourseListing, CourseRunListing
from openedx_catalog.contrib.publishing import api
from openedx_catalog.contrib.publishing.models_api import (
    CourseEditor,
    CourseRunWorkingCopy,
    CourseWorkingCopy,
    OrganizationGroup,
    PublisherRole,
    PublisherRoleAssignment,
)
from openedx_catalog.contrib.publishing.workflow import Role
from openedx_catalog.exceptions import InvalidRequest, InvalidValue, OrganizationNotFound, ReasonRequired
from openedx_catalog.lib.changes import Change
from openedx_catalog.models_api import CatalogCourse, CourseRun, CourseSchedule
from tests.conftest import granted
from tests.interleaving import after_waiting, writer

pytestmark = pytest.mark.django_db

POLICIES = "openedx_catalog.contrib.publishing.permission_policies"
CHANGE_COPIES = "openedx_catalog_publishing.change_courseworkingcopy"
VIEW_COPIES = "openedx_catalog_publishing.view_courseworkingcopy"
EDITOR, LEGAL, STAFF = ({role} for role in (Role.EDITOR, Role.LEGAL, Role.STAFF))


@pytest.fixture
def course():
    """``course("14.100x", owners=["TUMx"])``: a catalog course of MITx, and who owns its listing."""

    def make(code="14.100x", *, org="MITx", owners=()):
        row = catalog.create_catalog_course(org_code=org, course_code=code, title=code)
        if owners:
            listings.set_course_listing(row, owners=owners)
        return row

    return make


@pytest.fixture
def user():
    """``user("ann", "MITx")``: an account that is a member of these organizations."""

    def make(name, *organizations, **values):
        account = get_user_model().objects.create_user(name, **values)
        for code in organizations:
            if catalog.find_organization_by_code(code) is None:
                catalog.create_organization(short_name=code)
            api.add_member(code, account)
        return account

    return make


def names(users):
    return [each.username for each in users]


def edits(account, row):
    """Asked as a request does it, of the account as it is stored."""
    found = get_user_model().objects.filter(pk=account.pk).first()
    return found is not None and Role.EDITOR in api.roles_of(found, [row])[row.pk]


class TestMembers:
    def test_an_organization_gets_a_group_with_its_first_member(self, user):
        user("ann", "MITx")
        group = OrganizationGroup.objects.get().group
        assert (group.name, names(group.user_set.all())) == ("Course editors of MITx", ["ann"])
        assert names(api.get_members("mitx")) == ["ann"]

    def test_a_second_member_joins_the_same_group(self, user):
        user("bob", "MITx")
        user("ann", "MITx")
        assert names(api.get_members("MITx")) == ["ann", "bob"]
        assert Group.objects.count() == 1

    def test_a_foreign_group_of_that_name_is_left_alone(self, user):
        stranger = user("stranger")
        stranger.groups.add(Group.objects.create(name="Course editors of MITx"))
        user("ann", "MITx")
        assert OrganizationGroup.objects.get().group.name == "Course editors of MITx (2)"
        assert names(api.get_members("MITx")) == ["ann"]

    def test_long_names_of_organizations_that_begin_alike_give_two_groups(self, user):
        user("ann", "x" * 200, "x" * 201)
        found = Group.objects.values_list("name", flat=True)
        assert len(set(found)) == 2
        assert max(map(len, found)) == 150

    def test_nothing_changes_for_who_is_a_member_already_or_is_none(self, user):
        ann = user("ann", "MITx")
        assert api.add_member("MITx", "ann") is False
        assert api.remove_member("MITx", ann) is True
        assert api.remove_member("MITx", ann) is False

    def test_an_organization_without_a_group_has_no_members(self, user):
        organization = catalog.create_organization(short_name="MITx")
        assert api.remove_member(organization, user("ann")) is False
        assert names(api.get_members(organization)) == []

    def test_a_group_that_was_deleted_is_made_anew(self, user):
        ann = user("ann", "MITx")
        Group.objects.all().delete()
        assert api.add_member("MITx", ann) is True
        assert names(api.get_members("MITx")) == ["ann"]

    @pytest.mark.parametrize("given", ["nobody", "", None, 7, AnonymousUser()], ids=repr)
    def test_an_unknown_user_is_refused(self, course, given):
        row = course()
        for call in (api.add_member, api.remove_member):
            with pytest.raises(InvalidValue):
                call("MITx", given)
        with pytest.raises(InvalidValue):
            api.add_editor(row, given)

    def test_nobody_is_told_whose_name_it_is_that_was_no_editor(self, course, user):
        row, _ann = course(), user("ann")
        assert [api.remove_editor(row, name) for name in ("ann", "nobody")] == [False, False]

    def test_a_deleted_or_inactive_account_is_refused(self, course, user):
        row, gone = course(), user("gone")
        get_user_model().objects.all().delete()
        for account in (gone, user("asleep", is_active=False)):
            with pytest.raises(InvalidValue):
                api.add_member("MITx", account)
            with pytest.raises(InvalidValue):
                api.add_editor(row, account)
        assert not OrganizationGroup.objects.exists()

    def test_an_unknown_organization_is_refused(self, user):
        ann = user("ann")
        for call in (api.add_member, api.remove_member):
            with pytest.raises(OrganizationNotFound):
                call("Nobody", ann)
        with pytest.raises(OrganizationNotFound):
            api.may_create(ann, "Nobody")
        with pytest.raises(OrganizationNotFound):
            api.get_members("Nobody")

    def test_organizations_of_a_user_by_name(self, user):
        ann = user("ann", "TUMx", "MITx")
        assert [each.short_name for each in api.organizations_of(ann)] == ["MITx", "TUMx"]
        assert not api.organizations_of(AnonymousUser())
        assert not api.organizations_of(None)

    def test_a_group_belongs_to_one_organization(self, user):
        user("ann", "MITx")
        row = OrganizationGroup.objects.get()
        assert row.history.get().history_change_reason == "api"
        assert (row.organization.catalog_editors, row.group.catalog_organization) == (row, row)


class TestMayCreate:
    def test_members_create_courses_of_their_organization_alone(self, user):
        ann = user("ann", "MITx")
        user("bob", "TUMx")
        assert api.may_create(ann, "MITx")
        assert not api.may_create(ann, "tumx")

    @pytest.mark.parametrize(
        ("values", "granted_names", "may"),
        [
            ({}, (), False),
            ({"is_staff": True}, (), False),
            ({"is_superuser": True}, (), True),
            ({}, (CHANGE_COPIES,), True),
            ({}, (VIEW_COPIES,), False),
        ],
        ids=["nobody", "staff by name alone", "superuser", "who changes copies", "who views copies"],
    )
    def test_staff_create_courses_of_every_organization(self, user, values, granted_names, may):
        user("ann", "MITx")
        assert api.may_create(granted(user("bob", **values), *granted_names), "MITx") is may

    def test_strangers_create_nothing(self, user):
        user("ann", "MITx")
        assert not api.may_create(AnonymousUser(), "MITx")
        assert not api.may_create(None, "MITx")


class TestEditors:
    def test_an_editor_is_a_member_of_the_organization_of_the_course(self, course, user):
        row = course()
        user("bob", "MITx")
        assert api.add_editor(row, user("ann", "MITx")) is True
        assert names(api.get_editors("MITx+14.100x")) == ["ann"]
        assert api.add_editor(row, "ann") is False
        assert CourseEditor.objects.count() == 1

    def test_an_editor_may_be_of_an_organization_that_owns_the_listing(self, course, user):
        tum = user("tum", "TUMx")
        row = course(owners=["TUMx"])
        assert api.add_editor(row, tum) is True
        assert names(api.get_editors(row)) == ["tum"]
        assert edits(tum, row)

    def test_the_organization_of_the_key_stays_one_beside_other_owners(self, course, user):
        user("tum", "TUMx")
        row = course(owners=["TUMx"])
        assert api.add_editor(row, user("ann", "MITx")) is True
        assert names(api.get_candidates(row)) == ["ann", "tum"]

    def test_a_user_in_two_of_the_organizations_is_named_once(self, course, user):
        ann = user("ann", "TUMx", "MITx")
        row = course(owners=["TUMx", "MITx"])
        api.add_editor(row, ann)
        assert names(api.get_editors(row)) == names(api.get_candidates(row)) == ["ann"]

    def test_owners_of_a_working_copy_own_nothing_yet(self, course, user):
        user("tum", "TUMx")
        row = course()
        copy = CourseWorkingCopy.objects.create(catalog_course=row, title="Micro")
        copy.owner_rows.create(organization=Organization.objects.get(short_name="TUMx"))
        with pytest.raises(InvalidValue):
            api.add_editor(row, "tum")

    def test_who_is_a_member_of_none_of_them_is_refused(self, course, user):
        row = course()
        user("tum", "TUMx")
        for name in ("tum", "nobody at all"):
            with pytest.raises(InvalidValue, match="nobody in the organizations of the course has this username"):
                api.add_editor(row, name)
        assert not CourseEditor.objects.exists()

    def test_unknown_courses_are_refused(self, user):
        ann = user("ann", "MITx")
        for call in (api.add_editor, api.remove_editor):
            with pytest.raises(CatalogCourse.DoesNotExist):
                call("MITx+NONE", ann)
        with pytest.raises(CatalogCourse.DoesNotExist):
            api.get_editors("MITx+NONE")

    def test_a_removed_editor_edits_no_more_while_there_is_another_one(self, course, user):
        row, ann, bob = course(), user("ann", "MITx"), user("bob", "MITx")
        api.add_editor(row, ann)
        api.add_editor(row, bob)
        assert api.remove_editor(row, ann) is True
        assert api.remove_editor(row, ann) is False
        assert (edits(ann, row), edits(bob, row)) == (False, True)

    def test_who_made_and_removed_an_editor_stands_in_the_history(self, course, user):
        row, ann, boss = course(), user("ann", "MITx"), user("boss")
        api.add_editor(row, ann, source="admin", reason="teaches it", user=boss)
        api.remove_editor(row, ann, source="rest:1", user=boss)
        found = CourseEditor.history.order_by("history_id")
        assert [(each.history_type, each.history_change_reason, each.history_user_name, each.user_id) for each in found] == [
            ("+", "admin: teaches it", "boss", ann.pk),
            ("-", "rest:1", "boss", ann.pk),
        ]

    def test_a_course_that_owners_leave_is_theirs_no_more(self, course, user):
        tum = user("tum", "TUMx")
        row = course(owners=["TUMx"])
        api.add_editor(row, tum)
        listings.set_course_listing(row, owners=["MITx"])
        assert names(api.get_editors(row)) == []
        assert not edits(tum, row)


class TestTheEndOfAMembership:
    """An editor who leaves edits no more, and the other editor goes on alone: nobody else may edit instead."""

    WAYS = {
        "removed by the API": lambda ann, group: api.remove_member("MITx", ann),
        "user.groups.remove": lambda ann, group: ann.groups.remove(group),
        "user.groups.clear": lambda ann, group: ann.groups.clear(),
        "user.groups.set": lambda ann, group: ann.groups.set([]),
        "group.user_set.remove": lambda ann, group: group.user_set.remove(ann),
        "rows of the relation": lambda ann, group: type(ann).groups.through.objects.filter(user=ann).delete(),
        "inactive": lambda ann, group: type(ann).objects.filter(pk=ann.pk).update(is_active=False),
        "deleted": lambda ann, group: ann.delete(),
        "deleted in bulk": lambda ann, group: type(ann).objects.filter(pk=ann.pk).delete(),
    }

    @pytest.mark.parametrize("leave", WAYS.values(), ids=WAYS)
    def test_ends_what_one_edits(self, course, user, leave):
        row, ann, bob = course(), user("ann", "MITx"), user("bob", "MITx")
        user("carol", "MITx")
        api.add_editor(row, ann)
        api.add_editor(row, bob)
        assert edits(ann, row)
        leave(get_user_model().objects.get(pk=ann.pk), OrganizationGroup.objects.get().group)
        assert not edits(ann, row)
        assert names(api.get_editors(row)) == ["bob"]
        assert [name for name in ("bob", "carol") if edits(get_user_model().objects.get(username=name), row)] == ["bob"]
        assert not api.workable_courses(ann).exists()

    EVERYBODY = {
        "group.user_set.clear": lambda group: group.user_set.clear(),
        "group.user_set.set": lambda group: group.user_set.set([]),
        "group.delete": lambda group: group.delete(),
        "groups deleted in bulk": lambda group: Group.objects.all().delete(),
        "the link to its organization": lambda group: OrganizationGroup.objects.all().delete(),
        "another group": lambda group: OrganizationGroup.objects.update(group=Group.objects.create(name="Others")),
    }

    @pytest.mark.parametrize("leave", EVERYBODY.values(), ids=EVERYBODY)
    def test_of_all_leaves_nobody(self, course, user, leave):
        row, ann, bob = course(), user("ann", "MITx"), user("bob", "MITx")
        api.add_editor(row, ann)
        leave(OrganizationGroup.objects.get().group)
        assert not edits(ann, row)
        assert not edits(bob, row)
        assert names(api.get_editors(row)) == []
        assert not api.may_create(ann, "MITx")

    def test_in_one_of_two_organizations_leaves_the_other(self, course, user):
        ann = user("ann", "TUMx", "MITx")
        row = course(owners=["TUMx"])
        api.add_editor(row, ann)
        api.remove_member("MITx", ann)
        assert edits(ann, row)
        api.remove_member("TUMx", ann)
        assert not edits(ann, row)

    def test_does_not_count_any_more_once_one_is_back(self, course, user):
        row, ann = course(), user("ann", "MITx")
        api.add_editor(row, ann)
        api.remove_member("MITx", ann)
        api.add_member("MITx", ann)
        assert names(api.get_editors(row)) == ["ann"]


class TestACourseWithoutEditors:
    def test_is_edited_by_all_members_until_one_is_added(self, course, user):
        row, ann, bob, other = course(), user("ann", "MITx"), user("bob", "MITx"), user("tum", "TUMx")
        assert [edits(each, row) for each in (ann, bob, other)] == [True, True, False]
        assert names(api.get_editors(row)) == []
        api.add_editor(row, bob)
        assert [edits(each, row) for each in (ann, bob, other)] == [False, True, False]

    @pytest.mark.parametrize(
        "end",
        [
            lambda bob: api.remove_member("MITx", bob),
            lambda bob: type(bob).objects.filter(pk=bob.pk).update(is_active=False),
            lambda bob: bob.delete(),
        ],
        ids=["left", "inactive", "deleted"],
    )
    def test_is_one_whose_editors_do_not_count_any_more(self, course, user, end):
        row, ann, bob = course(), user("ann", "MITx"), user("bob", "MITx")
        api.add_editor(row, bob)
        assert not edits(ann, row)
        end(bob)
        assert edits(ann, row)

    def test_is_edited_by_all_owners_too(self, course, user):
        tum = user("tum", "TUMx")
        row, ann = course(owners=["TUMx"]), user("ann", "MITx")
        assert edits(tum, row)
        assert edits(ann, row)
        api.add_editor(row, ann)
        assert not edits(tum, row)

    def test_is_edited_by_active_members_alone(self, course, user):
        row, ann = course(), user("ann", "MITx")
        ann.is_active = False
        ann.save()
        assert not edits(ann, row)

    def test_is_one_from_which_the_last_editor_was_removed(self, course, user):
        row, ann, bob = course(), user("ann", "MITx"), user("bob", "MITx")
        api.add_editor(row, ann)
        api.remove_editor(row, ann)
        assert edits(bob, row)


class TestRoles:
    def test_a_member_has_no_role_in_what_others_edit(self, course, user):
        free, taken, foreign = course("A"), course("B"), course("C", org="TUMx")
        ann, bob = user("ann", "MITx"), user("bob", "MITx")
        api.add_editor(taken, bob)
        assert api.roles_of(ann, [free, taken, foreign]) == {free.pk: EDITOR, taken.pk: set(), foreign.pk: set()}

    @pytest.mark.parametrize(
        ("values", "granted_names", "roles"),
        [
            ({}, (), set()),
            ({"is_staff": True}, (), set()),
            ({"is_superuser": True}, (), STAFF | LEGAL),
            ({"is_superuser": True, "is_active": False}, (), set()),
            ({}, (CHANGE_COPIES,), STAFF),
            ({}, (VIEW_COPIES,), set()),
        ],
        ids=["nobody", "staff by name alone", "superuser", "inactive superuser", "who changes copies", "who views copies"],
    )
    def test_staff_are_who_may_change_every_copy(self, course, user, values, granted_names, roles):
        row = course()
        assert api.roles_of(granted(user("ann", **values), *granted_names), [row]) == {row.pk: roles}

    def test_legal_reviewers_are_in_the_group_of_that_name(self, course, user, settings):
        row, ann = course(), user("ann")
        ann.groups.add(Group.objects.create(name="Legal"))
        assert api.roles_of(ann, [row]) == {row.pk: LEGAL}
        settings.OPENEDX_CATALOG_LEGAL_GROUP = ""
        assert api.roles_of(ann, [row]) == {row.pk: set()}

    def test_an_inactive_legal_reviewer_has_none(self, course, user):
        row, ann = course(), user("ann", is_active=False)
        ann.groups.add(Group.objects.create(name="Legal"))
        assert api.roles_of(ann, [row]) == {row.pk: set()}

    def test_one_may_have_several(self, course, user):
        row, ann = course(), granted(user("ann", "MITx"), CHANGE_COPIES)
        ann.groups.add(Group.objects.create(name="Legal"))
        assert api.roles_of(ann, [row]) == {row.pk: EDITOR | LEGAL | STAFF}

    @pytest.mark.parametrize("stranger", [AnonymousUser(), None], ids=repr)
    def test_strangers_have_none(self, course, stranger):
        row = course()
        assert api.roles_of(stranger, [row]) == {row.pk: set()}
        assert not api.workable_courses(stranger).exists()

    def test_of_many_courses_cost_as_many_queries_as_of_one(self, course, user, django_assert_num_queries):
        user("tum", "TUMx")
        rows = [course(f"C{number}", owners=["TUMx"][: number % 2]) for number in range(20)]
        ann = user("ann", "MITx")
        for row in rows[::3]:
            api.add_editor(row, ann)
        for asked in (rows[:1], rows):
            fresh = get_user_model().objects.get(pk=ann.pk)
            with django_assert_num_queries(2 + 4):
                assert set(api.roles_of(fresh, asked)) == {row.pk for row in asked}
        with django_assert_num_queries(4):
            api.roles_of(fresh, rows)

    def test_of_no_courses_are_no_roles(self, user):
        assert api.roles_of(user("ann", "MITx"), []) == {}


class TestWorkableCourses:
    @pytest.fixture
    def rows(self, course, user):
        user("tum", "TUMx")
        user("bob", "MITx")
        found = {"free": course("A"), "taken": course("B"), "owned": course("C", org="TUMx", owners=["TUMx", "MITx"]),
                 "foreign": course("D", org="TUMx")}  # fmt: skip
        api.add_editor(found["taken"], "bob")
        return found

    def test_are_those_that_a_member_edits(self, rows, user):
        assert set(api.workable_courses(user("ann", "MITx"))) == {rows["free"], rows["owned"]}
        bob = get_user_model().objects.get(username="bob")
        assert set(api.workable_courses(bob)) == {rows["free"], rows["owned"], rows["taken"]}

    def test_agree_with_the_roles(self, rows, user):
        for account in (user("ann", "MITx"), user("eve"), *get_user_model().objects.all()):
            roles = api.roles_of(account, rows.values())
            assert {row.pk for row in api.workable_courses(account)} == {pk for pk, held in roles.items() if held}

    @pytest.mark.parametrize("name", [CHANGE_COPIES, VIEW_COPIES])
    def test_are_all_for_who_may_view_copies(self, rows, user, name):
        assert set(api.workable_courses(granted(user("ann"), name))) == set(rows.values())

    def test_are_all_for_legal_reviewers(self, rows, user):
        ann = user("ann")
        ann.groups.add(Group.objects.create(name="Legal"))
        assert set(api.workable_courses(ann)) == set(rows.values())

    def test_are_narrowed_and_ordered_like_any_queryset(self, rows, user):
        found = api.workable_courses(user("ann", "MITx")).with_org().filter(course_code="C").order_by("title")
        assert [row.key_str for row in found] == ["catalog-course:TUMx:C"]
        assert found.count() == 1

    def test_cost_one_query_after_three_for_his_groups(self, rows, user, django_assert_num_queries):
        ann = user("ann", "MITx")
        permissions.can_view(ann, CourseWorkingCopy)
        with django_assert_num_queries(3):
            found = api.workable_courses(ann)
        with django_assert_num_queries(1):
            assert len(found) == 2


class TestQueries:
    def test_as_many_as_the_functions_say(self, course, user, data_statements):
        def most(number, work):
            with data_statements() as log:
                found = work()
            assert len(log) <= number, log
            return found

        row, ann = course(), user("ann")
        assert most(9, lambda: api.add_member("MITx", ann))
        assert most(9, lambda: api.add_editor("MITx+14.100x", "ann"))
        for given, number in ((row, 1), ("MITx+14.100x", 2)):
            for call in (api.get_editors, api.get_candidates):
                assert names(most(number, lambda call=call, given=given: list(call(given)))) == ["ann"]
        assert names(most(2, lambda: list(api.get_members("MITx")))) == ["ann"]
        assert most(9, lambda: api.remove_editor("MITx+14.100x", "ann"))
        assert most(5, lambda: api.remove_member("MITx", ann))
        assert most(6, lambda: api.grant_publisher_editor(ann, reason="r"))
        assert most(5, lambda: api.revoke_publisher_editor(ann, reason="r"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
class TestTwoAtOnce:
    def test_who_are_the_first_members_share_a_group(self, user):
        catalog.create_organization(short_name="MITx")
        ann, bob = user("ann"), user("bob")
        with writer(lambda: api.add_member("MITx", ann)) as commit:
            assert after_waiting(lambda: api.add_member("MITx", bob), commit) is True
        assert names(api.get_members("MITx")) == ["ann", "bob"]
        assert Group.objects.count() == 1

    def test_who_make_the_same_editor_make_him_once(self, course, user):
        row, ann = course(), user("ann", "MITx")
        with writer(lambda: api.add_editor(row, ann)) as commit:
            assert after_waiting(lambda: api.add_editor(row, ann), commit) is False
        assert CourseEditor.objects.count() == 1

    def test_who_give_the_role_give_it_once(self, user):
        ann = user("ann")
        with writer(lambda: api.grant_publisher_editor(ann, reason="first")) as commit:
            assert after_waiting(lambda: api.grant_publisher_editor(ann, reason="second"), commit).reason == "first"
        assert PublisherRole.objects.count() == 1


class TestMergedCourses:
    def test_editors_follow_each_once(self, course, user):
        row, into = course("A"), course("B")
        for name in ("ann", "bob", "carol"):
            user(name, "MITx")
        for edited, name in ((row, "ann"), (row, "bob"), (into, "bob"), (into, "carol")):
            api.add_editor(edited, name)
        api.follow_merged_courses(row, into, Change(source="admin", reason="one course"))
        assert names(api.get_editors(into)) == ["ann", "bob", "carol"]
        assert not CourseEditor.objects.filter(catalog_course=row).exists()
        latest = CourseEditor.history.order_by("-history_id")[:2]
        assert {each.history_change_reason for each in latest} == {"admin: one course"}
        assert {each.history_type for each in latest} == {"~", "-"}


class TestTheRole:
    def test_is_given_with_a_reason_and_says_who_gave_it(self, user):
        boss = user("boss")
        user("ann")
        given = api.grant_publisher_editor("ann", source="admin", reason="covers for Bob", user=boss)
        row = api.get_publisher_editors().get()
        assert given == row
        assert (row.user.username, row.role.name, row.reason, row.user_name) == (
            "ann", "PUBLISHER_EDITOR", "covers for Bob", "boss",
        )  # fmt: skip
        assert row.at is not None
        assert api.is_publisher_editor(row.user)

    def test_is_given_once(self, user):
        ann = user("ann")
        first = api.grant_publisher_editor(ann, reason="first")
        assert api.grant_publisher_editor(ann, reason="second") == first
        assert api.get_publisher_editors().get().reason == "first"

    @pytest.mark.parametrize("reason", ["", "  "])
    @pytest.mark.parametrize("call", ["grant_publisher_editor", "revoke_publisher_editor"])
    def test_needs_a_reason_to_be_given_or_taken(self, user, call, reason):
        with pytest.raises(ReasonRequired):
            getattr(api, call)(user("ann"), reason=reason)
        assert not PublisherRoleAssignment.objects.exists()

    def test_keeps_a_history_of_who_had_it(self, user):
        boss, ann = user("boss"), user("ann")
        api.grant_publisher_editor(ann, reason="covers for Bob", user=boss)
        assert api.revoke_publisher_editor(ann, reason="Bob is back", user=boss) is True
        assert api.revoke_publisher_editor(ann, reason="again") is False
        assert not api.is_publisher_editor(ann)
        found = PublisherRoleAssignment.history.order_by("history_id")
        assert [(each.history_type, each.history_change_reason, each.history_user_name, each.user_id) for each in found] == [
            ("+", "api: covers for Bob", "boss", ann.pk),
            ("-", "api: Bob is back", "boss", ann.pk),
        ]

    def test_ends_with_the_account(self, user):
        ann = user("ann")
        api.grant_publisher_editor(ann, reason="r")
        type(ann).objects.filter(pk=ann.pk).update(is_active=False)
        assert not api.is_publisher_editor(ann)
        with pytest.raises(InvalidValue):
            api.grant_publisher_editor(ann, reason="r")

    @pytest.mark.parametrize("name", ["publisher_editor", "ADMIN"])
    def test_of_another_name_gives_nothing(self, user, name):
        ann = user("ann")
        role = PublisherRole.objects.create(name=name)
        PublisherRoleAssignment.objects.create(user=ann, role=role, at=ann.date_joined, applies_to_all_contexts=True)
        assert not api.is_publisher_editor(ann)
        assert not api.get_publisher_editors()
        api.grant_publisher_editor(ann, reason="r")
        assert api.is_publisher_editor(ann)

    def test_of_strangers_is_none(self):
        assert not api.is_publisher_editor(AnonymousUser())
        assert not api.is_publisher_editor(None)

    def test_is_known_to_edx_rbac(self, user):
        ann = user("ann")
        assert not user_has_access_via_database(ann, "PUBLISHER_EDITOR", PublisherRoleAssignment)
        api.grant_publisher_editor(ann, reason="r")
        assert user_has_access_via_database(ann, "PUBLISHER_EDITOR", PublisherRoleAssignment)

    def test_provenance_that_cannot_be_stored_is_refused(self, user):
        with pytest.raises(InvalidRequest):
            api.grant_publisher_editor(user("ann"), reason="x" * 1001)


class TestRestrictedStaff:
    RESTRICTED = (CatalogCourse, CourseRun, CourseSchedule, CourseListing, CourseRunListing, CourseWorkingCopy,
                  CourseRunWorkingCopy, CourseEditor, OrganizationGroup)  # fmt: skip
    APPS = ("openedx_catalog", "openedx_catalog_listings", "openedx_catalog_publishing")

    @pytest.fixture(params=["PublisherEditors", "StaffWithRoleMayWrite"])
    def restricted(self, request, settings):
        settings.OPENEDX_CATALOG_PERMISSION_POLICY = f"{POLICIES}.{request.param}"

    @staticmethod
    def writes(account):
        verbs = ("add", "change", "delete")
        return [permissions.can_write(account, each, verb) for each in TestRestrictedStaff.RESTRICTED for verb in verbs]

    def test_nobody_is_where_a_site_does_not_say_so(self, user):
        assert all(self.writes(granted(user("ann", is_staff=True), *self.APPS)))

    def test_only_read_whatever_their_permissions_say(self, restricted, course, user):
        ann = granted(user("ann", is_staff=True), *self.APPS)
        assert not any(self.writes(ann))
        assert all(permissions.can_view(ann, each) for each in self.RESTRICTED)
        row = course()
        assert api.roles_of(ann, [row]) == {row.pk: set()}
        assert list(api.workable_courses(ann)) == [row]
        assert not api.may_create(ann, "MITx")

    def test_read_what_they_could_only_change(self, restricted, user):
        ann = granted(user("ann", is_staff=True), "openedx_catalog.change_courserun")
        assert permissions.can_view(ann, CourseRun)
        assert not permissions.can_write(ann, CourseRun, "change")

    def test_write_with_the_role(self, restricted, course, user):
        ann = granted(user("ann", is_staff=True), *self.APPS)
        api.grant_publisher_editor(ann, reason="covers for Bob")
        assert all(self.writes(ann))
        row = course()
        assert api.roles_of(ann, [row]) == {row.pk: STAFF}

    def test_lose_it_with_the_role(self, restricted, user):
        ann = granted(user("ann", is_staff=True), *self.APPS)
        api.grant_publisher_editor(ann, reason="covers for Bob")
        api.revoke_publisher_editor(ann, reason="Bob is back")
        assert not any(self.writes(ann))

    def test_write_what_is_not_restricted(self, restricted, user):
        assert permissions.can_write(granted(user("ann", is_staff=True), "organizations"), Organization, "change")

    def test_do_not_include_superusers(self, restricted, user):
        assert all(self.writes(user("ann", is_staff=True, is_superuser=True)))

    def test_do_not_include_others_with_permissions(self, restricted, user):
        assert all(self.writes(granted(user("ann"), *self.APPS)))

    def test_still_edit_as_members_and_review_for_the_law(self, restricted, course, user):
        row, ann = course(), user("ann", "MITx", is_staff=True)
        ann.groups.add(Group.objects.create(name="Legal"))
        assert api.roles_of(ann, [row]) == {row.pk: EDITOR | LEGAL}

    def test_are_asked_for_their_role_once(self, restricted, user, django_assert_num_queries):
        ann = granted(user("ann", is_staff=True), *self.APPS)
        with django_assert_num_queries(3):
            ann.has_perm("any.permission")
            for _row in range(20):
                self.writes(ann)

    def test_do_not_give_the_role_to_themselves(self, restricted, user):
        ann = user("ann", is_staff=True)
        assert not permissions.can_write(ann, PublisherRoleAssignment, "add")
        assert not permissions.can_write(ann, PublisherRole, "change")
        trusted = granted(user("boss", is_staff=True), "openedx_catalog_publishing.add_publisherroleassignment")
        assert permissions.can_write(trusted, PublisherRoleAssignment, "add")

    def test_without_permissions_need_more_than_the_role(self, settings, user):
        settings.OPENEDX_CATALOG_PERMISSION_POLICY = f"{POLICIES}.PublisherEditors"
        ann = user("ann", is_staff=True)
        api.grant_publisher_editor(ann, reason="covers for Bob")
        assert not any(self.writes(ann))

    def test_of_a_site_where_staff_write_need_the_role_alone(self, settings, user):
        settings.OPENEDX_CATALOG_PERMISSION_POLICY = f"{POLICIES}.StaffWithRoleMayWrite"
        ann = user("ann", is_staff=True)
        assert not any(self.writes(ann))
        api.grant_publisher_editor(ann, reason="covers for Bob")
        assert all(self.writes(get_user_model().objects.get(pk=ann.pk)))
