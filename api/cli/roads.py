"""Road networks: built from extracts, listed, checked, and the great circle fitted to them."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli.inputs import problem_from, settings_here
from api.cli.options import A_FILE, json_option
from api.cli.progress import BuildReport
from api.cli.tables import table
from scheduler.domain.travel import OSM_ATTRIBUTION

if TYPE_CHECKING:  # importing travel takes numpy with it
    from scheduler.domain.problem import Problem
    from scheduler.domain.travel import Profile, TravelMatrix
    from scheduler.travel import RoadNetworks
    from scheduler.travel.build import Built
    from scheduler.travel.calibrate import Calibration, FitError
    from scheduler.travel.networks import BuiltNetwork, ListedNetwork

PROFILES = ("car", "bicycle", "foot")

name_argument = click.argument("name", metavar="NAME")
profile_option = click.option(
    "--profile", type=click.Choice(PROFILES), default="car", show_default=True, help="Who travels on it."
)


@click.group()
def roads() -> None:
    """Build and check road networks, on which problems with the source `osrm` are planned."""


@roads.command()
@click.argument("extract", metavar="EXTRACT.osm.pbf", type=A_FILE)
@click.option("--name", required=True, help="What problems call it.")
@profile_option
@click.option(
    "--attribution",
    default=OSM_ATTRIBUTION,
    show_default=True,
    metavar="TEXT",
    help="What the extract's licence wants to be shown on maps; empty for a city of your own.",
)
@json_option
def build(extract: Path, *, name: str, profile: str, attribution: str, as_json: bool) -> None:
    """Build a road network from an OpenStreetMap extract, in the data directory.

    An older network of this name and profile stays until the new one is whole.
    """
    from scheduler.travel.build import build_network

    settings = settings_here()
    settings.make_data_dir()
    built = build_network(
        extract,
        folder=settings.networks_dir,
        name=name,
        profile=_profile(profile),
        attribution=attribution,
        now=datetime.now(UTC),
        on_progress=BuildReport(),
    )
    _forget_old_times(settings.road_networks)
    click.echo(_json(_built_document(built)) if as_json else _built_words(built))


@roads.command(name="list")
@json_option
def list_built(*, as_json: bool) -> None:
    """List the road networks in the data directory."""
    from scheduler.travel.networks import list_networks

    networks = list_networks(settings_here().networks_dir)
    if as_json:
        click.echo(_json([_listed_document(one) for one in networks]))
    elif networks:
        rows = [_listed_row(one) for one in networks]
        click.echo(table(("network", "profile", "built", "MB", "box", "state"), rows, right=(3,)))
    else:
        click.echo("There are none. Build one with: visits roads build EXTRACT.osm.pbf --name NAME")


@roads.command()
@name_argument
@profile_option
@click.option("--problem", "problem_path", type=A_FILE, help="Also say which of its locations cannot be reached.")
@json_option
@click.pass_context
def check(ctx: click.Context, name: str, *, profile: str, problem_path: Path | None, as_json: bool) -> None:
    """Compare every file of a road network with what was built; exit 3 when it cannot be used.

    With --problem, exit 1 when a location with coordinates cannot be reached on it.
    """
    from scheduler.travel.road_matrix import road_times

    networks, chosen = settings_here().road_networks, _profile(profile)
    problem = None if problem_path is None else problem_from(problem_path)
    network = None if networks.server(name, chosen) else networks.open(name, chosen)
    cut_off: tuple[str, ...] = ()
    if problem is not None:
        cut_off = _cut_off(problem, road_times(networks, name, chosen).matrix(problem.locations))
    if as_json:
        document = {"network": _network_document(network) if network else None, "unreachable_location_ids": cut_off}
        click.echo(_json(document))
    else:
        click.echo(_network_words(network) if network else f"'{name}' is answered by a server.")
        if problem is not None:
            click.echo(f"Unreachable locations: {', '.join(cut_off)}." if cut_off else "Every location is reachable.")
    ctx.exit(1 if cut_off else 0)


@roads.command()
@name_argument
@profile_option
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of the random places.")
@json_option
def calibrate(name: str, *, profile: str, seed: int, as_json: bool) -> None:
    """Fit the great circle to a road network and say how wrong it still is."""
    from scheduler.travel.calibrate import calibrate as fit
    from scheduler.travel.osrm_process import OsrmProcess
    from scheduler.travel.sources import FALLBACKS

    chosen = _profile(profile)
    network = settings_here().road_networks.open(name, chosen)
    found = fit(network, OsrmProcess(network=network), FALLBACKS[chosen], seed=seed)
    document = _calibration_document(found, profile)
    if as_json:
        click.echo(_json(document))
        return
    click.echo(f"Fitted to {found.pairs:,} ways between random crossings of '{name}':")
    click.echo(json.dumps(document["travel"]))
    click.echo(
        f"Its times are wrong by {_error_words(found.error)}.\n"
        f"Those of the fallback are wrong by {_error_words(found.default_error)}."
    )


def _forget_old_times(networks: "RoadNetworks") -> None:
    """Delete the kept travel times of networks that are not here any more."""
    from scheduler.travel.matrix_cache import forget_other_networks
    from scheduler.travel.networks import list_networks

    if networks.folder is not None and networks.cache_folder is not None:
        here = [one.manifest.checksum for one in list_networks(networks.folder) if one.manifest is not None]
        forget_other_networks(networks.cache_folder, here)


def _profile(name: str) -> "Profile":
    from scheduler.domain.travel import Profile

    return Profile(name)


def _cut_off(problem: "Problem", travel: "TravelMatrix") -> tuple[str, ...]:
    """Locations with coordinates that no other location reaches, or that reach no other one."""
    ids = [location.id for location in problem.locations if location.coordinates is not None]
    return tuple(
        one
        for one in ids
        if len(ids) > 1
        and (
            all(travel.seconds(other, one) is None for other in ids if other != one)
            or all(travel.seconds(one, other) is None for other in ids if other != one)
        )
    )


def _built_words(built: "Built") -> str:
    manifest = built.network.manifest
    return (
        f"Built '{manifest.name}' for {manifest.profile} in {built.seconds:.1f} s: {built.size_bytes / 1e6:.1f} MB"
        f" in {built.network.folder}, roads in {manifest.box}."
    )


def _built_document(built: "Built") -> dict[str, object]:
    return {**_network_document(built.network), "seconds": round(built.seconds, 2)}


def _network_words(network: "BuiltNetwork") -> str:
    manifest = network.manifest
    return (
        f"'{manifest.name}' for {manifest.profile} is whole: built {manifest.built_at:%Y-%m-%d %H:%M} UTC,"
        f" roads in {manifest.box}."
    )


def _network_document(network: "BuiltNetwork") -> dict[str, object]:
    manifest = network.manifest
    return {
        "name": manifest.name,
        "profile": manifest.profile,
        "folder": str(network.folder),
        "size_bytes": sum(mark.size_bytes for mark in manifest.files.values()),
        "box": asdict(manifest.box),
        "built_at": manifest.built_at.isoformat(timespec="seconds"),
        "osrm_version": manifest.osrm_version,
        "extract_sha256": manifest.extract_sha256,
        "checksum": manifest.checksum,
        "attribution": manifest.attribution,
    }


def _listed_row(one: "ListedNetwork") -> tuple[str, ...]:
    built = "" if one.manifest is None else f"{one.manifest.built_at:%Y-%m-%d}"
    box = "" if one.manifest is None else str(one.manifest.box)
    return (one.name, one.profile, built, f"{one.size_bytes / 1e6:.1f}", box, one.fault or "ready")


def _listed_document(one: "ListedNetwork") -> dict[str, object]:
    return {
        "name": one.name,
        "profile": one.profile,
        "built_at": None if one.manifest is None else one.manifest.built_at.isoformat(timespec="seconds"),
        "size_bytes": one.size_bytes,
        "box": None if one.manifest is None else asdict(one.manifest.box),
        "fault": one.fault,
    }


def _calibration_document(found: "Calibration", profile: str) -> dict[str, object]:
    line = {
        "detour_factor": found.line.detour_factor,
        "speed_kmh": found.line.speed_kmh,
        "overhead_seconds": round(found.line.overhead.total_seconds()),
    }
    return {
        # Beside a car's numbers, where a problem has those of others.
        "travel": {"source": "great_circle", **line} if profile == "car" else {"profiles": {profile: line}},
        "pairs": found.pairs,
        "error": asdict(found.error),
        "fallback_error": asdict(found.default_error),
    }


def _error_words(error: "FitError") -> str:
    return (
        f"{error.mean_seconds:.0f} s on average, {error.median:.0%} in the median"
        f" and {error.p90:.0%} at the 90th percentile"
    )


def _json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2)
