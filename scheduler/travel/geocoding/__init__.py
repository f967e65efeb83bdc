"""Points for addresses, from a provider that the operator chose; nothing is asked unless one was chosen."""

from scheduler.travel.geocoding.providers import (
    Fetch,
    HttpAnswer,
    Provider,
    amap,
    baidu,
    nominatim,
    photon,
)
from scheduler.travel.geocoding.queue import GeocodingCache, GeocodingQueue, Pace

__all__ = [
    "Fetch",
    "GeocodingCache",
    "GeocodingQueue",
    "HttpAnswer",
    "Pace",
    "Provider",
    "amap",
    "baidu",
    "nominatim",
    "photon",
]
