"""What lies below the routes: the operator's tile server, or streets as lines."""

import json

import pytest

from maps.base_map import Street, TileServer, streets_around
from maps.polyline import encoded, encoded_together
from scheduler.domain.errors import InvalidInput
from scheduler.domain.location import Coordinates

CENTER = Coordinates(latitude_degrees=31.2, longitude_degrees=121.4)


def a_street(*, main: bool, north: float = 0.0, bends: int = 3, width: float = 0.0005) -> Street:
    line = tuple(
        Coordinates(latitude_degrees=31.2 + north + width * (step % 2), longitude_degrees=121.4 + 0.001 * step / bends)
        for step in range(bends)
    )
    return Street(line=line, main=main)


def test_main_streets_and_others_are_told_apart() -> None:
    main, side = a_street(main=True), a_street(main=False, north=0.001)
    drawn = streets_around([side, main], [CENTER], 10_000)
    assert drawn == {"main": encoded(main.line), "side": encoded(side.line)}


def test_streets_far_from_the_routes_are_left_out() -> None:
    far = a_street(main=True, north=0.1)
    near = a_street(main=False)
    assert streets_around([far, near], [CENTER], 10_000) == {"main": "", "side": encoded(near.line)}
    assert streets_around([far], [CENTER], 10_000) is None
    assert streets_around([near], [], 10_000) is None


def test_streets_are_simplified_before_side_streets_are_left_out_and_then_all() -> None:
    streets = [
        a_street(main=main, north=index / 10_000, bends=40, width=0.00005)
        for index in range(20)
        for main in (True, False)
    ]

    def drawn_in(budget_bytes: int) -> dict[str, str] | None:
        drawn = streets_around(streets, [CENTER], budget_bytes)
        assert drawn is None or len(json.dumps(drawn)) <= budget_bytes
        return drawn

    lines = [street.line for street in streets if street.main]
    exact, coarse, main_only = drawn_in(100_000), drawn_in(1000), drawn_in(300)
    assert exact is not None
    assert coarse is not None
    assert main_only is not None
    assert exact["main"] == encoded_together(lines)
    assert len(coarse["side"].split(" ")) == 20
    assert len(coarse["side"]) < len(exact["side"])
    assert (len(main_only["main"].split(" ")), main_only["side"]) == (20, "")
    assert drawn_in(100) is None


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
