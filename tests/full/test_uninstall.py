"""Foreign tables that point at ours would be dropped with us."""

import pytest
from django.core.management import call_command

from openedx_catalog.exceptions import UninstallRefused


@pytest.mark.django_db(transaction=True)
def test_zero_is_refused_while_other_apps_point_here():
    with pytest.raises(UninstallRefused, match="satellite_runpage"):
        call_command("migrate", "openedx_catalog", "zero", verbosity=0)
