"""The main job: a Problem becomes a checked and certified Plan."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import version

from scheduler import documents
from scheduler.checker import certificate_scope, certificate_violations, decisions, violations
from scheduler.domain.collector import Shift
from scheduler.domain.errors import Fault, InvalidInput, RulesBroken
from scheduler.domain.plan import Engine, Plan, Reason, ReasonCode
from scheduler.domain.problem import Problem
from scheduler.domain.violation import Violation
from scheduler.eligibility import decide
from scheduler.layers import Layers, PlaceLayers
from scheduler.prepared import Prepared, assembled, certified, prepare, why_not, with_crews
from scheduler.remaining import out_already, rest_orders
from scheduler.rules.load import load_rule_set
from scheduler.solver.by_hand import HandOrders, settled_at, with_orders
from scheduler.solver.change_options import with_change_options, with_cheap_changes
from scheduler.solver.first_orders import kept_orders, orders_of
from scheduler.solver.instance import Instance, build_instance
from scheduler.solver.kernels.cache import are_kernels_kept
from scheduler.solver.limits import Progress, SearchLimits
from scheduler.solver.published_order import in_published_order
from scheduler.solver.reasons import Reasons
from scheduler.solver.routes import Routes
from scheduler.solver.search import Found, search
from scheduler.solver.suitability import local_days
from scheduler.travel import RoadNetworks, travel_matrix
from scheduler.wording import compose_sentence

__all__ = [
    "Explanation",
    "Progress",
    "SearchLimits",
    "check_plan",
    "compile_search",
    "explain_visit",
    "is_search_compiled",
    "plan_by_hand",
    "plan_visits",
    "staffed",
]

ENGINES = ("auto", "ortools")
ENGINE_NAMES = {"auto": "visits", "ortools": "ortools"}
LEFT_OUT_BY_HAND = Reason(
    code=ReasonCode.LEFT_OUT_BY_HAND,
    detail=compose_sentence(ReasonCode.LEFT_OUT_BY_HAND, {}, for_one_crew=False, language="en"),
)
NO_KNOWN_WAY = Violation(code="unreachable_leg", message="there is no known way between two stops of a route")


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What stands for and against one visit.

    Attributes:
        visit_id: The visit.
        plan_given: Whether a plan was asked about, not the visit alone.
        assigned_shift_id: The crew that makes it in the plan, None when it is left out or no plan was given.
        reasons: Why it is left out; empty when it is on a route, or when nothing stands against it on its own.
        places: What each layer leaves, by place.
    """

    visit_id: str
    plan_given: bool
    assigned_shift_id: str | None
    reasons: tuple[Reason, ...]
    places: tuple[PlaceLayers, ...]


