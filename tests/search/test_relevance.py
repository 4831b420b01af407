"""Whether what a person means is found first, among the real courses: questions first, measured afterwards."""

from __future__ import annotations

import csv
import re

import pytest
from django.db import connection

from openedx_catalog.contrib.search.data import Document, Search
from openedx_catalog.contrib.search.engines.database import DatabaseEngine

pytestmark = [pytest.mark.newest, pytest.mark.django_db(transaction=connection.vendor == "mysql")]

INDEX = "relevance"
# What is typed, and the courses of which one is meant: several where nobody could tell them apart.
MEANT = {
    "microeconomics": "MITxT+14.100x MITx+14.100x",
    "14.100x": "MITxT+14.100x MITx+14.100x",
    "circuits and electronics": "MITx+6.002.1x",
    "mitx 6.00": "MITx+6.00 MITx+6.00x MITx+6.00.1x MITx+6.00.2x",
    "circiuts": "MITx+6.002.1x",
    "artifical intelligence": "ColumbiaX+CSMM.101x",
    "machine learning": "ColumbiaX+CSMM.102x",
    "justice": "HarvardX+ER22.1x",
    "cs50": "HarvardX+CS50 HarvardX+CS50x",
    "cs50 lawyers": "HarvardX+CS50L",
    "game development": "HarvardX+CS50G",
    "dog behavior": "ASUx+DOGx003",
    "landscape ecology": "ETHx+LE-01x",
    "AMRx": "ETHx+AMRx",
    "autonomous robots": "ETHx+AMRx",
    "estadistica aplicada": "GalileoX+PCPSTA01x",
    "basic spanish": "UPValenciaX+BSP101x",
    "basic spanish 3": "UPValenciaX+BSP103x",
    "nuclear energy": "MITx+22.011x DelftX+NUCLEAR01x",
    "6.042": "OCW+6.042J",
    "international law": "LouvainX+Louv5x",
    "solar energy": "DelftX+ET3034x",
    "photovoltaics": "DelftX+PV1x",
    "quantum information science": "MITx+8.370.1x",
    "data science introduction": "Microsoft+DAT101x",
    "deep learning keras": "IBM+DL0101EN",
    "global poverty": "MITx+14.73x MITxT+14.73x",
    "excel avanzado": "UPValenciaX+XlS202x",
    "cosmology": "ANUx+ANU-ASTRO4x",
    "HarvardX+ER22.1x": "HarvardX+ER22.1x",
    "python data science": "UCSanDiegoX+DSE200x",
    "virtual reality": "UCSanDiegoX+CSE190x",
    "macroeconomics": "DoaneX+ECON-203x UC3Mx+ECO.2x",
    "ebola": "HarvardX+PH557x",
    "queueing theory": "IMTx+CS101",
    "cloud computing": "IEEEx+CloudIntro.x USMx+CC605x",
    "how to write an essay": "BerkeleyX+ColWri2.1x",
    "finacial inclusion": "IMFx+FDFIx",
    "u.lab": "MITx+15.671.1x",
    "linear algebra": "OCW+18.06SC",
}


@pytest.fixture
def engine(db, real_data):
    titles = {}
    with (real_data / "course_runs.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if key := re.match(r"(?:[\w-]+:)?([^+/]+)[+/]([^+/]+)[+/]", row["course_key"]):
                titles[key[1], key[2]] = row["title"] or titles.get((key[1], key[2]), "")
    engine = DatabaseEngine()
    engine.create(INDEX)
    keys = {f"{org}+{number}": f"{title} {org} {number}" for (org, number), title in titles.items()}
    courses = zip(keys, titles.values(), keys.values(), strict=True)
    engine.put(
        INDEX, [Document(f"course:{key}", "course", key, title, names, body={"key": key}) for key, title, names in courses]
    )
    return engine


def test_what_a_person_means_comes_first(engine):
    missed = {}
    for text, meant in MEANT.items():
        first = [body["key"] for body in engine.search(INDEX, Search(text, size=3)).bodies]
        if not first or first[0] not in meant.split():
            missed[text] = first
    assert len(MEANT) == 40
    assert len(missed) <= 2, missed
