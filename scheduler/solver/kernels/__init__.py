"""The search's inner loops, compiled by Numba: whole numbers in flat arrays, no Python objects."""
