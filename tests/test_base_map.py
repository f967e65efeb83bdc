"""What lies below the routes: the operator's tile server, or streets as lines."""

import pytest

from maps.base_map import Street, TileServer, streets_around
from maps.polyline import encoded
from scheduler.domain.errors import InvalidInput
from scheduler.domain.location import Coordinates

CENTER = Coordinates(latitude_degrees=31.2, longitude_degrees=121.4)


def a_street(*, main: bool, north: float = 0.0, bends: int = 3) -> Street:
    line = tuple(
        Coordinates(latitude_degrees=31.2 + north + 0.0005 * (step % 2), longitude_degrees=121.4 + 0.001 * step / bends)
        for step in range(bends)
    )
    return Street(line=line, main=main)


def test_main_streets_and_others_are_told_apart() -> None:
    main, side = a_street(main=True), a_street(main=False, north=0.001)
    drawn = streets_around([side, main], [CENTER], 10_000)
    assert drawn == {"main": (encoded(main.line),), "side": (encoded(side.line),)}


def test_streets_far_from_the_routes_are_left_out() -> None:
    far = a_street(main=True, north=0.1)
    assert streets_around([far], [CENTER], 10_000) == {"main": (), "side": ()}
    assert streets_around([far], [], 10_000) == {"main": (), "side": ()}


def test_streets_are_simplified_before_side_streets_are_left_out() -> None:
    streets = [a_street(main=main, north=index / 10_000, bends=40) for index in range(20) for main in (True, False)]
    simplified = streets_around(streets, [CENTER], 2000)
    assert len(simplified["side"]) == 20
    without_side = streets_around(streets, [CENTER], 450)
    assert (len(without_side["main"]), without_side["side"]) == (20, ())


@pytest.mark.parametrize("url", ["https://tiles.example/{z}/{x}/{y}.png", "http://127.0.0.1:8080/t/{z}/{y}/{x}{r}?k=1"])
def test_the_origin_of_a_tile_server_is_scheme_host_and_port(url: str) -> None:
    assert TileServer(url=url, attribution="").origin == "/".join(url.split("/")[:3])


@pytest.mark.parametrize(
    "url",
    [
        "",
        "tiles.example/{z}/{x}/{y}.png",
        "javascript:alert(1)//{z}/{x}/{y}",
        "https://*/{z}/{x}/{y}.png",
        "https://tiles.example; script-src *;/{z}/{x}/{y}.png",
        "https://tiles.example/{z}/{x}/{y}.png; script-src *",
        "https://{s}.tiles.example/{z}/{x}/{y}.png",
        "https://tiles.example/{s}/{z}/{x}/{y}.png",
        "https://tiles.example/{z}/{x}.png",
        "https://tiles.example/{z}/{x}/{y}/{.png",
        "https://user:word@tiles.example/{z}/{x}/{y}.png",
        "https://tiles.example/{z}/{x}/{y}.png\n",
        "https://TILES.example/{z}/{x}/{y}.png' 'unsafe-inline",
    ],
)
def test_a_tile_server_that_could_widen_the_policy_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        TileServer(url=url, attribution="")
    assert [fault.code for fault in refused.value.faults] == ["bad_tile_url"]
