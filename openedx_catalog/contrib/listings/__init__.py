"""Listings: what learners read of courses and runs, their addresses and public pages."""
