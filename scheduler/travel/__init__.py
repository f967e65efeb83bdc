"""Where travel times come from."""

from scheduler.travel.geometry import network_of, route_geometries
from scheduler.travel.networks import RoadNetworks
from scheduler.travel.sources import travel_matrix

__all__ = ["RoadNetworks", "network_of", "route_geometries", "travel_matrix"]
