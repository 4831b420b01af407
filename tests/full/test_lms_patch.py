"""With OPENEDX_CATALOG_SERVE_LMS_PROGRAMS the LMS's functions answer from the database, wherever they were imported."""

from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.checks import run_checks
from openedx.core.djangoapps.catalog import dashboard, utils

from openedx_catalog.contrib.pathways import api as pathways
from openedx_catalog.contrib.pathways.apps import PathwaysConfig
from openedx_catalog.contrib.programs import api, checks, lms, lms_patch
from tests.programs.conftest import course_of, run_of

pytestmark = pytest.mark.django_db

RUN = "course-v1:GTx+A+1"


@pytest.fixture
def program(db, settings):
    settings.OPENEDX_CATALOG_PROGRAMS_DEFAULT_MODE = "verified"
    run_of("A")
    program = api.create_program(title="P", type="xseries", status="active", authoring_organizations=["GTx"])
    api.create_curriculum(program, name="Core", courses=["GTx+A"])
    pathways.create_program_pathway(name="ASU", status="published", programs=[program])
    return program


@pytest.fixture
def unpatched():
    """The modules of the stub, as they are imported."""
    before = {module: dict(vars(module)) for module in (utils, dashboard)}
    yield
    for module, names in before.items():
        vars(module).update(names)


@pytest.fixture
def served(program, unpatched, settings):
    settings.OPENEDX_CATALOG_SERVE_LMS_PROGRAMS = True
    apps.get_app_config("openedx_catalog_programs").ready()


def test_it_is_off_by_default(program, unpatched):
    apps.get_app_config("openedx_catalog_programs").ready()
    with pytest.raises(utils.AskedElsewhere):
        dashboard.programs(object())


def test_whoever_has_imported_them_by_whatever_name_gets_ours(served, program):
    assert [each["title"] for each in dashboard.programs(object())] == ["P"]
    assert [each["title"] for each in dashboard.some_programs([program.uuid])] == ["P"]
    from openedx.core.djangoapps.catalog.utils import get_programs

    assert get_programs is lms.get_programs
    # Nothing is left to do, and nothing calls itself.
    assert lms_patch.install() == []


def test_every_function_answers(served, program):
    course = course_of("A")
    for name, arguments in {
        "get_course_data": ("GTx+A", ["key"]), "get_course_run_data": (RUN, ["key"]),
        "get_course_run_details": (RUN, ["key"]), "get_course_runs": (), "get_course_runs_for_course": (course.uuid,),
        "get_course_uuid_for_course": (RUN,), "get_owners_for_course": (course.uuid,), "get_program_types": (),
        "get_programs": (1,), "get_programs_by_type": (1, "xseries"), "get_programs_by_type_slug": (1, "xseries"),
        "get_programs_by_uuids": ([program.uuid],), "get_programs_for_organization": ("GTx",), "get_programs_with_type": (1,),
        "get_pathways": (1,),
    }.items():  # fmt: skip
        assert getattr(utils, name)(*arguments), name
    with pytest.raises(utils.AskedElsewhere):
        utils.get_currency_data()


def test_pathways_stay_those_of_the_lms_where_no_app_has_any(program, unpatched, monkeypatch):
    monkeypatch.delattr(PathwaysConfig, "program_pathways")
    lms_patch.install()
    assert utils.get_programs is lms.get_programs
    with pytest.raises(utils.AskedElsewhere):
        utils.get_pathways()


def test_what_only_the_lms_knows_is_its_own_answer(program, unpatched):
    """Served or not: what is asked here of enrollments goes there, and what is asked there of runs comes here."""
    course = course_of("A")
    verified, audit = (SimpleNamespace(course_uuid=course.uuid, mode=mode) for mode in ("verified", "audit"))
    assert [run["key"] for run in lms.get_visible_sessions_for_entitlement(verified)] == [RUN]
    assert lms.get_visible_sessions_for_entitlement(audit) == []
    assert lms.get_pseudo_session_for_entitlement(audit)["key"] == RUN
    assert lms.get_pseudo_session_for_entitlement(SimpleNamespace(course_uuid="x", mode="audit")) is None
    assert lms.get_catalog_api_base_url() == "https://discovery.example.org/api/v1/"
    assert lms.get_catalog_api_client("u") == ("client", "u")
    assert lms.check_catalog_integration_and_get_user("f") == (None, "f")
    lms_patch.install()
    assert [run["key"] for run in utils.get_visible_sessions_for_entitlement(verified)] == [RUN]


def test_every_function_of_the_platform_is_there_by_its_name():
    public = {name for name, value in vars(utils).items() if callable(value) and not name.startswith("_")}
    assert public - {"AskedElsewhere"} <= set(lms.__all__)
    assert all(callable(getattr(lms, name)) for name in lms.__all__)
    assert [lms.format_price(10), lms.format_price(10.5, "€", "EUR"), lms.get_localized_price_text(3, None)] == [
        "$10 USD", "€10.50 EUR", "$3 USD",
    ]  # fmt: skip
    assert lms.normalize_program_type("MicroMasters") == "micromasters"


def test_elsewhere_it_does_nothing_and_says_so(settings, monkeypatch):
    monkeypatch.setattr(lms, "LMS_MODULE", "no_such_package.catalog.utils")
    settings.OPENEDX_CATALOG_SERVE_LMS_PROGRAMS = True
    assert lms_patch.install() == []
    assert [found.id for found in checks.check_serving()] == ["openedx_catalog_programs.W002"]
    with pytest.raises(ModuleNotFoundError):
        lms.get_catalog_api_client(None)


# What the LMS would not read


@pytest.fixture
def sites(db):
    from django.contrib.sites.models import Site

    Site.objects.all().delete()
    return [Site.objects.create(domain=f"{name}.example.org", name=name) for name in "ab"]


def warned():
    found = run_checks(tags=["database"], databases=["default"])
    return [each.msg.split()[2] for each in found if each.id == "openedx_catalog_programs.W001"]


def test_a_site_that_does_not_read_the_cache_is_named(sites, settings):
    from openedx.core.djangoapps.site_configuration.models import SiteConfiguration

    values = {"COURSE_CATALOG_API_URL": "https://discovery.example.org/api/v1/"}
    found = SiteConfiguration.objects.create(site=sites[0], enabled=True, site_values=values)
    assert warned() == ["b.example.org"]
    SiteConfiguration.objects.create(site=sites[1], enabled=False, site_values=values)
    assert warned() == ["b.example.org"]
    found.delete()
    assert warned() == ["a.example.org", "b.example.org"]
    settings.OPENEDX_CATALOG_SERVE_LMS_PROGRAMS = True
    assert warned() == []
    settings.OPENEDX_CATALOG_SERVE_LMS_PROGRAMS = False
    settings.OPENEDX_CATALOG_FILL_LMS_CACHE = False
    assert warned() == []


def test_the_check_is_silent_where_there_is_no_such_app(sites, monkeypatch):
    monkeypatch.delitem(apps.app_configs, "site_configuration")
    assert warned() == []
