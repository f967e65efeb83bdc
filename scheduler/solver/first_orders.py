"""Orders of another plan as a beginning for the search."""

from collections.abc import Sequence

from scheduler.domain.plan import Plan, Stop
from scheduler.solver.construct import insert_while_it_pays
from scheduler.solver.instance import Instance
from scheduler.solver.routes import Routes


def orders_of(instance: Instance, plan: Plan) -> list[list[int]]:
    """The plan's routes as options; stops that the instance does not know are left out."""
    known: dict[tuple[str, str], list[int]] = {}
    for number, option in enumerate(instance.options):
        known.setdefault((instance.visit_ids[option.visit], option.place_id), []).append(number)
    orders: list[list[int]] = []
    for shift_id in instance.shift_ids:
        route = plan.route_of(shift_id)
        stops = route.stops if route else ()
        found = [(stop, known.get((stop.visit_id or "", stop.place_id or ""))) for stop in stops]
        orders.append([_option_at(instance, options, stop) for stop, options in found if options])
    return orders


def _option_at(instance: Instance, options: list[int], stop: Stop) -> int:
    """Of a place's options the one that may start then."""
    if len(options) == 1:
        return options[0]
    start = instance.seconds(stop.service_start_time)
    calls = ((number, instance.options[number].call) for number in options)
    return next((number for number, call in calls if any(a <= start <= b for a, b in call.starts)), options[0])


def kept_orders(instance: Instance, orders: Sequence[Sequence[int]]) -> list[list[int]]:
    """What can still be made of orders, with what then fits elsewhere.

    Args:
        instance: The problem.
        orders: By shift, options in order; each visit once at most. They need not be feasible.

    Returns:
        Feasible orders. Visits that stand in the way of what follows them are taken out, the cheapest to leave out
        first, and go in where they cost least, as do those that are in no order.
    """
    routes = Routes(instance)
    for shift, order in enumerate(orders):
        _keep(routes, shift, [option for option in order if shift in instance.allowed_shifts[option]])
    visits = sorted(range(len(instance.visit_ids)), key=lambda visit: (-instance.penalties[visit], visit))
    left = [visit for visit in visits if visit not in routes.assigned]
    insert_while_it_pays(routes, left, should_stop=lambda: False)
    return routes.orders


def _keep(routes: Routes, shift: int, order: Sequence[int]) -> None:
    """Put in one visit after the other, the dearest to leave out first, each where the order has it."""
    instance = routes.instance
    rank = {option: number for number, option in enumerate(order)}
    dearest = sorted(order, key=lambda option: (-instance.penalties[instance.options[option].visit], rank[option]))
    if routes.can_all_follow(shift, order):
        routes.replace(shift, order)
        return
    for option in dearest:
        kept = sorted([*routes.orders[shift], option], key=rank.__getitem__)
        if not routes.is_full(shift) and routes.can_all_follow(shift, kept):
            routes.replace(shift, kept)
