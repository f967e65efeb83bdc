"""What maps draw of the roads that a plan was made on, and the last of it kept in memory for the service."""

import logging
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Lock

from maps.base_map import AROUND_METERS, Street
from maps.polyline import METERS_PER_DEGREE
from scheduler.domain.errors import MissingResource
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem
from scheduler.domain.travel import OSM_ATTRIBUTION, Profile, RouteGeometry
from scheduler.travel import RoadNetworks, network_of, route_geometries
from scheduler.travel.manifest import Box
from scheduler.travel.roads import Detail
from scheduler.travel.streets import Streets, read_streets

_MOST_STREETS = 8000  # on one map; where there are more, side streets would only be a grey mist
_MOST_KEPT = 16  # a large plan in every detail takes some ten megabytes
_MOST_EXACT_STOPS = 250  # with more on one map, making its page would take seconds

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnRoads:
    """The roads under the routes of a plan.

    Attributes:
        geometry: The ways of routes, by shift.
        streets: All streets of the network, None where nobody knows them.
        attribution: What must show on a map of it; may be empty.
    """

    geometry: Mapping[str, RouteGeometry]
    streets: Streets | None
    attribution: str

    def streets_around(self, shift_ids: Sequence[str]) -> tuple[Street, ...]:
        """The streets around the routes of some shifts."""
        legs = [leg for shift_id in shift_ids if shift_id in self.geometry for leg in self.geometry[shift_id].legs]
        points = [point for leg in legs for point in leg]
        if self.streets is None or not points:
            return ()
        margin = AROUND_METERS / METERS_PER_DEGREE
        box = Box(
            south=min(point.latitude_degrees for point in points) - margin,
            west=min(point.longitude_degrees for point in points) - margin,
            north=max(point.latitude_degrees for point in points) + margin,
            east=max(point.longitude_degrees for point in points) + margin,
        )
        found = self.streets.within(box, most_lines=_MOST_STREETS)
        return tuple(Street(line=street.points, main=street.main) for street in found)


def detail_for(plan: Plan, shift_id: str | None) -> Detail:
    """How exactly the map of one crew is drawn, or of all: in every detail, unless those are many."""
    stops = sum(len(route.stops) for route in plan.routes)
    return Detail.FULL if shift_id is not None or stops <= _MOST_EXACT_STOPS else Detail.SIMPLIFIED


def drawn_roads(
    problem: Problem,
    plan: Plan,
    networks: RoadNetworks | None,
    *,
    detail: Detail,
    shift_ids: Sequence[str] | None = None,
) -> DrawnRoads | None:
    """The roads under a plan; arguments as for `route_geometries`.

    Returns:
        None for a plan that was not made on roads.

    Raises:
        MissingResource: The plan was made on a road network that is not here or cannot be used.
    """
    name = network_of(problem, plan)
    if name is None:
        return None
    networks = networks or RoadNetworks()
    geometry = route_geometries(problem, plan, networks, detail=detail, shift_ids=shift_ids)
    profile = _profile_for_streets(problem, plan)
    if networks.server(name, profile) is not None:
        # A server does not say whose roads it has; almost all are OpenStreetMap's.
        return DrawnRoads(geometry=geometry, streets=None, attribution=OSM_ATTRIBUTION)
    network = networks.open(name, profile)
    return DrawnRoads(geometry=geometry, streets=read_streets(network), attribution=network.manifest.attribution)


def _profile_for_streets(problem: Problem, plan: Plan) -> Profile:
    """A profile that the plan has a network for; its streets do for all of the routes, those for cars best."""
    routed = {route.shift_id for route in plan.routes}
    used = {shift.travel_profile for shift in (*problem.shifts, *plan.shifts) if shift.id in routed}
    return next((profile for profile in Profile if profile in used), Profile.CAR)


class KeptRoads:
    """The roads of the plans that were looked at last, each asked for once; several threads may use it."""

    def __init__(self, networks: RoadNetworks) -> None:
        """Begin with none.

        Args:
            networks: Where road networks are.
        """
        self._networks = networks
        self._kept: OrderedDict[tuple[str, Detail], Future[DrawnRoads | None]] = OrderedDict()
        self._lock = Lock()

    def of(self, plan_id: str, problem: Problem, plan: Plan, detail: Detail) -> DrawnRoads | None:
        """The roads under a plan, which never changes under its id; None where there are none that can be used."""
        key = (plan_id, detail)
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
            else:
                mine = self._kept[key] = Future()
                if len(self._kept) > _MOST_KEPT:
                    self._kept.popitem(last=False)
        if kept is not None:
            return kept.result()
        try:
            mine.set_result(drawn_roads(problem, plan, self._networks, detail=detail))
        except MissingResource as missing:
            self._forget(key, mine)  # the network may be built by the next time
            _logger.warning("a map shows straight lines: %s", missing.message)
            mine.set_result(None)
        except BaseException as error:
            self._forget(key, mine)
            mine.set_exception(error)
        return mine.result()

    def _forget(self, key: tuple[str, Detail], mine: "Future[DrawnRoads | None]") -> None:
        with self._lock:
            if self._kept.get(key) is mine:
                del self._kept[key]
