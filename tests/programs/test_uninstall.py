"""The app of programs is not removed with its rows."""

import factory

from openedx_catalog.contrib.programs import api
from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.testing import ApiFactory
from openedx_catalog.testing.contracts import InstalledAppContract


class ProgramFactory(ApiFactory):
    class Meta:
        model = Program

    create_row = staticmethod(api.create_program)
    title = "P"
    type = factory.LazyFunction(lambda: api.create_program_type(name="Kept"))


class TestPrograms(InstalledAppContract):
    factory = ProgramFactory
