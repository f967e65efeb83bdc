"""Where travel times come from."""

from scheduler.travel.sources import travel_matrix

__all__ = ["travel_matrix"]
