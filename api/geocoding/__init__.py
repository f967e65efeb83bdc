"""The geocoder that the settings name; without one no address ever leaves this machine."""

import time
from collections.abc import Callable, Mapping
from datetime import date

from api.geocoding.cache import FILE_NAME, CacheFile
from api.geocoding.fetch import HttpFetch
from api.settings import Settings
from scheduler.domain.errors import Fault, InvalidInput
from scheduler.domain.geocoding import ProviderName
from scheduler.travel.geocoding import Fetch, GeocodingQueue, Pace, Provider, amap, baidu, nominatim, photon

__all__ = ["geocoder_of"]

_SELF_HOSTED = {ProviderName.NOMINATIM: nominatim, ProviderName.PHOTON: photon}
_WITH_KEY = {ProviderName.BAIDU: baidu, ProviderName.AMAP: amap}


def geocoder_of(
    settings: Settings,
    *,
    today: date,
    fetch: Fetch | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> GeocodingQueue:
    """The geocoder of these settings; asks nothing yet.

    Args:
        settings: The settings.
        today: From which the age of remembered misses is counted.
        fetch: The way to the network, over HTTP unless given.
        sleep: Waits so many seconds between questions; what it raises ends the asking.

    Raises:
        InvalidInput: No geocoder is set, or something that it needs.
    """
    name, area = settings.geocoder, settings.geocoder_area
    where = settings.geocoder_url if name and name.is_self_hosted else settings.geocoder_key
    needed: Mapping[str, object] = {
        "VISITS_GEOCODER": name,
        "VISITS_GEOCODER_AREA": area,
        "VISITS_GEOCODER_URL" if name is None or name.is_self_hosted else "VISITS_GEOCODER_KEY": where,
    }
    if name is None or area is None or where is None:
        message, hint = "Geocoding needs this setting.", "See docs/geocoding.md."
        raise InvalidInput(
            [
                Fault(where=setting, code="missing_setting", message=message, hint=hint)
                for setting, value in needed.items()
                if value is None
            ]
        )
    return GeocodingQueue(
        _provider(name, where, fetch or HttpFetch()),
        area=area,
        pace=Pace(pause_seconds=settings.geocoder_pause_seconds, clock=time.monotonic, sleep=sleep),
        cache=CacheFile(path=settings.make_data_dir() / FILE_NAME, secret_key=settings.secret_key, today=today),
    )


def _provider(name: ProviderName, where: str, fetch: Fetch) -> Provider:
    return (_SELF_HOSTED | _WITH_KEY)[name](where, fetch)
