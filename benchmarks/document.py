"""A Problem document as a benchmark instance: the planner's own, in seconds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from benchmarks.case import Case
from scheduler import documents
from scheduler.checker import CHECKER_VERSION, certificate_scope
from scheduler.domain.plan import Certificate, Engine, Plan, PlanStatus, Reason, ReasonCode, Unassigned
from scheduler.domain.problem import Objective, Problem
from scheduler.eligibility import decide
from scheduler.rules.load import load_rule_set
from scheduler.solver.instance import Instance, build_instance
from scheduler.solver.solution import to_cost, to_routes
from scheduler.travel import travel_matrix

FAMILY = "visits"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A Problem and the name of its file without the endings."""

    name: str
    problem: Problem
    family: str = FAMILY
    scale: int = 1

    @property
    def size(self) -> int:
        """The number of visits."""
        return len(self.problem.visits)

    def case(self) -> Case:
        """The same in whole numbers."""
        problem = self.problem
        instance = build_instance(problem, decide(problem, load_rule_set(problem.rule_packs)), travel_matrix(problem))
        return Case(instance=instance, mandatory=False, extras=tuple(_extras(problem)))

    def plan(self, instance: Instance, orders: Sequence[Sequence[int]], engine: Engine) -> Plan:
        """Another engine's orders as a Plan that the checker can judge; its reasons only name that engine."""
        problem, travel = self.problem, travel_matrix(self.problem)
        routes = to_routes(problem, instance, travel, orders)
        placed = {instance.options[option].visit for order in orders for option in order}
        reason = Reason(code=ReasonCode.NOT_INSERTED_BY_SOLVER, detail=f"{engine.name} left it out")
        plan = Plan(
            status=PlanStatus.FEASIBLE if problem.visits else PlanStatus.NO_VISITS,
            cost=to_cost(problem, instance, orders, routes),
            travel_source=travel.source,
            engine=engine,
            routes=routes,
            unassigned=tuple(
                Unassigned(visit_id=visit.id, reasons=(reason,))
                for number, visit in enumerate(problem.visits)
                if number not in placed
            ),
        )
        return replace(plan, certificate=_certificate(problem, plan))


def _extras(problem: Problem) -> list[str]:
    extras = ["hours of slower driving"] if problem.hour_factors else []
    known = {"non_preferred_collector", "lawful_margin"}
    asked, default = problem.objective, Objective()
    extras.extend(
        name.replace("_", " ")
        for name in Objective.__dataclass_fields__
        if name not in known and getattr(asked, name) != getattr(default, name)
    )
    return extras


def _certificate(problem: Problem, plan: Plan) -> Certificate:
    return Certificate(
        scope=certificate_scope(problem),
        rule_packs=load_rule_set(problem.rule_packs).versions,
        checker_version=CHECKER_VERSION,
        problem_sha256=documents.problem_sha256(problem),
        plan_sha256=documents.plan_sha256(plan, problem.time_zone),
    )
