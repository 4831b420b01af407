"""The pages of search in Spanish, those of the admin and the public one; see tests/core/test_translations.py."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.urls import reverse

from openedx_catalog.contrib.listings.models_api import Level, Subject
from openedx_catalog.contrib.programs.models_api import ProgramType
from openedx_catalog.contrib.search import api
from openedx_catalog.contrib.search.models_api import CourseCatalog, SearchIndex
from openedx_catalog.contrib.search.pages import views
from tests import spanish

from .catalogs import stored

pytestmark = [pytest.mark.django_db, pytest.mark.newest, pytest.mark.any_database]
APP = "openedx_catalog_search"
URL = "/catalog/search/"
# Names, titles and texts of the rows, and a part of a query; "No" and "no" are Spanish, too.
OWN = (
    "A B About Customers Data Economist For From Microeconomics No Price "
    "ann no org policy prices spring theory to verified-audit"
)


@pytest.fixture(autouse=True)
def languages():
    with spanish.by_the_reader():
        yield


@pytest.fixture
def rows(everything, monkeypatch):
    """One of each kind in an index that was forgotten, a catalog that has viewers, and one whose query is broken."""
    api.rebuild_index()
    SearchIndex.objects.update(looked_at=datetime(2020, 1, 1, tzinfo=UTC))
    get_user_model().objects.create_user("ann")
    group = Group.objects.create(name="Customers")
    whole = stored("org:MITx", name="A", viewers=["ann"], viewer_groups=[group])
    broken = stored("*", name="B", include_archived=True)
    CourseCatalog.objects.filter(pk=broken.pk).update(query="org:(")
    names = spanish.words_of(Subject, Level, ProgramType)
    monkeypatch.setattr(spanish, "SAME", spanish.SAME | names | set(OWN.split()))
    return whole, broken


def test_every_admin_page_is_translated(admin_client, rows):
    whole, broken = rows
    preview = reverse(f"admin:{APP}_coursecatalog_preview")
    addresses = spanish.pages_of(APP) | {
        "broken": reverse(f"admin:{APP}_coursecatalog_change", args=[broken.pk]),
        "preview": preview,
        "preview, a query": f"{preview}?catalog={whole.pk}",
        "preview, a broken query": f"{preview}?catalog={broken.pk}",
        "overview": reverse("admin:openedx_catalog_catalogcourse_overview"),
    }
    for page in ("add", "history", "delete"):
        # An index is only looked at.
        del addresses[f"searchindex {page}"]
    assert len(addresses) > 10
    assert spanish.left_in_english(admin_client, addresses) == {}
    # Texts around it are translated, whatever this one is.
    page = admin_client.get(addresses["preview, a broken query"], headers=spanish.SPANISH).content.decode()
    assert "este paréntesis no se cierra" in page


def test_the_public_page_is_translated(client, rows, settings, monkeypatch):
    settings.OPENEDX_CATALOG_ANONYMOUS_READ = True
    settings.OPENEDX_CATALOG_SITE_NAME = "MITx"
    monkeypatch.setattr(views, "PER_PAGE", 2)
    # Of Django's pages only the content is looked at; of these everything.
    monkeypatch.setattr(spanish, "texts", lambda page: set(spanish.Texts(page).found))
    found = {query: f"{URL}?{query}" for query in ("", "kind=program", "kind=pathway", "q=nothing", "availability=current")}
    assert "More results" in client.get(found[""]).content.decode()
    assert spanish.left_in_english(client, found) == {}
    SearchIndex.objects.all().delete()
    pages = [client.get(URL, headers={"Accept-Language": language}) for language in ("en", "es")]
    assert [page.status_code for page in pages] == [503, 503]
    assert spanish.untranslated(*(page.content.decode() for page in pages)) == set()
