"""The process that asks OSRM: one request on standard input, the answer in pieces on standard output.

OSRM holds the interpreter's lock while it computes, and a damaged network may end the process; neither may happen to
whoever plans. Run as `python -m scheduler.travel.osrm_worker`.
"""

import json
import os
import sys
from typing import Any, BinaryIO

import numpy as np
import osrm

from scheduler.travel.roads import SOURCES_AT_ONCE, whole_meters, whole_seconds


def main() -> None:
    """Answer the request and end."""
    answer = _own_output()
    request = json.load(sys.stdin)
    engine = osrm.OSRM(
        algorithm="CH",
        storage_config=request["base"],
        use_shared_memory=False,
        use_mmap=True,
        max_locations_distance_table=-1,
        max_locations_viaroute=-1,
    )
    if "ends" in request:
        legs = [_leg(engine, ends, request["detail"]) for ends in request["ends"]]
        answer.write(json.dumps(legs).encode())
    else:
        _write_table(engine, request, answer)
    answer.flush()


def _own_output() -> BinaryIO:
    """Standard output for the answer alone; what OSRM says goes to standard error."""
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answer


def _write_table(engine: Any, request: dict[str, Any], answer: BinaryIO) -> None:
    """For each piece of the sources: seconds, meters and how far from a road each source lies."""
    points = [tuple(point) for point in request["points"]]
    sources = request["sources"]
    for first in range(0, len(sources), SOURCES_AT_ONCE):
        parameters = osrm.TableParameters(
            coordinates=points,
            sources=sources[first : first + SOURCES_AT_ONCE],
            destinations=request["destinations"],
            annotations=["duration", "distance"],
            generate_hints=False,
        )
        # Two tables at a time would need twice the memory, so the first one goes before the second one comes.
        for part in _parts(engine.Table(parameters)):
            answer.write(part.tobytes())


def _parts(table: Any) -> tuple[np.ndarray, ...]:
    snaps = np.array([source["distance"] for source in table["sources"]], dtype=np.float32)
    return whole_seconds(table["durations"]), whole_meters(table["distances"]), snaps


def _leg(engine: Any, ends: list[list[float]], detail: str) -> dict[str, Any] | None:
    parameters = osrm.RouteParameters(
        coordinates=[tuple(point) for point in ends],
        geometries="polyline6",
        overview=detail,
        continue_straight=False,
        generate_hints=False,
    )
    try:
        route = engine.Route(parameters)["routes"][0]
    except RuntimeError as error:
        if str(error).startswith("NoRoute"):
            return None
        raise
    return {key: route[key] for key in ("geometry", "duration", "distance")}


if __name__ == "__main__":
    main()
