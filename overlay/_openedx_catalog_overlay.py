"""
Lets every Python of this environment import openedx_catalog from a folder of its own, and not openedx-core's app of that name.

Imported by openedx_catalog_overlay.pth before anything else runs. A path alone in the .pth would come behind site-packages.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).with_name("openedx_catalog_overlay")))
