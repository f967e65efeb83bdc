"""Measures the planner on fixed instances; every number in RESULTS.md comes from here."""
