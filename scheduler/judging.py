"""The checker's verdict on a dispatcher's changes, fast enough for every move of a hand; nothing is kept of them.

What does not depend on the changes is worked out once. The times are those that `edited_plan` would give, and the
whole checker judges the whole plan: only the questions to the law that it asked before are not asked again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.metadata import version
from threading import Lock

from scheduler.checker import LawAnswers, violations
from scheduler.domain.plan import Engine, Plan, PlanStatus, Route, Unassigned
from scheduler.domain.plan_difference import PlanDifference, plan_difference
from scheduler.domain.problem import Problem
from scheduler.domain.violation import Violation
from scheduler.editing import Draft, Edit
from scheduler.eligibility import decide_alone, decide_together
from scheduler.planning import LEFT_OUT_BY_HAND, NO_KNOWN_WAY
from scheduler.prepared import Prepared
from scheduler.remaining import out_already, remaining, rest_orders, whole_routes
from scheduler.rules.load import load_rule_set
from scheduler.solver.by_hand import with_orders
from scheduler.solver.instance import Instance, build_instance
from scheduler.solver.solution import to_cost, to_routes
from scheduler.travel import RoadNetworks, travel_matrix

_MOST_LATELY = 16  # the changes that stand are asked about again with each one more

type _Orders = Mapping[str, Sequence[tuple[str, str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What would come of changes.

    Attributes:
        violations: Everything that the changed plan would break; empty when it may be kept.
        problem: With the pins as they would be.
        plan: With the times as they would be, lawful or not; None when a leg has no known way. Visits that are left
            out keep the reasons that they had.
        difference: Of that plan; None without it.
        touched: The shifts whose routes would not be what they are.
    """

    violations: tuple[Violation, ...]
    problem: Problem
    plan: Plan | None
    difference: PlanDifference | None
    touched: frozenset[str]


class Judge:
    """Judges changes of one plan; several threads may ask at once."""

    def __init__(self, problem: Problem, plan: Plan, networks: RoadNetworks | None = None) -> None:
        """Name the plan; it is prepared when the first verdict is asked for.

        Args:
            problem: What the plan answers.
            plan: A plan of it.
            networks: Where road networks are; None has none.
        """
        self._given = problem
        self._plan = plan
        self._networks = networks
        self._law = LawAnswers()
        self._preparing = Lock()
        self._given_lately: dict[tuple[Edit, ...], Verdict] = {}

    def of(self, edits: Sequence[Edit]) -> Verdict:
        """What would come of changes made in order.

        Raises:
            InvalidInput: A change names what is not there.
            MissingResource: A road network that is not here or cannot be used.
        """
        asked = tuple(edits)
        known = self._given_lately.get(asked)
        if known is not None:
            return known
        draft = Draft(self._given, self._plan)
        for number, edit in enumerate(asked):
            draft.make(edit, f"/edits/{number}")
        with self._preparing:  # two threads would do the same work twice
            desk = self._desk
        verdict = desk.verdict(draft, self._law)
        if len(self._given_lately) >= _MOST_LATELY:
            self._given_lately.clear()
        self._given_lately[asked] = verdict
        return verdict

    @cached_property
    def _desk(self) -> "_Desk":
        desk = _Desk(self._given, self._plan, self._networks)
        desk.verdict(Draft(self._given, self._plan), self._law)
        return desk


