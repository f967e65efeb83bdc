"""What an operator may set: by `VISITS_*` variables or in a `visits.toml`; a variable wins over the file.

| variable | key | default |
|---|---|---|
| `VISITS_DATA_DIR` | `data_dir` | `var`, relative to the working directory |
| `VISITS_DATABASE_URL` | `database_url` | SQLite in the data directory |
| `VISITS_SECRET_KEY` | `secret_key` | made at the first use and kept in the data directory |
| `VISITS_NAVIGATION` | `navigation` | `geo` |
| `VISITS_LANGUAGE` | `language` | `zh-CN` |
| `VISITS_OSRM` | `osrm` | none |
| `VISITS_SNAP_METERS` | `snap_meters` | 500 |
| `VISITS_GEOCODER` | `geocoder` | `off` |
| `VISITS_GEOCODER_URL` | `geocoder_url` | none |
| `VISITS_GEOCODER_KEY` | `geocoder_key` | none |
| `VISITS_GEOCODER_AREA` | `geocoder_area` | none |
| `VISITS_GEOCODER_PAUSE_SECONDS` | `geocoder_pause_seconds` | 1 |
"""

import math
import os
import secrets
import stat
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from maps.navigation import PROVIDERS
from scheduler.domain.errors import Fault, InvalidInput
from scheduler.domain.geocoding import Area, ProviderName
from scheduler.travel.networks import NAME_PATTERN, SNAP_LIMIT_METERS, RoadNetworks

LANGUAGES = ("zh-CN", "en")
MINIMUM_KEY_BYTES = 32
KEY_FILE = "secret.key"
_PREFIX = "VISITS_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one process.

    Attributes:
        data_dir: Where everything is kept that the service writes; made with mode 0700 when it is first needed.
        given_database_url: The operator's database, None for the SQLite file in `data_dir`.
        given_secret_key: The operator's key, None for the one kept in `data_dir`.
        navigation_providers: Providers of navigation links, in the order of the buttons.
        language: The language of a first visit, `zh-CN` or `en`.
        road_servers: Name of a road network -> address of the OSRM server that answers for it.
        snap_limit_meters: A place farther from every road than this cannot be reached.
        geocoder: Whom addresses are sent to, None for nobody.
        geocoder_url: Where a geocoder of the operator's own is.
        geocoder_key: What a commercial geocoder knows the operator by.
        geocoder_area: Where the visits are; no answer from outside is believed.
        geocoder_pause_seconds: Between two questions to the geocoder.
    """

    data_dir: Path = Path("var")
    given_database_url: str | None = field(default=None, repr=False)
    given_secret_key: bytes | None = field(default=None, repr=False)
    navigation_providers: tuple[str, ...] = ("geo",)
    language: str = "zh-CN"
    road_servers: Mapping[str, str] = field(default_factory=dict)
    snap_limit_meters: float = SNAP_LIMIT_METERS
    geocoder: ProviderName | None = None
    geocoder_url: str | None = None
    geocoder_key: str | None = field(default=None, repr=False)
    geocoder_area: Area | None = None
    geocoder_pause_seconds: float = 1.0

    @classmethod
    def load(cls, env: Mapping[str, str], config: Path | None) -> "Settings":
        """Read the settings; nothing is written.

        Unknown variables are let through, because others may set them (Kubernetes gives every container
        `VISITS_SERVICE_HOST` when a service is called `visits`); unknown keys of the file are refused.

        Args:
            env: The environment.
            config: A `visits.toml`, None for no file.

        Returns:
            The settings.

        Raises:
            InvalidInput: With `VISITS_NAVIGATION` or `visits.toml:/navigation` as the place of each fault.
        """
        faults: list[Fault] = []
        given = _read_file(config, faults) if config is not None else {}
        for key in _READERS:
            if _PREFIX + key.upper() in env:
                name = _PREFIX + key.upper()
                given[key] = (name, env[name])
        values: dict[str, object] = {}
        for key, (where, value) in given.items():
            try:
                field_name, values_of = _READERS[key]
                values[field_name] = values_of(value)
            except _BadValueError as bad:
                faults.append(Fault(where=where, code="bad_value", message=bad.message, hint=bad.hint))
        if faults:
            raise InvalidInput(faults)
        return cls(**values)  # type: ignore[arg-type]  # each reader gives the type of its field

    @property
    def database_url(self) -> str:
        """The database's address; may hold a password, so it is never shown."""
        if self.given_database_url is not None:
            return self.given_database_url
        return f"sqlite:///{self.data_dir / 'visits.sqlite'}"

    @property
    def secret_key(self) -> bytes:
        """The key from which all others are derived; the first use makes and keeps one where none is given.

        Raises:
            InvalidInput: When the kept key is open to other users of the machine or too short.
        """
        if self.given_secret_key is not None:
            return self.given_secret_key
        path = self.make_data_dir() / KEY_FILE
        if not path.exists():
            _keep_new_key(path)
        return _read_kept_key(path)

    @property
    def road_networks(self) -> RoadNetworks:
        """Where road networks are, and where their travel times are kept."""
        return RoadNetworks(
            folder=self.data_dir / "networks",
            cache_folder=self.data_dir / "road-times",
            servers=self.road_servers,
            snap_limit_meters=self.snap_limit_meters,
        )

    def make_data_dir(self) -> Path:
        """The data directory, made with mode 0700 unless it is there."""
        self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self.data_dir


