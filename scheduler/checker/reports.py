"""How the checks name the route and the visit that a violation concerns."""

from scheduler.domain.plan import Route, Stop
from scheduler.domain.violation import Violation


def of_route(code: str, message: str, route: Route) -> Violation:
    """A violation of a whole route."""
    return Violation(code=code, message=message, shift_id=route.shift_id)


def of_stop(code: str, message: str, route: Route, stop: Stop) -> Violation:
    """A violation at one stop, with the visit that the stop names."""
    return Violation(code=code, message=message, shift_id=route.shift_id, visit_id=stop.visit_id)
