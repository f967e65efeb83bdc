"""What an operator may set: by `VISITS_*` variables or in a `visits.toml`; a variable wins over the file.

| variable | key | default |
|---|---|---|
| `VISITS_DATA_DIR` | `data_dir` | `var`, relative to the working directory |
| `VISITS_DATABASE_URL` | `database_url` | SQLite in the data directory |
| `VISITS_SECRET_KEY` | `secret_key` | made at the first use and kept in the data directory |
| `VISITS_OLD_SECRET_KEYS` | `old_secret_keys` | none |
| `VISITS_LOG_FILE` | `log_file` | standard error |
| `VISITS_NAVIGATION` | `navigation` | `geo` |
| `VISITS_TILE_URL` | `tile_url` | none |
| `VISITS_TILE_ATTRIBUTION` | `tile_attribution` | none |
| `VISITS_LANGUAGE` | `language` | `zh-CN` |
| `VISITS_OSRM` | `osrm` | none |
| `VISITS_SNAP_METERS` | `snap_meters` | 500 |
| `VISITS_GEOCODER` | `geocoder` | `off` |
| `VISITS_GEOCODER_URL` | `geocoder_url` | none |
| `VISITS_GEOCODER_KEY` | `geocoder_key` | none |
| `VISITS_GEOCODER_AREA` | `geocoder_area` | none |
| `VISITS_GEOCODER_PAUSE_SECONDS` | `geocoder_pause_seconds` | 1 |
| `VISITS_ISSUER` | `issuer` | none; papers need it |
| `VISITS_HOTLINE` | `hotline` | none; papers need it |
| `VISITS_PUBLIC_URL` | `public_url` | none; papers need it |
| `VISITS_FONT` | `font` | looked for among the fonts of the system |
| `VISITS_SESSION_HOURS` | `session_hours` | 12 |
| `VISITS_SESSION_IDLE_MINUTES` | `session_idle_minutes` | 30 |
| `VISITS_PROXIES` | `proxies` | 0 |
| `VISITS_OIDC_ISSUER` | `oidc_issuer` | none |
| `VISITS_OIDC_CLIENT_ID` | `oidc_client_id` | none |
| `VISITS_OIDC_CLIENT_SECRET` | `oidc_client_secret` | none |
| `VISITS_CHECK_IN_METERS` | `check_in_meters` | 300 |
| `VISITS_EXPORTS_A_DAY` | `exports_a_day` | 2 |
| `VISITS_PAPERS_A_DAY` | `papers_a_day` | 30 |
| `VISITS_QUEUE_LENGTH` | `queue_length` | 20 |
| `VISITS_PLANNING_SECONDS` | `planning_seconds` | 600 |
| `VISITS_PLANNING_MEMORY_MB` | `planning_memory_mb` | 8192 |
| `VISITS_PLANNING_NICENESS` | `planning_niceness` | 10 |
| `VISITS_SIMULATION_SECONDS` | `simulation_seconds` | 3600 |
| `VISITS_WEEK_NIGHTLY` | `week_nightly` | off |
| `VISITS_EXPECTED_CONTACTS` | `expected_contacts` | off |
| `VISITS_WORKER_NAME` | `worker_name` | the machine's name |
"""

import platform
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from api.key_file import KEY_FILE, keep_new_key, kept_keys
from api.setting_values import READERS, BadValueError
from maps.base_map import TileServer
from scheduler.domain.errors import Fault, InvalidInput
from scheduler.domain.geocoding import Area, ProviderName
from scheduler.travel.networks import SNAP_LIMIT_METERS, RoadNetworks