class _Desk:
    """A plan laid out, with the times that its orders have when a hand made them."""

    def __init__(self, given: Problem, plan: Plan, networks: RoadNetworks | None) -> None:
        rules = load_rule_set(given.rule_packs)
        self._plan = plan
        self._given = given
        whole = given.with_formed(plan.shifts) if given.duties else given
        problem = remaining(whole)
        asked = problem if given.progress else given
        self._alone = decide_alone(asked, rules)
        decisions = decide_together(asked, rules, self._alone)
        travel = travel_matrix(whole, networks)
        self._prepared = Prepared(
            given=given, whole=whole, problem=problem, rules=rules, travel=travel, decisions=decisions
        )
        self._instance = build_instance(problem, decisions, travel, by_hour=False)
        self._orders: _Orders = Draft(given, plan).orders
        self._routes: tuple[Route, ...] = ()
        try:
            self._routes = self._timed(self._prepared, self._instance, self._orders, frozenset())[1]
        except ValueError:
            self._orders = {}  # a leg of the plan itself has no known way, so nothing of it is settled

    def verdict(self, draft: Draft, law: LawAnswers) -> Verdict:
        changed = draft.problem
        prepared, instance = self._with_pins(changed)
        settled = self._settled(draft.orders, changed, instance)
        try:
            loose, routes, orders = self._all_timed(prepared, instance, draft.orders, settled)
        except ValueError:
            return Verdict(violations=(NO_KNOWN_WAY,), problem=changed, plan=None, difference=None, touched=frozenset())
        plan = self._assembled(prepared, loose, orders, routes)
        broken = violations(changed, plan, travel=prepared.travel, rules=prepared.rules, known=law)
        told = replace(plan, unassigned=self._told(plan))
        before = {route.shift_id: route for route in self._plan.routes}
        after = {route.shift_id: route for route in plan.routes}
        return Verdict(
            violations=broken,
            problem=changed,
            plan=told,
            difference=plan_difference(self._plan, told),
            touched=frozenset(
                shift_id for shift_id in before.keys() | after.keys() if before.get(shift_id) != after.get(shift_id)
            ),
        )

    def _with_pins(self, changed: Problem) -> tuple[Prepared, Instance]:
        if changed is self._given:
            return self._prepared, self._instance
        known = self._prepared
        whole = replace(known.whole, visits=changed.visits)
        problem = remaining(whole)
        decisions = decide_together(problem if changed.progress else changed, known.rules, self._alone)
        prepared = replace(known, given=changed, whole=whole, problem=problem, decisions=decisions)
        return prepared, build_instance(problem, decisions, known.travel, by_hour=False)

    def _settled(self, orders: _Orders, changed: Problem, instance: Instance) -> frozenset[str]:
        """The shifts whose routes are what they were: the same orders of visits that are pinned as they were."""
        if instance.terms.unfairness and instance.published:
            return frozenset()  # there the times of one route depend on those of others
        pinned = {
            new.id for new, old in zip(changed.visits, self._given.visits, strict=True) if new.pinned != old.pinned
        }
        return frozenset(
            shift_id
            for shift_id in instance.shift_ids
            if list(orders.get(shift_id, ())) == list(self._orders.get(shift_id, ()))
            and pinned.isdisjoint(visit_id for visit_id, _ in orders.get(shift_id, ()))
        )

    def _all_timed(
        self, prepared: Prepared, instance: Instance, orders: _Orders, settled: frozenset[str]
    ) -> tuple[Instance, tuple[Route, ...], list[list[int]]]:
        loose, timed, chosen = self._timed(prepared, instance, orders, settled)
        known = {route.shift_id: route for route in self._routes if route.shift_id in settled}
        known |= {route.shift_id: route for route in timed}
        return loose, tuple(known[shift_id] for shift_id in instance.shift_ids if shift_id in known), chosen

    @staticmethod
    def _timed(
        prepared: Prepared, instance: Instance, orders: _Orders, settled: frozenset[str]
    ) -> tuple[Instance, tuple[Route, ...], list[list[int]]]:
        """The routes of the shifts that are not settled, and the orders of all as options."""
        rest = rest_orders(prepared.whole, orders)
        loose, chosen = with_orders(prepared.problem, instance, prepared.travel, rest, settled=settled)
        open_orders = [
            [] if shift_id in settled else order for shift_id, order in zip(loose.shift_ids, chosen, strict=True)
        ]
        out = out_already(prepared.whole)
        return loose, to_routes(prepared.problem, loose, prepared.travel, open_orders, out), chosen

    @staticmethod
    def _assembled(prepared: Prepared, loose: Instance, orders: list[list[int]], routes: tuple[Route, ...]) -> Plan:
        problem = prepared.problem
        placed = {visit_id for route in routes for visit_id in route.visit_ids}
        return Plan(
            status=PlanStatus.FEASIBLE if prepared.given.visits else PlanStatus.NO_VISITS,
            cost=to_cost(problem, loose, orders, routes),
            travel_source=prepared.travel.source,
            engine=Engine(name="hand", version=version("visit-scheduler"), seed=0, iterations=0),
            routes=whole_routes(prepared.whole, prepared.travel, routes),
            shifts=prepared.whole.shifts[len(prepared.given.shifts) :],
            unassigned=tuple(
                Unassigned(visit_id=visit.id, reasons=(LEFT_OUT_BY_HAND,))
                for visit in problem.visits
                if visit.id not in placed
            ),
        )

    def _told(self, plan: Plan) -> tuple[Unassigned, ...]:
        known = {one.visit_id: one for one in self._plan.unassigned}
        return tuple(known.get(one.visit_id, one) for one in plan.unassigned)
