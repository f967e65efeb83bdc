"""What a value of a setting must be, and what is said about one that cannot be used."""

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from api.key_file import HOW_TO_MAKE_A_KEY, weakness_of
from api.security import is_loopback_host
from maps.base_map import TileServer
from maps.navigation import PROVIDERS
from scheduler.domain.errors import InvalidInput
from scheduler.domain.geocoding import Area, ProviderName
from scheduler.domain.travel import Profile
from scheduler.travel.networks import NAME_PATTERN

LANGUAGES = ("zh-CN", "en")


class BadValueError(Exception):
    """A value that cannot be used: what is wrong, and what to do about it."""

    def __init__(self, message: str, hint: str) -> None:
        """Keep both."""
        self.message = message
        self.hint = hint
        super().__init__(message)


def _text(value: object) -> str:
    if isinstance(value, str) and value.strip():
        return value.strip()
    raise BadValueError("The value is not a text, or it is empty.", "Give a text in quotes, or leave the setting out.")


def _data_dir(value: object) -> Path:
    path = Path(_text(value)).expanduser()
    if path.exists() and not path.is_dir():
        raise BadValueError("The data directory is a file.", "Name a directory; it is made when it is missing.")
    return path


def _database_url(value: object) -> str:
    url = _text(value)
    if url.startswith(("postgresql://", "postgresql+psycopg://")):
        return _postgresql_url(url)
    path = url.removeprefix("sqlite:///")
    # Each thread would see its own database in memory, so only a file will do.
    if path == url or path in {"", ":memory:"}:
        hint = "Write sqlite:///PATH or postgresql://USER:PASSWORD@HOST/DATABASE, or leave the setting out."
        raise BadValueError("The database is neither a SQLite file nor a PostgreSQL database.", hint)
    return url


def _postgresql_url(url: str) -> str:
    if not urlsplit(url).path.strip("/"):
        raise BadValueError("The address names no database.", "Write postgresql://USER:PASSWORD@HOST/DATABASE.")
    return f"postgresql+psycopg://{url.partition('://')[2]}"


def _secret_key(value: object) -> bytes:
    key = value.encode() if isinstance(value, str) else b""
    if weakness := weakness_of(key):
        raise BadValueError(weakness, HOW_TO_MAKE_A_KEY)
    return key


def _old_secret_keys(value: object) -> tuple[bytes, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list):
        raise BadValueError("The old keys are not a list of texts.", "Write them with commas between.")
    return tuple(_secret_key(part.strip() if isinstance(part, str) else part) for part in parts)


def _log_file(value: object) -> Path:
    return Path(_text(value)).expanduser()


def _navigation(value: object) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise BadValueError("The providers are not a list of names.", 'Write "geo,amap" or ["geo", "amap"].')
    names = tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))
    unknown = [name for name in names if name not in PROVIDERS]
    if unknown:
        raise BadValueError(f"Unknown navigation provider: {', '.join(unknown)}.", f"Known: {', '.join(PROVIDERS)}.")
    return names


def _tile_url(value: object) -> str:
    url = _text(value)
    try:
        TileServer(url=url, attribution="")
    except InvalidInput as bad:
        (fault,) = bad.faults
        raise BadValueError(fault.message, fault.hint or "") from bad
    return url


def _language(value: object) -> str:
    if value not in LANGUAGES:
        raise BadValueError("The language is not one of ours.", f"Known: {', '.join(LANGUAGES)}.")
    return str(value)


def _road_servers(value: object) -> Mapping[str, str]:
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise BadValueError("The road servers are not a list.", 'Write ["city=http://127.0.0.1:5000"].')
    servers: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in parts)):
        name, _, url = part.partition("=")
        if not _is_served(name) or not _is_server(url):
            raise BadValueError(
                "A road server is not NAME=URL or NAME/PROFILE=URL.",
                "Write city=http://127.0.0.1:5000 or city/foot=http://127.0.0.1:5001, without a query.",
            )
        servers[name] = url
    return servers


def _switch(value: object) -> bool:
    """`on` or `off`; a file may also say true or false."""
    if isinstance(value, bool):
        return value
    if value in ("on", "off"):
        return value == "on"
    raise BadValueError("The value is neither on nor off.", "Write on or off.")


def _is_served(name: str) -> bool:
    """Whether a network's name, for cars, or one with the profile of another server."""
    network, slash, profile = name.partition("/")
    return NAME_PATTERN.fullmatch(network) is not None and (not slash or profile in set(Profile) - {Profile.CAR})


