"""Packaging of openedx-catalog; overlay/setup.py takes from here what both wheels say of themselves."""

import re
from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).parent
EXTRAS = ("listings", "publishing", "salesforce", "search", "sync", "testing", "xlsx")
# What does not run with each Django that this is developed with.
APART = ("edx-search", "taxonomy")


def version() -> str:
    """Read as text: importing the package would need what it depends on."""
    text = (HERE / "openedx_catalog" / "__init__.py").read_text(encoding="utf-8")
    return re.search(r'^__version__ = "(.+)"$', text, re.MULTILINE)[1]


def requirements(*names: str) -> list[str]:
    """The requirements in requirements/{name}.in, without comments and without the files they include."""
    found: dict[str, None] = {}
    for name in names:
        for line in (HERE / "requirements" / f"{name}.in").read_text(encoding="utf-8").splitlines():
            requirement = line.partition("#")[0].strip()
            if requirement and not requirement.startswith("-"):
                found[requirement] = None
    return list(found)


ABOUT = dict(  # noqa: C408 (it reads as the call of setup)
    version=version(),
    description="The system of record for organizations, catalog courses and course runs of an Open edX site",
    long_description_content_type="text/x-rst",
    license="AGPL-3.0-or-later",
    license_files=["LICENSE"],
    zip_safe=False,
    python_requires=">=3.11",
    install_requires=requirements("base"),
    # It brings the core app along; what is contrib goes into INSTALLED_APPS.
    entry_points=dict.fromkeys(
        ("lms.djangoapp", "cms.djangoapp"), ("openedx_catalog = openedx_catalog.plugin.apps:OpenedxCatalogPluginConfig",)
    ),
    extras_require={
        **{name: requirements(name) for name in (*EXTRAS, *APART)},
        "dev": requirements(*EXTRAS, "demo", "test", "quality", "docs", "release", "tools"),
    },
    classifiers=[
        "Development Status :: 3 - Alpha",
        "Environment :: Web Environment",
        "Framework :: Django",
        "Framework :: Django :: 5.2",
        "Framework :: Django :: 6.0",
        "Framework :: Django :: 6.1",
        "Intended Audience :: Developers",
        "Intended Audience :: Education",
        "Operating System :: OS Independent",
        "Programming Language :: Python :: 3",
        "Programming Language :: Python :: 3 :: Only",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
        "Topic :: Education",
        "Typing :: Typed",
    ],
)

if __name__ == "__main__":
    setup(
        **ABOUT,
        name="openedx-catalog",
        long_description=(HERE / "README.rst").read_text(encoding="utf-8"),
        packages=find_packages(include=["openedx_catalog", "openedx_catalog.*"]),
        # What of the files beside the modules belongs to the package is in MANIFEST.in.
        include_package_data=True,
    )