class _BadValueError(Exception):
    def __init__(self, message: str, hint: str) -> None:
        self.message = message
        self.hint = hint
        super().__init__(message)


def _read_file(config: Path, faults: list[Fault]) -> dict[str, tuple[str, object]]:
    """The known keys of a `visits.toml`, each with its place; everything else becomes a fault."""
    try:
        document = tomllib.loads(config.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        hint = "Give the path of a UTF-8 text file, or leave the option out."
        faults.append(Fault(where=config.name, code="unreadable_file", message="The file cannot be read.", hint=hint))
        return {}
    except tomllib.TOMLDecodeError as error:
        # The parser's own message names a line and column, never the text that stands there.
        faults.append(Fault(where=config.name, code="toml_syntax", message=f"This is not TOML: {error}."))
        return {}
    for key in document.keys() - _READERS.keys():
        hint = f"Known keys: {', '.join(_READERS)}."
        faults.append(
            Fault(where=f"{config.name}:/{key}", code="unknown_key", message=f"There is no setting {key}.", hint=hint)
        )
    return {key: (f"{config.name}:/{key}", value) for key, value in document.items() if key in _READERS}


def _text(value: object) -> str:
    if isinstance(value, str) and value.strip():
        return value.strip()
    raise _BadValueError("The value is not a text, or it is empty.", "Give a text in quotes, or leave the setting out.")


def _data_dir(value: object) -> Path:
    path = Path(_text(value)).expanduser()
    if path.exists() and not path.is_dir():
        raise _BadValueError("The data directory is a file.", "Name a directory; it is made when it is missing.")
    return path


def _database_url(value: object) -> str:
    url = _text(value)
    path = url.removeprefix("sqlite:///")
    # Each thread would see its own database in memory, so only a file will do.
    if path == url or path in {"", ":memory:"}:
        raise _BadValueError("The database is not a SQLite file.", "Write sqlite:///PATH, or leave the setting out.")
    return url


def _secret_key(value: object) -> bytes:
    if not isinstance(value, str) or len(value.encode()) < MINIMUM_KEY_BYTES:
        raise _BadValueError(
            f"The secret key is shorter than {MINIMUM_KEY_BYTES} bytes.",
            "Make one with: python3 -c 'import secrets; print(secrets.token_hex(32))'",
        )
    return value.encode()


def _navigation(value: object) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise _BadValueError("The providers are not a list of names.", 'Write "geo,amap" or ["geo", "amap"].')
    names = tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))
    unknown = [name for name in names if name not in PROVIDERS]
    if unknown:
        raise _BadValueError(f"Unknown navigation provider: {', '.join(unknown)}.", f"Known: {', '.join(PROVIDERS)}.")
    return names


