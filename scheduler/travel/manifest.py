"""What a built road network says of itself, kept beside its files and checked against them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from scheduler.domain.travel import OSM_ATTRIBUTION, Profile

FORMAT = "road-network/1"
MANIFEST_FILE = "manifest.json"
STREETS_FILE = "streets.npz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """The smallest box of latitudes and longitudes around a network's roads, in degrees."""

    south: float
    west: float
    north: float
    east: float

    def __str__(self) -> str:
        """For people."""
        return f"{self.south:.4f}..{self.north:.4f} N, {self.west:.4f}..{self.east:.4f} E"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMark:
    """The size and hash of one file."""

    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a network was built from, by what, and what its files must be.

    Attributes:
        name: The network's name.
        profile: Who travels on it.
        extract_sha256: Hash of the OpenStreetMap extract.
        box: Around all of its roads.
        built_at: When.
        osrm_version: What built it; another version may not read it.
        small_component_size: Fewer edges than this that hang together are no place where a way begins.
        attribution: What must show wherever its roads do; empty where nobody asks for that.
        files: File name -> what it must be.
    """

    name: str
    profile: Profile
    extract_sha256: str
    box: Box
    built_at: datetime
    osrm_version: str
    small_component_size: int
    attribution: str
    files: Mapping[str, FileMark]

    @property
    def checksum(self) -> str:
        """A hash over all that travel times depend on."""
        files = (f"{name}:{mark.sha256}" for name, mark in self.files.items() if name != STREETS_FILE)
        parts = [self.profile.value, self.osrm_version, *files]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def to_json(self) -> str:
        """As it stands in the file."""
        document = {
            "format": FORMAT,
            "name": self.name,
            "profile": self.profile.value,
            "extract_sha256": self.extract_sha256,
            "box": {"south": self.box.south, "west": self.box.west, "north": self.box.north, "east": self.box.east},
            "built_at": self.built_at.isoformat(timespec="seconds"),
            "osrm_version": self.osrm_version,
            "small_component_size": self.small_component_size,
            "attribution": self.attribution,
            "files": {name: {"size_bytes": m.size_bytes, "sha256": m.sha256} for name, m in self.files.items()},
        }
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Manifest":
        """Read the file.

        Raises:
            ValueError: It is not a manifest of this format.
        """
        try:
            given = json.loads(text)
            if given["format"] != FORMAT:
                raise ValueError(f"not {FORMAT}")
            return cls(
                name=str(given["name"]),
                profile=Profile(given["profile"]),
                extract_sha256=str(given["extract_sha256"]),
                box=Box(**{key: float(value) for key, value in given["box"].items()}),
                built_at=datetime.fromisoformat(given["built_at"]),
                osrm_version=str(given["osrm_version"]),
                small_component_size=int(given["small_component_size"]),
                # Networks that were built before this key stood here are of OpenStreetMap as far as anybody knows.
                attribution=str(given.get("attribution", OSM_ATTRIBUTION)),
                files={
                    str(name): FileMark(size_bytes=int(mark["size_bytes"]), sha256=str(mark["sha256"]))
                    for name, mark in sorted(given["files"].items())
                },
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("a key is missing or of another type") from error


def file_sha256(path: Path) -> str:
    """The hash of a file, which is read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
