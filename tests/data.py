"""Where the real data is, which is not part of the project."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("CATALOG_DATA", ROOT.parent / "shared" / "data"))
