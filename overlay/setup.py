"""
Packaging of openedx-catalog-overlay: the code of openedx-catalog in a folder of its own, for environments with openedx-core.

Its parent folder must be there, so it is built from the whole tree: ``pip install path/to/the/checkout/overlay``.
"""

import runpy
import shutil
import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PTH = "openedx_catalog_overlay.pth"


class BuildOverlay(build_py):
    """Lays the package below the folder that `_openedx_catalog_overlay` puts on the path."""

    def run(self) -> None:
        super().run()
        target = Path(self.build_lib, "openedx_catalog_overlay", "openedx_catalog")
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(ROOT / "openedx_catalog", target, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy2(HERE / PTH, self.build_lib)


if __name__ == "__main__":
    if not (ROOT / "openedx_catalog").is_dir():
        sys.exit(f"{HERE} is built from the whole tree: {ROOT} has no folder openedx_catalog. Build its wheel where it stands.")
    shutil.copy2(ROOT / "LICENSE", HERE)
    code = runpy.run_path(str(ROOT / "setup.py"))
    about, extras = code["ABOUT"], {name: code["ABOUT"]["extras_require"][name] for name in code["EXTRAS"]}
    setup(
        **about | {"extras_require": extras},
        name="openedx-catalog-overlay",
        long_description=(HERE / "README.rst").read_text(encoding="utf-8"),
        py_modules=["_openedx_catalog_overlay"],
        cmdclass={"build_py": BuildOverlay},
    )
