"""What other apps may point foreign keys at and type against. Read-only: change rows through the `api` beside this."""

from .models import *  # noqa: F403
from .models import __all__ as __all__