def plan_visits(
    problem: Problem,
    *,
    limits: SearchLimits | None = None,
    engine: str = "auto",
    without_shifts: frozenset[str] = frozenset(),
    first_plan: Plan | None = None,
    networks: RoadNetworks | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Plan:
    """Decide who visits whom, where and when, and prove it lawful.

    The routing search keeps the interpreter's lock: a service calls this in a process of its own.

    Args:
        problem: The problem.
        limits: When to stop; 30 seconds unless given. The first call on a machine also compiles the search, once,
            which counts towards no limit.
        engine: `auto` or `ortools`.
        without_shifts: Ids of shifts that get no visits (what-if). The plan still belongs to the whole problem.
        first_plan: Where the search begins, as far as its routes can still be made; of this problem or one like it.
            None begins with nothing.
            What hours cost does not guide a search that begins with one; each is paid for as it comes.
        networks: Where road networks are; None has none.
        on_progress: Told of each better plan, and at least about once a second.
        should_stop: The caller's wish to stop with the best so far; asked about ten times a second.

    Raises:
        InvalidInput: Unknown rule pack, engine or shift.
        MissingResource: A road network that is not here or cannot be used.
        PlanRefused: Our own mistake: the checker refused the plan.
    """
    limits = limits or SearchLimits()
    if not problem.duties:
        _refuse_unknown(problem, engine, without_shifts)
    if engine == "auto":
        compile_search()
    began = time.monotonic()
    prepared = prepare(problem, networks)
    if problem.duties:
        _refuse_unknown(prepared.problem, engine, without_shifts)
    plain = build_instance(
        prepared.problem,
        prepared.decisions,
        prepared.travel,
        without_shifts=without_shifts,
        by_hour=first_plan is None,
    )
    instance = with_change_options(plain)
    first_orders = None
    if first_plan is not None:
        first_orders = with_cheap_changes(instance, plain, kept_orders(plain, orders_of(plain, first_plan)))
    found = search(
        instance,
        limits=limits,
        engine=engine,
        began=began,
        first_orders=first_orders,
        on_progress=on_progress or (lambda _: None),
        should_stop=should_stop or (lambda: False),
    )
    out = out_already(prepared.whole)
    orders = in_published_order(prepared.problem, instance, prepared.travel, found.orders, out)
    found = replace(found, orders=orders)
    made = _engine(limits, engine, without_shifts, found)
    if not without_shifts and _is_exact(prepared.problem):
        made = replace(made, lower_bound_seconds=found.lower_bound)
    return certified(prepared, assembled(prepared, instance, found, made))


def plan_by_hand(
    problem: Problem,
    orders: HandOrders,
    *,
    excluded: frozenset[str] = frozenset(),
    shifts: tuple[Shift, ...] = (),
    engine: Engine | None = None,
    starts: Mapping[str, datetime] | None = None,
    networks: RoadNetworks | None = None,
) -> Plan:
    """Give the orders that a person chose their times, costs, reasons and certificate.

    Args:
        problem: The problem.
        orders: Visits and places of the problem by shift; each visit once at most.
        excluded: Visits that a person left out.
        shifts: The shifts that planning formed of the problem's duties.
        engine: What chose the orders, where no person did.
        starts: Visit id -> when its service starts, where that is settled; None settles nothing.
        networks: Where road networks are; None has none.

    Raises:
        RulesBroken: The orders break a rule; the checker says which.
        InvalidInput: Unknown rule pack.
        MissingResource: A road network that is not here or cannot be used.
    """
    prepared = prepare(problem, networks, shifts)
    # A hand's times are not chosen by what hours cost: each place is one option, and its hour is paid for as it comes.
    instance = build_instance(prepared.problem, prepared.decisions, prepared.travel, by_hour=False)
    instance = settled_at(instance, starts or {})
    try:
        rest = rest_orders(prepared.whole, orders)
        loose, chosen = with_orders(prepared.problem, instance, prepared.travel, rest)
    except ValueError:
        raise RulesBroken([NO_KNOWN_WAY]) from None
    made = engine or Engine(name="hand", version=version("visit-scheduler"), seed=0, iterations=0)
    placed = {visit_id for order in orders.values() for visit_id, _ in order}
    left_out = {visit.id: (LEFT_OUT_BY_HAND,) for visit in prepared.problem.visits if visit.id not in placed}
    plan = assembled(prepared, loose, Found(orders=chosen), made, left_out)
    broken = violations(problem, plan, travel=prepared.travel, rules=prepared.rules)
    if broken:
        raise RulesBroken(broken)
    # Why others do not fit can be told of a lawful plan alone.
    answers = why_not(prepared, loose, Routes(loose, chosen))
    numbers = {visit.id: number for number, visit in enumerate(prepared.problem.visits)}
    told = tuple(
        one if one.visit_id in excluded else replace(one, reasons=answers.of(numbers[one.visit_id]))
        for one in plan.unassigned
    )
    return certified(prepared, replace(plan, unassigned=told))


def is_search_compiled() -> bool:
    """Whether the search was compiled on this machine before; if not, the first plan takes half a minute longer."""
    return are_kernels_kept()


def compile_search() -> None:
    """Compile the search and keep it for the next process, or load what was kept."""
    # Half a minute, or half a second: not for those who only check or explain.
    from scheduler.solver.compiling import compile_all

    compile_all()


def check_plan(problem: Problem, plan: Plan, networks: RoadNetworks | None = None) -> tuple[Violation, ...]:
    """Everything that a plan breaks, its certificate included; empty when it is lawful and unchanged.

    Args:
        problem: The problem.
        plan: A plan of it.
        networks: Where road networks are; None has none.

    Raises:
        InvalidInput: Unknown rule pack.
        MissingResource: A road network that is not here or cannot be used.
    """
    rules, travel = load_rule_set(problem.rule_packs), travel_matrix(problem, networks)
    broken = violations(problem, plan, travel=travel, rules=rules)
    unproven = certificate_violations(
        plan,
        rules=rules,
        problem_sha256=documents.problem_sha256(problem),
        plan_sha256=documents.plan_sha256(plan, problem.time_zone),
        scope=certificate_scope(problem),
        decisions=decisions(problem, plan, travel=travel, rules=rules),
    )
    return (*broken, *unproven)


def staffed(problem: Problem) -> Problem:
    """The same with its duties formed into shifts, as planning forms them; travel plays no part in it.

    Raises:
        InvalidInput: Unknown rule pack.
    """
    return with_crews(problem, decide(problem, load_rule_set(problem.rule_packs)), None) if problem.duties else problem


def explain_visit(
    problem: Problem, visit_id: str, plan: Plan | None, networks: RoadNetworks | None = None
) -> Explanation:
    """Why a visit is where it is, or is left out.

    Args:
        problem: The problem.
        visit_id: The visit.
        plan: A plan of this problem; None asks only what stands against the visit on its own.
        networks: Where road networks are; None has none.

    Raises:
        InvalidInput: Unknown visit or rule pack.
        MissingResource: A road network that is not here or cannot be used.
    """
    if visit_id not in {visit.id for visit in problem.visits}:
        fault = Fault(where="VISIT_ID", code="unknown_id", message=f"There is no visit '{visit_id[:64]}'.")
        raise InvalidInput([fault])
    prepared = prepare(problem, networks, None if plan is None else plan.shifts)
    shift_id = _shift_of(plan, visit_id)
    instance, answers = _answers_about(prepared, plan, on_routes=shift_id is None)
    asked = prepared.problem if problem.progress else problem
    layers = Layers(problem=asked, rules=prepared.rules, instance=instance, reasons=answers)
    # Of a visit that is behind a crew nothing is left to be asked.
    number = next((number for number, visit in enumerate(prepared.problem.visits) if visit.id == visit_id), None)
    return Explanation(
        visit_id=visit_id,
        plan_given=plan is not None,
        assigned_shift_id=shift_id,
        reasons=() if shift_id is not None or number is None else answers.of(number),
        places=() if number is None else layers.of(prepared.problem.visits[number]),
    )


def _answers_about(prepared: Prepared, plan: Plan | None, *, on_routes: bool) -> tuple[Instance, Reasons]:
    without = frozenset(plan.engine.without_shifts) if plan else frozenset[str]()
    instance = build_instance(prepared.problem, prepared.decisions, prepared.travel, without_shifts=without)
    routes = Routes(instance, orders_of(instance, plan)) if plan and on_routes else None
    return instance, why_not(prepared, instance, routes)


def _refuse_unknown(problem: Problem, engine: str, without_shifts: frozenset[str]) -> None:
    faults = [
        Fault(where="without_shifts", code="unknown_id", message=f"There is no shift '{shift_id[:64]}'.")
        for shift_id in sorted(without_shifts - {shift.id for shift in problem.shifts})
    ]
    if engine not in ENGINES:
        hint = f"Choose one of: {', '.join(ENGINES)}."
        faults.append(Fault(where="engine", code="unknown_choice", message=f"No engine '{engine[:64]}'.", hint=hint))
    if faults:
        raise InvalidInput(faults)


def _engine(limits: SearchLimits, engine: str, without_shifts: frozenset[str], found: Found) -> Engine:
    return Engine(
        name=ENGINE_NAMES[engine],
        version=f"{version('visit-scheduler')}+ortools.{version('ortools')}",
        seed=limits.seed,
        seconds=limits.seconds,
        iterations=limits.iterations,
        without_shifts=tuple(sorted(without_shifts)),
        note=found.note,
    )


def _is_exact(problem: Problem) -> bool:
    """Whether the instance allows all that the problem allows; a shift over midnight is judged by both days' limits."""
    zones = {problem.time_zone, *problem.place_zones.values()}
    return all(len(local_days(problem, shift, zone)) == 1 for zone in zones for shift in problem.shifts)


def _shift_of(plan: Plan | None, visit_id: str) -> str | None:
    routes = plan.routes if plan else ()
    return next((route.shift_id for route in routes if visit_id in route.visit_ids), None)
