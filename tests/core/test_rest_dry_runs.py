"""``?dry_run=true`` of every action that changes a row over REST: the answer is the row as it would be, and nothing is left."""

from urllib.parse import quote

import pytest
from django.apps import apps
from drf_spectacular.generators import SchemaGenerator

from openedx_catalog import api, signals
from openedx_catalog.testing.users import rest_client

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.any_database]

COURSE, RUN = "catalog-courses/O+A", "course-runs/" + quote("course-v1:O+A+1", safe="")
WHY = {"reason": "r"}
ACTIONS = {
    f"{COURSE}/rename/": {"course_code": "N"},
    f"{COURSE}/move/": {"org_code": "NewOrg"},
    f"{COURSE}/merge/": {"into": "O+B"},
    f"{COURSE}/unmerge/": {"merged": "O+C"},
    f"{COURSE}/split/": {"course_keys": ["course-v1:O+A+1"], "course_code": "N", "org_code": "NewOrg"},
    f"{COURSE}/release-code/": {"code": "Former"},
    f"{COURSE}/give-code/": {"code": "Former", "to": "O+B"},
    f"{COURSE}/swap-codes/": {"catalog_course": "O+B"},
    f"{COURSE}/set-rerun-code/": {"code": "Reruns"},
    f"{RUN}/move/": {"catalog_course": "O+B"},
    f"{RUN}/follow-key/": {},
    "course-runs/move/": {"moves": [{"course_run": "course-v1:O+A+1", "catalog_course": "O+B"}]},
    "course-runs/associate/": {"records": [{"course_key": "course-v1:New+C+1", "title": "T"}]},
}
# What reads, and what answers with something that is there only afterwards.
OTHERS = {"course-runs/resolve/", "deleted-course-runs/{course_key}/restore/"}
EVENTS = [signal for name, signal in vars(signals).items() if name.isupper() and hasattr(signal, "event_type")]


@pytest.fixture
def heard():
    found = []

    def hear(signal, **_kwargs):
        found.append(signal)

    for signal in EVENTS:
        signal.connect(hear)
    yield found
    for signal in EVENTS:
        signal.disconnect(hear)


@pytest.fixture
def client():
    for key in ("O+A+1", "O+A+2", "O+B+1", "O+C+1"):
        api.associate_course_run(f"course-v1:{key}", title="T")
    api.rename_catalog_course("O+A", course_code="Former", reason="r")
    api.rename_catalog_course("O+A", course_code="A", reason="r")
    api.merge_catalog_courses("O+C", into="O+A", reason="r")
    api.move_course_run("course-v1:O+A+1", "O+A", reason="explicit")
    return rest_client("superuser")


def everything():
    return {
        model._meta.label: sorted(map(str, model._base_manager.values_list()))
        for model in apps.get_app_config("openedx_catalog").get_models()
    } | {"organizations": sorted(apps.get_model("organizations.Organization").objects.values_list("short_name", flat=True))}


@pytest.mark.parametrize(("path", "body"), ACTIONS.items(), ids=ACTIONS)
def test_nothing_is_left_and_the_real_one_answers_alike(client, heard, path, body):
    # Reading gives positions to what is there.
    at, before = api.get_latest_change(), everything()
    dry = client.post(f"/api/catalog/v1/{path}?dry_run=true", WHY | body, format="json")
    assert dry.status_code == 200, dry.content
    assert not heard
    assert everything() == before
    assert api.get_latest_change() == at
    real = client.post(f"/api/catalog/v1/{path}", WHY | body, format="json")
    assert real.status_code == 200, real.content
    if "outcomes" not in real.json():
        assert (dry["X-Dry-Run"], "X-Dry-Run" in real) == ("true", False)
        names = ("key", "title", "org_code", "course_code", "association", "course_key")
        assert [dry.json().get(name) for name in names] == [real.json().get(name) for name in names]
    else:
        assert dry.json()["outcomes"] == real.json()["outcomes"]
    assert everything() != before
    assert client.post(f"/api/catalog/v1/{path}?dry_run=yes", WHY | body, format="json").status_code == 400


def test_every_action_is_tried_here_and_documented():
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    start = "/api/catalog/v1/"
    posts = {path.removeprefix(start): found["post"] for path, found in paths.items() if "post" in found}
    actions = {path: found for path, found in posts.items() if path.count("/") > 1 and path not in OTHERS}
    tried = {path.replace(COURSE, "catalog-courses/{key}").replace(RUN, "course-runs/{course_key}") for path in ACTIONS}
    assert set(actions) == tried
    for path, found in actions.items():
        assert "dry_run" in {parameter["name"] for parameter in found["parameters"]}, path
