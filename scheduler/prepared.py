"""A problem made ready for its engines, and their orders made a checked and certified plan of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from scheduler import documents
from scheduler.checker import CHECKER_VERSION, certificate_scope, violations
from scheduler.domain.collector import Shift
from scheduler.domain.errors import PlanRefused
from scheduler.domain.plan import Certificate, Engine, Plan, PlanStatus, Reason, Unassigned
from scheduler.domain.problem import Problem
from scheduler.domain.travel import TravelMatrix
from scheduler.eligibility import decide, decide_stops
from scheduler.remaining import out_already, remaining, whole_routes
from scheduler.rules.decision import Decision
from scheduler.rules.load import load_rule_set
from scheduler.rules.rule_pack import RuleSet
from scheduler.solver.crews import form_crews
from scheduler.solver.instance import Instance
from scheduler.solver.reasons import Reasons
from scheduler.solver.routes import Routes
from scheduler.solver.search import Found
from scheduler.solver.solution import to_cost, to_routes
from scheduler.travel import RoadNetworks, travel_matrix


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A problem with everything that planning, checking and explaining it need.

    Attributes:
        given: The problem.
        whole: The same with its duties formed into shifts.
        problem: What is left of `whole`; all of it on a day that has not begun.
        rules: The packs that it names.
        travel: Between its locations.
        decisions: Visit id -> place id -> what the rules say, of what is left.
    """

    given: Problem
    whole: Problem
    problem: Problem
    rules: RuleSet
    travel: TravelMatrix
    decisions: Mapping[str, Mapping[str, Decision]]


def prepare(given: Problem, networks: RoadNetworks | None, formed: tuple[Shift, ...] | None = None) -> Prepared:
    """Make a problem ready.

    Args:
        given: The problem.
        networks: Where road networks are; None has none.
        formed: The shifts that were formed of its duties; None forms them now.

    Raises:
        InvalidInput: Unknown rule pack.
        MissingResource: A road network that is not here or cannot be used.
    """
    rules = load_rule_set(given.rule_packs)
    decisions = decide(given, rules)
    whole = with_crews(given, decisions, formed)
    problem = remaining(whole)
    travel = travel_matrix(whole, networks)
    if problem is not whole:
        decisions = decide(problem, rules)
    return Prepared(given=given, whole=whole, problem=problem, rules=rules, travel=travel, decisions=decisions)


def with_crews(
    given: Problem, decisions: Mapping[str, Mapping[str, Decision]], formed: tuple[Shift, ...] | None
) -> Problem:
    """With the shifts that were formed of its duties, or, without any given, formed now."""
    if not given.duties:
        return given
    return given.with_formed(form_crews(given, decisions) if formed is None else formed)


def assembled(
    prepared: Prepared,
    instance: Instance,
    found: Found,
    engine: Engine,
    left_out: Mapping[str, tuple[Reason, ...]] | None = None,
) -> Plan:
    """The plan of these orders; `left_out` says why each visit is on no route, None has it found out."""
    problem = prepared.problem
    routes = to_routes(problem, instance, prepared.travel, found.orders, out_already(prepared.whole))
    final = Routes(instance, found.orders)
    reasons = why_not(prepared, instance, final) if left_out is None else None
    placed = final.assigned
    cost = to_cost(problem, instance, found.orders, routes)
    status = PlanStatus.OPTIMAL if cost.total_seconds == engine.lower_bound_seconds else PlanStatus.FEASIBLE
    return Plan(
        status=status if prepared.given.visits else PlanStatus.NO_VISITS,
        cost=cost,
        travel_source=prepared.travel.source,
        engine=engine,
        routes=whole_routes(prepared.whole, prepared.travel, routes),
        shifts=prepared.whole.shifts[len(prepared.given.shifts) :],
        unassigned=tuple(
            Unassigned(visit_id=visit.id, reasons=(left_out or {})[visit.id] if reasons is None else reasons.of(number))
            for number, visit in enumerate(problem.visits)
            if number not in placed
        ),
    )


def why_not(prepared: Prepared, instance: Instance, routes: Routes | None) -> Reasons:
    """What stands against visits that are left out, by themselves or, with routes, beside these."""
    return Reasons(
        problem=prepared.problem,
        decisions=prepared.decisions,
        travel=prepared.travel,
        instance=instance,
        routes=routes,
    )


def certified(prepared: Prepared, plan: Plan) -> Plan:
    """The plan with the proof that the checker passed it.

    Raises:
        PlanRefused: It did not.
    """
    problem, rules = prepared.given, prepared.rules
    broken = violations(problem, plan, travel=prepared.travel, rules=rules)
    if broken:
        raise PlanRefused(broken)
    certificate = Certificate(
        scope=certificate_scope(problem),
        rule_packs=rules.versions,
        checker_version=CHECKER_VERSION,
        problem_sha256=documents.problem_sha256(problem),
        plan_sha256=documents.plan_sha256(plan, problem.time_zone),
        decisions=decide_stops(problem, rules, plan.routes),
    )
    return replace(plan, certificate=certificate)
