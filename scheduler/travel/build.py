"""Building a road network from an OpenStreetMap extract with OSRM's own programs, whole or not at all."""

import os
import re
import shutil
import subprocess  # the programs that come with the package are run, never the user's words
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import osrm

from scheduler.domain.errors import Fault, InvalidInput, MissingResource
from scheduler.domain.travel import OSM_ATTRIBUTION, Profile
from scheduler.travel.manifest import (
    MANIFEST_FILE,
    STREETS_FILE,
    Box,
    FileMark,
    Manifest,
    file_sha256,
)
from scheduler.travel.networks import (
    BASE_NAME,
    NAME_PATTERN,
    BuiltNetwork,
    RoadNetworks,
    folder_of,
    osrm_version,
)
from scheduler.travel.street_extract import write_streets

# OSRM lets no way begin on roads that hang together in fewer edges than this, because they are car parks and yards. In
# a small extract the whole town has fewer, and points would begin their ways in its disconnected bits.
SMALL_COMPONENT_SIZE = 1000
LARGEST_SHARE_OF_SMALL = 5
_COORDINATES = "/common/nbn_data/coordinates"


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildProgress:
    """How far a build is: `percent` of a step, None where the step does not say."""

    step: str
    percent: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a build made.

    Attributes:
        network: The network, in its place.
        seconds: How long it took.
        size_bytes: On disk.
    """

    network: BuiltNetwork
    seconds: float
    size_bytes: int


def build_network(
    extract: Path,
    *,
    folder: Path,
    name: str,
    profile: Profile = Profile.CAR,
    attribution: str = OSM_ATTRIBUTION,
    now: datetime,
    on_progress: Callable[[BuildProgress], None] | None = None,
) -> Built:
    """Build a network and put it in the place of an older one.

    Args:
        extract: An `.osm.pbf` file.
        folder: Of all networks.
        name: Of this one.
        profile: Who travels on it.
        now: Kept as the time of building.
        attribution: What must show wherever these roads do.
        on_progress: Told of each step, and of its percents as far as they are known.

    Raises:
        InvalidInput: The name cannot be one, or the extract is missing, damaged or without roads for the profile.
    """
    began = time.monotonic()
    place = folder_of(folder, name, profile)
    if place is None:
        message = f"A network cannot be called '{name[:64]}'."
        hint = f"Letters, digits, dots, dashes: {NAME_PATTERN.pattern}"
        raise InvalidInput([Fault(where="--name", code="bad_name", message=message, hint=hint)])
    if not extract.is_file():
        raise InvalidInput([_fault(extract, "file_not_found", "There is no such file.", "Check the path.")])
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".building-", dir=folder))
    try:
        work = _Work(extract=extract.resolve(), draft=draft.resolve(), profile=profile, tell=on_progress or _ignore)
        small = work.extracted()
        work.contracted()
        work.tell(BuildProgress(step="streets"))
        write_streets(work.extract, draft / STREETS_FILE)
        manifest = _manifest(work, name, small, attribution, now)
        (draft / MANIFEST_FILE).write_text(manifest.to_json(), encoding="utf-8")
        _put(draft, place)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    size = sum(mark.size_bytes for mark in manifest.files.values())
    network = BuiltNetwork(folder=place, manifest=manifest)
    return Built(network=network, seconds=time.monotonic() - began, size_bytes=size)


def ensure_network(
    extract: Path,
    *,
    folder: Path,
    name: str,
    profile: Profile = Profile.CAR,
    attribution: str = OSM_ATTRIBUTION,
    now: datetime,
    on_progress: Callable[[BuildProgress], None] | None = None,
) -> BuiltNetwork:
    """The network of an extract, built only where it does not stand already; arguments and errors as `build_network`.

    One that stands must be whole, and made of this very extract, with this attribution, by this machine's OSRM.
    """
    try:
        standing = RoadNetworks(folder=folder).open(name, profile)
    except MissingResource:
        standing = None
    if standing is not None and extract.is_file() and _is_of(standing.manifest, extract, attribution):
        return standing
    return build_network(
        extract,
        folder=folder,
        name=name,
        profile=profile,
        attribution=attribution,
        now=now,
        on_progress=on_progress,
    ).network


def _is_of(manifest: Manifest, extract: Path, attribution: str) -> bool:
    of_this = (manifest.extract_sha256, manifest.attribution) == (file_sha256(extract), attribution)
    return of_this and STREETS_FILE in manifest.files


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    extract: Path
    draft: Path
    profile: Profile
    tell: Callable[[BuildProgress], None]

    @property
    def base(self) -> Path:
        return self.draft / BASE_NAME

    def extracted(self) -> int:
        """Extract the roads, twice where the first count shows a small town; the size of a small component."""
        small = SMALL_COMPONENT_SIZE
        edges = self._extracted(small)
        if edges // LARGEST_SHARE_OF_SMALL < small:
            small = max(1, edges // LARGEST_SHARE_OF_SMALL)
            self._extracted(small)
        return small

    def _extracted(self, small: int) -> int:
        lua = Path(osrm.__file__).parent / "share" / "profiles" / f"{self.profile}.lua"
        threads = str(os.cpu_count() or 1)
        words = ["-t", threads, "--small-component-size", str(small), "-p", str(lua), "-o", str(self.base)]
        counts = [re.search(r"Generated (\d+) nodes", line) for line in self._run("extract", *words, str(self.extract))]
        return max((int(found[1]) for found in counts if found), default=0)

    def contracted(self) -> None:
        """Make the short cuts that answer quickly."""
        for _ in self._run("contract", "-t", str(os.cpu_count() or 1), str(self.base)):
            pass

    def _run(self, program: str, *words: str) -> Iterator[str]:
        """The lines that a program prints, while it prints them."""
        self.tell(BuildProgress(step=program))
        command = [sys.executable, "-m", "osrm", program, *words]
        last = ""
        with subprocess.Popen(  # noqa: S603 - our own words and two paths, no shell
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", cwd=self.draft
        ) as process:
            for line in process.stdout or ():
                if percent := re.search(r"(\d+)%\s*$", line):
                    self.tell(BuildProgress(step=program, percent=int(percent[1])))
                elif line.strip() not in {"", "."}:
                    last = re.sub(r"^(\[[^\]]*\] )+|^what\(\):\s+", "", line.strip())
                yield line
        if process.returncode:
            message = f"OSRM cannot {program} roads for {self.profile} from it: {last}."
            raise InvalidInput([_fault(self.extract, "unusable_extract", message, "Fetch the extract again.")])


def _manifest(work: _Work, name: str, small: int, attribution: str, now: datetime) -> Manifest:
    work.tell(BuildProgress(step="check"))
    paths = sorted(path for path in work.draft.iterdir() if path.name.startswith((BASE_NAME, STREETS_FILE)))
    return Manifest(
        name=name,
        profile=work.profile,
        extract_sha256=file_sha256(work.extract),
        box=_box(work.base.with_name(f"{BASE_NAME}.nbg_nodes")),
        built_at=now,
        osrm_version=osrm_version(),
        small_component_size=small,
        attribution=attribution,
        files={path.name: FileMark(size_bytes=path.stat().st_size, sha256=file_sha256(path)) for path in paths},
    )


def node_degrees(network_base: Path) -> np.ndarray:
    """Latitude and longitude of every node of a built network's roads, shape (n, 2)."""
    return _degrees(network_base.with_name(f"{network_base.name}.nbg_nodes"))


def _box(nodes: Path) -> Box:
    degrees = _degrees(nodes)
    south, west = degrees.min(axis=0).tolist()
    north, east = degrees.max(axis=0).tolist()
    return Box(south=south, west=west, north=north, east=east)


def _degrees(nodes: Path) -> np.ndarray:
    with tarfile.open(nodes) as archive:
        member = archive.extractfile(_COORDINATES)
        content = b"" if member is None else member.read()
    longitude_latitude = np.frombuffer(content, dtype="<i4").reshape(-1, 2)
    degrees: np.ndarray = longitude_latitude[:, ::-1] / 1e6
    return degrees


def _put(draft: Path, place: Path) -> None:
    """Rename the draft into its place; what was there before goes only after that."""
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    before = draft.with_name(f"{draft.name}-before")
    if place.exists():
        place.rename(before)
    draft.rename(place)
    shutil.rmtree(before, ignore_errors=True)


def _ignore(_: BuildProgress) -> None:
    """Nobody wants to know."""


def _fault(path: Path, code: str, message: str, hint: str) -> Fault:
    return Fault(where=str(path), code=code, message=message, hint=hint)
