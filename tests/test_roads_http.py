"""Road times from an OSRM server."""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from socket import create_connection, create_server
from threading import Thread

import osrm
import pytest

from scheduler.domain.errors import MissingResource
from scheduler.domain.travel import Profile, TravelMatrix
from scheduler.travel import RoadNetworks, osrm_http
from scheduler.travel.osrm_http import OsrmServer
from scheduler.travel.osrm_process import OsrmProcess
from scheduler.travel.road_matrix import road_times
from scheduler.travel.roads import Detail
from tests.small_roads import ISLAND, LAKE, NAME, a_location, networks_in, town_locations

TOWN = town_locations(60)  # more than go into one request
PAIR = [(ISLAND, LAKE)]
SECONDS_TO_START = 20.0


@pytest.fixture(scope="module")
def server_url(data_dir: Path) -> Iterator[str]:
    """A real server of the town's roads, with its own default limits."""
    with closing(create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    base = networks_in(data_dir).open(NAME).base
    # Not `python -m osrm routed`, which would leave the server running when it is ended itself.
    program = Path(osrm.__file__).parent / "bin" / "osrm-routed"
    words = ["--ip", "127.0.0.1", "-p", str(port), "-a", "CH", str(base)]
    process = subprocess.Popen([program, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


@contextmanager
def a_server_that_says(content: bytes, status: int = 200) -> Iterator[str]:
    """A server with one answer to everything."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def served(url: str) -> RoadNetworks:
    return RoadNetworks(servers={NAME: url})


def matrix_from(url: str) -> TravelMatrix:
    return road_times(served(url), NAME).matrix(TOWN[:2])


def test_a_server_answers_as_the_network_on_this_machine(server_url: str, data_dir: Path) -> None:
    places = (*TOWN, a_location("island", ISLAND), a_location("lake", LAKE), a_location("nowhere", None))
    assert road_times(served(server_url), NAME).matrix(places) == road_times(networks_in(data_dir), NAME).matrix(places)


@pytest.mark.parametrize("detail", Detail)
def test_a_server_draws_the_same_ways(server_url: str, data_dir: Path, detail: Detail) -> None:
    ends = [(a.coordinates, b.coordinates) for a, b in pairwise(TOWN[:8]) if a.coordinates and b.coordinates]
    ends.append((ends[0][0], ISLAND))
    here = OsrmProcess(network=networks_in(data_dir).open(NAME))
    there = OsrmServer(name=NAME, url=server_url, profile=Profile.CAR)
    assert there.legs(ends, detail) == here.legs(ends, detail)
    assert here.legs(ends, detail)[-1] is None


def test_a_server_needs_no_network_on_this_machine_and_goes_before_one(data_dir: Path) -> None:
    networks = RoadNetworks(folder=data_dir / "networks", servers={NAME: "http://127.0.0.1:1"})
    with pytest.raises(MissingResource, match="The road server of 'town' does not answer"):
        road_times(networks, NAME).matrix(TOWN)


def a_table(**changes: object) -> bytes:
    square = [[0, 60.5], [60.5, 0]]
    sources = [{"distance": 1.5}, {"distance": 2.5}]
    return json.dumps({"code": "Ok", "durations": square, "distances": square, "sources": sources} | changes).encode()


WRONG = {
    "HTML": (b"<html></html>", "not OSRM's"),
    "nothing": (b"", "not OSRM's"),
    "a list": (b"[]", "not OSRM's"),
    "no code": (b"{}", "not OSRM's"),
    "a refusal": (b'{"code": "TooBig", "message": "secret"}', "refused the request: TooBig"),
    "no table": (a_table(durations=7), "no table"),
    "too few rows": (a_table(durations=[[0, 1]]), "another size"),
    "rows of different lengths": (a_table(durations=[[0, 1], [0]]), "no table"),
    "too few sources": (a_table(sources=[{"distance": 1}]), "another size"),
    "not a number": (a_table(durations=[[0, float("nan")], [1, 0]]), "no table"),
    "infinity": (a_table(distances=[[0, float("inf")], [1, 0]]), "no table"),
    "years": (a_table(durations=[[0, 1e12], [1, 0]]), "no table"),
    "a number of 400 digits": (a_table(durations=[[0, 10**400], [1, 0]]), "no table"),
    "10,000 brackets": (b"[" * 10_000, "not OSRM's"),
    "below zero": (a_table(durations=[[0, -5], [1, 0]]), "no table"),
    "text": (a_table(durations=[[0, "1"], [1, 0]]), "no table"),
}


@pytest.mark.parametrize(("content", "words"), WRONG.values(), ids=WRONG)
def test_an_answer_that_is_no_table_is_refused_without_repeating_it(content: bytes, words: str) -> None:
    with a_server_that_says(content) as url, pytest.raises(MissingResource, match=words) as refused:
        matrix_from(url)
    assert "secret" not in str(refused.value)
    assert "112." not in str(refused.value)


def test_a_redirection_is_not_followed() -> None:
    with a_server_that_says(b"moved", status=302) as url, pytest.raises(MissingResource, match="answered HTTP 302"):
        matrix_from(url)


def test_a_good_answer_is_taken() -> None:
    with a_server_that_says(a_table()) as url:
        assert matrix_from(url).seconds("t0", "t1") == 61


def test_an_answer_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(osrm_http, "LARGEST_ANSWER_BYTES", 100)
    with a_server_that_says(a_table(x="x" * 200)) as url, pytest.raises(MissingResource, match="not OSRM's"):
        matrix_from(url)


def test_a_server_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(osrm_http, "SECONDS_TO_ANSWER", 0.2)
    with closing(create_server(("127.0.0.1", 0))) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(MissingResource, match=r"does not answer \(TimeoutError\)"):
            matrix_from(url)


def a_route(**changes: object) -> list[dict[str, object]]:
    return [{"geometry": "_izlhA~rlgdF", "duration": 1.5, "distance": 7.5} | changes]


NO_ROUTES: dict[str, tuple[object, str]] = {
    "none": ([], "no route"),
    "no list": (7, "no route"),
    "no geometry": (a_route(geometry=None), "no route"),
    "no number": (a_route(duration=float("nan")), "no route"),
    "below zero": (a_route(distance=-1), "no route"),
    "beyond the pole": (a_route(geometry="_izlhA~rlgdF" * 4), "not on Earth"),
}


@pytest.mark.parametrize(("routes", "words"), NO_ROUTES.values(), ids=NO_ROUTES)
def test_a_way_that_is_none_is_refused(routes: object, words: str) -> None:
    content = json.dumps({"code": "Ok", "routes": routes}).encode()
    with a_server_that_says(content) as url, pytest.raises(MissingResource, match=words):
        OsrmServer(name=NAME, url=url, profile=Profile.CAR).legs(PAIR)


def test_a_way_is_taken_with_its_length() -> None:
    content = json.dumps({"code": "Ok", "routes": a_route()}).encode()
    with a_server_that_says(content) as url:
        (leg,) = OsrmServer(name=NAME, url=url, profile=Profile.CAR).legs(PAIR)
    assert leg is not None
    assert (leg.seconds, leg.meters, len(leg.points)) == (1.5, 7.5, 1)
