"""``make_learner_pathways``: what it says, what it makes, how it ends."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from openedx_catalog.contrib.pathways.models_api import LearnerPathway
from openedx_catalog.testing.factories import CatalogPathwayFactory, OrganizationFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

UNKNOWN = "catalog-pathway:MITx:None"


@pytest.fixture
def keys():
    org = OrganizationFactory(short_name="MITx")
    rows = [CatalogPathwayFactory(org=org, pathway_code=code, title=code, description=f"Of {code}.") for code in "AB"]
    return [row.key_str for row in rows]


def run(*args, **kwargs):
    """``(exit code, what it printed, what it complained of)``."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("make_learner_pathways", *args, stdout=out, stderr=err, **kwargs)
    except SystemExit as end:
        return end.code, out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def made():
    rows = LearnerPathway.objects.order_by("pk").values_list("title", "overview", "status")
    return [(title, overview) for title, overview, status in rows if status == "inactive"]


def test_each_gets_a_learner_pathway_once_and_what_is_wrong_is_told(keys):
    code, out, err = run(keys[0], UNKNOWN, "nonsense", keys[0], reason="the new term")
    assert (code, out) == (1, "created: 1, unchanged: 0, problems: 2\n")
    assert [line.partition(": ")[0] for line in err.splitlines()] == [UNKNOWN, "nonsense"]
    assert made() == [("A", "Of A.")]
    reason = LearnerPathway.history.get().history_change_reason
    assert reason == "make_learner_pathways: the new term"
    answer = run(json=True, all=True)
    assert (answer[0], json.loads(answer[1])) == (0, {"created": [keys[1]], "unchanged": [keys[0]], "problems": {}})
    assert made() == [("A", "Of A."), ("B", "Of B.")]
    assert run("--all") == (0, "created: 0, unchanged: 2, problems: 0\n", "")


def test_a_dry_run_says_the_same_and_writes_nothing(keys):
    assert run("--all", "--dry-run") == (0, "Dry run: nothing was written.\ncreated: 2, unchanged: 0, problems: 0\n", "")
    assert not LearnerPathway.objects.exists()


@pytest.mark.parametrize("args", [[], ["--all", UNKNOWN]])
def test_it_is_told_of_which(args):
    with pytest.raises(CommandError, match="Give the keys of catalog pathways, or --all") as raised:
        run(*args)
    assert raised.value.returncode == 2
