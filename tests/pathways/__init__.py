"""Tests of contrib.pathways, under the settings profile `pathways`."""
