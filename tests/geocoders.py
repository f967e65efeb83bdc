"""A geocoder's server on loopback that answers whatever a test says, and answers of each provider in small."""

import itertools
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from scheduler.domain.geocoding import Area
from scheduler.travel.geocoding import GeocodingCache, GeocodingQueue, HttpAnswer, Pace, Provider

ADDRESS = "云浔市望川区听雨路 8 号清和苑 3 栋 1203 室"
QUESTION = "云浔市望川区听雨路 8 号清和苑 3 栋"
AREA = Area(south_degrees=31.0, west_degrees=112.6, north_degrees=31.4, east_degrees=113.1)
LATITUDE, LONGITUDE = 31.2034, 112.8021


def nominatim_place(latitude: object = LATITUDE, longitude: object = LONGITUDE, **changed: Any) -> dict[str, Any]:
    """One place of Nominatim's answer: the very house."""
    place = {
        "lat": str(latitude),
        "lon": str(longitude),
        "place_rank": 30,
        "display_name": "8, 听雨路",
        "address": {"house_number": "8", "city_district": "望川区", "city": "云浔市"},
    }
    return place | changed


def photon_page(latitude: object = LATITUDE, longitude: object = LONGITUDE, **properties: Any) -> dict[str, Any]:
    """Photon's answer: the very house."""
    named = {"type": "house", "housenumber": "8", "district": "望川区", "city": "云浔市"} | properties
    return {"features": [{"geometry": {"coordinates": [longitude, latitude]}, "properties": named}]}


def amap_page(location: str, level: str = "门牌号", district: str = "望川区") -> dict[str, Any]:
    """Amap's answer."""
    place = {"formatted_address": "听雨路8号", "location": location, "level": level, "district": district}
    return {"status": "1", "infocode": "10000", "geocodes": [place]}


def baidu_page(latitude: float, longitude: float, confidence: int = 80) -> dict[str, Any]:
    """Baidu's answer."""
    result = {"location": {"lat": latitude, "lng": longitude}, "confidence": confidence, "level": "门址", "precise": 1}
    return {"status": 0, "result": result}


@dataclass(slots=True)
class Stub:
    """The server: what it answers, and what it was asked."""

    status: int = 200
    body: bytes = b"[]"
    headers: dict[str, str] = field(default_factory=dict)
    hangs: threading.Event | None = None
    pause_seconds: float = 0.0
    url: str = ""
    asked: list[str] = field(default_factory=list)

    def says(self, content: object, status: int = 200) -> None:
        """Answer with JSON from now on."""
        self.body, self.status = json.dumps(content).encode(), status

    @property
    def questions(self) -> list[str]:
        """The addresses that were sent."""
        return [parse_qs(urlsplit(path).query)["q"][0] for path in self.asked]


@contextmanager
def a_stub() -> Iterator[Stub]:
    """A running server that ends with the block."""
    stub = Stub()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            stub.asked.append(self.path)
            if stub.hangs is not None:
                stub.hangs.wait()
            self.send_response(stub.status)
            for name, value in stub.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(stub.body)))
            self.end_headers()
            # Whoever has read enough hangs up.
            try:
                for piece in (stub.body,) if not stub.pause_seconds else map(bytes, itertools.batched(stub.body, 1)):
                    self.wfile.write(piece)
                    time.sleep(stub.pause_seconds)
            except OSError:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        stub.url = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield stub
        finally:
            if stub.hangs is not None:
                stub.hangs.set()
            server.shutdown()
            thread.join()


@dataclass(slots=True)
class Said:
    """A `Fetch` that never leaves the process."""

    content: object
    urls: list[str] = field(default_factory=list)

    def __call__(self, url: str, *, headers: Mapping[str, str]) -> HttpAnswer:
        self.urls.append(url)
        return HttpAnswer(status=200, headers={}, body=json.dumps(self.content).encode(), complete=True)


@dataclass(slots=True)
class FakeTime:
    """A clock that stands still unless somebody sleeps."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def clock(self) -> float:
        return self.now


def a_queue(
    provider: Provider, *, area: Area = AREA, cache: GeocodingCache | None = None, fake_time: FakeTime | None = None
) -> GeocodingQueue:
    """A queue, of the fixture city unless another area is given, that never really sleeps."""
    clock = fake_time or FakeTime()
    pace = Pace(pause_seconds=1.0, clock=clock.clock, sleep=clock.sleep)
    return GeocodingQueue(provider, area=area, pace=pace, cache=cache)
