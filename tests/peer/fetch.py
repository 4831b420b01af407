"""
Fetch the test modules of openedx-core's catalog, which are in its sdist alone: ``fetch.py PYTHON FOLDER``.

By the pip of that Python, from the index that it is configured for, in the version that requirements/peer.in names.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements" / "peer.in"
WANTED = "/tests/openedx_catalog/"


def main(python: str, folder: Path) -> None:
    """Leave the modules in the folder, and a note of their version; nothing is fetched that is there."""
    requirement = re.search(r"^openedx-core==\S+", REQUIREMENTS.read_text(encoding="utf-8"), re.MULTILINE)[0]
    note = folder / "version.txt"
    if note.exists() and note.read_text(encoding="utf-8") == requirement:
        return
    with TemporaryDirectory() as download:
        command = [python, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:", requirement]
        subprocess.run([*command, "--dest", download], check=True)
        (sdist,) = Path(download).glob("*.tar.gz")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        with tarfile.open(sdist) as files:
            for member in files:
                if WANTED in f"/{member.name}" and member.name.endswith(".py") and member.isfile():
                    (folder / Path(member.name).name).write_bytes(files.extractfile(member).read())
    # What is no package is imported by its file's name.
    (folder / "__init__.py").unlink(missing_ok=True)
    note.write_text(requirement, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
