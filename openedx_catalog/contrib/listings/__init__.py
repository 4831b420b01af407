"""Listings: which courses, runs and programs a plan includes, by organization and course (seed 003)."""