_PREFIX = "VISITS_"
NEAR_METERS = 300
"""An address on the map may be the gate of a large estate, and its house on the other side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one process.

    Attributes:
        data_dir: Where everything is kept that the service writes; made with mode 0700 when it is first needed.
        given_database_url: The operator's database, None for the SQLite file in `data_dir`.
        given_secret_key: The operator's key, None for the one kept in `data_dir`.
        given_old_secret_keys: Keys that still open what they sealed, beside the operator's key.
        log_file: Where log lines go, None for standard error.
        navigation_providers: Providers of navigation links, in the order of the buttons.
        tile_url: Of the server that maps may ask for streets, None for none.
        tile_attribution: What that server's licence asks to be shown.
        language: The language of a first visit, `zh-CN` or `en`.
        road_servers: Name of a road network, or NAME/PROFILE -> address of the OSRM server that answers for it.
        snap_limit_meters: A place farther from every road than this cannot be reached.
        geocoder: Whom addresses are sent to, None for nobody.
        geocoder_url: Where a geocoder of the operator's own is.
        geocoder_key: What a commercial geocoder knows the operator by.
        geocoder_area: Where the visits are; no answer from outside is believed.
        geocoder_pause_seconds: Between two questions to the geocoder.
        issuer: Who authorizes visits, as it stands on letters; None where nobody said.
        hotline: Where people ask whether a visit is real, and complain; None where nobody said.
        public_url: The official site on which a letter can be verified, without a slash at its end; None likewise.
        font: A font file with Chinese signs for printed papers, None for one of the system.
        session_hours: How long somebody stays signed in at most.
        session_idle_minutes: How long a collector's phone may be silent before it must sign in again.
        proxies: How many proxies of the operator's own add to the headers X-Forwarded-For and X-Forwarded-Proto.
        oidc_issuer: The identity provider, without a slash at its end; None for none.
        oidc_client_id: What it knows this service by.
        oidc_client_secret: What this service shows it.
        check_in_meters: How far from the place of a visit a phone may be that begins it.
        exports_a_day: Tables of a day, records of cases and tables of the audit trail that one user gets on one day.
        papers_a_day: Printed papers and crews' routes that one user gets on one day.
        queue_length: Jobs without a final state that a lender may have.
        planning_seconds: No planning job may search longer.
        planning_memory_mb: Address space of a planning process.
        planning_niceness: How much a planning job steps back behind other processes.
        simulation_seconds: No simulation job may run longer.
        week_nightly: Whether every branch's week is planned every night.
        expected_contacts: Whether plans of days and weeks weigh how often visits met somebody at which hour, in
            branches that did not choose.
        worker_name: What the workers of this machine are called; no other machine may have the same name.
    """

    data_dir: Path = Path("var")
    given_database_url: str | None = field(default=None, repr=False)
    given_secret_key: bytes | None = field(default=None, repr=False)
    given_old_secret_keys: tuple[bytes, ...] = field(default=(), repr=False)
    log_file: Path | None = None
    navigation_providers: tuple[str, ...] = ("geo",)
    tile_url: str | None = None
    tile_attribution: str = ""
    language: str = "zh-CN"
    road_servers: Mapping[str, str] = field(default_factory=dict)
    snap_limit_meters: float = SNAP_LIMIT_METERS
    geocoder: ProviderName | None = None
    geocoder_url: str | None = None
    geocoder_key: str | None = field(default=None, repr=False)
    geocoder_area: Area | None = None
    geocoder_pause_seconds: float = 1.0
    issuer: str | None = None
    hotline: str | None = None
    public_url: str | None = None
    font: Path | None = None
    session_hours: int = 12
    session_idle_minutes: int = 30
    proxies: int = 0
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = field(default=None, repr=False)
    check_in_meters: int = NEAR_METERS
    exports_a_day: int = 2
    papers_a_day: int = 30
    queue_length: int = 20
    planning_seconds: int = 600
    planning_memory_mb: int = 8_192
    planning_niceness: int = 10
    simulation_seconds: int = 3_600
    week_nightly: bool = False
    expected_contacts: bool = False
    worker_name: str = field(default_factory=platform.node)

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
        for key in READERS:
            if _PREFIX + key.upper() in env:
                name = _PREFIX + key.upper()
                given[key] = (name, env[name])
        values: dict[str, object] = {}
        for key, (where, value) in given.items():
            try:
                field_name, values_of = READERS[key]
                values[field_name] = values_of(value)
            except BadValueError as bad:
                faults.append(Fault(where=where, code="bad_value", message=bad.message, hint=bad.hint))
        if faults:
            raise InvalidInput(faults)
        return cls(**values)  # type: ignore[arg-type]  # each reader gives the type of its field

    @property
    def tiles(self) -> TileServer | None:
        """Where maps get their streets from."""
        return None if self.tile_url is None else TileServer(url=self.tile_url, attribution=self.tile_attribution)

    @property
    def database_url(self) -> str:
        """The database's address; may hold a password, so it is never shown."""
        if self.given_database_url is not None:
            return self.given_database_url
        return f"sqlite:///{self.data_dir / 'visits.sqlite'}"

    @property
    def secret_key(self) -> bytes:
        """The key from which all others are derived; see `secret_keys`."""
        return self.secret_keys[0]

    @property
    def secret_keys(self) -> tuple[bytes, ...]:
        """The current key, then older ones; the first use makes and keeps one where none is given.

        Raises:
            InvalidInput: When the kept keys are open to other users of the machine or too weak.
        """
        if self.given_secret_key is not None:
            return (self.given_secret_key, *self.given_old_secret_keys)
        path = self.make_data_dir() / KEY_FILE
        if not path.exists():
            keep_new_key(path)
        return (*kept_keys(path), *self.given_old_secret_keys)

    @property
    def networks_dir(self) -> Path:
        """Where road networks are built."""
        return self.data_dir / "networks"

    @property
    def road_networks(self) -> RoadNetworks:
        """Where road networks are, and where their travel times are kept."""
        return RoadNetworks(
            folder=self.networks_dir,
            cache_folder=self.data_dir / "road-times",
            servers=self.road_servers,
            snap_limit_meters=self.snap_limit_meters,
        )

    def make_data_dir(self) -> Path:
        """The data directory, made with mode 0700 unless it is there."""
        self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self.data_dir


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
    for key in document.keys() - READERS.keys():
        hint = f"Known keys: {', '.join(READERS)}."
        faults.append(
            Fault(where=f"{config.name}:/{key}", code="unknown_key", message=f"There is no setting {key}.", hint=hint)
        )
    return {key: (f"{config.name}:/{key}", value) for key, value in document.items() if key in READERS}