def _language(value: object) -> str:
    if value not in LANGUAGES:
        raise _BadValueError("The language is not one of ours.", f"Known: {', '.join(LANGUAGES)}.")
    return str(value)


def _road_servers(value: object) -> Mapping[str, str]:
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise _BadValueError("The road servers are not a list.", 'Write ["city=http://127.0.0.1:5000"].')
    servers: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in parts)):
        name, _, url = part.partition("=")
        if not NAME_PATTERN.fullmatch(name) or not _is_server(url):
            raise _BadValueError("A road server is not NAME=URL.", "Write city=http://127.0.0.1:5000, without a query.")
        servers[name] = url
    return servers


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
        raise _BadValueError("The distance is not between 1 and 10000 meters.", "Leave the setting out for 500.")
    return meters


def _geocoder(value: object) -> ProviderName | None:
    names = [str(name) for name in ProviderName]
    if value == "off":
        return None
    if value not in names:
        raise _BadValueError("The geocoder is not known.", f"Write off or one of: {', '.join(names)}.")
    return ProviderName(str(value))


def _geocoder_url(value: object) -> str:
    url = _text(value)
    if not _is_server(url):
        raise _BadValueError("The geocoder's address is no URL.", "Write http://127.0.0.1:8080, without a query.")
    return url


def _geocoder_area(value: object) -> Area:
    parts = value.split(",") if isinstance(value, str) else value
    numbers = [_number(part) for part in parts] if isinstance(parts, list) else []
    if len(numbers) == 4:
        south, west, north, east = numbers
        if -90 <= south < north <= 90 and -180 <= west < east <= 180:
            return Area(south_degrees=south, west_degrees=west, north_degrees=north, east_degrees=east)
    raise _BadValueError("The area is not SOUTH,WEST,NORTH,EAST in degrees.", "Write 31.0,112.6,31.4,113.1.")


def _geocoder_pause(value: object) -> float:
    seconds = _number(value)
    if not 0 <= seconds <= 60:
        raise _BadValueError("The pause is not between 0 and 60 seconds.", "Leave the setting out for 1.")
    return seconds


def _number(value: object) -> float:
    """The number, NaN when it is none."""
    try:
        return float(str(value))
    except ValueError:
        return math.nan


_READERS: Mapping[str, tuple[str, Callable[[object], object]]] = {
    "data_dir": ("data_dir", _data_dir),
    "database_url": ("given_database_url", _database_url),
    "secret_key": ("given_secret_key", _secret_key),
    "navigation": ("navigation_providers", _navigation),
    "language": ("language", _language),
    "osrm": ("road_servers", _road_servers),
    "snap_meters": ("snap_limit_meters", _snap_limit),
    "geocoder": ("geocoder", _geocoder),
    "geocoder_url": ("geocoder_url", _geocoder_url),
    "geocoder_key": ("geocoder_key", _text),
    "geocoder_area": ("geocoder_area", _geocoder_area),
    "geocoder_pause_seconds": ("geocoder_pause_seconds", _geocoder_pause),
}


def _keep_new_key(path: Path) -> None:
    """Write a new key whole or not at all; when another process was faster, its key stands."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(draft)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def _read_kept_key(path: Path) -> bytes:
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        hint = f"Run: chmod 600 {KEY_FILE}"
        message = "Other users of this machine can read the key."
        raise InvalidInput([Fault(where=KEY_FILE, code="key_file_open", message=message, hint=hint)])
    key = path.read_bytes().strip()
    if len(key) < MINIMUM_KEY_BYTES:
        hint = "Put the old key back; what was stored with it cannot be read with a new one."
        message = f"The key is shorter than {MINIMUM_KEY_BYTES} bytes."
        raise InvalidInput([Fault(where=KEY_FILE, code="key_too_short", message=message, hint=hint)])
    return key
