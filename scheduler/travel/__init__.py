"""Where travel times come from."""

from scheduler.travel.geometry import route_geometries
from scheduler.travel.networks import RoadNetworks
from scheduler.travel.sources import travel_matrix

__all__ = ["RoadNetworks", "route_geometries", "travel_matrix"]
