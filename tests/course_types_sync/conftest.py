"""Sources on loopback, as for sync alone."""

from tests.sync.conftest import clock as clock
from tests.sync.conftest import lms as lms
from tests.sync.conftest import nobody_waits as nobody_waits
from tests.sync.conftest import remote as remote
from tests.sync.conftest import sync as sync
