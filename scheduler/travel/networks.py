"""The road networks of this machine: a folder `NAME/PROFILE/` for each, refused unless it is whole and fitting."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from scheduler.domain.errors import MissingResource
from scheduler.domain.travel import Profile
from scheduler.travel.manifest import MANIFEST_FILE, Manifest, file_sha256

BASE_NAME = "roads.osrm"
NAME_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
SNAP_LIMIT_METERS = 500.0
ALLOW_THE_ESTIMATE = 'allow the estimate with "fallback": "great_circle"'


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadNetworks:
    """Where road networks are.

    Attributes:
        folder: Of built networks; None has none.
        cache_folder: Where travel times are kept for the next time; None keeps none.
        servers: Name -> address of an OSRM server for cars, which is asked instead of the folder; `NAME/PROFILE` for
            another profile, because a server has one.
        snap_limit_meters: A place farther from every road than this cannot be reached.
    """

    folder: Path | None = None
    cache_folder: Path | None = None
    servers: Mapping[str, str] = field(default_factory=dict)
    snap_limit_meters: float = SNAP_LIMIT_METERS

    def server(self, name: str, profile: Profile = Profile.CAR) -> str | None:
        """The address of the server that answers for a network and profile, None where the folder does."""
        return self.servers.get(name if profile is Profile.CAR else f"{name}/{profile}")

    def open(self, name: str, profile: Profile = Profile.CAR) -> "BuiltNetwork":
        """The network of that name, after every file was compared with what was built.

        Raises:
            MissingResource: It is not here, was built by another version of OSRM, or is not what was built.
        """
        folder = None if self.folder is None else folder_of(self.folder, name, profile)
        if folder is None or not folder.is_dir():
            raise MissingResource(
                f"The road network '{name}' is not built on this machine for {profile}.",
                hint=f"Run: visits roads build EXTRACT.osm.pbf --name {name} --profile {profile}; "
                f"or {ALLOW_THE_ESTIMATE}, or give a matrix.",
            )
        network = BuiltNetwork(folder=folder, manifest=_manifest_of(folder, name, profile))
        network.check()
        return network


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltNetwork:
    """A network on this machine."""

    folder: Path
    manifest: Manifest

    @property
    def base(self) -> Path:
        """What the names of its files begin with, as OSRM wants it."""
        return self.folder / BASE_NAME

    def check(self) -> None:
        """Compare every file with the manifest.

        Raises:
            MissingResource: Saying which file is missing, cut short or changed, or that OSRM is another version.
        """
        here = osrm_version()
        if self.manifest.osrm_version != here:
            raise self._unusable(f"was built by OSRM {self.manifest.osrm_version}, and this machine has {here}")
        for name, mark in self.manifest.files.items():
            path = self.folder / name
            if not path.is_file():
                raise self._unusable(f"lacks its file {name}")
            size = path.stat().st_size
            if size < mark.size_bytes:
                raise self._unusable(f"is cut short: {name} has {size:,} of {mark.size_bytes:,} bytes")
            if size != mark.size_bytes or file_sha256(path) != mark.sha256:
                raise self._unusable(f"is not what was built: {name} has changed")

    def _unusable(self, what: str) -> MissingResource:
        return unusable(self.manifest.name, self.manifest.profile, what)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedNetwork:
    """A network in the folder, usable or not.

    Attributes:
        name: Its name.
        profile: Who travels on it.
        manifest: None when it cannot be read.
        size_bytes: On disk.
        fault: Why it cannot be used, as far as is known without reading all of it; None when nothing is.
    """

    name: str
    profile: Profile
    manifest: Manifest | None
    size_bytes: int
    fault: str | None


def list_networks(folder: Path) -> tuple[ListedNetwork, ...]:
    """Every network in a folder, by name; their files are not compared."""
    return tuple(
        _listed(path, path.parent.name, Profile(path.name))
        for path in sorted(folder.glob("*/*"))
        if path.name in set(Profile) and NAME_PATTERN.fullmatch(path.parent.name)
    )


def folder_of(folder: Path, name: str, profile: Profile) -> Path | None:
    """Where a network is or would be; None for a name that no network can have."""
    return folder / name / profile if NAME_PATTERN.fullmatch(name) else None


def osrm_version() -> str:
    """The version of OSRM on this machine."""
    return version("osrm-bindings")


def unusable(name: str, profile: Profile, what: str) -> MissingResource:
    """A network that is here and cannot be used."""
    return MissingResource(
        f"The road network '{name}' for {profile} {what}.",
        hint=f"Build it again: visits roads build EXTRACT.osm.pbf --name {name} --profile {profile}; "
        f"or {ALLOW_THE_ESTIMATE}.",
    )


def _manifest_of(folder: Path, name: str, profile: Profile) -> Manifest:
    try:
        manifest = Manifest.from_json((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise unusable(name, profile, f"lacks its file {MANIFEST_FILE}") from None
    except (OSError, ValueError):
        raise unusable(name, profile, f"has a file {MANIFEST_FILE} that cannot be read") from None
    if (manifest.name, manifest.profile) != (name, profile):
        raise unusable(
            name, profile, f"is another one: its files are those of '{manifest.name}' for {manifest.profile}"
        )
    return manifest


def _listed(folder: Path, name: str, profile: Profile) -> ListedNetwork:
    manifest, fault = None, None
    try:
        manifest = _manifest_of(folder, name, profile)
        if manifest.osrm_version != osrm_version():
            fault = f"built by OSRM {manifest.osrm_version}"
    except MissingResource as missing:
        fault = missing.message
    size = sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
    return ListedNetwork(name=name, profile=profile, manifest=manifest, size_bytes=size, fault=fault)