def _is_server(url: str) -> bool:
    """Whether a URL names a server and nothing that OSRM has no use for."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    is_plain = not (parts.query or parts.fragment or parts.username)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and is_plain


def _snap_limit(value: object) -> float:
    meters = _number(value)
    if not 1 <= meters <= 10_000:
        raise BadValueError("The distance is not between 1 and 10000 meters.", "Leave the setting out for 500.")
    return meters


def _geocoder(value: object) -> ProviderName | None:
    names = [str(name) for name in ProviderName]
    if value == "off":
        return None
    if value not in names:
        raise BadValueError("The geocoder is not known.", f"Write off or one of: {', '.join(names)}.")
    return ProviderName(str(value))


def _geocoder_url(value: object) -> str:
    url = _text(value)
    if not _is_server(url):
        raise BadValueError("The geocoder's address is no URL.", "Write http://127.0.0.1:8080, without a query.")
    return url


def _geocoder_area(value: object) -> Area:
    parts = value.split(",") if isinstance(value, str) else value
    numbers = [_number(part) for part in parts] if isinstance(parts, list) else []
    if len(numbers) == 4:
        south, west, north, east = numbers
        if -90 <= south < north <= 90 and -180 <= west < east <= 180:
            return Area(south_degrees=south, west_degrees=west, north_degrees=north, east_degrees=east)
    raise BadValueError("The area is not SOUTH,WEST,NORTH,EAST in degrees.", "Write 31.0,112.6,31.4,113.1.")


def _geocoder_pause(value: object) -> float:
    seconds = _number(value)
    if not 0 <= seconds <= 60:
        raise BadValueError("The pause is not between 0 and 60 seconds.", "Leave the setting out for 1.")
    return seconds


def _number(value: object) -> float:
    """The number, NaN when it is none."""
    try:
        return float(str(value))
    except ValueError:
        return math.nan


def _public_url(value: object) -> str:
    address = _text(value)
    if not _is_site(address):
        raise BadValueError("The public address is not that of an official site.", "Write https://visits.example.org.")
    return address.rstrip("/")


def _is_site(address: str) -> bool:
    """Whether people can be sent there: an encrypted site, or this machine for a trial; nothing after the path."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    host = parts.hostname or ""
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback_host(host))
    return is_safe and host != "" and not set(address) & set("?#@ \t\n")


def _session_hours(value: object) -> int:
    return _whole(value, 1, 24, "hours", "12")


def _session_idle_minutes(value: object) -> int:
    return _whole(value, 1, 24 * 60, "minutes", "30")


def _proxies(value: object) -> int:
    return _whole(value, 0, 5, "proxies", "0, which believes none")


def _whole(value: object, least: int, most: int, what: str, default: str) -> int:
    number = _number(value)
    if not (least <= number <= most and number.is_integer()):
        raise BadValueError(f"The value is not {least} to {most} {what}.", f"Leave the setting out for {default}.")
    return int(number)


def _oidc_issuer(value: object) -> str:
    address = _text(value)
    if not _is_site(address):
        raise BadValueError("The identity provider is no encrypted site.", "Write https://login.example.org/realm.")
    return address.rstrip("/")


def _font(value: object) -> Path:
    path = Path(_text(value)).expanduser()
    if not path.is_file():
        raise BadValueError("There is no such font file.", "Name a .ttf, .otf or .ttc file, or leave the setting out.")
    return path


def _whole_number(least: int, most: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        number = _number(value)
        if not least <= number <= most or number != int(number):
            raise BadValueError(
                f"The value is not a whole number from {least} to {most}.", "Leave the setting out for its default."
            )
        return int(number)

    return read


def _worker_name(value: object) -> str:
    name = _text(value)
    if not NAME_PATTERN.fullmatch(name):
        raise BadValueError("The worker's name has signs that it may not have.", "Use letters, digits and -.")
    return name


# The key in `visits.toml` -> the field of `Settings`, and how its value is read.
READERS: Mapping[str, tuple[str, Callable[[object], object]]] = {
    "data_dir": ("data_dir", _data_dir),
    "database_url": ("given_database_url", _database_url),
    "secret_key": ("given_secret_key", _secret_key),
    "old_secret_keys": ("given_old_secret_keys", _old_secret_keys),
    "log_file": ("log_file", _log_file),
    "navigation": ("navigation_providers", _navigation),
    "tile_url": ("tile_url", _tile_url),
    "tile_attribution": ("tile_attribution", _text),
    "language": ("language", _language),
    "osrm": ("road_servers", _road_servers),
    "snap_meters": ("snap_limit_meters", _snap_limit),
    "geocoder": ("geocoder", _geocoder),
    "geocoder_url": ("geocoder_url", _geocoder_url),
    "geocoder_key": ("geocoder_key", _text),
    "geocoder_area": ("geocoder_area", _geocoder_area),
    "geocoder_pause_seconds": ("geocoder_pause_seconds", _geocoder_pause),
    "issuer": ("issuer", _text),
    "hotline": ("hotline", _text),
    "public_url": ("public_url", _public_url),
    "font": ("font", _font),
    "session_hours": ("session_hours", _session_hours),
    "session_idle_minutes": ("session_idle_minutes", _session_idle_minutes),
    "proxies": ("proxies", _proxies),
    "oidc_issuer": ("oidc_issuer", _oidc_issuer),
    "oidc_client_id": ("oidc_client_id", _text),
    "oidc_client_secret": ("oidc_client_secret", _text),
    "check_in_meters": ("check_in_meters", _whole_number(50, 1_000)),
    "exports_a_day": ("exports_a_day", _whole_number(0, 1_000)),
    "papers_a_day": ("papers_a_day", _whole_number(1, 10_000)),
    "queue_length": ("queue_length", _whole_number(1, 1_000)),
    "planning_seconds": ("planning_seconds", _whole_number(1, 3_600)),
    "planning_memory_mb": ("planning_memory_mb", _whole_number(64, 1_048_576)),
    "planning_niceness": ("planning_niceness", _whole_number(0, 19)),
    "simulation_seconds": ("simulation_seconds", _whole_number(1, 86_400)),
    "week_nightly": ("week_nightly", _switch),
    "expected_contacts": ("expected_contacts", _switch),
    "worker_name": ("worker_name", _worker_name),
}
