"""The roads under the routes of a plan, on map files and on the pages of the service."""

import json
import logging
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient

from api import drawn_roads
from api.drawn_roads import KeptRoads
from api.store import PlanStore
from maps.page import vendored_bytes
from scheduler.domain.location import Coordinates
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem, RoadTravel
from scheduler.domain.travel import OSM_ATTRIBUTION
from scheduler.planning import SearchLimits, plan_visits
from scheduler.travel.manifest import MANIFEST_FILE
from scheduler.travel.roads import Detail
from tests.builders import a_problem, a_shift, a_visit
from tests.map_days import texts_of
from tests.service import a_client, settings_in
from tests.small_roads import NAME, networks_in

LABEL = '<span class="estimated">'


@pytest.fixture(scope="module")
def planned(data_dir: Path) -> tuple[Problem, Plan]:
    """A crew on the town's roads."""
    problem = a_problem([a_visit(f"v{i}", 3 * i) for i in range(1, 6)], [a_shift("s1"), a_shift("s2")])
    problem = replace(problem, travel=RoadTravel(network=NAME))
    limits = SearchLimits(seconds=None, iterations=50)
    return problem, plan_visits(problem, limits=limits, networks=networks_in(data_dir))


@pytest.fixture
def folder(data_dir: Path, tmp_path: Path) -> Path:
    """Data of a service, with a copy of the network that a test may spoil."""
    shutil.copytree(data_dir / "networks", tmp_path / "var" / "networks")
    return tmp_path


def a_service(folder: Path, planned: tuple[Problem, Plan], **changes: object) -> tuple[FlaskClient, str]:
    settings = settings_in(folder, **changes)
    store = PlanStore(settings)
    plan_id = store.save(*planned, texts_of(planned[0]))
    store.close()
    return a_client(settings), plan_id


def shift_with_a_route(planned: tuple[Problem, Plan]) -> str:
    return planned[1].routes[0].shift_id


def data_of(page: str) -> dict[str, object]:
    start = page.index(">", page.index('type="application/json"')) + 1
    found: dict[str, object] = json.loads(page[start : page.index("</script>", start)])
    return found


def pages_of(client: FlaskClient, plan_id: str, planned: tuple[Problem, Plan]) -> list[str]:
    paths = ("map", f"crews/{shift_with_a_route(planned)}/map")
    return [client.get(f"/plans/{plan_id}/{path}?lang=en").text for path in paths]


def test_the_services_maps_follow_the_roads_above_their_streets(folder: Path, planned: tuple[Problem, Plan]) -> None:
    for page in pages_of(*a_service(folder, planned), planned):
        data = data_of(page)
        assert LABEL not in page
        assert data["attributions"] == [OSM_ATTRIBUTION]
        assert data["streets"]["main"]  # type: ignore[index]
        assert data["streets"]["side"]  # type: ignore[index]
        crews = data["crews"]
        assert isinstance(crews, list)
        assert not any(crew["estimated"] for crew in crews)
        assert len(page.encode()) - vendored_bytes() < 400_000


def test_routes_lie_on_the_streets_below_them(data_dir: Path, planned: tuple[Problem, Plan]) -> None:
    found = drawn_roads.drawn_roads(*planned, networks_in(data_dir), detail=Detail.FULL)
    assert found is not None
    streets = [street.line for street in found.streets_around(list(found.geometry))]
    stretches = np.array([[_degrees(a), _degrees(b)] for line in streets for a, b in pairwise(line)])
    legs = [leg[1:-1] for geometry in found.geometry.values() for leg in geometry.legs]
    assert legs
    assert max(_degrees_off(point, stretches) for leg in legs for point in leg) < 0.00002


def _degrees(point: Coordinates) -> tuple[float, float]:
    return point.latitude_degrees, point.longitude_degrees


def _degrees_off(point: Coordinates, stretches: np.ndarray) -> float:
    start, along = stretches[:, 0], stretches[:, 1] - stretches[:, 0]
    away = np.array(_degrees(point)) - start
    share = np.clip((away * along).sum(axis=1) / np.maximum((along**2).sum(axis=1), 1e-18), 0, 1)
    return float(np.hypot(*(away - share[:, None] * along).T).min())


def test_where_the_network_is_gone_maps_are_straight_and_say_so(
    folder: Path, planned: tuple[Problem, Plan], caplog: pytest.LogCaptureFixture
) -> None:
    shutil.rmtree(folder / "var" / "networks")
    client, plan_id = a_service(folder, planned)
    with caplog.at_level(logging.WARNING):
        for page in pages_of(client, plan_id, planned):
            assert LABEL in page
            assert "streets" not in data_of(page)
            assert data_of(page)["attributions"] == []
    assert {record.getMessage().split(":")[0] for record in caplog.records} == {"a map shows straight lines"}
    assert not any(text.name in caplog.text for text in texts_of(planned[0]).values() if text.name)


def test_a_tile_server_takes_the_place_of_the_streets(folder: Path, planned: tuple[Problem, Plan]) -> None:
    url = "https://tiles.example/{z}/{x}/{y}.png"
    client, plan_id = a_service(folder, planned, tile_url=url, tile_attribution="© Tiles")
    for page in pages_of(client, plan_id, planned):
        assert "streets" not in data_of(page)
        assert data_of(page)["attributions"] == [OSM_ATTRIBUTION, "© Tiles"]


def test_invented_roads_owe_nobody_a_word(folder: Path, planned: tuple[Problem, Plan]) -> None:
    path = folder / "var" / "networks" / NAME / "car" / MANIFEST_FILE
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | {"attribution": ""}), encoding="utf-8")
    for page in pages_of(*a_service(folder, planned), planned):
        assert data_of(page)["attributions"] == []
        assert "streets" in data_of(page)


def test_the_roads_of_a_plan_are_asked_for_once_by_many_threads(
    data_dir: Path, planned: tuple[Problem, Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Detail] = []
    ask = drawn_roads.drawn_roads

    def counted(*given: object, detail: Detail) -> object:
        asked.append(detail)
        return ask(*given, detail=detail)  # type: ignore[arg-type]  # as it was given

    monkeypatch.setattr(drawn_roads, "drawn_roads", counted)
    kept = KeptRoads(networks_in(data_dir))
    with ThreadPoolExecutor(6) as threads:
        found = list(threads.map(lambda _: kept.of("p", *planned, Detail.FULL), range(6)))
    assert asked == [Detail.FULL]
    assert len({id(roads) for roads in found}) == 1
    kept.of("p", *planned, Detail.SIMPLIFIED)
    kept.of("q", *planned, Detail.FULL)
    assert len(asked) == 3


def test_the_roads_looked_at_longest_ago_are_forgotten(
    data_dir: Path, planned: tuple[Problem, Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(drawn_roads, "drawn_roads", lambda *_given, detail: asked.append(detail))
    kept = KeptRoads(networks_in(data_dir))
    for plan_id in ("first", *map(str, range(15)), "first", "one more", "first"):
        kept.of(plan_id, *planned, Detail.FULL)
    assert len(asked) == 17
    kept.of("0", *planned, Detail.FULL)
    assert len(asked) == 18


def test_a_network_that_was_missing_is_asked_for_again(
    data_dir: Path, planned: tuple[Problem, Plan], tmp_path: Path
) -> None:
    kept = KeptRoads(networks_in(tmp_path))
    assert kept.of("p", *planned, Detail.FULL) is None
    (tmp_path / "networks").symlink_to(data_dir / "networks")
    assert kept.of("p", *planned, Detail.FULL) is not None
