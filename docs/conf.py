"""Sphinx configuration. Needs no network, and no program beside Python: the model diagram is drawn by `_ext`."""

import os
import sys
from pathlib import Path

import django

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE / "_ext")]
os.environ.update(DJANGO_SETTINGS_MODULE="test_project.settings.all_apps", CATALOG_DB="sqlite")
django.setup()

from openedx_catalog import __version__  # noqa: E402 - after django.setup()

project = "openedx-catalog"
author = "The openedx-catalog contributors"
version = release = __version__

extensions = [
    "sphinx.ext.autodoc",
    "model_reference",
    "model_diagram",
    "layer_diagram",
    "error_reference",
    "permission_reference",
    "workflow_diagram",
    "peer_reference",
]
# The contracts are classes for pytest, which the documentation does without.
autodoc_mock_imports = ["pytest"]
exclude_patterns = ["_build"]
# A name in single backticks is something of Python; where it is not documented it stays a name.
default_role = "py:obj"

autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_default_options = {"show-inheritance": True}
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 100

html_theme = "sphinx_book_theme"
html_title = f"openedx-catalog {release}"
html_static_path = ["_static"]
html_css_files = ["sessions.css"]
html_copy_source = False
html_show_sourcelink = False


def setup(app):
    app.connect("autodoc-process-docstring", _drop_annotations)
    app.connect("autodoc-process-signature", _drop_general_signatures)


def _drop_annotations(app, what, name, obj, options, lines):
    """``.. no_pii:`` in the docstrings of models is for the PII annotation tool, not for readers."""
    lines[:] = [line for line in lines if line.strip() != ".. no_pii:"]


def _drop_general_signatures(app, what, name, obj, options, signature, return_annotation):
    """``(*args, **kwargs)`` of a model, a field or an error says nothing."""
    says_nothing = what in ("class", "exception") and "**" in (signature or "")
    return ("", None) if says_nothing or name.endswith("QuerySet") else None
