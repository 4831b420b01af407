"""The preview of a move or a merge of the mapping names the programs that change with it."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api

from .conftest import course_of, run_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def two(courses, curriculum):
    """A program that has GTx+A, and another, not published, that has GTx+B."""
    api.add_course(curriculum, "GTx+A")
    other = api.create_program(title="Hidden Studies", type="masters")
    api.create_curriculum(other, name="All", courses=["GTx+B"])
    return curriculum.program, other


def preview(client, name, pk, target):
    page = reverse(f"admin:openedx_catalog_{name}", args=[pk])
    response = client.post(page, {"catalog_course": target.pk, "reason": "slip"})
    return {tuple(effect) for effect in response.context["effects"]}


def test_a_move_names_who_loses_and_who_gains_the_run(two, admin_client):
    effects = preview(admin_client, "courserun_move", run_of("A").pk, course_of("B"))
    assert (f"Program {two[0].title}", "shows what moves", "does not show it") in effects
    assert ("Program Hidden Studies", "does not show it", "shows what moves") in effects


def test_a_merge_names_the_programs_that_get_the_other_course(two, admin_client):
    effects = preview(admin_client, "catalogcourse_merge", course_of("A").pk, course_of("B"))
    assert (f"Program {two[0].title}", "catalog-course:GTx:A", "catalog-course:GTx:B") in effects


def test_a_split_names_the_programs_that_lose_its_runs(two, admin_client):
    run_of("A", "2")
    page = reverse("admin:openedx_catalog_catalogcourse_split", args=[course_of("A").pk])
    body = {"course_keys": ["course-v1:GTx+A+2"], "course_code": "A2", "reason": "another course"}
    effects = {tuple(effect) for effect in admin_client.post(page, body).context["effects"]}
    assert (f"Program {two[0].title}", "shows what moves", "does not show it") in effects


def test_what_contains_a_program_and_where_the_course_was_once_are_named_too(two, admin_client):
    outer = api.create_program(title="Outer Studies", type="masters")
    api.add_program(api.create_curriculum(outer, name="All"), two[1])
    api.retire(two[0].curricula.get().course_memberships.get())
    effects = preview(admin_client, "courserun_move", run_of("A").pk, course_of("B"))
    assert ("Program Outer Studies", "does not show it", "shows what moves") in effects
    assert (f"Program {two[0].title}", "shows what moves", "does not show it") in effects


def test_nobody_is_told_of_a_program_that_he_may_not_see(two, client, django_user_model):
    user = django_user_model.objects.create_user("clerk", is_staff=True)
    needed = ["change_courserun", "view_courserun", "view_catalogcourse"]
    user.user_permissions.set(Permission.objects.filter(codename__in=needed))
    client.force_login(user)
    effects = preview(client, "courserun_move", run_of("A").pk, course_of("B"))
    assert "Hidden Studies" not in str(effects)
    assert catalog.get_course_run(str(run_of("A").course_key)).catalog_course == course_of("A")
